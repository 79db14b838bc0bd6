"""Location problems: knapsacks of whole people, and branch and bound, against every plan of small problems."""

import time
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from locations import all_plans, drawn
from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.dual.guests import whole_guests
from outreach_optimizer.solver.location.branch import branch
from outreach_optimizer.solver.location.climb import climb, reduced, regrets_of
from outreach_optimizer.solver.location.exact import HIGHS, SCIP, solve_part
from outreach_optimizer.solver.location.handed import Handed, part_of, plan_in
from outreach_optimizer.solver.location.kernel import packed, tabled
from outreach_optimizer.solver.location.laid import lay
from outreach_optimizer.solver.location.plan import Plan, plan_of, table_of
from outreach_optimizer.solver.location.problem import Location, root_of, view
from outreach_optimizer.solver.location.rooted import limit_of, root, tree_of
from outreach_optimizer.solver.location.tabu import tried, wandered

SEEDS = range(12)


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart(1) as apart:
        yield apart


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


@pytest.mark.parametrize("seed", SEEDS)
def test_machine_code_sees_what_numpy_sees(seed: int) -> None:
    problem = drawn(seed, clients=20, sessions=9)
    node = root_of(problem)._replace(opened=np.arange(9) == seed % 3, closed=np.arange(9) == 8)
    node = node._replace(pairs=node.pairs[problem.session[node.pairs] != 8])
    climbed = climb(problem, node, 1e9, steps=40, step=1.0, patience=8, coded=True)
    here = view(problem, node, climbed.node.prices)
    assert climbed.view.bound == here.bound
    assert climbed.view.base == here.base
    assert climbed.view.value.tolist() == here.value.tolist()
    assert np.isfinite(here.bound)
    assert climbed.view.bound > view(problem, node, node.prices).bound
    without = climbed._replace(more=None)
    for one, other in zip(regrets_of(problem, climbed), regrets_of(problem, without), strict=True):
        assert one.tolist() == other.tolist()
    for most in (0.0, 2e7, 6e7):
        left, again = reduced(problem, climbed, most), reduced(problem, without, most)
        assert (left is None) == (again is None)
        if left is not None and again is not None:
            assert all((a == b).all() for a, b in zip(left.node[:3], again.node[:3], strict=True))


@pytest.mark.parametrize("looks", [0, 10_000])
@pytest.mark.parametrize("seed", SEEDS)
def test_packing_finds_the_best_set(seed: int, looks: int) -> None:
    rng, problem = np.random.default_rng(seed), drawn(seed, clients=11, sessions=3)
    seen = lay(problem, root_of(problem), 1, 1)[2]
    count, width = 10, int(rng.integers(0, 25))
    worth, long = rng.integers(1, 40, count).astype(np.float64), rng.integers(1, 9, count)
    order = np.argsort(-worth / long, kind="stable")
    seen.worth[:count], seen.long[:count] = worth[order], long[order]
    assert packed(count, width, 0.5, seen) if looks else tabled(count, width, seen)
    sets = np.array(list(product((0, 1), repeat=count)))
    assert seen.top[:count] @ long[order] <= width
    assert seen.top[:count] @ worth[order] == (sets @ worth)[sets @ long <= width].max()


@pytest.mark.parametrize("seed", SEEDS)
def test_machine_code_wanders_to_plans_that_are_no_worse(seed: int) -> None:
    problem = drawn(seed, clients=20, sessions=9)._replace(room=np.full(9, 20.0), most=9)
    table, everywhere = table_of(problem), np.ones(9, dtype=np.bool_)
    plan = tried(problem, table, everywhere, np.zeros(9), coded=True)
    assert plan is not None
    again = plan_of(problem, table, plan.session)
    assert again is not None
    assert again.cost == plan.cost
    slow = tried(problem, table, everywhere, np.zeros(9))
    assert slow is not None
    assert plan.cost <= 1.1 * slow.cost
    assert wandered(problem, table, plan, coded=True).cost <= plan.cost


