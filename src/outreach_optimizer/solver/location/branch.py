"""Branch and bound for location problems: prices at every node, sessions first, then who goes where."""

import heapq
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats
from outreach_optimizer.solver.location.children import children_of
from outreach_optimizer.solver.location.climb import Climbed, climb, reduced
from outreach_optimizer.solver.location.handed import MOST_PAIRS, Ended, Handed, few, hardly_any, small
from outreach_optimizer.solver.location.loads import climb_loads, light
from outreach_optimizer.solver.location.plan import Plan, better, plan_at, plan_from, plan_if_once, plan_with, table_of
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
AHEAD = ((100, 0.35), (300, 0.55))
"""The tree takes the time of one engine as long as after so many nodes it has closed so much of the gap."""
LIGHT_AHEAD = ((20_000, 0.55),)
"""The same where nodes know that loads add up: such a tree proves more than cuts do, but not everything."""
ALONE = 300
"""Nodes of such a tree before engines begin beside it: most trees are done by then."""
DIVES = 0.3
"""Part of the nodes of such a tree that are chosen as the best child of the last one, so that there is a plan early."""
LIGHT_STEPS = 400
LIGHT_PATIENCE = 15
"""Of the steps at the root, once loads add up."""
ROUND_STEPS = 120
ROUND_PATIENCE = 20
NODE_STEPS = 40
NODE_PATIENCE = 8
FIRST_STEP = 1.0
NODE_STEP = 0.3
STALLED = 0.02
"""Part of the gap; the third round at the root in a row that closes less of it is the last."""
SELDOM = 8
"""Every so many nodes there is a longer search for a plan."""


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
        plan = _planned(tree, climbed, plan, coded=coded)
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


def _planned(tree: Tree, climbed: Climbed, plan: Plan | None, *, coded: bool) -> Plan | None:
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


class _Open(NamedTuple):
    """A node that is open, and the cost of the plan that was known when it was reduced; the newest first of equals."""

    bound: float
    number: int
    at: Climbed
    known: float


