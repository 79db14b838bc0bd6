"""What of an instance leaves this machine: what solving needs, under names that mean nothing elsewhere.

People who travel are built field by field, so that a field which nobody has thought about stays here. The names are
drawn anew for every instance and are kept nowhere: only who sent the instance can tell what they mean.
"""

import datetime as dt
import math
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from string import ascii_uppercase
from typing import NamedTuple, TypeVar, cast

from outreach_optimizer.assumptions import TravelTable
from outreach_optimizer.errors import InputError
from outreach_optimizer.fields import CaseworkerId, ClientId, OfficeId, PlaceId, SessionId, SiteId
from outreach_optimizer.instance import (
    Appointment,
    Caseworker,
    Client,
    Coordinates,
    Duty,
    Instance,
    Office,
    Period,
    Pins,
    Place,
    PublishedAppointment,
)
from outreach_optimizer.jsontext import problem_at
from outreach_optimizer.schedule import Certificate, Schedule, Uninvited

GRID_DIGITS = 2
"""Decimals of the degrees to which homes are rounded: 1.1 km from south to north, 0.7 km from west to east."""
TABLE_STEP_MIN = 5
"""Ways in a table from rounded homes are rounded up to multiples of this."""

LETTERS = 9
"""Of a drawn name, after the one that tells its kind."""

Named = TypeVar("Named", Duty, Appointment, PublishedAppointment)
Id = TypeVar("Id", bound=str)


class Pseudonyms(NamedTuple):
    """Names that are sent instead of the real ones, by the real one. Words are skills, languages, households, rooms."""

    places: Mapping[PlaceId, PlaceId]
    offices: Mapping[OfficeId, OfficeId]
    sites: Mapping[SiteId, SiteId]
    sessions: Mapping[SessionId, SessionId]
    caseworkers: Mapping[CaseworkerId, CaseworkerId]
    clients: Mapping[ClientId, ClientId]
    words: Mapping[str, str]

    @property
    def real(self) -> "Pseudonyms":
        """The way back: real names by those that were sent."""
        return Pseudonyms(*(_reversed(names) for names in self))


def pseudonyms(instance: Instance) -> Pseudonyms:
    """Draw a name for everything that has one.

    Names sort like the real ones, so that a search that breaks ties by name takes the same way.
    """
    published = instance.published
    words = {word for worker in instance.caseworkers for word in (*worker.skills, *worker.languages)}
    words |= {word for client in instance.clients for word in (*client.skills, *client.languages)}
    words |= {client.household for client in instance.clients if client.household is not None}
    words |= {session.room for session in instance.sessions if session.room is not None}
    return Pseudonyms(
        places=_drawn("P", (place.id for place in instance.places)),
        offices=_drawn("O", (office.id for office in instance.offices)),
        sites=_drawn("S", (site.id for site in instance.sites)),
        sessions=_drawn("D", (*instance.session_by_id, *(appointment.session for appointment in published))),
        caseworkers=_drawn("W", (*instance.caseworker_by_id, *(appointment.caseworker for appointment in published))),
        clients=_drawn("C", instance.client_by_id),
        words=_drawn("K", words),
    )


