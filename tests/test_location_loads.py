"""Loads that add up: a bound and regrets, against all guests of all sessions, and all plans, of small problems."""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
import pytest

from locations import all_plans, drawn
from outreach_optimizer.solver.dual.prepared import Floats
from outreach_optimizer.solver.location.climb import Climbed, reduced, regrets_of
from outreach_optimizer.solver.location.loads import climb_loads, light
from outreach_optimizer.solver.location.problem import Location, Node, root_of, view

SEEDS = range(24)
NEVER = 1e15

Way = Callable[[frozenset[int] | None, int], bool]
"""Whether guests of a session are admitted; None: the session is not held."""


def some_node(problem: Location, seed: int) -> Node:
    """A node with a session that is held, one that is not and fewer pairs, one for some clients."""
    rng, node = np.random.default_rng(100 + seed), root_of(problem)
    opened, closed = node.opened.copy(), node.closed.copy()
    held, not_held = rng.choice(len(opened), 2, replace=False)
    opened[held], closed[not_held] = seed % 2 == 0, seed % 4 > 1
    pairs = node.pairs[~closed[problem.session[node.pairs]]]
    keep = rng.random(len(pairs)) < 0.8
    for client in range(len(problem.slots)):
        mine = np.flatnonzero(problem.client[pairs] == client)
        keep[mine[:1]] |= not keep[mine].any()
    prices = np.rint(rng.uniform(0, 60, len(problem.slots)) * 1e6)
    return node._replace(pairs=pairs[keep], opened=opened, closed=closed, prices=prices)


def least_of(problem: Location, node: Node, prices: Floats, admitted: Way) -> float:
    """The cheapest guests of all sessions, each client any number of times, if as many slots are filled as are needed.

    Whoever has one pair only has to be there, as the bound knows that.
    """
    client, session = problem.client[node.pairs], problem.session[node.pairs]
    if len(set(client.tolist())) < len(problem.slots):
        return NEVER
    alone = {c for c in range(len(problem.slots)) if (client == c).sum() == 1}
    total = {0: float(prices.sum())}
    for s in range(len(problem.room)):
        mine = node.pairs[session == s]
        sets: dict[int, float] = {}
        if not node.opened[s] and not alone & set(problem.client[mine].tolist()) and admitted(None, s):
            sets[0] = 0.0
        for chosen in product((False, True), repeat=len(mine)) if not node.closed[s] else ():
            guests = mine[np.array(chosen, dtype=np.bool_)]
            who, load = frozenset(problem.client[guests].tolist()), round(problem.slots[problem.client[guests]].sum())
            if load <= problem.room[s] and alone & set(problem.client[mine].tolist()) <= who and admitted(who, s):
                cost = problem.setup[s] + float((problem.cost[guests] - prices[problem.client[guests]]).sum())
                sets[load] = min(sets.get(load, NEVER), cost)
        added: dict[int, float] = {}
        for (load, cost), (more, extra) in product(total.items(), sets.items()):
            added[load + more] = min(added.get(load + more, NEVER), cost + extra)
        total = added
    return total.get(round(problem.load), NEVER)


def seen(problem: Location, node: Node, *, steps: int = 1, goal: float = 1e9) -> Climbed | None:
    return climb_loads(problem, node, goal, steps=steps, step=0.5, patience=8)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bound_is_the_least_cost_of_guests_whose_loads_add_up(seed: int) -> None:
    problem = drawn(seed)._replace(most=4)
    for node in (root_of(problem), some_node(problem, seed)):
        here, least = seen(problem, node), least_of(problem, node, node.prices, lambda _guests, _session: True)
        assert (here is None) == (least == NEVER)
        if here is not None:
            assert here.view.bound == least
            weaker = view(problem, node, node.prices).bound
            assert here.view.bound >= weaker


def test_loads_that_add_up_prove_more_where_rooms_are_tight_and_steps_still_more() -> None:
    more = raised = 0
    for seed in SEEDS:
        problem = drawn(seed)._replace(most=4)
        plans, node = all_plans(problem), root_of(problem)
        if plans:
            least = min(plans.values())
            first, last = (seen(problem, node, goal=least, steps=steps) for steps in (1, 80))
            assert first is not None
            assert last is not None
            assert first.view.bound <= last.view.bound <= least
            assert last.view.bound == least_of(problem, node, last.node.prices, lambda _guests, _session: True)
            more += first.view.bound > view(problem, node, node.prices).bound
            raised += last.view.bound > first.view.bound
    assert min(more, raised) > len(SEEDS) // 2


def without(client: int, s: int) -> Way:
    return lambda guests, session: session != s or guests is None or client not in guests


def having(client: int, s: int) -> Way:
    return lambda guests, session: session != s or (guests is not None and client in guests)


@pytest.mark.parametrize("seed", SEEDS)
def test_regrets_are_what_it_costs_more_with_and_without(seed: int) -> None:
    problem = drawn(seed, clients=5, sessions=3)._replace(most=3)
    node = some_node(problem, seed)
    here = seen(problem, node, steps=10)
    if here is None:
        return
    prices, known, bound = here.node.prices, regrets_of(problem, here), here.view.bound

    def more(way: Way) -> float:
        least = least_of(problem, node, prices, way)
        return np.inf if least == NEVER else least - bound

    for place, pair in enumerate(node.pairs.tolist()):
        at = int(problem.client[pair]), int(problem.session[pair])
        assert same(known.with_pair[place], more(having(*at)))
        assert same(known.without_pair[place], more(without(*at)))
    for s in np.flatnonzero(~node.closed).tolist():
        assert same(known.held[s], more(lambda guests, session, s=s: session != s or guests is not None))
        assert same(known.not_held[s], more(lambda guests, session, s=s: session != s or guests is None))


def same(one: float, other: float) -> bool:
    """What cannot be is very dear or infinite."""
    return one == other or min(one, other) > NEVER / 2


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_that_a_plan_within_the_limit_has_is_dropped(seed: int) -> None:
    problem = drawn(seed)._replace(most=4)
    plans: Mapping[tuple[int, ...], float] = all_plans(problem)
    here = seen(problem, root_of(problem), steps=60)
    if not plans or here is None:
        return
    costs = sorted(plans.values())
    for limit in (costs[0], costs[len(costs) // 4]):
        left = reduced(problem, here, limit - here.view.bound + 0.5)
        assert left is not None
        again = reduced(problem, left, limit - here.view.bound + 0.5)
        assert again is not None
        assert again.node.pairs.tolist() == left.node.pairs.tolist()
        node = left.node
        kept = set(zip(problem.client[node.pairs].tolist(), problem.session[node.pairs].tolist(), strict=True))
        for at, cost in plans.items():
            if cost <= limit:
                assert set(enumerate(at)) <= kept
                assert set(np.flatnonzero(node.opened).tolist()) <= set(at)
                assert not node.closed[list(at)].any()


def test_loads_are_not_added_up_where_that_cannot_help(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = drawn(1)
    node = root_of(problem)
    assert light(problem, node)
    assert not light(problem._replace(most=3), node)
    assert not light(problem._replace(room=np.full(4, problem.load)), node)
    monkeypatch.setattr("outreach_optimizer.solver.location.loads.MOST_CELLS", 10)
    assert not light(problem, node)
