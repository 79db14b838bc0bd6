"""Branch and bound for location problems: prices at every node, sessions first, then who goes where."""

import heapq
from itertools import count
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.location.children import children_of
from outreach_optimizer.solver.location.climb import Climbed, climb, reduced
from outreach_optimizer.solver.location.handed import MOST_PAIRS, Ended, Handed, few, hardly_any, small
from outreach_optimizer.solver.location.loads import climb_loads, light
from outreach_optimizer.solver.location.plan import Plan, better, plan_if_once, plan_with
from outreach_optimizer.solver.location.problem import Node
from outreach_optimizer.solver.location.rooted import Tree, limit_of, much, planned

AHEAD = ((100, 0.35), (300, 0.55))
"""The tree takes the time of one engine as long as after so many nodes it has closed so much of the gap."""
LIGHT_AHEAD = ((20_000, 0.55),)
"""The same where nodes know that loads add up: such a tree proves more than cuts do, but not everything."""
ALONE = 300
"""Nodes of such a tree before engines begin beside it: most trees are done by then."""
DIVES = 0.3
"""Part of the nodes of such a tree that are chosen as the best child of the last one, so that there is a plan early."""
LIGHT_STEPS = 400
LIGHT_STEP = 1.0
LIGHT_PATIENCE = 15
"""Steps at the root, once loads add up."""
NODE_STEPS = 40
NODE_PATIENCE = 8
NODE_STEP = 0.3
SELDOM = 8
"""Every so many nodes there is a longer search for a plan."""


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
        climbed = climb_loads(problem, node, self.limit, steps=LIGHT_STEPS, step=LIGHT_STEP, patience=LIGHT_PATIENCE)
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
        if diving and climbed:
            best = min(climbed, key=lambda child: child.node.bound)
            climbed = [child for child in climbed if child is not best]
            self.dive = [self._open(best, max(bound, best.node.bound))]
        for child in climbed:
            self._put(child, max(bound, child.node.bound))

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
            self.plan = planned(self.tree, climbed, self.plan, coded=self.coded) or self.plan
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
