"""The problem: frozen models that *are* the JSON format of an instance file.

Times are local wall-clock minutes since midnight in Python and ``"HH:MM"`` in JSON. Ranges are half-open: a period
``start … end`` contains ``start`` and not ``end``. Quantities that a user may give with decimals (minutes, weights,
priorities) count in thousandths; `milli` is the one place where they are rounded.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, NewType, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

SiteId = NewType("SiteId", str)
SessionId = NewType("SessionId", str)
CaseworkerId = NewType("CaseworkerId", str)
ClientId = NewType("ClientId", str)
PlaceId = NewType("PlaceId", str)
OfficeId = NewType("OfficeId", str)

Mode = Literal["car", "transit", "bike", "walk"]
Status = Literal["open", "planned", "candidate"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MIN = 24 * 60


def milli(quantity: float) -> int:
    """Thousandths of a quantity, the nearest whole number of them."""
    return round(quantity * 1000)


def clock_text(minute: int) -> str:
    """``"HH:MM"`` of a minute of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _clock_minute(value: object) -> object:
    if isinstance(value, str):
        hours, colon, minutes = value.partition(":")
        if colon and len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit():
            minute = int(hours) * 60 + int(minutes)
            if int(minutes) < 60 and minute <= DAY_MIN:
                return minute
        raise ValueError("clock")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("clock")


