"""Minutes and kilometers from homes and base offices to sites, and the tours of caseworkers.

Computed ways follow ``fixed_min + min_per_km * great_circle_km``, calibrated on three real road networks
(mean absolute error 3.4 min by car; two routing engines differ by a factor of 1.26 among themselves). Public
transport is never computed: no distance formula is usable.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.assumptions import TravelTable
from outreach_optimizer.fields import CaseworkerId, Mode, PlaceId, milli
from outreach_optimizer.instance import Caseworker, Client, Coordinates, Instance, Office, Session, Site
from outreach_optimizer.schedule import Schedule

EARTH_RADIUS_KM = 6371.0088
UNKNOWN = -1
MODES: tuple[Mode, ...] = get_args(Mode)


def great_circle_km(
    lat: NDArray[np.float64], lon: NDArray[np.float64], to_lat: NDArray[np.float64], to_lon: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Great-circle distance in kilometers, haversine formula on the mean Earth radius; degrees, shapes broadcast."""
    phi, to_phi = np.radians(lat), np.radians(to_lat)
    half_chord = (
        np.sin((to_phi - phi) / 2) ** 2 + np.cos(phi) * np.cos(to_phi) * np.sin(np.radians(to_lon - lon) / 2) ** 2
    )
    km: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half_chord, 0, 1)))
    return km


class Ways(NamedTuple):
    """One-way ways to sites: rows are origins, columns the instance's sites; `UNKNOWN` where no number is known.

    Parameters
    ----------
    milli_min
        Thousandths of a minute, int64.
    milli_km
        Thousandths of a kilometer on the road, int64.
    """

    milli_min: NDArray[np.int64]
    milli_km: NDArray[np.int64]


class Tour(NamedTuple):
    """A caseworker's day: base → site (→ site …) → base. Minutes are minutes of the day, thousandths where said.

    Parameters
    ----------
    departure, arrival
        Leaving and reaching the base, minutes of the day rounded outwards; before 0 and after 1440 if it must be.
    drive_milli_min, drive_milli_km
        At the wheel, thousandths; None where a way is unknown.
    missing_min
        Minutes by which the time between two sessions is too short for the drive; 0 for a drivable tour.
    rest_min
        Breaks of the sessions and waiting between sessions, in pieces of 15 minutes or more.
    """

    caseworker: CaseworkerId
    date: dt.date
    sessions: tuple[Session, ...]
    departure: int
    arrival: int
    drive_milli_min: int | None
    drive_milli_km: int | None
    missing_min: int
    rest_min: int

    @property
    def away_min(self) -> int:
        """Minutes between leaving and reaching the base."""
        return self.arrival - self.departure

    @property
    def work_min(self) -> int:
        """Working time: away, without rest breaks."""
        return self.away_min - self.rest_min


@lru_cache(maxsize=8)
def client_ways(instance: Instance) -> Ways:
    """Ways of the clients by their own mode; rows in the order of ``instance.clients``."""
    places = {place.id: (place.lat, place.lon) for place in instance.places}
    points = np.array([_point(client, places) for client in instance.clients], dtype=np.float64).reshape(-1, 2)
    ways = _blank(len(instance.clients), len(instance.sites))
    for mode in MODES:
        rows = np.array([row for row, client in enumerate(instance.clients) if client.mode == mode], dtype=np.int64)
        if len(rows):
            _compute(instance, mode, points[rows], ways, rows)
    for table in instance.travel.tables:
        if table.origins_are == "clients":
            named: dict[str, list[int]] = {client.id: [row] for row, client in enumerate(instance.clients)}
        elif table.origins_are == "places":
            named = {}
            for row, client in enumerate(instance.clients):
                if isinstance(client.home, str):
                    named.setdefault(client.home, []).append(row)
        else:
            continue
        modes = [table.mode in (None, client.mode) for client in instance.clients]
        _overlay(instance, table, named, modes, ways)
    return ways


@lru_cache(maxsize=8)
def office_ways(instance: Instance) -> Ways:
    """Ways by car from the base offices to the sites; rows in the order of ``instance.offices``."""
    return _car_ways(instance, "offices", instance.offices)


@lru_cache(maxsize=8)
def site_ways(instance: Instance) -> Ways:
    """Ways by car from site to site; rows and columns in the order of ``instance.sites``."""
    return _car_ways(instance, "sites", instance.sites)


def tour_of(instance: Instance, caseworker: Caseworker, sessions: Sequence[Session]) -> Tour:
    """The tour that visits the sessions of one day in the order of their starts.

    Raises
    ------
    ValueError
        ``sessions`` is empty.
    """
    if not sessions:
        raise ValueError("a tour needs a session")
    rules, index = instance.rules, instance.site_columns
    stops = sorted(sessions, key=lambda session: (session.start, session.end, session.id))
    columns = [index[session.site] for session in stops]
    base, between = office_ways(instance), site_ways(instance)
    row = _office_index(instance)[caseworker.office]
    legs = [
        (int(base.milli_min[row, columns[0]]), int(base.milli_km[row, columns[0]])),
        *((int(between.milli_min[a, b]), int(between.milli_km[a, b])) for a, b in pairwise(columns)),
        (int(base.milli_min[row, columns[-1]]), int(base.milli_km[row, columns[-1]])),
    ]
    minutes = [_whole_min(leg[0]) for leg in legs]
    missing, rests = 0, [pause.end - pause.start for stop in stops for pause in stop.breaks]
    for before, after, drive in zip(stops[:-1], stops[1:], minutes[1:-1], strict=True):
        # Two sessions in one town hall: nobody packs up, sets up or drives.
        handling = 0 if before.site == after.site else rules.leave_after_min + rules.arrive_before_min
        waiting = after.start - before.end - handling - drive
        missing += max(0, -waiting)
        rests.append(waiting)
    return Tour(
        caseworker=caseworker.id,
        date=stops[0].date,
        sessions=tuple(stops),
        departure=stops[0].start - rules.arrive_before_min - minutes[0],
        arrival=stops[-1].end + rules.leave_after_min + minutes[-1],
        drive_milli_min=_total([leg[0] for leg in legs]),
        drive_milli_km=_total([leg[1] for leg in legs]),
        missing_min=missing,
        rest_min=sum(rest for rest in rests if rest >= 15),
    )


