"""Path block: what every caseworker drives on every day, each by itself the cheapest way."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.amounts import Ints
from outreach_optimizer.relaxation.days import IMPOSSIBLE, Day

FAR = 2**60
"""More than any path costs."""


class Alike(NamedTuple):
    """Days that differ in nothing but the caseworker."""

    day: Day
    caseworkers: Ints


def alike(days: Sequence[Day]) -> Iterator[Alike]:
    """Days that share their arrays, together."""
    groups: dict[int, list[Day]] = {}
    for day in days:
        groups.setdefault(id(day.sessions), []).append(day)
    for group in groups.values():
        yield Alike(group[0], np.array([day.caseworker for day in group], dtype=np.int64))


def cheapest_paths(days: Sequence[Day], duties: Ints, minutes: Ints) -> int:
    """Sum over all days of the cheapest path, or 0 for staying at the base.

    Parameters
    ----------
    duties
        Sessions × caseworkers: what a stop earns.
    minutes
        Per caseworker: price of a minute away.
    """
    return sum(int(_cheapest(group, duties, minutes).sum()) for group in alike(days))


def lone_costs(days: Sequence[Day], shape: tuple[int, ...], minutes: Ints) -> Ints:
    """Sessions × caseworkers: cost of driving there and back alone, time away included; 0 where that is impossible."""
    costs = np.zeros(shape, dtype=np.int64)
    for day, caseworkers in alike(days):
        away = (day.out_away + day.back_away)[:, None] * minutes[caseworkers]
        possible = (day.out_cost != IMPOSSIBLE) & (day.back_cost != IMPOSSIBLE)
        costs[np.ix_(day.sessions, caseworkers)] = np.where(
            possible[:, None], (day.out_cost + day.back_cost)[:, None] + away, 0
        )
    return costs


def _cheapest(group: Alike, duties: Ints, minutes: Ints) -> Ints:
    """Per caseworker; a dynamic program over the last stop so far."""
    day, caseworkers = group
    price = minutes[caseworkers]
    out = np.where((day.out_cost == IMPOSSIBLE)[:, None], FAR, day.out_cost[:, None] + day.out_away[:, None] * price)
    back = np.where(
        (day.back_cost == IMPOSSIBLE)[:, None], FAR, day.back_cost[:, None] + day.back_away[:, None] * price
    )
    earned = duties[np.ix_(day.sessions, caseworkers)]
    best = out - earned
    for stop in range(1, len(best)):
        before = np.flatnonzero(day.leg_cost[:stop, stop] != IMPOSSIBLE)
        if len(before):
            arriving = (best[before] + day.leg_cost[before, stop][:, None]).min(axis=0)
            best[stop] = np.minimum(best[stop], arriving - earned[stop])
    return np.asarray(np.minimum((best + back).min(axis=0), 0))
