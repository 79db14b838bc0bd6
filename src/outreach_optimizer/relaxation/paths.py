"""Days that are alike, and what it costs to drive to one session and back."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.amounts import Ints
from outreach_optimizer.relaxation.days import IMPOSSIBLE, Day


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
