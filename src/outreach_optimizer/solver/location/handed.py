"""Parts that exact solvers search: near the bound, for a plan; all that is left of the root; nodes that are small."""

import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.dual.prepared import Floats, Ints
from outreach_optimizer.solver.location.climb import Climbed, regrets_of
from outreach_optimizer.solver.location.exact import HIGHS, SCIP, TOLERANCE, Answer, Part, ready, solve_part
from outreach_optimizer.solver.location.loads import light
from outreach_optimizer.solver.location.plan import Plan, plan_with
from outreach_optimizer.solver.location.problem import Location, Node, roomy

FEW_SESSIONS = 10
FEW_PAIRS = 600
"""Open sessions, and pairs beyond one per client, that a node may have to be searched rather than branched on."""
MOST_PAIRS = 50_000
"""Pairs that a part may have, so that several of them fit into memory."""
NODES = 300
SECONDS = 8.0
"""Limits of a search: of nodes always, of time where it need not end the same way each time. Both grow."""
NEAR_S = 3.0
"""Limit of a search for a plan while an engine could prove all that is left."""
HERE_PAIRS = 3
"""Pairs per client up to which there is hardly a choice left: that is searched sooner than a process has started."""
EXPECTED_PAIRS = 4
"""Pairs per client, after a round of prices at the root, beyond which processes will be needed."""
HERE_NODES = 100
HERE_S = 1.0
"""Limits of that, nodes and seconds."""
NEAR = (0.1, 0.2)
"""Parts of the gap: pairs that cost no more than that over the bound, where good plans are looked for."""
WHOLE_PAIRS = 5_000
"""Pairs left of the root up to which each engine gets them all: their cuts prove that sooner than a tree of prices."""
NEAR_PAIRS = 1_000
"""Pairs of it up to which no better plan is looked for before: a proof takes hardly longer."""
END_S = 1.0
"""Seconds before the end at which an unlimited search ends, so that its plan is heard of."""
WAIT_S = 0.05


class Asked(NamedTuple):
    """What is searched: a node of the tree, the pairs near its bound (for a plan only), or all that is left of it."""

    at: Climbed
    pairs: Ints
    near: bool = False
    whole: bool = False


