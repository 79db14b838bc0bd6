"""Parts of the tree that HiGHS solves beside it: near the bound first, for a plan, then nodes that are small."""

import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.dual.prepared import Floats, Ints
from outreach_optimizer.solver.location.climb import Climbed, regrets
from outreach_optimizer.solver.location.exact import Answer, part_of, ready, solve_part
from outreach_optimizer.solver.location.plan import Plan, plan_of
from outreach_optimizer.solver.location.problem import Location, Node

FEW_SESSIONS = 10
FEW_PAIRS = 600
"""Open sessions, and pairs beyond one per client, that a node may have to be searched rather than branched on."""
MOST_PAIRS = 50_000
"""Pairs that a part may have, so that several of them fit into memory."""
NODES = 300
SECONDS = 8.0
"""Limits of a search: of nodes always, of time where it need not end the same way each time. Both grow."""
PLANS, PROOFS = 0.3, 0.05
"""Parts of HiGHS's work that go into finding plans: near the bound, and at nodes."""
NEAR = (0.1, 0.2)
"""Parts of the gap: pairs that cost no more than that over the bound, where good plans are looked for."""
WAIT_S = 0.05


class Ended(NamedTuple):
    """A node that has been searched, its best plan if that is better, and what all others cost at least."""

    at: Climbed | None
    plan: Plan | None
    bound: float


class Handed:
    """Parts that are searched in processes.

    Parameters
    ----------
    in_turn
        Whoever hands over a part waits for it, and no clock decides but ``until``, so that nothing races.
    """

    def __init__(self, problem: Location, table: Floats, apart: Apart, *, until: float, in_turn: bool) -> None:
        self._problem, self._table, self._apart, self._until = problem, table, apart, until
        self._in_turn = in_turn
        self._running: dict[Future[Answer | None], tuple[Climbed | None, Ints]] = {}
        self._near, self._nodes, self._seconds = list(NEAR), NODES, SECONDS
        for _ in range(apart.workers):
            apart.submit(ready)  # a process takes its time to start

    @property
    def room(self) -> int:
        """Parts that can be handed over."""
        return self._apart.workers - len(self._running)

    @property
    def least(self) -> float:
        """The least bound of the nodes that are searched."""
        return min((at.node.bound for at, _ in self._running.values() if at is not None), default=np.inf)

    @property
    def idle(self) -> bool:
        """Whether there is a process that would have nothing to do while the tree goes on."""
        return self.room > 0 and not self._in_turn

    @property
    def waiting(self) -> bool:
        """Whether the tree has to wait."""
        return self._in_turn and bool(self._running)

    def hand(self, at: Climbed, plan: Plan) -> None:
        """Have a node searched."""
        self._submit(at, at.node, plan)

    def near(self, at: Climbed, plan: Plan) -> None:
        """Have the pairs searched that cost little over the bound, and the plan's, as long as that is worth it."""
        if not self._near:
            return
        most = self._near[0] * (plan.cost - at.node.bound)
        pairs = at.node.pairs
        keep = regrets(self._problem, at) <= most
        keep |= plan.session[self._problem.client[pairs]] == self._problem.session[pairs]
        if np.count_nonzero(keep) <= MOST_PAIRS:
            self._submit(None, at.node._replace(pairs=pairs[keep]), plan)

    def ended(self, *, patient: bool) -> list[Ended]:
        """Parts that have been searched since; waits a moment for one if there is nothing else to do."""
        done, _ = wait(self._running, WAIT_S if patient else 0, FIRST_COMPLETED)
        return [self._read(*self._running.pop(future), future.result()) for future in done]

    def _submit(self, at: Climbed | None, node: Node, plan: Plan) -> None:
        left_s = self._until - time.monotonic()
        seconds = left_s if self._in_turn else min(self._seconds, left_s)
        effort = PLANS if at is None else PROOFS
        part = part_of(self._problem, node, plan, nodes=self._nodes, seconds=seconds, effort=effort)
        self._running[self._apart.submit(solve_part, part)] = at, node.pairs

    def _read(self, at: Climbed | None, pairs: Ints, answer: Answer | None) -> Ended:
        bound = -np.inf if at is None else at.node.bound
        if answer is None:
            return Ended(at, None, bound)
        complete = not np.isfinite(answer.bound)
        if at is None:  # more pairs next time, or the same part of a smaller gap, or no more
            self._near = [] if answer.chosen is None else self._near[1:] if complete else self._near
        elif not complete:
            self._nodes, self._seconds = 2 * self._nodes, 2 * self._seconds
        plan = None
        if answer.chosen is not None:
            session = np.full(len(self._problem.slots), -1, dtype=np.int64)
            session[self._problem.client[pairs[answer.chosen]]] = self._problem.session[pairs[answer.chosen]]
            plan = plan_of(self._problem, self._table, session)
        return Ended(at, plan, max(bound, answer.bound * self._problem.grid))


def small(problem: Location, node: Node) -> bool:
    """Whether a node is solved rather than branched on."""
    free = np.count_nonzero(~node.opened & ~node.closed)
    return bool(free <= FEW_SESSIONS) and len(node.pairs) - len(problem.slots) <= FEW_PAIRS
