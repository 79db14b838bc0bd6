"""Month block: what every caseworker drives in all, at most one path a day, within the agreed duties and minutes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.amounts import Ints, Mask
from outreach_optimizer.relaxation.days import IMPOSSIBLE, Day
from outreach_optimizer.relaxation.paths import alike

Costs = NDArray[Any]
"""Millionths of a minute: int64 in a certificate, floating-point numbers in a search."""

NOTHING = -1
FAR = 2**60
"""More than any path costs."""
MOST_CHAINS = 2_000
"""Paths of a day, and beginnings of paths, up to which each is looked at."""
NO_LIMIT = 2**40
"""More duties and more minutes than any month has."""


class Paths(NamedTuple):
    """Paths of all caseworkers, by caseworker and day.

    Parameters
    ----------
    worker, day
        Per path: whose it is, and a number of the day; of one day at most one path is driven.
    duties, away
        Duties, and minutes away.
    cost
        Of driving, millionths of a minute.
    stops
        Paths × most stops: sessions, then -1.
    """

    worker: Ints
    day: Ints
    duties: Ints
    away: Ints
    cost: Ints
    stops: Ints


class _Chains(NamedTuple):
    """Paths of one day with the same number of stops: paths × stops in driving order, minutes away and cost."""

    stops: Ints
    away: Ints
    cost: Ints


class Limits(NamedTuple):
    """Per caseworker: duties and minutes away at the most, `NO_LIMIT` where nothing is agreed."""

    duties: Ints
    minutes: Ints


class Driven(NamedTuple):
    """Cost of what is driven less what it earns, and positions of the paths."""

    cost: int | float
    chosen: Ints


def limits_of(instance: Instance) -> Limits:
    """What is agreed with the caseworkers."""
    return Limits(
        np.array([NO_LIMIT if w.max_duties is None else w.max_duties for w in instance.caseworkers], dtype=np.int64),
        np.array([NO_LIMIT if w.max_minutes is None else w.max_minutes for w in instance.caseworkers], dtype=np.int64),
    )


def paths_of(days: Sequence[Day]) -> Paths:
    """All paths of all days, and instead of too many their stops, each for itself (`_loose`)."""
    parts: list[tuple[Ints, ...]] = []
    place = 0
    for day, caseworkers in alike(days):
        chains = _chains(day)
        for stops, away, cost in chains or _loose(day):
            people, paths = len(caseworkers), len(stops)
            which = np.full(paths, place) if chains else place + np.arange(paths)
            parts.append(
                (
                    np.repeat(caseworkers, paths),
                    np.tile(which, people),
                    np.full(people * paths, stops.shape[1]),
                    np.tile(away, people),
                    np.tile(cost, people),
                    np.tile(day.sessions[stops], (people, 1)),
                )
            )
        place += len(day.sessions)
    most = max((part[-1].shape[1] for part in parts), default=0)
    wide = [np.pad(part[-1], ((0, 0), (0, most - part[-1].shape[1])), constant_values=NOTHING) for part in parts]
    none = np.zeros(0, dtype=np.int64)
    worker, which, duties, away, cost = (np.concatenate([none, *(part[f] for part in parts)]) for f in range(5))
    stops = np.concatenate([np.zeros((0, most), np.int64), *wide])
    order = np.lexsort((which, worker))
    day_of = np.cumsum(np.diff(worker[order] * (place + 1) + which[order], prepend=NOTHING) != 0) - 1
    return Paths(worker[order], day_of, duties[order], away[order], cost[order], stops[order])


def _chains(day: Day) -> list[_Chains]:
    """Paths of a day by the number of stops; none if there are more than `MOST_CHAINS`."""
    begin = np.flatnonzero(day.out_cost != IMPOSSIBLE)
    stops, cost = begin[:, None], day.out_cost[begin]
    found: list[_Chains] = []
    number = 0
    while len(stops):
        number += len(stops)
        if number > MOST_CHAINS:
            return []
        last = stops[:, -1]
        home = day.back_cost[last] != IMPOSSIBLE
        if home.any():
            away = day.out_away[stops[:, 0]] + day.back_away[last]
            found.append(_Chains(stops[home], away[home], (cost + day.back_cost[last])[home]))
        row, after = np.nonzero(day.leg_cost[last] != IMPOSSIBLE)
        stops, cost = np.column_stack([stops[row], after]), cost[row] + day.leg_cost[last[row], after]
    return found


def _loose(day: Day) -> list[_Chains]:
    """Stops of a day as if each were driven to for itself, for half of the cheapest ways to it and from it.

    Of any path that is no more than it costs: each of its legs is halved between the stops at its ends. Minutes do not
    count.
    """
    ways = np.where(day.leg_cost == IMPOSSIBLE, FAR, day.leg_cost)
    into = np.minimum(np.where(day.out_cost == IMPOSSIBLE, FAR, day.out_cost), ways.min(axis=0))
    onwards = np.minimum(np.where(day.back_cost == IMPOSSIBLE, FAR, day.back_cost), ways.min(axis=1))
    return [_Chains(np.arange(len(into))[:, None], np.zeros(len(into), dtype=np.int64), (into + onwards) // 2)]


def earned_of(paths: Paths, duties: Costs) -> Costs:
    """What the stops of each path earn; ``duties`` are sessions × caseworkers."""
    prices = duties[np.maximum(paths.stops, 0), paths.worker[:, None]]
    earned: Costs = np.where(paths.stops >= 0, prices, 0).sum(axis=1)
    return earned


def cheapest_months(paths: Paths, cost: Costs, limits: Limits) -> Driven:
    """The cheapest paths of every caseworker, each by themselves.

    Parameters
    ----------
    cost
        Per path: of driving, less what its stops earn.
    """
    paying = np.flatnonzero(cost < 0)
    paying = paying[np.lexsort((cost[paying], paths.day[paying]))]
    chosen = _first_of(paths.day, paying)
    within = _kept(paths, chosen, limits)
    if not within.all():
        counted = _counted(paths, cost, paying[~within[paths.worker[paying]]], limits.duties)
        chosen = np.concatenate([chosen[within[paths.worker[chosen]]], counted])
        within = _kept(paths, chosen, limits)
    timed = [
        _within(paths, cost, paying[paths.worker[paying] == w], int(limits.duties[w]), int(limits.minutes[w]))
        for w in np.flatnonzero(~within).tolist()
    ]
    chosen = np.concatenate([chosen[within[paths.worker[chosen]]], *timed])
    return Driven(cost[chosen].sum().item(), chosen)


def _first_of(key: Ints, positions: Ints) -> Ints:
    """The first position of each key, where keys are sorted."""
    return positions[np.flatnonzero(np.diff(key[positions], prepend=NOTHING))]


def _kept(paths: Paths, chosen: Ints, limits: Limits) -> Mask:
    """Per caseworker: whether these paths are within the limits."""
    worker, people = paths.worker[chosen], len(limits.duties)
    count, away = np.zeros(people, dtype=np.int64), np.zeros(people, dtype=np.int64)
    np.add.at(count, worker, paths.duties[chosen])
    np.add.at(away, worker, paths.away[chosen])
    return np.asarray((count <= limits.duties) & (away <= limits.minutes))


def _counted(paths: Paths, cost: Costs, paying: Ints, duties: Ints) -> Ints:
    """Paths of least cost within the agreed duties alone, of many caseworkers at once.

    A dynamic program over the days of each: the least cost with at most so many duties.
    """
    most = paths.stops.shape[1]
    key = paths.day * (most + 1) + paths.duties
    found = _first_of(key, paying[np.argsort(key[paying], kind="stable")])
    people, row = np.unique(paths.worker[found], return_inverse=True)
    day = np.cumsum(np.diff(paths.day[found], prepend=NOTHING) > 0) - 1
    step = day - day[np.searchsorted(row, np.arange(len(people)))][row]
    steps = int(step.max(initial=NOTHING)) + 1
    path = np.full((steps, len(people), most + 1), NOTHING)
    path[step, row, paths.duties[found]] = found
    gain = np.where(path == NOTHING, 0, cost[path])
    limit = np.minimum(duties[people], steps * most)
    best = np.zeros((len(people), int(limit.max(initial=0)) + 1), dtype=cost.dtype)
    taken = np.zeros((steps, *best.shape), dtype=np.int64)
    for number in range(steps):
        before = best.copy()
        for count in range(1, min(most, best.shape[1] - 1) + 1):
            with_it = before[:, : best.shape[1] - count] + gain[number, :, count, None]
            better = with_it < best[:, count:]
            best[:, count:][better] = with_it[better]
            taken[number, :, count:][better] = count
    left, every, chosen = limit, np.arange(len(people)), []
    for number in reversed(range(steps)):
        count = taken[number, every, left]
        chosen.append(path[number, every, count][count > 0])
        left = left - count
    return np.concatenate([np.zeros(0, np.int64), *chosen])


def _within(paths: Paths, cost: Costs, mine: Ints, duties: int, minutes: int) -> Ints:
    """Paths of one caseworker whose minutes are short, at most one a day, of least cost within the limits.

    A dynamic program over the days. A label says what was driven so far: its duties, minutes and cost. Of two labels
    with as many duties the one with more minutes has to be cheaper, else it is dropped.
    """
    mine = mine[(paths.duties[mine] <= duties) & (paths.away[mine] <= minutes)]
    count, away, so_far = (np.zeros(1, dtype=array.dtype) for array in (paths.duties, paths.away, cost))
    steps: list[tuple[Ints, Ints]] = []
    for options in np.split(mine, np.flatnonzero(np.diff(paths.day[mine])) + 1):
        many = len(options) + 1
        origin = np.repeat(np.arange(len(count)), many)
        path = np.tile(np.r_[NOTHING, options], len(count))
        count = (count[:, None] + np.r_[0, paths.duties[options]]).ravel()
        away = (away[:, None] + np.r_[0, paths.away[options]]).ravel()
        so_far = (so_far[:, None] + np.r_[np.zeros(1, cost.dtype), cost[options]]).ravel()
        kept = _undominated(count, away, so_far, duties, minutes)
        count, away, so_far = count[kept], away[kept], so_far[kept]
        steps.append((origin[kept], path[kept]))
    label, chosen = int(so_far.argmin()), []
    for origin, path in reversed(steps):
        if path[label] != NOTHING:
            chosen.append(int(path[label]))
        label = int(origin[label])
    return np.array(chosen, dtype=np.int64)


def _undominated(count: Ints, away: Ints, cost: Costs, duties: int, minutes: int) -> Ints:
    """Positions of the labels that stay."""
    inside = np.flatnonzero((count <= duties) & (away <= minutes))
    order = inside[np.lexsort((cost[inside], away[inside], count[inside]))]
    rank = np.empty(len(order), dtype=np.int64)
    rank[np.argsort(cost[order], kind="stable")] = np.arange(len(order))
    # Ranks of more duties are moved below all ranks of fewer, so that each number of duties has its own minimum.
    least = np.minimum.accumulate(rank - count[order] * len(order))
    kept: Ints = order[np.r_[True, least[1:] < least[:-1]]]
    return kept