class Ended(NamedTuple):
    """What has been searched, its best plan if that is better, and what all others in it cost at least."""

    asked: Asked
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
        self.in_turn, self.beside = in_turn, False
        self._running: dict[Future[Answer | None], Asked] = {}
        self._near, self._nodes, self._seconds = list(NEAR), NODES, SECONDS
        self._engines = [HIGHS] if in_turn else [SCIP, HIGHS][: apart.workers]
        self._started = False

    @property
    def room(self) -> int:
        """Parts that can be handed over."""
        return self._workers - len(self._running)

    @property
    def _workers(self) -> int:
        """Processes that may work: one fewer while the tree does, which takes no less time than any of them."""
        return max(1, self._apart.workers - self.beside)

    @property
    def least(self) -> float:
        """The least bound of the nodes that are searched; what is searched as a whole, the tree has, too."""
        nodes = (asked.at.node.bound for asked in self._running.values() if not asked.near and not asked.whole)
        return min(nodes, default=np.inf)

    @property
    def idle(self) -> bool:
        """Whether there is a process that would have nothing to do while the tree goes on."""
        return self.room > 0 and not self.in_turn

    @property
    def waiting(self) -> bool:
        """Whether the tree has to wait: with one worker always, else behind all who work, one on all that is left."""
        if self.in_turn:
            return bool(self._running)
        return not self.beside and not self.room and any(asked.whole for asked in self._running.values())

    def hand(self, at: Climbed, plan: Plan) -> None:
        """Have a node searched."""
        self._submit(Asked(at, at.node.pairs), plan)

    def expect(self, at: Climbed) -> None:
        """Start the processes, which takes its time, once there seems to be enough left for them."""
        much = len(at.node.pairs) > EXPECTED_PAIRS * len(at.node.prices)
        if not self._started and much and not light(self._problem, at.node):  # where loads add up, a tree begins alone
            self._started = True
            for _ in range(self._apart.workers):
                self._apart.submit(ready)

    def begin(self, at: Climbed, plan: Plan) -> None:
        """Have all that is left of the root searched if that is little, and first near its bound if it is not."""
        early = len(at.node.pairs) <= NEAR_PAIRS
        for _ in range(self._workers if early else self._workers - 1):
            self.whole(at, plan)
        if not early:
            self.near(at, plan)

    def near(self, at: Climbed, plan: Plan) -> None:
        """Have the pairs searched that cost little over the bound, and the plan's, as long as that is worth it."""
        if not self._near or not self.room:
            return
        most = self._near[0] * (plan.cost - at.node.bound)
        pairs = at.node.pairs
        keep = regrets_of(self._problem, at).with_pair <= most
        keep |= plan.session[self._problem.client[pairs]] == self._problem.session[pairs]
        if np.count_nonzero(keep) <= MOST_PAIRS:
            self._submit(Asked(at, pairs[keep], near=True), plan)

    def here(self, at: Climbed, plan: Plan) -> Ended:
        """Search what is left of the root in this process, for a moment."""
        seconds = self._until - time.monotonic()
        part = part_of(
            self._problem,
            at.node,
            plan,
            nodes=HERE_NODES,
            seconds=seconds if self.in_turn else min(HERE_S, seconds),
        )
        return self._read(Asked(at, at.node.pairs, whole=True), solve_part(part))

    def whole(self, at: Climbed, plan: Plan) -> None:
        """Have all that is left of the root searched, once by each engine; whoever ends first ends the search."""
        if self._engines and self.room and few(at):
            self._submit(Asked(at, at.node.pairs, whole=True), plan, engine=self._engines.pop(0))

    def ended(self, *, patient: bool) -> list[Ended]:
        """Parts that have been searched since; waits a moment for one if there is nothing else to do."""
        done, _ = wait(self._running, WAIT_S if patient else 0, FIRST_COMPLETED)
        return [self._read(self._running.pop(future), future.result()) for future in done]

    def _submit(self, asked: Asked, plan: Plan, engine: str = HIGHS) -> None:
        left_s = self._until - time.monotonic()
        unlimited, most_s = self.in_turn or asked.whole, NEAR_S if asked.near and few(asked.at) else self._seconds
        part = part_of(
            self._problem,
            asked.at.node._replace(pairs=asked.pairs),
            plan,
            nodes=None if asked.whole else self._nodes,
            seconds=left_s - END_S if unlimited else min(most_s, left_s),
            plans=asked.near,
            engine=engine,
        )
        self._running[self._apart.submit(solve_part, part)] = asked

    def _read(self, asked: Asked, answer: Answer | None) -> Ended:
        bound = -np.inf if asked.near else asked.at.node.bound
        if answer is None:
            return Ended(asked, None, bound)
        complete = not np.isfinite(answer.bound)
        if asked.near:  # more pairs next time, or the same part of a smaller gap, or no more
            self._near = [] if answer.chosen is None else self._near[1:] if complete else self._near
        elif not complete and not asked.whole:
            self._nodes, self._seconds = 2 * self._nodes, 2 * self._seconds
        plan = plan_in(self._problem, self._table, asked.pairs, answer)
        return Ended(asked, plan, max(bound, answer.bound * self._problem.grid))


def cutoff_of(problem: Location, plan: Plan) -> float:
    """Cost in units of the grid below which a better plan must be, and which no rounding of the solver can hide."""
    return (plan.cost - problem.grid + max(0.5 * problem.grid, TOLERANCE * plan.cost)) / problem.grid


def part_of(
    problem: Location,
    node: Node,
    plan: Plan,
    *,
    nodes: int | None,
    seconds: float,
    plans: bool = False,
    engine: str = HIGHS,
) -> Part:
    """What is better than a plan in a node; sessions without pairs are not held."""
    pairs = node.pairs
    used, session = np.unique(problem.session[pairs], return_inverse=True)
    return Part(
        session=session.astype(np.int64),
        client=problem.client[pairs],
        cost=problem.cost[pairs] / problem.grid,
        slots=problem.slots,
        room=np.full(len(used), np.inf) if roomy(problem) else problem.room[used],
        setup=problem.setup[used] / problem.grid,
        opened=node.opened[used],
        most=problem.most,
        cutoff=cutoff_of(problem, plan),
        nodes=nodes,
        seconds=seconds,
        plans=plans,
        engine=engine,
    )


def plan_in(problem: Location, table: Floats, pairs: Ints, answer: Answer) -> Plan | None:
    """The plan that an exact solver has chosen among pairs, its cost counted again; None without one."""
    return None if answer.chosen is None else plan_with(problem, table, pairs[answer.chosen])


def hardly_any(at: Climbed) -> bool:
    """Whether most clients have no choice left."""
    return len(at.node.pairs) <= HERE_PAIRS * len(at.node.prices)


def few(at: Climbed) -> bool:
    """Whether so little is left of a node that exact solvers get all of it."""
    return len(at.node.pairs) <= WHOLE_PAIRS


def small(problem: Location, node: Node) -> bool:
    """Whether a node is solved rather than branched on."""
    free = np.count_nonzero(~node.opened & ~node.closed)
    return bool(free <= FEW_SESSIONS) and len(node.pairs) - len(problem.slots) <= FEW_PAIRS
