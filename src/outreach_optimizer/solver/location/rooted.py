"""The root of a location problem: rounds of prices, each with plans and with fewer pairs."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats
from outreach_optimizer.solver.location.climb import Climbed, climb, reduced
from outreach_optimizer.solver.location.handed import few, hardly_any
from outreach_optimizer.solver.location.plan import Plan, better, plan_at, plan_from, table_of
from outreach_optimizer.solver.location.problem import Location, Node, roomy, root_of, view
from outreach_optimizer.solver.location.tabu import tried, wandered

ROOT_ROUNDS = 12
WHOLE_ROUNDS = 4
"""Rounds after which exact solvers get what is left, if it is little."""
TRIES = 40
"""Plans that are made of the last steps before exact solvers begin: a better one leaves them less."""
TRIED_CELLS = 1_000_000
"""Tries times clients times sessions, at the most."""
PAIRS_PER_TRY = 50
"""Pairs left for each of these: where few are left, exact solvers take hardly longer than a try."""
NUMPY_ROUNDS = 2
"""Rounds after which machine code pays, if much is left: importing it takes as long as a round."""
CODED_PAIRS = 2_000
"""Pairs of a problem up to which engines are sooner done: their cuts prove as much as a tree, at little cost."""
ROUND_STEPS = 120
ROUND_PATIENCE = 20
STALLED = 0.02
"""Part of the gap; the third round at the root in a row that closes less of it is the last."""
FIRST_STEP = 1.0


class Tree(NamedTuple):
    """What does not change in a search.

    Parameters
    ----------
    table
        Clients × sessions: cost.
    over
        Whether the search should end.
    tell
        Hears of plans and bounds.
    """

    problem: Location
    table: Floats
    over: Callable[[], bool]
    tell: Callable[[float, float], None]


def tree_of(
    problem: Location,
    *,
    over: Callable[[], bool],
    tell: Callable[[float, float], None],
) -> Tree:
    """A search, not begun."""
    return Tree(problem, table_of(problem), over, tell)


def limit_of(problem: Location, plan: Plan | None) -> float:
    """The least bound that proves a plan: a better one would be a step of the grid cheaper."""
    return np.inf if plan is None else plan.cost - problem.grid + 0.5


def everybody(problem: Location, node: Node, cost: float) -> bool:
    """Whether leaving anybody out costs at least as much as a plan.

    It does where whoever is left out can be added for less, or by a bound that does not count on everybody.
    """
    used = np.unique(problem.session)
    complete = roomy(problem) and len(problem.cost) == len(used) * len(problem.out)
    if complete and (problem.cost <= problem.out[problem.client]).all() and cost <= problem.out.sum():
        return True
    everything = root_of(problem)._replace(prices=node.prices)
    here = view(problem._replace(load=0.0), everything, node.prices)
    missing = problem.out - node.prices
    return bool(here.bound + np.minimum(0.0, missing).sum() + np.abs(missing).min() >= cost) and bool(
        (missing > 0).all()
    )


def root(tree: Tree, on_round: Callable[[Climbed], None]) -> tuple[Climbed, Plan] | None:
    """Prices of the whole problem, in rounds; each ends with a plan and fewer pairs."""
    step, stalled = FIRST_STEP, 0
    node = root_of(tree.problem)
    plan = plan_from(tree.problem, tree.table, view(tree.problem, node, node.prices).taken)
    climbed, coded = None, False
    for number in range(1, ROOT_ROUNDS + 1):
        before = node.bound
        goal = plan.cost if plan is not None else _guess(tree.problem, node)
        climbed = climb(tree.problem, node, goal, steps=ROUND_STEPS, step=step, patience=ROUND_PATIENCE, coded=coded)
        plan = planned(tree, climbed, plan, coded=coded)
        if plan is not None:
            tree.tell(plan.cost, climbed.node.bound)
        if plan is None or climbed.node.bound >= limit_of(tree.problem, plan) or tree.over():
            node = climbed.node
            if plan is not None:
                break
            continue
        left = reduced(tree.problem, climbed, limit_of(tree.problem, plan) - climbed.view.bound)
        if left is None:
            climbed = climbed._replace(node=climbed.node._replace(bound=plan.cost))
            break
        stalled = stalled + 1 if left.node.bound - before < STALLED * (plan.cost - left.node.bound) else 0
        climbed, node, step = left, left.node, max(0.05, step * (0.6 if stalled else 0.9))
        on_round(climbed)
        coded = number >= NUMPY_ROUNDS and much(tree.problem, climbed)
        if stalled >= 3 or hardly_any(climbed) or (number >= WHOLE_ROUNDS and few(climbed)):
            break
    return None if climbed is None or plan is None else _tried(tree, climbed, plan, coded=coded)


def _tried(tree: Tree, climbed: Climbed, plan: Plan, *, coded: bool) -> tuple[Climbed, Plan]:
    """What is left with a plan from what the last steps took, if that is better."""
    problem, known = tree.problem, plan
    if hardly_any(climbed) or climbed.node.bound >= limit_of(problem, plan) or roomy(problem) or tree.over():
        return climbed, plan
    sets = {taken.tobytes(): (taken, slot_price) for taken, slot_price in climbed.passed}
    tries = min(TRIES, TRIED_CELLS // tree.table.size, len(climbed.node.pairs) // PAIRS_PER_TRY)
    for taken, slot_price in list(sets.values())[-tries:] if tries else []:
        plan = better(plan, plan_from(problem, tree.table, taken)) or plan
        plan = better(plan, plan_from(problem, tree.table, taken, slot_price)) or plan
    plan = wandered(problem, tree.table, plan, coded=coded)
    if plan.cost < known.cost:
        left = reduced(problem, climbed, limit_of(problem, plan) - climbed.view.bound)
        climbed = climbed._replace(node=climbed.node._replace(bound=plan.cost)) if left is None else left
        tree.tell(plan.cost, climbed.node.bound)
    return climbed, plan


def much(problem: Location, at: Climbed) -> bool:
    """Whether machine code pays."""
    return len(problem.cost) > CODED_PAIRS and not roomy(problem) and not hardly_any(at)


def planned(tree: Tree, climbed: Climbed, plan: Plan | None, *, coded: bool) -> Plan | None:
    """The best plan so far: from the sessions that are held, by costs alone or by the prices of slots, too."""
    here = climbed.view
    plan = better(plan, plan_at(tree.problem, climbed.node, tree.table, here))
    if roomy(tree.problem):
        return better(plan, plan_from(tree.problem, tree.table, here.taken))
    plan = better(plan, plan_from(tree.problem, tree.table, here.taken, here.slot_price))
    return better(plan, tried(tree.problem, tree.table, here.taken, here.slot_price, coded=coded))


def _guess(problem: Location, node: Node) -> float:
    least = float(np.minimum(node.prices, problem.out).sum()) if not np.isfinite(node.bound) else node.bound
    return 1.1 * max(least, 1.0)
