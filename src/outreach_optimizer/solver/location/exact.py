"""What is left of a node, for HiGHS: its cuts prove small parts much sooner than prices do.

The rows are those of the strong formulation: everybody at one session, room, nobody where no session is held, and
room for all together.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.solver.linear import Linear, as_mathopt
from outreach_optimizer.solver.location.plan import Plan
from outreach_optimizer.solver.location.problem import Location, Node, roomy

TOLERANCE = 1e-7
"""Relative error of costs that a floating-point solver may make."""


class Part(NamedTuple):
    """Some pairs of a problem and what is known of its sessions; costs in units of the grid.

    Parameters
    ----------
    session, client, cost
        Per pair; sessions and clients have numbers of their own.
    slots
        Per client.
    room, setup, opened
        Per session.
    most
        Sessions that may be held.
    cutoff
        Plans that cost as much are not looked for.
    nodes, seconds
        Limits of the search.
    effort
        Part of the work that goes into finding plans rather than proofs.
    """

    session: Ints
    client: Ints
    cost: Floats
    slots: Floats
    room: Floats
    setup: Floats
    opened: Mask
    most: int
    cutoff: float
    nodes: int
    seconds: float
    effort: float


class Answer(NamedTuple):
    """Cheapest plan below the cutoff that was found, as positions of pairs; what every other plan costs at least.

    The bound is infinite if the search was complete.
    """

    chosen: Ints | None
    bound: float


def cutoff_of(problem: Location, plan: Plan) -> float:
    """Cost in units of the grid below which a better plan must be, and which no rounding of the solver can hide."""
    return (plan.cost - problem.grid + max(0.5 * problem.grid, TOLERANCE * plan.cost)) / problem.grid


def part_of(problem: Location, node: Node, plan: Plan, *, nodes: int, seconds: float, effort: float) -> Part:
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
        effort=effort,
    )


def ready() -> None:
    """Nothing; a process that has done it has loaded what it needs."""


def solve_part(part: Part) -> Answer:
    """Search a part, in whatever process."""
    options = highs_pb2.HighsOptionsProto()
    options.double_options["objective_bound"] = part.cutoff
    options.double_options["mip_heuristic_effort"] = part.effort
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=max(0.1, part.seconds)),
        node_limit=part.nodes,
        random_seed=0,
        relative_gap_tolerance=0.0,
        highs=options,
    )
    result = mathopt.solve(as_mathopt(linear_of(part)), mathopt.SolverType.HIGHS, params=parameters)
    chosen = None
    if result.has_primal_feasible_solution() and result.objective_value() < part.cutoff:
        values = {variable.id for variable, value in result.variable_values().items() if value > 0.5}
        chosen = np.array([pair for pair in range(len(part.cost)) if pair in values], dtype=np.int64)
    reason = mathopt.TerminationReason
    if result.termination.reason in {reason.OPTIMAL, reason.INFEASIBLE}:
        return Answer(chosen, np.inf)
    bound = result.termination.objective_bounds.dual_bound
    return Answer(chosen, min(part.cutoff, bound - TOLERANCE * abs(bound)) if np.isfinite(bound) else -np.inf)


def linear_of(part: Part) -> Linear:
    """Variables are the pairs, then the sessions."""
    pairs, clients, sessions = len(part.cost), len(part.slots), len(part.room)
    pair, held = np.arange(pairs), pairs + np.arange(sessions)
    free = np.flatnonzero(~part.opened[part.session])
    limited = np.flatnonzero(np.isfinite(part.room))
    in_limited = np.flatnonzero(np.isfinite(part.room[part.session]))
    place = np.full(sessions, -1)
    place[limited] = np.arange(len(limited))
    first_room, first_strong = clients, clients + len(limited)
    last = first_strong + len(free)
    blocks = [
        (part.client, pair, np.ones(pairs)),
        (first_room + place[part.session[in_limited]], in_limited, part.slots[part.client[in_limited]]),
        (first_room + np.arange(len(limited)), held[limited], -part.room[limited]),
        (first_strong + np.arange(len(free)), free, np.ones(len(free))),
        (first_strong + np.arange(len(free)), held[part.session[free]], -np.ones(len(free))),
        (np.full(sessions, last), held, np.ones(sessions)),
    ]
    lower = np.full(last + 1, -np.inf)
    upper = np.zeros(last + 1)
    lower[:clients], upper[:clients], upper[last] = 1, 1, part.most
    if len(limited) == sessions:
        blocks.append((np.full(sessions, last + 1), held, part.room))
        lower, upper = np.append(lower, part.slots.sum()), np.append(upper, np.inf)
    row, column, entry = (np.concatenate(side) for side in zip(*blocks, strict=True))
    return Linear(
        prices=np.concatenate([part.cost, part.setup]),
        lower=np.concatenate([np.zeros(pairs), part.opened.astype(np.float64)]),
        upper=np.ones(pairs + sessions),
        row=row.astype(np.int64),
        column=column.astype(np.int64),
        entry=entry.astype(np.float64),
        row_lower=lower,
        row_upper=upper,
        offset=0.0,
    )