def pseudonymized(instance: Instance, names: Pseudonyms, *, round_homes: bool) -> Instance:
    """Instance to be sent: the same schedules keep its rules and cost the same, unless homes are rounded.

    It has no names, notes and municipalities, no history of invitations and misses beyond what they forbid, no due
    dates, show-up rates and published appointments where they have no price, no absences on days without sessions, no
    needs that every site meets and no skills that nobody needs. Sites and offices are public and stay where they are.

    Raises
    ------
    InputError
        Homes are to be rounded, and a table has ways from the home of every single client, which would tell it.
    """
    dates = frozenset(session.date for session in instance.sessions)
    return Instance(
        name="-",
        period=Period(start=instance.period.start, end=instance.period.end),
        slot_min=instance.slot_min,
        posting_days=instance.posting_days,
        places=_places(instance, names, round_homes=round_homes),
        offices=tuple(
            Office(id=names.offices[office.id], name="-", lat=office.lat, lon=office.lon) for office in instance.offices
        ),
        sites=tuple(
            site.replace(
                id=names.sites[site.id], name="-", closures=tuple(date for date in site.closures if date in dates)
            )
            for site in instance.sites
        ),
        sessions=tuple(
            session.replace(
                id=names.sessions[session.id],
                site=names.sites[session.site],
                room=None if session.room is None else names.words[session.room],
            )
            for session in instance.sessions
        ),
        caseworkers=_caseworkers(instance, names, dates),
        clients=_clients(instance, names, dates, round_homes=round_homes),
        travel=instance.travel.replace(tables=tuple(_tables(instance, names, round_homes=round_homes))),
        attendance=instance.attendance,
        rules=instance.rules,
        weights=instance.weights,
        pins=Pins(
            duties=tuple(_renamed(duty, names) for duty in instance.pins.duties),
            appointments=tuple(_renamed(appointment, names) for appointment in instance.pins.appointments),
        ),
        published=tuple(
            _renamed(appointment, names)
            for appointment in instance.published
            if instance.weights.changes and appointment.client in instance.client_by_id
        ),
    )


def restored(schedule: Schedule, names: Pseudonyms) -> Schedule:
    """Schedule of the instance that was sent, under the real names.

    Raises
    ------
    KeyError
        The schedule names what was not sent.
    """
    real = names.real
    given = schedule.certificate
    return schedule.replace(
        duties=tuple(_renamed(duty, real) for duty in schedule.duties),
        appointments=tuple(_renamed(appointment, real) for appointment in schedule.appointments),
        uninvited=tuple(
            Uninvited(client=real.clients[left.client], reason=left.reason, facts=left.facts)
            for left in schedule.uninvited
        ),
        certificate=given
        and Certificate(
            clients={real.clients[key]: price for key, price in given.clients.items()},
            duties={
                real.sessions[key]: {real.caseworkers[worker]: price for worker, price in crew.items()}
                for key, crew in given.duties.items()
            },
            caseworkers={real.caseworkers[key]: price for key, price in given.caseworkers.items()},
            minutes={real.caseworkers[key]: price for key, price in given.minutes.items()},
            balance={real.caseworkers[key]: price for key, price in given.balance.items()},
            budget=given.budget,
        ),
    )


def _reversed(names: Mapping[Id, Id]) -> dict[Id, Id]:
    return {sent: real for real, sent in names.items()}


def _drawn(kind: str, real: Iterable[Id]) -> dict[Id, Id]:
    """Random capital letters after the one of their kind, so that no part of them looks like an id with digits."""
    ordered, drawn = sorted(set(real)), set[str]()
    while len(drawn) < len(ordered):
        drawn.add(kind + "".join(secrets.choice(ascii_uppercase) for _ in range(LETTERS)))
    return dict(zip(ordered, cast("list[Id]", sorted(drawn)), strict=True))


def _renamed(item: Named, names: Pseudonyms) -> Named:
    """Duty or appointment under other names."""
    changes = {"session": names.sessions[item.session], "caseworker": names.caseworkers[item.caseworker]}
    if not isinstance(item, Duty):
        changes["client"] = names.clients[item.client]
    return item.replace(**changes)


def _places(instance: Instance, names: Pseudonyms, *, round_homes: bool) -> tuple[Place, ...]:
    homes = {client.home for client in instance.clients if isinstance(client.home, str)}
    return tuple(
        Place(
            id=names.places[place.id],
            name="-",
            lat=_degrees(place.lat, round_homes=round_homes),
            lon=_degrees(place.lon, round_homes=round_homes),
        )
        for place in instance.places
        if place.id in homes
    )


