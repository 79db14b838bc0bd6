"""The problem: frozen models that *are* the JSON format of an instance file.

Ranges are half-open: a period ``start … end`` contains ``start`` and not ``end``.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from outreach_optimizer.assumptions import Attendance, TravelData
from outreach_optimizer.fields import (
    DAY_MIN,
    WEEKDAYS,
    CaseworkerId,
    ClientId,
    Clock,
    Frozen,
    IdText,
    Latitude,
    Longitude,
    Minutes,
    Mode,
    Name,
    OfficeId,
    Overbooking,
    PlaceId,
    SessionId,
    SiteId,
    Status,
    Template,
    Weekday,
    Word,
)
from outreach_optimizer.limits import Rules, Weights


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
    overbooking: Overbooking | None = None
    """Instead of `Rules.overbooking`."""
    template: Template | None = None
    """Instead of `Rules.template`."""


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
    reminder: bool = False
    """Agreed to be reminded by text message or phone; counts as `Attendance.reminder` says."""
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
    attendance: Attendance = Attendance()
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

    def __eq__(self, other: object) -> bool:
        """Equal by content, as hashes are. Caches ask this for each look at an instance that was read twice."""
        return self is other or (isinstance(other, Instance) and self.digest == other.digest)

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
    def client_rows(self) -> Mapping[ClientId, int]:
        """Position of each client, which is its row in matrices."""
        return {client.id: row for row, client in enumerate(self.clients)}

    @cached_property
    def site_columns(self) -> Mapping[SiteId, int]:
        """Position of each site, which is its column in matrices."""
        return {site.id: column for column, site in enumerate(self.sites)}

    @cached_property
    def posted(self) -> frozenset[Appointment]:
        """Pinned appointments, to be asked whether one is among them."""
        return frozenset(self.pins.appointments)

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

    def overbooking_of(self, session: Session) -> Overbooking:
        """How the site of a session is overbooked."""
        return self.site_by_id[session.site].overbooking or self.rules.overbooking

    def template_of(self, session: Session) -> tuple[int, ...]:
        """Bookings per slot and caseworker of a session, by slot."""
        given = self.site_by_id[session.site].template or self.rules.template
        slots = len(session.slot_starts(self.slot_min))
        return (*given, *(given[-1:] * max(0, slots - len(given))))[:slots]
