"""What is left of a node, for HiGHS or SCIP: their cuts prove small parts much sooner than prices do.

The rows are those of the strong formulation: everybody at one session, room, nobody where no session is held, and
room for all together. This is done in a process of its own, which should start fast: nothing else is imported.
"""

import datetime as dt
from typing import NamedTuple

import numpy as np
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2
from ortools.math_opt.solvers.gscip import gscip_pb2

from outreach_optimizer.solver.linear import Linear, Reals, Truths, Whole, as_mathopt

TOLERANCE = 1e-7
"""Relative error of costs that a floating-point solver may make."""
HIGHS, SCIP = "highs", "scip"
CUTOFF = "12 is not a valid Limit"
"""What OR-Tools raises where SCIP proves that nothing is cheaper than the cutoff: its reader does not know that end."""
PLANS = 0.3
"""Part of HiGHS's work that goes into finding plans, where they are what is wanted."""
RELIABLE = 2
"""Looks at both children of a variable after which HiGHS takes its word for what they cost, where only proofs count."""


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
        Limits of the search; None: any number of nodes.
    plans
        Whether better plans are wanted more than a proof.
    engine
        Who searches: ``HIGHS`` or ``SCIP``.
    """

    session: Whole
    client: Whole
    cost: Reals
    slots: Reals
    room: Reals
    setup: Reals
    opened: Truths
    most: int
    cutoff: float
    nodes: int | None
    seconds: float
    plans: bool
    engine: str


class Answer(NamedTuple):
    """Cheapest plan below the cutoff that was found, as positions of pairs; what every other plan costs at least.

    The bound is infinite if the search was complete.
    """

    chosen: Whole | None
    bound: float


def ready() -> None:
    """Nothing; a process that has done it has loaded what it needs."""


def solve_part(part: Part) -> Answer:
    """Search a part, in whatever process."""
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=max(0.1, part.seconds)),
        node_limit=part.nodes,
        random_seed=0,
        relative_gap_tolerance=0.0,
    )
    if part.engine == SCIP:
        parameters.gscip = _scip(part)
        parameters.cutoff_limit = part.cutoff
        solver = mathopt.SolverType.GSCIP
    else:
        parameters.highs = _highs(part)
        solver = mathopt.SolverType.HIGHS
    try:
        result = mathopt.solve(as_mathopt(linear_of(part)), solver, params=parameters)
    except ValueError as error:
        if str(error) != CUTOFF:
            raise
        return Answer(None, np.inf)
    chosen = None
    if result.has_primal_feasible_solution() and result.objective_value() < part.cutoff:
        values = {variable.id for variable, value in result.variable_values().items() if value > 0.5}
        chosen = np.array([pair for pair in range(len(part.cost)) if pair in values], dtype=np.int64)
    reason = mathopt.TerminationReason
    if result.termination.reason in {reason.OPTIMAL, reason.INFEASIBLE}:
        return Answer(chosen, np.inf)
    bound = result.termination.objective_bounds.dual_bound
    return Answer(chosen, min(part.cutoff, bound - TOLERANCE * abs(bound)) if np.isfinite(bound) else -np.inf)


def _highs(part: Part) -> highs_pb2.HighsOptionsProto:
    options = highs_pb2.HighsOptionsProto()
    options.double_options["objective_bound"] = part.cutoff
    options.double_options["mip_heuristic_effort"] = PLANS if part.plans else 0.0
    if not part.plans:  # heuristics, restarts and careful branching are most of what it does on parts as small as these
        options.bool_options["mip_allow_restart"] = False
        options.int_options["mip_pscost_minreliable"] = RELIABLE
    return options


def _scip(part: Part) -> gscip_pb2.GScipParameters:
    options = gscip_pb2.GScipParameters()
    if not part.plans:
        options.heuristics = gscip_pb2.GScipParameters.OFF
    return options


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
