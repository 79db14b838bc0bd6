"""The volume algorithm on relaxations whose best bound is known."""

import time
from collections.abc import Callable
from threading import Event

import numpy as np
import pytest

from outreach_optimizer.solver.dual.prepared import Floats
from outreach_optimizer.solver.dual.volume import Ascent, Point, Seen, climb

LATER = 60.0
OUT = 100.0


def start(clients: int) -> Point:
    return Point(np.zeros(clients), np.zeros((1, 1)), np.zeros(1))


def rooms(costs: Floats, seats: int) -> Callable[[Point], Seen]:
    """Sessions with so many seats each; clients are in one of them or out, and each session takes the best payers."""

    def look(point: Point) -> Seen:
        values = np.sort(costs - point.clients, axis=1)[:, :seats]
        order = np.argsort(costs - point.clients, axis=1, kind="stable")[:, :seats]
        slope = 1.0 - np.bincount(order[values < 0], minlength=costs.shape[1])
        slope[(point.clients >= OUT) & (slope > 0)] = 0.0
        bound = point.clients.sum() + np.minimum(0.0, OUT - point.clients).sum() + np.minimum(0.0, values).sum()
        held = (values < 0).any(axis=1)
        step = Point(slope, np.zeros((1, 1)), np.zeros(1))
        return Seen(float(bound), step, np.zeros(len(costs)), held, held[:, None])

    return look


def climbed(
    look: Callable[[Point], Seen],
    clients: int,
    *,
    steps: int = 2000,
    patience: int = 5,
    on_better: Callable[[float], None] | None = None,
    stop: Event | None = None,
) -> Ascent:
    return climb(
        look,
        start(clients),
        np.full(clients, OUT),
        until=time.monotonic() + LATER,
        steps=steps,
        target=None,
        patience=patience,
        on_better=on_better,
        stop=stop,
    )


def cheapest(costs: Floats, seats: int) -> float:
    """The optimum by trying every assignment."""
    sessions, clients = costs.shape
    best = {(0,) * sessions: 0.0}
    for c in range(clients):
        after: dict[tuple[int, ...], float] = {}
        for taken, cost in best.items():
            ways = [(taken, cost + OUT)]
            ways += [
                ((*taken[:s], taken[s] + 1, *taken[s + 1 :]), cost + float(costs[s, c]))
                for s in range(sessions)
                if taken[s] < seats
            ]
            for key, total in ways:
                after[key] = min(total, after.get(key, np.inf))
        best = after
    return min(best.values())


@pytest.mark.parametrize("seed", range(5))
def test_the_bound_reaches_the_optimum_and_never_exceeds_it(seed: int) -> None:
    """Assigning to seats has whole vertices: the best bound is the optimum."""
    costs = np.random.default_rng(seed).integers(1, 99, (3, 12)).astype(np.float64)
    optimum = cheapest(costs, 3)
    found = climbed(rooms(costs, 3), 12)
    assert found.bound <= optimum + 1e-6
    assert found.bound == pytest.approx(optimum, rel=2e-3)
    assert found.bound == pytest.approx(rooms(costs, 3)(found.point).bound)


def test_prices_stay_within_their_limits() -> None:
    """One seat for many: everybody but one is left out and pays the most, no more."""
    found = climbed(rooms(np.ones((1, 30)), 1), 30)
    assert (found.point.clients <= OUT).all()
    assert found.bound == pytest.approx(29 * OUT + 1, rel=1e-3)


def test_the_best_point_is_kept() -> None:
    costs, seen = np.random.default_rng(7).integers(1, 99, (4, 20)).astype(np.float64), list[float]()
    look = rooms(costs, 4)

    def watched(point: Point) -> Seen:
        seen.append(look(point).bound)
        return look(point)

    told: list[float] = []
    found = climbed(watched, 20, steps=300, on_better=told.append)
    assert found.bound == max(seen)
    assert told == sorted(told)
    assert found.steps == len(seen)


def test_a_stopped_ascent_is_where_it_began() -> None:
    stop = Event()
    stop.set()
    found = climbed(rooms(np.ones((1, 3)), 1), 3, stop=stop)
    assert found.steps == 1
    assert (found.point.clients == 0).all()


def test_duties_are_told_by_caseworker() -> None:
    found = climbed(rooms(np.ones((2, 6)), 3), 6)
    offered = np.array([[2], [0]])
    table = found.often.by_caseworker(offered, 3)
    assert table[0, 2] == found.often.duties[0, 0]
    assert table[1, 0] == found.often.duties[1, 0]
    assert np.count_nonzero(table) <= 2