def _caseworkers(instance: Instance, names: Pseudonyms, dates: AbstractSet[dt.date]) -> tuple[Caseworker, ...]:
    skills = {skill for client in instance.clients for skill in client.skills}
    languages = {language for client in instance.clients for language in client.languages}
    return tuple(
        Caseworker(
            id=names.caseworkers[worker.id],
            office=names.offices[worker.office],
            windows=worker.windows,
            absent=tuple(date for date in worker.absent if date in dates),
            skills=tuple(names.words[skill] for skill in worker.skills if skill in skills),
            languages=tuple(names.words[language] for language in worker.languages if language in languages),
            max_duties=worker.max_duties,
            max_minutes=worker.max_minutes,
        )
        for worker in instance.caseworkers
    )


def _clients(
    instance: Instance, names: Pseudonyms, dates: AbstractSet[dt.date], *, round_homes: bool
) -> tuple[Client, ...]:
    rules, weights, blank = instance.rules, instance.weights, Client.model_fields
    stairs = not all(site.barrier_free for site in instance.sites)
    offline = not all(site.network_ok for site in instance.sites)
    rated = any(instance.overbooking_of(session) != "none" for session in instance.sessions) or any(
        (weights.expected_idle, weights.expected_wait, weights.expected_overtime)
    )
    people = Counter(client.household for client in instance.clients)
    first = min(dates, default=instance.period.start)

    def home(real: PlaceId | Coordinates) -> PlaceId | Coordinates:
        if isinstance(real, str):
            return names.places[real]
        return Coordinates(
            lat=_degrees(real.lat, round_homes=round_homes), lon=_degrees(real.lon, round_homes=round_homes)
        )

    def sent(client: Client) -> Client:
        called = client.invitation != "voluntary"
        last = client.last_invitation
        recent = called and last is not None and last + dt.timedelta(days=rules.invitation_gap_days) > first
        too_often = called and client.consecutive_misses >= rules.max_consecutive_misses
        house = client.household if people[client.household] > 1 else None
        own = client.caseworker if client.continuity != "none" else None
        return Client(
            id=names.clients[client.id],
            home=home(client.home),
            mode=client.mode,
            slots=client.slots,
            skills=tuple(names.words[skill] for skill in client.skills),
            languages=tuple(names.words[language] for language in client.languages),
            caseworker=None if own is None else names.caseworkers[own],
            continuity=client.continuity,
            windows=client.windows,
            absent=tuple(date for date in client.absent if date in dates),
            barrier_free=client.barrier_free and stairs,
            network=client.network and offline,
            show_rate=client.show_rate if rated else blank["show_rate"].default,
            reminder=client.reminder and rated and instance.attendance.reminder > 0,
            priority=client.priority,
            due=client.due if weights.lateness else None,
            last_invitation=last if recent else None,
            consecutive_misses=rules.max_consecutive_misses if too_often else 0,
            household=None if house is None else names.words[house],
        )

    return tuple(sent(client) for client in instance.clients)


def _tables(instance: Instance, names: Pseudonyms, *, round_homes: bool) -> Iterator[TravelTable]:
    """Travel tables with the rows that count, without kilometers, which have no price."""
    homes = {client.home for client in instance.clients if isinstance(client.home, str)}
    for number, table in enumerate(instance.travel.tables):
        if round_homes and table.origins_are == "clients":
            raise InputError([problem_at("homes_in_table", "travel", "tables", number, "origins_are", found="clients")])
        rows = [
            (origin, row)
            for origin, row in zip(table.origins, table.min, strict=True)
            if table.origins_are != "places" or origin in homes
        ]
        coarse = round_homes and table.origins_are == "places"
        named: Mapping[str, str] = getattr(names, table.origins_are)
        yield TravelTable(
            origins_are=table.origins_are,
            mode=table.mode,
            origins=tuple(named[origin] for origin, _ in rows),
            sites=tuple(names.sites[site] for site in table.sites),
            min=tuple(tuple(_rounded_up(cell) if coarse else cell for cell in row) for _, row in rows),
        )


def _rounded_up(minutes: float | None) -> float | None:
    return None if minutes is None else math.ceil(minutes / TABLE_STEP_MIN) * TABLE_STEP_MIN


def _degrees(exact: float, *, round_homes: bool) -> float:
    return round(exact, GRID_DIGITS) if round_homes else exact
