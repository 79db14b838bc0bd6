"""Rows of a model of duties: what a caseworker can do in a month of tours with one stop."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np

from outreach_optimizer.solver.construct.crews import Limits
from outreach_optimizer.solver.construct.tours import Lone
from outreach_optimizer.solver.linear import Rows

K = TypeVar("K")
V = TypeVar("V")


def within_limits(rows: Rows, duty: Mapping[tuple[int, int], int], limits: Limits, lone: Lone) -> None:
    """One session a day, and no more duties and minutes than agreed.

    Parameters
    ----------
    duty
        Variable of each duty ``(session, caseworker)``.
    """
    for mine in grouped(((w, int(limits.day[s])), number) for (s, w), number in duty.items()).values():
        if len(mine) > 1:
            rows.add(dict.fromkeys(mine, 1), -np.inf, 1)
    for w, sessions in grouped((w, s) for s, w in duty).items():
        away_min = {duty[s, w]: int(lone.away_min[s, w]) for s in sessions}
        if limits.duties[w] < len(sessions):
            rows.add(dict.fromkeys(away_min, 1), -np.inf, int(limits.duties[w]))
        if limits.minutes[w] < sum(away_min.values()):
            rows.add(away_min, -np.inf, int(limits.minutes[w]))


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    """Values by key."""
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