WAYS: dict[str, dict[str, int]] = {
    "here": {},
    "as a whole": {"HERE_PAIRS": 0},
    "near the bound, then as a whole": {"HERE_PAIRS": 0, "NEAR_PAIRS": 0},
    "small nodes of a tree": {"HERE_PAIRS": 0, "NEAR_PAIRS": 0, "WHOLE_PAIRS": 0},
    "a tree first": {"HERE_PAIRS": 0, "AHEAD_NODES": 300},
    "a tree alone": {"HERE_PAIRS": 0, "NEAR_PAIRS": 0, "WHOLE_PAIRS": 0, "FEW_PAIRS": 0},
    "loads that add up": {"HERE_PAIRS": 0, "MOST_CELLS": 10_000},
    "loads that add up, then engines": {"HERE_PAIRS": 0, "MOST_CELLS": 10_000, "AHEAD_NODES": 1, "ALONE": 0},
    "loads that add up in small nodes": {"HERE_PAIRS": 0, "MOST_CELLS": 300, "AHEAD_NODES": 300},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_way_finds_and_proves_the_best_of_all_plans(
    seed: int, way: str, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = ((WAYS[way].get("AHEAD_NODES", 0), 1.0),)
    monkeypatch.setattr("outreach_optimizer.solver.location.branch.AHEAD", ahead)
    monkeypatch.setattr("outreach_optimizer.solver.location.branch.LIGHT_AHEAD", ahead)
    monkeypatch.setattr("outreach_optimizer.solver.location.rooted.CODED_PAIRS", 0)
    monkeypatch.setattr("outreach_optimizer.solver.location.loads.MOST_CELLS", WAYS[way].get("MOST_CELLS", 0))
    monkeypatch.setattr("outreach_optimizer.solver.location.branch.ALONE", WAYS[way].get("ALONE", 300))
    for name in WAYS[way].keys() - {"AHEAD_NODES", "MOST_CELLS", "ALONE"}:
        monkeypatch.setattr(f"outreach_optimizer.solver.location.handed.{name}", WAYS[way][name])
    monkeypatch.setattr("outreach_optimizer.solver.location.rooted.PAIRS_PER_TRY", 1)
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


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tree_of_loads_that_add_up_proves_what_an_engine_proves(
    seed: int, apart: Apart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach_optimizer.solver.location.handed.HERE_PAIRS", 0)
    monkeypatch.setattr("outreach_optimizer.solver.location.branch.ALONE", 1_000_000)
    monkeypatch.setattr("outreach_optimizer.solver.location.branch.LIGHT_STEPS", 5)  # so that the root is no proof
    problem = drawn(seed, clients=24, sessions=6)
    problem = problem._replace(most=6, room=np.full(6, np.ceil(problem.load / 6) + 1))
    nobody, told = Plan(1e12, np.zeros(0, dtype=np.int64)), list[float]()
    best = plan_in(
        problem,
        table_of(problem),
        root_of(problem).pairs,
        solve_part(part_of(problem, root_of(problem), nobody, nodes=None, seconds=60)),
    )
    assert best is not None
    tree = tree_of(problem, over=lambda: False, tell=lambda _cost, bound: told.append(bound))
    handed = Handed(problem, tree.table, apart, until=time.monotonic() + 60, in_turn=True)
    first = climb(problem, root_of(problem), best.cost, steps=5, step=0.5, patience=8)
    bound, plan = branch(tree, first, Plan(1.5 * best.cost, best.session), handed)  # as if no good plan were known
    assert plan.cost == best.cost
    assert max(told) <= plan.cost
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
    left = reduced(problem, climbed, most)
    cheap = [at for at, cost in plans.items() if cost - climbed.view.bound <= most]
    assert cheap
    assert left is not None
    node = left.node
    kept = set(zip(problem.client[node.pairs].tolist(), problem.session[node.pairs].tolist(), strict=True))
    for at in cheap:
        assert set(enumerate(at)) <= kept
        assert not node.closed[list(at)].any()
        assert set(np.flatnonzero(node.opened).tolist()) <= set(at)


def test_an_end_is_heard_while_the_only_process_searches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach_optimizer.solver.location.branch.AHEAD", ((0, 1.0),))
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
