"""Where people live and where they go, told so that nobody can be recognized.

Settlements are merged into areas of at least `K_PEOPLE` clients. How many people of an area are invited, and to which
site, is given as a range of at least three numbers: "6 of 7 invited" would tell that one is not.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import CaseworkerId, ClientId, SiteId
from outreach_optimizer.instance import Appointment, Client, Coordinates, Instance, Session
from outreach_optimizer.outlook import Outlook, outlooks
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import great_circle_km

K_PEOPLE = 5
"""Clients of an area, at least (k-anonymity)."""
SMALL = 3
"""Smaller counts are not told (practice of the statistics of the Bundesagentur für Arbeit)."""


class Count(NamedTuple):
    """A number of people, known to lie in ``low … high``, both included."""

    low: int
    high: int

    @property
    def middle(self) -> float:
        """What to draw."""
        return (self.low + self.high) / 2


class Flow(NamedTuple):
    """People of an area who are invited to a site."""

    site: SiteId
    people: Count


class Area(NamedTuple):
    """Settlements that together have at least `K_PEOPLE` clients; the point is that of the one with most clients.

    Parameters
    ----------
    places
        Names of all settlements that belong to the area, those without clients included.
    flows
        Sites to which three or more are invited, as far as that may be told.
    """

    name: str
    lat: float
    lon: float
    places: tuple[str, ...]
    people: int
    invited: Count
    flows: tuple[Flow, ...]

    @property
    def uninvited(self) -> Count:
        """People without an appointment."""
        return Count(self.people - self.invited.high, self.people - self.invited.low)


class Held(NamedTuple):
    """A session of the schedule.

    Parameters
    ----------
    free_slots
        Caseworker slots to which nobody is invited; None where that would give a small count away.
    outlook
        None without a crew, and with fewer than three people, whose probability of coming could be worked out from it.
    """

    session: Session
    crew: int
    invited: Count
    free_slots: int | None
    outlook: Outlook | None


class Anchor(NamedTuple):
    """A public point that homes are counted at."""

    name: str
    municipality: str | None
    lat: float
    lon: float


def told(people: int, *, precise: bool) -> Count:
    """A count that may be shown: itself, or 0 … 2 for every smaller one."""
    return Count(people, people) if precise or people >= SMALL else Count(0, SMALL - 1)


def total(counts: Sequence[Count]) -> Count:
    """Sum of counts; never narrower than its parts, so that subtracting gives nothing away."""
    return Count(sum(count.low for count in counts), sum(count.high for count in counts))


def visits(instance: Instance, schedule: Schedule) -> Mapping[ClientId, Appointment]:
    """First appointment of each invited client."""

    def when(appointment: Appointment) -> tuple[dt.date, int]:
        return instance.session_by_id[appointment.session].date, appointment.start

    return {client: min(appointments, key=when) for client, appointments in schedule.by_client.items()}


def held_sessions(instance: Instance, schedule: Schedule, *, precise: bool = False) -> tuple[Held, ...]:
    """Sessions with caseworkers or appointments, by date and start."""
    sessions = sorted(instance.sessions, key=lambda session: (session.date, session.start, session.id))
    expected = {outlook.session.id: outlook for outlook in outlooks(instance, schedule)}
    held = []
    for session in sessions:
        crew, appointments = len(schedule.crew(session.id)), schedule.appointments_in(session.id)
        if crew or appointments:
            people = len({appointment.client for appointment in appointments})
            slots = min(crew, session.desks) * len(session.slot_starts(instance.slot_min))
            invited = told(people, precise=precise)
            free = max(0, slots - _slots_used(instance, appointments)) if invited.low == invited.high else None
            outlook = expected.get(session.id) if people >= SMALL else None
            held.append(Held(session, crew, invited, free, outlook))
    return tuple(held)


def _slots_used(instance: Instance, appointments: Sequence[Appointment]) -> int:
    """Caseworker slots with one appointment or more."""
    used: dict[tuple[CaseworkerId, int], int] = {}
    for appointment in appointments:
        seat, slots = (appointment.caseworker, appointment.start), instance.client_by_id[appointment.client].slots
        used[seat] = max(slots, used.get(seat, 0))
    return sum(used.values())


def areas(instance: Instance, schedule: Schedule) -> tuple[Area, ...]:
    """Areas with what may be told about them, the largest first; none if there are too few clients at all."""
    anchors = _anchors(instance)
    if len(instance.clients) < K_PEOPLE or not anchors:
        return ()
    homes = home_anchors(instance, anchors)
    sizes = [0] * len(anchors)
    for anchor in homes:
        sizes[anchor] += 1
    visited = visits(instance, schedule)
    found = []
    for members in _merge(anchors, sizes):
        inside = set(members)
        residents = [c for c, anchor in zip(instance.clients, homes, strict=True) if anchor in inside]
        found.append(_area(instance, [anchors[m] for m in members], [sizes[m] for m in members], residents, visited))
    return tuple(sorted(found, key=lambda area: (-area.people, area.name)))


def home_anchors(instance: Instance, anchors: Sequence[Anchor]) -> list[int]:
    """Number of the anchor at which each client is counted: the settlement, for coordinates the nearest one."""
    numbers = {place.id: number for number, place in enumerate(instance.places)}
    lat, lon = _columns(anchors)
    return [
        int(great_circle_km(np.array(client.home.lat), np.array(client.home.lon), lat, lon).argmin())
        if isinstance(client.home, Coordinates)
        else numbers[client.home]
        for client in instance.clients
    ]


def bracket(count: int, people: int) -> Count:
    """Range of at least three numbers that tells ``count`` of ``people``: from a multiple of three on, the last longer.

    The counterpart, ``people`` minus the range, then has three numbers or more, too.
    """
    last = (people + 1) // SMALL - 1
    number = min(count // SMALL, last)
    return Count(SMALL * number, people if number == last else SMALL * number + SMALL - 1)


def told_of_area(people: int, visitors: Mapping[SiteId, int]) -> tuple[Count, tuple[Flow, ...]]:
    """How many of an area are invited, and the flows to draw, those to most people first.

    Flows below three are not drawn, and so are the smallest ones where the drawn flows together would say more than
    the range of the invited does. On areas of 5 to 12 people and one or two sites, all tried by the tests, a reader who
    knows this procedure is left with two or more possible numbers. With three sites and more, a few constellations
    (such as two people to each of three sites and nobody else) can be worked out.
    """
    invited = bracket(sum(visitors.values()), people)
    by_size = sorted(visitors, key=lambda site: (-visitors[site], site))
    flows = [Flow(site, bracket(visitors[site], people)) for site in by_size if visitors[site] >= SMALL]
    while sum(flow.people.low for flow in flows) > invited.low:
        flows.pop()
    return invited, tuple(flows)


def _anchors(instance: Instance) -> tuple[Anchor, ...]:
    """Settlements; where the instance lists none, the sites."""
    if instance.places:
        return tuple(Anchor(place.name, place.municipality, place.lat, place.lon) for place in instance.places)
    return tuple(Anchor(site.name, None, site.lat, site.lon) for site in instance.sites)


def _area(
    instance: Instance,
    anchors: Sequence[Anchor],
    sizes: Sequence[int],
    residents: Sequence[Client],
    visited: Mapping[ClientId, Appointment],
) -> Area:
    main = anchors[max(range(len(anchors)), key=lambda number: (sizes[number], -number))]
    visitors = Counter(instance.session_by_id[visited[c.id].session].site for c in residents if c.id in visited)
    invited, flows = told_of_area(len(residents), visitors)
    return Area(
        name=main.name,
        lat=main.lat,
        lon=main.lon,
        places=tuple(sorted({anchor.name for anchor in anchors})),
        people=len(residents),
        invited=invited,
        flows=flows,
    )


def _merge(anchors: Sequence[Anchor], sizes: Sequence[int]) -> list[list[int]]:
    """Join the smallest group to its nearest neighbor, in its municipality if there is one, until all are big enough.

    Needs at least `K_PEOPLE` clients in total.
    """
    lat, lon = _columns(anchors)
    km = great_circle_km(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    groups, people = {number: [number] for number in range(len(anchors))}, dict(enumerate(sizes))
    while min(people.values()) < K_PEOPLE:
        small = min(people, key=lambda number: (people[number], number))
        home = anchors[small].municipality
        others = [number for number in groups if number != small]
        near = [number for number in others if home is not None and anchors[number].municipality == home] or others
        host = min(near, key=lambda number: (km[small, number], number))
        # The group keeps the point of its bigger part: distances are measured from where most people live.
        keep, drop = (host, small) if people[host] >= people[small] else (small, host)
        groups[keep] += groups.pop(drop)
        people[keep] += people.pop(drop)
    return list(groups.values())


def _columns(anchors: Sequence[Anchor]) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", ...]:
    return np.array([anchor.lat for anchor in anchors]), np.array([anchor.lon for anchor in anchors])
