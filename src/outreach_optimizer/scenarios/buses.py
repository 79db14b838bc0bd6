"""Ways by public transport that no table has: an estimate from the tables that are there, and said to be one.

No distance formula is usable for a person's bus (docs/decisions.md), so plans never rest on this; a comparison with a
town hall that is no site yet, or with the way to a main office, has nothing better. The estimate is fair on average
to what the tables hold: the same minutes per kilometer, and the same distance beyond which there is no bus.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.generate.buses import (
    DETOUR,
    INSIDE_MIN,
    LONGEST_WALK_MIN,
    MAX_WAIT_MIN,
    SPEED_KMH,
    STOP_WALK_MIN,
)
from outreach_optimizer.instance import Coordinates, Instance, Office, Site
from outreach_optimizer.travel import UNKNOWN, client_ways, great_circle_km

FEWEST_PAIRS = 12
"""Ways from which a line is fitted, at least."""


class BusFit(NamedTuple):
    """``fixed_min + min_per_km * air line``, to nowhere beyond ``reach_km``.

    Parameters
    ----------
    pairs
        Ways of the tables that it is fitted to; 0: assumed (domain B.4).
    error_min
        Median absolute error over these pairs.
    """

    fixed_min: float
    min_per_km: float
    reach_km: float
    pairs: int
    error_min: float


ASSUMED = BusFit(STOP_WALK_MIN + MAX_WAIT_MIN / 2, DETOUR / SPEED_KMH * 60, np.inf, 0, 0.0)


def points(instance: Instance) -> NDArray[np.float64]:
    """Latitude and longitude of each client's home."""
    places = {place.id: (place.lat, place.lon) for place in instance.places}
    return np.array(
        [
            (home.lat, home.lon) if isinstance(home := client.home, Coordinates) else places[home]
            for client in instance.clients
        ],
        dtype=np.float64,
    ).reshape(-1, 2)


def air_km(instance: Instance, targets: tuple[Site, ...] | tuple[Office, ...]) -> NDArray[np.float64]:
    """Great-circle kilometers, clients × targets."""
    homes = points(instance)
    to = np.array([(target.lat, target.lon) for target in targets], dtype=np.float64).reshape(-1, 2)
    return great_circle_km(homes[:, :1], homes[:, 1:], to[None, :, 0], to[None, :, 1])


@lru_cache(maxsize=8)
def bus_fit(instance: Instance) -> BusFit:
    """Least squares over all known ways by bus; the reach separates best what has a bus from what has none."""
    rows = [row for row, client in enumerate(instance.clients) if client.mode == "transit"]
    km = air_km(instance, instance.sites)[rows].ravel()
    minutes = client_ways(instance).milli_min[rows].ravel() / 1000
    # Ways on foot inside a place say nothing about buses.
    known = (minutes >= 0) & (km * instance.travel.walk.min_per_km > LONGEST_WALK_MIN)
    if known.sum() < FEWEST_PAIRS or np.ptp(km[known]) < 1:
        return ASSUMED
    design = np.column_stack([np.ones(known.sum()), km[known]])
    (fixed, slope), *_ = np.linalg.lstsq(design, minutes[known], rcond=None)
    if slope <= 0 or fixed < 0:
        return ASSUMED
    error = np.median(np.abs(design @ (fixed, slope) - minutes[known]))
    return BusFit(float(fixed), float(slope), _reach_km(km, minutes >= 0), int(known.sum()), float(error))


def estimated_min(instance: Instance, km: NDArray[np.float64], *, everywhere: bool = False) -> NDArray[np.float64]:
    """One-way minutes by bus or, where shorter, on foot; infinite beyond the reach unless ``everywhere``."""
    fit = bus_fit(instance)
    by_bus = np.where(everywhere | (km <= fit.reach_km), fit.fixed_min + fit.min_per_km * km, np.inf)
    on_foot = np.maximum(INSIDE_MIN, instance.travel.walk.min_per_km * km)
    return np.minimum(by_bus, np.where(on_foot <= LONGEST_WALK_MIN, on_foot, np.inf))


def unknown_everywhere(instance: Instance) -> int:
    """People without any known way to a listed site."""
    ways = client_ways(instance).milli_min
    return int((ways == UNKNOWN).all(axis=1).sum()) if ways.size else len(instance.clients)


def _reach_km(km: NDArray[np.float64], served: NDArray[np.bool_]) -> float:
    order = np.argsort(km, kind="stable")
    km, served = km[order], served[order]
    # Calling everything up to a position served is wrong for those not served there and for those served beyond.
    wrong = np.cumsum(~served) + served.sum() - np.cumsum(served)
    return float(km[int(np.argmin(wrong))])
