"""Location problems: knapsacks of whole people, and branch and bound, against every plan of small problems."""

import time
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.dual.guests import whole_guests
from outreach_optimizer.solver.location.branch import branch, limit_of, root, tree_of
from outreach_optimizer.solver.location.climb import climb, reduced
from outreach_optimizer.solver.location.exact import HIGHS, SCIP, solve_part
from outreach_optimizer.solver.location.handed import Handed, part_of, plan_in
from outreach_optimizer.solver.location.plan import Plan, cost_of, table_of
from outreach_optimizer.solver.location.problem import Location, root_of, view

SEEDS = range(12)


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart(1) as apart:
        yield apart


def drawn(seed: int, *, clients: int = 6, sessions: int = 4) -> Location:
    """A small problem in whole minutes; some have a limit of sessions, some pairs are impossible."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 60, (clients, sessions)).astype(np.float64) * 1e6
    possible = rng.random((clients, sessions)) < 0.85
    possible[np.arange(clients), rng.integers(sessions, size=clients)] = True
    session, client = np.nonzero(possible.T)
    slots = rng.integers(1, 7, clients).astype(np.float64)
    room = rng.integers(8, 16, sessions).astype(np.float64)
    return Location(
        session=session,
        client=client,
        cost=cost[client, session],
        slots=slots,
        out=np.full(clients, 1e9),
        room=room,
        setup=rng.integers(0, 50, sessions).astype(np.float64) * 1e6,
        most=3 if seed % 3 == 0 else sessions,
        load=float(slots.sum()),
        grid=1_000_000,
    )


def all_plans(problem: Location) -> dict[tuple[int, ...], float]:
    """Cost of every plan that invites everybody."""
    table, found = table_of(problem), {}
    for at in product(range(len(problem.room)), repeat=len(problem.slots)):
        filled = np.bincount(at, weights=problem.slots, minlength=len(problem.room))
        cost = cost_of(problem, table, np.array(at))
        if (filled <= problem.room).all() and len(set(at)) <= problem.most and np.isfinite(cost):
            found[at] = cost
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cheapest_guests_are_whole_and_the_best_of_all_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    session = np.sort(rng.integers(0, 3, 14))
    value, slots = -rng.integers(1, 40, 14).astype(np.float64), rng.integers(1, 9, 14).astype(np.float64)
    room = rng.integers(0, 25, 3).astype(np.float64)
    chosen = whole_guests(session, value, slots, room)
    assert set(chosen.amount.tolist()) <= {0.0, 1.0}
    for s in range(3):
        mine = session == s
        sets = np.array(list(product((0, 1), repeat=int(mine.sum()))))
        fits = sets @ slots[mine] <= room[s]
        assert chosen.amount[mine] @ slots[mine] <= room[s]
        assert chosen.cost[s] == (sets @ value[mine])[fits].min()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_needs_the_guests_of_sessions_that_are_taken_only(seed: int) -> None:
    rng, problem = np.random.default_rng(seed), drawn(seed, clients=20, sessions=9)
    node = root_of(problem)
    for _ in range(10):
        prices = node.prices + rng.integers(0, 40, len(node.prices)) * 1e6
        every, taken = (view(problem, node, prices, taken_only=only) for only in (False, True))
        assert taken.bound == every.bound
        assert (taken.value <= every.value).all()
        assert (taken.value == every.value)[taken.taken].all()


WAYS = {
    "here": {},
    "as a whole": {"HERE_PAIRS": 0},
    "near the bound, then as a whole": {"HERE_PAIRS": 0, "NEAR_PAIRS": 0},
    "small nodes of a tree": {"HERE_PAIRS": 0, "NEAR_PAIRS": 0, "WHOLE_PAIRS": 0},
    "a tree alone": {"HERE_PAIRS": 0, "NEAR_PAIRS": 0, "WHOLE_PAIRS": 0, "FEW_PAIRS": 0},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_finds_and_proves_the_best_of_all_plans(
    seed: int, way: str, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WAYS[way].items():
        monkeypatch.setattr(f"outreach_optimizer.solver.location.handed.{name}", value)
    monkeypatch.setattr("outreach_optimizer.solver.location.branch.PAIRS_PER_TRY", 1)
    problem = drawn(seed)
    plans = all_plans(problem)
    tree = tree_of(problem, over=lambda: False, tell=lambda _cost, _bound: None)
    handed = Handed(problem, tree.table, apart, until=time.monotonic() + 60, in_turn=True)
    begun = root(tree, handed.expect)
    if not plans:
        assert begun is None
        return
    assert begun is not None
    bound, plan = branch(tree, *begun, handed)
    assert plan.cost == min(plans.values())
    assert plan.cost == plans[tuple(plan.session.tolist())]
    assert bound >= limit_of(problem, plan)


@pytest.mark.parametrize("plans", [True, False])
@pytest.mark.parametrize("engine", [HIGHS, SCIP])
@pytest.mark.parametrize("seed", SEEDS)
def test_engines_find_what_is_below_the_cutoff_and_prove_that_nothing_else_is(
    seed: int, engine: str, *, plans: bool
) -> None:
    problem = drawn(seed)
    costs = sorted(set(all_plans(problem).values()))
    if not costs:
        return
    node, nobody = root_of(problem), np.zeros(0, dtype=np.int64)
    for known, better in ((costs[-1], len(costs) > 1), (costs[0], False)):
        part = part_of(problem, node, Plan(known, nobody), nodes=None, seconds=60, plans=plans, engine=engine)
        answer = solve_part(part)
        assert np.isinf(answer.bound)
        assert (answer.chosen is not None) == better
        if answer.chosen is not None:
            found = plan_in(problem, table_of(problem), node.pairs, answer)
            assert found is not None
            assert found.cost == costs[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_that_a_plan_within_the_limit_has_is_dropped(seed: int) -> None:
    problem = drawn(seed)
    plans = all_plans(problem)
    if not plans:
        return
    climbed = climb(problem, root_of(problem), min(plans.values()), steps=60, step=0.5, patience=10)
    assert climbed.view.bound <= min(plans.values())
    most = 0.5 * (min(plans.values()) + sorted(plans.values())[len(plans) // 4]) - climbed.view.bound
    node = reduced(problem, climbed, most)
    cheap = [at for at, cost in plans.items() if cost - climbed.view.bound <= most]
    assert cheap
    assert node is not None
    kept = set(zip(problem.client[node.pairs].tolist(), problem.session[node.pairs].tolist(), strict=True))
    for at in cheap:
        assert set(enumerate(at)) <= kept
        assert not node.closed[list(at)].any()
        assert set(np.flatnonzero(node.opened).tolist()) <= set(at)


def test_an_end_is_heard_while_the_only_process_searches() -> None:
    problem = tight(1)  # its first part alone takes longer than 20 s
    tree = tree_of(problem, over=lambda: False, tell=lambda _cost, _bound: None)
    begun = root(tree, lambda _round: None)
    assert begun is not None
    begin = time.monotonic()
    tree = tree._replace(over=lambda: time.monotonic() - begin > 1)
    with Apart(1) as apart:
        handed = Handed(problem, tree.table, apart, until=begin + 60, in_turn=True)
        bound, plan = branch(tree, *begun, handed)
        assert handed.waiting
    assert time.monotonic() - begin < 20
    assert bound < limit_of(problem, plan) <= plan.cost


def tight(seed: int, *, points: int = 60, most: int = 12) -> Location:
    """Points of a square, each a client and a session; rooms of the sessions that may be held are just enough."""
    rng = np.random.default_rng(seed)
    x, y = 100 * rng.random((2, points))
    cost = np.floor(np.hypot(x[:, None] - x, y[:, None] - y)) * 1e6
    slots = rng.integers(5, 20, points).astype(np.float64)
    return Location(
        session=np.repeat(np.arange(points), points),
        client=np.tile(np.arange(points), points),
        cost=cost.ravel(),
        slots=slots,
        out=np.full(points, 1e9),
        room=np.full(points, np.ceil(1.04 * slots.sum() / most)),
        setup=np.zeros(points),
        most=most,
        load=float(slots.sum()),
        grid=1_000_000,
    )
