"""A synthetic stand-in for bus travel times; no timetable."""

import random
from collections.abc import Sequence

from outreach_optimizer.assumptions import TravelTable
from outreach_optimizer.generate.places import PlaceFact, air_line_km

STOP_WALK_MIN = 6
DETOUR = 1.6
SPEED_KMH = 28
MAX_WAIT_MIN = 30
WALK_MIN_PER_KM = 15.3
LONGEST_WALK_MIN = 60
INSIDE_MIN = 8
"""Shortest way: homes of a place share one point, but nobody lives in the town hall."""
TRANSFER_MIN = 10
TRANSFER_FROM_KM = 12
SERVED: tuple[tuple[float, float], ...] = ((8, 1.0), (15, 0.85), (25, 0.4))
"""Up to so many kilometers of air line, a pair has a usable service with this probability; farther never."""


def draw_buses(
    homes: Sequence[PlaceFact], sites: Sequence[PlaceFact], site_ids: Sequence[str], rng: random.Random
) -> TravelTable:
    """One-way minutes door to door by bus or, where shorter, on foot; null where there is neither."""
    km = air_line_km(homes, sites)
    return TravelTable.model_validate(
        {
            "origins_are": "places",
            "mode": "transit",
            "origins": tuple(home.id for home in homes),
            "sites": tuple(site_ids),
            "min": tuple(
                tuple(_way_min(float(km[row, column]), home, site, rng) for column, site in enumerate(sites))
                for row, home in enumerate(homes)
            ),
        }
    )


def headway_min(home: PlaceFact, site: PlaceFact) -> int:
    """Minutes from one bus to the next, guessed from the smaller place."""
    residents = min(home.residents, site.residents)
    return 30 if residents >= 3000 else 40 if residents >= 1000 else 120


def _way_min(km: float, home: PlaceFact, site: PlaceFact, rng: random.Random) -> int | None:
    # Drawn before anything is decided: every pair uses up the same number of draws.
    luck, delay = rng.random(), rng.uniform(0.9, 1.15)
    served = next((share for limit_km, share in SERVED if km <= limit_km), 0.0)
    ways = []
    if luck < served:
        wait = min(MAX_WAIT_MIN, headway_min(home, site) / 2)
        transfer = TRANSFER_MIN if km > TRANSFER_FROM_KM else 0
        ways.append(STOP_WALK_MIN + wait + transfer + km * DETOUR / SPEED_KMH * 60 * delay)
    if km * WALK_MIN_PER_KM <= LONGEST_WALK_MIN:
        ways.append(max(INSIDE_MIN, km * WALK_MIN_PER_KM))
    return round(min(ways)) if ways else None
