"""A made-up region of the size of Thuringia: settlements, offices, sites and what was agreed with their towns.

A rectangle at Thuringia's latitude and of its area, in equal parts of one base office each. No place in it is real:
not its outline, no settlement, no town hall. The numbers are explained in ``instances/README.md``.
"""

import math
import random
from typing import NamedTuple

from outreach_optimizer.fields import Weekday
from outreach_optimizer.generate.places import Land, PlaceFact, air_line_km
from outreach_optimizer.generate.presets import SPRING, Hours, Preset, SitePlan
from outreach_optimizer.instance import Break

OFFICES = 25
OFFICES_PER_ROW = 5
SITES_PER_OFFICE, SESSIONS_PER_OFFICE, STAFF_PER_OFFICE, CLIENTS_PER_OFFICE = 6, 40, 28, 4000
SOUTH_WEST = (50.38, 10.1)
PART_KM = (27.0, 24.0)
"""From west to east and from south to north: 648 km² for each base office."""
GRID = (8, 5)
"""Settlements of one part, from west to east and from south to north."""
JITTER = 0.8
KM_PER_DEGREE = 6371.0088 * math.pi / 180
SITE_DISTANCE_KM = 4.0
OFFICE_TOWN = 36_000
RESIDENTS_LOG = (6.6, 1.0)
"""Mean and deviation of the logarithm of a settlement's residents: 735 in the middle, 1,200 on average."""
CATHOLIC_PARTS = 2

HOURS: Hours = {
    "am": (8 * 60 + 45, 12 * 60 + 5, ()),
    "pm": (12 * 60 + 50, 16 * 60 + 10, ()),
    "day": (8 * 60 + 45, 16 * 60 + 10, (Break(start=12 * 60 + 5, end=12 * 60 + 50),)),
}
"""Five slots of 40 minutes before and five after lunch."""
WEEKDAYS_LENT: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu")
DESKS = range(12, 16)


class Part(NamedTuple):
    """What belongs to one base office."""

    town: PlaceFact
    settlements: list[PlaceFact]


def draw_region(offices: int, rng: random.Random) -> tuple[Preset, Land]:
    """Size and land of a region of so many base offices."""
    parts = _parts(offices, rng)
    plans: list[SitePlan] = []
    for number, part in enumerate(parts):
        plans += _site_plans(number, part, len(plans), len(str(offices * SITES_PER_OFFICE)), rng)
    towns = [part.town for part in parts]
    homes = [settlement for part in parts for settlement in part.settlements]
    land = Land(
        facts={fact.id: fact for fact in (*towns, *homes)},
        homes=homes,
        offices=tuple(town.id for town in towns),
        corpus_christi=frozenset(home.id for part in parts[:CATHOLIC_PARTS] for home in part.settlements),
    )
    sessions = offices * SESSIONS_PER_OFFICE
    return (
        Preset(
            *SPRING,
            sites=tuple(plans),
            clients=offices * CLIENTS_PER_OFFICE,
            caseworkers=offices * STAFF_PER_OFFICE,
            slot_min=40,
            hours=HOURS,
            offered=sessions,
            flawed=max(1, len(plans) // 15),
            language_towns=max(1, offices // 6),
            # One walk-in slot for two caseworkers, as everywhere; every twentieth session may stay unused.
            limits={"min_load": 20, "min_crew": 3, "walk_in_reserve": 6, "max_sessions": sessions * 19 // 20},
        ),
        land,
    )


def _parts(offices: int, rng: random.Random) -> list[Part]:
    """Base offices in rows from the south-west, each with the settlements around it."""
    per_part = GRID[0] * GRID[1]
    width = len(str(offices * per_part))
    parts = []
    for number in range(offices):
        row, column = divmod(number, OFFICES_PER_ROW)
        sizes = [rng.lognormvariate(*RESIDENTS_LOG) for _ in range(per_part)]
        # Some parts have more people, but not because of one large settlement.
        scale = rng.uniform(0.85, 1.15) * per_part * math.exp(RESIDENTS_LOG[0] + RESIDENTS_LOG[1] ** 2 / 2) / sum(sizes)
        facts = []
        for position in range(per_part):
            y, x = divmod(position, GRID[0])
            east = (column + (x + 0.5 + JITTER * (rng.random() - 0.5)) / GRID[0]) * PART_KM[0]
            north = (row + (y + 0.5 + JITTER * (rng.random() - 0.5)) / GRID[1]) * PART_KM[1]
            name = f"p{number * per_part + position + 1:0{width}d}"
            facts.append(_fact(name, number, east, north, max(20, round(sizes[position] * scale))))
        middle = (GRID[1] // 2) * GRID[0] + GRID[0] // 2
        town = facts.pop(middle)._replace(residents=OFFICE_TOWN)
        parts.append(Part(town, facts))
    return parts


def _site_plans(number: int, part: Part, first: int, width: int, rng: random.Random) -> list[SitePlan]:
    """Sites in the largest settlements: one lends its room every week, the others every second, on different days."""
    busiest, *others = rng.sample(WEEKDAYS_LENT, len(WEEKDAYS_LENT))
    turns = rng.sample([(weekday, week) for weekday in others for week in (0, 1)], SITES_PER_OFFICE - 1)
    plans = []
    for rank, town in enumerate(_site_towns(part)):
        weekly = rank == 0
        last = rank == SITES_PER_OFFICE - 1
        plans.append(
            SitePlan(
                id=f"s{first + rank + 1:0{width}d}",
                place=town.id,
                offers=(("choice" if number % 5 == 0 else "half") if rank == 1 else "day",),
                at_least=4 if weekly else 0 if last else 2,
                at_most=12 if weekly else 6,
                spacing_days=5 if weekly else 7,
                rhythm_days=7 if weekly else 14 if rank % 2 == 0 else None,
                status="planned" if last and number % 12 == 1 else "open",
                turns=((busiest, 0) if weekly else turns[rank - 1],),
                every_weeks=1 if weekly else 2,
                desks=rng.choice(DESKS),
                min_crew=2 if rank == 2 and number % 5 == 1 else None,
            )
        )
    return plans


def _site_towns(part: Part) -> list[PlaceFact]:
    """Give the largest settlements that are not too near to one another or to the office."""
    towns: list[PlaceFact] = []
    for settlement in sorted(part.settlements, key=lambda settlement: -settlement.residents):
        apart = air_line_km([settlement], [part.town, *towns]).min() >= SITE_DISTANCE_KM
        if apart and len(towns) < SITES_PER_OFFICE:
            towns.append(settlement)
    return towns


def _fact(name: str, part: int, east_km: float, north_km: float, residents: int) -> PlaceFact:
    lat = SOUTH_WEST[0] + north_km / KM_PER_DEGREE
    lon = SOUTH_WEST[1] + east_km / (KM_PER_DEGREE * math.cos(math.radians(lat)))
    return PlaceFact(name, name, f"part {part + 1:02d}", round(lat, 4), round(lon, 4), residents)