Clock = Annotated[
    int,
    BeforeValidator(_clock_minute),
    Field(ge=0, le=DAY_MIN),
    PlainSerializer(clock_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^([01]?[0-9]|2[0-3]):[0-5][0-9]$|^24:00$", "examples": ["09:00"]}),
]
IdText = StringConstraints(pattern=r"^[\w][\w.:+-]*$", max_length=80)
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(pattern=r"^[\w][\w.:+ -]*$", max_length=80)]
Minutes = Annotated[float, Field(ge=0, le=100_000)]
Weight = Annotated[float, Field(ge=0, le=1_000_000)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Frozen(BaseModel):
    """A value of the file format: unchangeable, no unknown fields, no infinite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - any field of any model
        """Copy with some fields changed, unchecked; unlike ``model_copy`` it carries no cached values along."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(**(fields | changes))


class Period(Frozen):
    """Days that are planned."""

    start: dt.date
    """First day."""
    end: dt.date
    """First day that no longer belongs to the period."""


class Window(Frozen):
    """A time at which somebody can; repeated on weekdays, within dates if given."""

    start: Clock
    end: Clock
    weekdays: tuple[Weekday, ...] = WEEKDAYS
    first: dt.date | None = None
    """First date on which the window holds; none: from the beginning."""
    last: dt.date | None = None
    """Last date on which the window holds; none: to the end."""

    def holds_on(self, date: dt.date) -> bool:
        """Whether the window exists on a date."""
        return (
            WEEKDAYS[date.weekday()] in self.weekdays
            and (self.first is None or self.first <= date)
            and (self.last is None or date <= self.last)
        )


class Coordinates(Frozen):
    """A point, WGS 84 degrees."""

    lat: Latitude
    lon: Longitude


class Place(Frozen):
    """A settlement; the home of the clients who live there."""

    id: Annotated[PlaceId, IdText]
    name: Name
    lat: Latitude
    lon: Longitude
    municipality: str | None = None


class Office(Frozen):
    """A base office, where caseworkers start and end their day."""

    id: Annotated[OfficeId, IdText]
    name: Name
    lat: Latitude
    lon: Longitude


class Site(Frozen):
    """A municipal office where outreach days may be held (Anlaufpunkt)."""

    id: Annotated[SiteId, IdText]
    name: Name
    lat: Latitude
    lon: Longitude
    status: Status = "open"
    barrier_free: bool = True
    network_ok: bool = True
    """Data link good enough for cases that need the central systems."""
    closures: tuple[dt.date, ...] = ()
    """Local holidays and days on which the town hall is closed."""
    keeps_corpus_christi: bool = False
    """Fronleichnam is kept here (parts of the Rhön)."""
    min_sessions: Annotated[int, Field(ge=0)] = 0
    """Sessions agreed with the municipality, at least, per period."""
    max_sessions: Annotated[int, Field(ge=0)] | None = None
    """Sessions agreed with the municipality, at most, per period."""
    spacing_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Days between two outreach days here, at least."""
    rhythm_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """Days from one outreach day to the next that people here are used to."""
    min_crew: Annotated[int, Field(ge=1, le=50)] | None = None
    """Instead of `Rules.min_crew`, for instance where the town hall's staff count."""


class Break(Frozen):
    """A time inside a session at which nobody is advised."""

    start: Clock
    end: Clock


class Session(Frozen):
    """A session that may be held: one site, one date, one room offer (Sprechtag)."""

    id: Annotated[SessionId, IdText]
    site: SiteId
    date: dt.date
    start: Clock
    end: Clock
    breaks: tuple[Break, ...] = ()
    room: str | None = None
    """Sessions of a site with the same room (none is a room too) cannot overlap."""
    desks: Annotated[int, Field(ge=1, le=50)] = 2
    """Consultations that can take place at the same time."""
    setup_min: Minutes = 30
    """Price of holding the session at all, in minutes."""

    def blocks(self) -> Iterator[tuple[int, int]]:
        """Parts between the breaks, as ``(start, end)`` minutes of the day."""
        begin = self.start
        for pause in sorted(self.breaks, key=lambda pause: pause.start):
            if begin < pause.start:
                yield begin, pause.start
            begin = max(begin, pause.end)
        if begin < self.end:
            yield begin, self.end

    def slot_starts(self, slot_min: int) -> tuple[int, ...]:
        """The slot grid: minutes of the day at which a slot of ``slot_min`` minutes starts; anew after each break."""
        return tuple(start for begin, end in self.blocks() for start in range(begin, end - slot_min + 1, slot_min))


class Caseworker(Frozen):
    """Somebody who may hold sessions (Fachkraft)."""

    id: Annotated[CaseworkerId, IdText]
    office: OfficeId
    windows: tuple[Window, ...] = ()
    """Times at which a tour, way there and back included, fits; empty: always."""
    absent: tuple[dt.date, ...] = ()
    skills: tuple[Word, ...] = ()
    languages: tuple[Word, ...] = ()
    max_duties: Annotated[int, Field(ge=0)] | None = None
    """Sessions in the period, at most."""
    max_minutes: Annotated[int, Field(ge=0)] | None = None
    """Minutes away from the base office in the period, at most."""
    eur_per_km: Annotated[float, Field(ge=0, le=5)] = 0.2
    """Travel cost; BRKG § 5 and ThürRKG § 4 differ by employer."""


class Client(Frozen):
    """Somebody who may be invited, under a pseudonym; there is no field for names or addresses."""

    id: Annotated[ClientId, IdText]
    home: PlaceId | Coordinates
    """Settlement, or coordinates if they must be exact."""
    mode: Mode = "car"
    slots: Annotated[int, Field(ge=1, le=DAY_MIN)] = 1
    """Length of the consultation in slots."""
    skills: tuple[Word, ...] = ()
    languages: tuple[Word, ...] = ()
    """Languages of which the caseworker must speak every one."""
    caseworker: CaseworkerId | None = None
    """The own caseworker (persönlicher Ansprechpartner, § 14 Abs. 3 SGB II)."""
    continuity: Literal["hard", "soft", "none"] = "none"
    windows: tuple[Window, ...] = ()
    """Times at which the client can come; empty: always."""
    absent: tuple[dt.date, ...] = ()
    barrier_free: bool = False
    network: bool = False
    """The kind of case needs the central systems on site."""
    show_rate: Annotated[float, Field(ge=0, le=1)] = 0.65
    """Probability of coming when invited."""
    priority: Annotated[float, Field(ge=0, le=1000)] = 1
    """Multiplies the price of not inviting this client."""
    due: dt.date | None = None
    """Date by which the talk should take place."""
    last_invitation: dt.date | None = None
    """Date of the last appointment to which a Meldeaufforderung called."""
    consecutive_misses: Annotated[int, Field(ge=0, le=1000)] = 0
    invitation: Literal["meldeaufforderung", "voluntary"] = "meldeaufforderung"
    household: Word | None = None
    """Clients with the same household come together."""


class Duty(Frozen):
    """A caseworker works a session (Einsatz)."""

    session: SessionId
    caseworker: CaseworkerId


class Appointment(Frozen):
    """A client is invited to a session, a caseworker and a time (Termin)."""

    client: ClientId
    session: SessionId
    caseworker: CaseworkerId
    start: Clock


class Pins(Frozen):
    """What stays as it is: posted appointments and fixed duties."""

    duties: tuple[Duty, ...] = ()
    appointments: tuple[Appointment, ...] = ()


class PublishedAppointment(Appointment):
    """An appointment of the plan that is known already; it may name sessions that no longer exist."""

    notified: bool = True
    """The client has been told; changing it costs more."""


class Factors(Frozen):
    """Travel time from the great-circle distance ``g`` (km): ``fixed_min + min_per_km * g``; road km: ``road * g``."""

    fixed_min: Annotated[float, Field(ge=0, le=120)] = 0
    min_per_km: Annotated[float, Field(ge=0, le=120)]
    road: Annotated[float, Field(ge=1, le=5)] = 1.45


class TravelTable(Frozen):
    """Given travel times; they go before computed ones, a later table before an earlier one."""

    origins_are: Literal["clients", "places", "offices", "sites"]
    mode: Mode | None = None
    """Mode to which the table applies; none: every mode."""
    origins: tuple[str, ...]
    sites: tuple[SiteId, ...]
    min: tuple[tuple[Minutes | None, ...], ...]
    """One-way minutes, a row per origin, a column per site; null: cannot be reached."""
    km: tuple[tuple[Minutes | None, ...], ...] | None = None
    """One-way road kilometers of the same shape; none: computed."""


class TravelData(Frozen):
    """How long the ways are: computed by calibrated factors unless a table says so."""

    computed: bool = True
    """False: only the tables count, everything else is unknown."""
    car: Factors = Factors(fixed_min=2, min_per_km=1.8)
    bike: Factors = Factors(min_per_km=5.1)
    walk: Factors = Factors(min_per_km=15.3)
    tables: tuple[TravelTable, ...] = ()


class Rules(Frozen):
    """Limits that the planner sets. `outreach explain` tells what each rule means and why it exists."""

    held_statuses: tuple[Status, ...] = ("open",)
    """Sites at which sessions may be held; add "planned" to use Ruhla."""
    max_sessions: Annotated[int, Field(ge=0)] | None = None
    """Sessions held in the period, at most."""
    min_crew: Annotated[int, Field(ge=1, le=50)] = 2
    """Caseworkers in a session, at least."""
    max_travel_min: Annotated[float, Field(ge=0, le=100_000)] = 75
    """One-way minutes that a client may be asked to travel, at most."""
    comfort_travel_min: Annotated[float, Field(ge=1, le=100_000)] = 30
    """One-way minutes beyond which a way counts as excessive."""
    holiday_state: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] = "TH"
    """Federal state whose public holidays count."""
    postal_days: Annotated[int, Field(ge=0, le=60)] = 4
    """Calendar days from posting to deemed notification (§ 37 Abs. 2 SGB X)."""
    notice_days: Annotated[int, Field(ge=0, le=60)] = 7
    """Days from deemed notification to the appointment, at least."""
    max_lead_days: Annotated[int, Field(ge=0, le=366)] = 28
    """Days from posting to the appointment, at most."""
    invitation_gap_days: Annotated[int, Field(ge=0, le=366)] = 21
    """Days since the last Meldeaufforderung, at least."""
    max_consecutive_misses: Annotated[int, Field(ge=1, le=1000)] = 2
    """After so many misses in a row a human decides."""
    walk_in_reserve: Annotated[int, Field(ge=0, le=1000)] = 1
    """Slots of a session kept free for people who come at another hour of the day."""
    min_load: Annotated[int, Field(ge=0, le=1000)] = 1
    """Clients invited to a session that is held, at least."""
    arrive_before_min: Annotated[int, Field(ge=0, le=240)] = 15
    """Caseworkers are at the site so many minutes before a session."""
    leave_after_min: Annotated[int, Field(ge=0, le=240)] = 15
    """Caseworkers leave the site so many minutes after a session."""
    max_work_min: Annotated[int, Field(ge=1, le=10_000)] = 600
    """Working minutes of a day without rest breaks, at most (ArbZG § 3)."""
    rest_after_min: Annotated[int, Field(ge=0, le=10_000)] = 360
    """More working minutes than this need ``rest_min`` (ArbZG § 4)."""
    rest_min: Annotated[int, Field(ge=0, le=600)] = 30
    long_rest_after_min: Annotated[int, Field(ge=0, le=10_000)] = 540
    """More working minutes than this need ``long_rest_min`` (ArbZG § 4)."""
    long_rest_min: Annotated[int, Field(ge=0, le=600)] = 45