class _Search:
    """The tree while it grows: nodes to branch on, nodes that are small, and those that are handed over.

    Parameters
    ----------
    first
        The root, less and less of it as plans get better.
    least
        What all plans cost at least that are better than the best, by whoever has searched all that is left.
    ahead
        Whether the tree has a worker's time to itself: with several workers beside an engine, else before.
    light
        Whether nodes know that loads add up.
    """

    def __init__(self, tree: Tree, first: Climbed, plan: Plan, handed: Handed) -> None:
        self.tree, self.first, self.plan, self.handed = tree, first, plan, handed
        self.least = self._begun = first.node.bound
        self.coded, self.ahead, self._steps = much(tree.problem, first), False, 0
        self.light = False
        self.large: list[_Open] = [_Open(first.node.bound, 0, first, plan.cost)]
        self.small: list[_Open] = []
        self.dive: list[_Open] = []
        self._dived = 0
        self._numbers = count(1)

    @property
    def limit(self) -> float:
        """The bound that proves the best plan."""
        return limit_of(self.tree.problem, self.plan)

    @property
    def bound(self) -> float:
        """The least bound of all that is open."""
        tops = (nodes[0].bound for nodes in (self.large, self.small, self.dive) if nodes)
        return max(self.least, min(self.handed.least, *tops, np.inf))

    def begin(self) -> None:
        """Have the root searched: here if that takes a moment only, else as a whole, near its bound and by the tree."""
        if self.bound < self.limit and hardly_any(self.first):
            self.take(self.handed.here(self.first, self.plan))
        if self.bound < self.limit and light(self.tree.problem, self.first.node):
            self._lighten()
        if self.bound < self.limit:
            self.ahead = self.handed.beside = self.coded or self.light
            if not (self.light or (self.ahead and self.handed.in_turn)):
                self.handed.begin(self.first, self.plan)

    def _lighten(self) -> None:
        """Better prices for the root, as loads add up."""
        self.light = True
        problem, node = self.tree.problem, self.first.node
        climbed = climb_loads(problem, node, self.limit, steps=LIGHT_STEPS, step=FIRST_STEP, patience=LIGHT_PATIENCE)
        left = None if climbed is None else reduced(problem, climbed, self.limit - climbed.view.bound)
        self.large = [] if left is None else [_Open(left.node.bound, 0, left, self.plan.cost)]
        self.first = self.first if left is None else left

    def _slow(self) -> bool:
        """Whether little of the gap is closed after so many nodes."""
        closed, gap = self.bound - self._begun, self.limit - self._begun
        ahead = LIGHT_AHEAD if self.light else AHEAD
        return any(self._steps >= nodes and closed < part * gap for nodes, part in ahead)

    def _behind(self) -> None:
        """The tree is no longer ahead: engines get what is left."""
        self.ahead = self.handed.beside = False
        self._reduce()
        if self.handed.in_turn:
            self.handed.begin(self.first, self.plan)

    def _reduce(self) -> None:
        """The root by what is known now."""
        left = reduced(self.tree.problem, self.first, self.limit - self.first.view.bound)
        if left is None:
            self.least = np.inf
        else:
            self.first = left

    def take(self, ended: Ended) -> None:
        """Learn from a part that has been searched."""
        self.plan = better(self.plan, ended.plan) or self.plan
        if ended.asked.whole:
            self.least = max(self.least, ended.bound)
        elif ended.asked.near:
            self._reduce()
            if np.isinf(self.least):
                return
            if few(self.first):
                self.handed.whole(self.first, self.plan)
            else:
                self.handed.near(self.first, self.plan)
        elif np.isfinite(ended.bound):
            self._branch(ended.asked.at, ended.bound)

    def hand(self) -> None:
        """Hand over all that is left if it is little, then small nodes, then the smallest of the others."""
        if self.light and self.ahead and self._steps < ALONE:
            return
        if self.ahead and (self.handed.in_turn or few(self.first)) and self._slow():
            self._behind()
        if few(self.first) and not (self.ahead and self.handed.in_turn):
            self.handed.whole(self.first, self.plan)
        while self.handed.room and self.small:
            node = self._pop(self.small)
            if node is not None:
                self.handed.hand(node.at, self.plan)
        if self.handed.idle and len(self.large) > 1:
            smallest = min(self.large, key=lambda node: len(node.at.node.pairs))
            if len(smallest.at.node.pairs) <= MOST_PAIRS:
                self.large.remove(smallest)
                heapq.heapify(self.large)
                self.handed.hand(smallest.at, self.plan)

    def step(self) -> None:
        """Branch on the node with the least bound, or go on with a dive for a plan."""
        self._steps += 1
        diving = self.light and (bool(self.dive) or self._dived < DIVES * self._steps)
        self._dived += diving
        node = self._pop(self.dive or self.large)
        if node is not None:
            self._branch(node.at, node.bound, diving=diving)

    def _pop(self, nodes: list[_Open]) -> _Open | None:
        """The first node, reduced by what is known now; None if no better plan is left in it."""
        node = heapq.heappop(nodes)
        if node.bound >= self.limit:
            return None
        if self.plan.cost < node.known:
            left = reduced(self.tree.problem, node.at, self.limit - node.at.view.bound)
            return None if left is None else node._replace(at=left)
        return node

    def _branch(self, at: Climbed, bound: float, *, diving: bool = False) -> None:
        """Put the children of a node among the open ones; on a dive, go on with the one with the least bound."""
        children = children_of(self.tree.problem, at)
        if not children:
            only = plan_with(self.tree.problem, self.tree.table, at.node.pairs)  # nobody has a choice
            self.plan = better(self.plan, only) or self.plan
        climbed = [child for child in map(self._climb, children) if child is not None]
        climbed.sort(key=lambda child: child.node.bound)
        for child in climbed[1:] if diving else climbed:
            self._put(child, max(bound, child.node.bound))
        for child in climbed[: 1 if diving else 0]:
            self.dive = [self._open(child, max(bound, child.node.bound))]

    def _climb(self, node: Node) -> Climbed | None:
        """A node after its steps, or None if it has no better plan."""
        problem, number = self.tree.problem, next(self._numbers)
        climbed: Climbed | None
        adding_up = self.light or light(problem, node)
        if adding_up:
            climbed = climb_loads(problem, node, self.limit, steps=NODE_STEPS, step=NODE_STEP, patience=NODE_PATIENCE)
        else:
            climbed = climb(
                problem, node, self.limit, steps=NODE_STEPS, step=NODE_STEP, patience=NODE_PATIENCE, coded=self.coded
            )
        if climbed is None or climbed.node.bound >= self.limit:
            return None
        if adding_up:
            self.plan = better(self.plan, plan_if_once(problem, self.tree.table, climbed.view.wanted)) or self.plan
        elif number % SELDOM == 0:
            self.plan = _planned(self.tree, climbed, self.plan, coded=self.coded) or self.plan
        return reduced(problem, climbed, self.limit - climbed.view.bound)

    def _put(self, at: Climbed, bound: float) -> None:
        nodes = self.small if not (self.coded or self.light) and small(self.tree.problem, at.node) else self.large
        heapq.heappush(nodes, self._open(at, bound))

    def _open(self, at: Climbed, bound: float) -> _Open:
        return _Open(bound, -next(self._numbers), at._replace(node=at.node._replace(bound=bound)), self.plan.cost)


def branch(tree: Tree, first: Climbed, plan: Plan, handed: Handed) -> tuple[float, Plan]:
    """Best bound first; the bound is the least of what is open. Exact solvers get what is small."""
    search = _Search(tree, first, plan, handed)
    search.begin()
    while search.bound < search.limit:
        if tree.over():
            return search.bound, search.plan
        tree.tell(search.plan.cost, search.bound)
        search.hand()
        for ended in handed.ended(patient=handed.waiting or not (search.large or search.dive)):
            search.take(ended)
        if (search.large or search.dive) and not handed.waiting and search.bound < search.limit:
            search.step()
    return search.plan.cost, search.plan