@lru_cache(maxsize=4)
def tours(instance: Instance, schedule: Schedule) -> tuple[Tour, ...]:
    """The tours that the duties of a schedule make, by caseworker and date."""
    days: dict[tuple[CaseworkerId, dt.date], list[Session]] = {}
    for duty in schedule.duties:
        session = instance.session_by_id[duty.session]
        days.setdefault((duty.caseworker, session.date), []).append(session)
    return tuple(
        tour_of(instance, instance.caseworker_by_id[caseworker], sessions)
        for (caseworker, _), sessions in sorted(days.items())
    )


def fits(client: Client, site: Site) -> bool:
    """Whether the building and the data link of a site suit a client, whatever its status."""
    return (site.barrier_free or not client.barrier_free) and (site.network_ok or not client.network)


@lru_cache(maxsize=8)
def nearest_milli_min(instance: Instance) -> NDArray[np.int64]:
    """One-way thousandths of a minute to the nearest site that suits each client; `UNKNOWN` if there is none.

    All listed sites count, whatever their status, so that opening one of them does not move the yardstick.
    """
    ways = client_ways(instance).milli_min
    # What `fits` depends on: four kinds of clients.
    kinds = {(client.barrier_free, client.network): client for client in instance.clients}
    rows = {kind: [fits(client, site) for site in instance.sites] for kind, client in kinds.items()}
    suited = np.array([rows[client.barrier_free, client.network] for client in instance.clients], dtype=bool)
    far = np.iinfo(np.int64).max
    if not ways.size:
        return np.full(len(instance.clients), UNKNOWN, dtype=np.int64)
    nearest = np.where((ways != UNKNOWN) & suited.reshape(ways.shape), ways, far).min(axis=1)
    return np.where(nearest == far, UNKNOWN, nearest)


@lru_cache(maxsize=8)
def _office_index(instance: Instance) -> dict[str, int]:
    return {office.id: row for row, office in enumerate(instance.offices)}


def _point(client: Client, places: Mapping[PlaceId, tuple[float, float]]) -> tuple[float, float]:
    if isinstance(client.home, Coordinates):
        return client.home.lat, client.home.lon
    return places[client.home]


def _whole_min(milli_min: int) -> int:
    return 0 if milli_min == UNKNOWN else -(-milli_min // 1000)


def _total(parts: list[int]) -> int | None:
    return None if UNKNOWN in parts else sum(parts)


def _blank(rows: int, columns: int) -> Ways:
    return Ways(np.full((rows, columns), UNKNOWN, dtype=np.int64), np.full((rows, columns), UNKNOWN, dtype=np.int64))


def _compute(instance: Instance, mode: Mode, points: NDArray[np.float64], ways: Ways, rows: NDArray[np.int64]) -> None:
    """Fill rows with computed ways, whole minutes; public transport gets kilometers only."""
    # Many clients share a home; what they share is computed once.
    points, home = np.unique(points, axis=0, return_inverse=True)
    sites = np.array([(site.lat, site.lon) for site in instance.sites], dtype=np.float64).reshape(-1, 2)
    km = great_circle_km(points[:, :1], points[:, 1:], sites[None, :, 0], sites[None, :, 1])
    data = instance.travel
    factors = {"car": data.car, "bike": data.bike, "walk": data.walk}.get(mode)
    ways.milli_km[rows] = np.rint(km * (factors or data.car).road * 1000).astype(np.int64)[home]
    if factors is not None and data.computed:
        ways.milli_min[rows] = (np.rint(factors.fixed_min + factors.min_per_km * km).astype(np.int64) * 1000)[home]


def _car_ways(instance: Instance, kind: str, origins: Sequence[Site] | Sequence[Office]) -> Ways:
    points = np.array([(origin.lat, origin.lon) for origin in origins], dtype=np.float64).reshape(-1, 2)
    ways = _blank(len(points), len(instance.sites))
    _compute(instance, "car", points, ways, np.arange(len(points)))
    ids: list[str] = [origin.id for origin in origins]
    named = {origin: [row] for row, origin in enumerate(ids)}
    if kind == "sites":
        np.fill_diagonal(ways.milli_min, 0)
        np.fill_diagonal(ways.milli_km, 0)
    for table in instance.travel.tables:
        if table.origins_are == kind and table.mode in (None, "car"):
            _overlay(instance, table, named, [True] * len(points), ways)
    return ways


def _overlay(
    instance: Instance, table: TravelTable, named: dict[str, list[int]], applies: Sequence[bool], ways: Ways
) -> None:
    """Write the numbers of a table over the rows that it names."""
    index = instance.site_columns
    columns = np.array([index[site] for site in table.sites], dtype=np.int64)
    for number, origin in enumerate(table.origins):
        rows = np.array([row for row in named.get(origin, ()) if applies[row]], dtype=np.int64)
        if len(rows):
            ways.milli_min[np.ix_(rows, columns)] = _thousandths(table.min[number])
            if table.km is not None:
                ways.milli_km[np.ix_(rows, columns)] = _thousandths(table.km[number])


def _thousandths(row: Sequence[float | None]) -> NDArray[np.int64]:
    return np.array([UNKNOWN if value is None else milli(value) for value in row], dtype=np.int64)