class Weights(Frozen):
    """Price, in minutes, of one unit of each objective term; 0: reported only."""

    uninvited: Weight = 240
    """Per client not invited, times priority."""
    client_travel: Weight = 1
    """Per minute, there and back."""
    client_excess: Weight = 1
    """Per minute beyond comfort, and per unit of squared regret."""
    staff_travel: Weight = 1
    """Per minute at the wheel."""
    session_setup: Weight = 1
    """Per minute of `Session.setup_min`."""
    continuity: Weight = 20
    """Per soft client who meets another caseworker."""
    lateness: Weight = 2
    """Per day after the due date."""
    changes: Weight = 60
    """Per unit of change against the published plan."""
    staff_balance: Weight = 5
    """Per duty by which the busiest caseworker has more than the least busy one."""
    rhythm: Weight = 2
    """Per day by which the gap between two outreach days of a site misses its rhythm."""


class Instance(Frozen):
    """Everything the planner knows before planning."""

    format: Literal["outreach-instance"] = "outreach-instance"
    version: Literal[1] = 1
    name: Name
    note: str = ""
    period: Period
    slot_min: Annotated[int, Field(ge=1, le=480)] = 60
    """Length of a slot: the talk and its notes."""
    posting_days: tuple[dt.date, ...] = ()
    """Days on which letters are posted; empty: any day, so that the rule `notice` always holds."""
    places: tuple[Place, ...] = ()
    offices: tuple[Office, ...]
    sites: tuple[Site, ...]
    sessions: tuple[Session, ...]
    caseworkers: tuple[Caseworker, ...]
    clients: tuple[Client, ...]
    travel: TravelData = TravelData()
    rules: Rules = Rules()
    weights: Weights = Weights()
    pins: Pins = Pins()
    published: tuple[PublishedAppointment, ...] = ()
    """Appointments of the plan that is known already; changing them costs `Weights.changes`."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def __hash__(self) -> int:
        """Hash by content, computed once, so that what is derived from an instance can be cached."""
        return hash(self.digest)

    @cached_property
    def site_by_id(self) -> Mapping[SiteId, Site]:
        """Sites by their id."""
        return {site.id: site for site in self.sites}

    @cached_property
    def session_by_id(self) -> Mapping[SessionId, Session]:
        """Sessions by their id."""
        return {session.id: session for session in self.sessions}

    @cached_property
    def caseworker_by_id(self) -> Mapping[CaseworkerId, Caseworker]:
        """Caseworkers by their id."""
        return {caseworker.id: caseworker for caseworker in self.caseworkers}

    @cached_property
    def client_by_id(self) -> Mapping[ClientId, Client]:
        """Clients by their id."""
        return {client.id: client for client in self.clients}

    @cached_property
    def households(self) -> Mapping[str, tuple[ClientId, ...]]:
        """Members of each household, in the order of the file."""
        members: dict[str, list[ClientId]] = {}
        for client in self.clients:
            if client.household is not None:
                members.setdefault(client.household, []).append(client.id)
        return {household: tuple(ids) for household, ids in members.items()}

    def site_of(self, session_id: SessionId) -> Site:
        """Site of a session."""
        return self.site_by_id[self.session_by_id[session_id].site]
