"""Another engine for the same model: a MIP solver inside the OR-Tools wheel, by MathOpt."""

import datetime as dt
import math
from collections.abc import Callable
from threading import Event, Thread

from ortools.math_opt.python import mathopt

from outreach_optimizer.checker import MICRO
from outreach_optimizer.model.variables import Model
from outreach_optimizer.solver.coarse import Run, guests_of
from outreach_optimizer.solver.linear import as_mathopt, of_model
from outreach_optimizer.solver.result import Status

TOLERANCE = 1e-9
"""Relative error of the bounds that floating-point solvers tell."""
HALF = 0.5


def run_mip(model: Model, *, time_limit_s: float, seed: int, stop: Event | None) -> Run:
    """Solve the model, cuts included, by HiGHS where consultations have many lengths, else by SCIP.

    Measured on restricted models (benchmarks/README.md): HiGHS proves knapsacks of many weights sooner, SCIP the
    planning of crews. Neither can be interrupted, so that an interrupted run is left to its time limit.
    """
    knapsacks = len({client.slots for client in model.instance.clients}) > 2
    engine = mathopt.SolverType.HIGHS if knapsacks else mathopt.SolverType.GSCIP
    linear = as_mathopt(of_model(model))
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=max(0.1, time_limit_s)), random_seed=seed, relative_gap_tolerance=0.0
    )
    outcome: list[mathopt.SolveResult] = []
    thread = Thread(
        target=lambda: outcome.append(mathopt.solve(linear, engine, params=parameters)), name="mip", daemon=True
    )
    thread.start()
    interrupted = False
    while thread.is_alive() and not interrupted:
        try:
            thread.join(0.05)
            interrupted = stop is not None and stop.is_set()
        except KeyboardInterrupt:
            interrupted = True
    return _read(model, outcome[0]) if outcome else Run(Status.NO_RESULT, (), None, None, interrupted)


def _read(model: Model, result: mathopt.SolveResult) -> Run:
    reason = result.termination.reason
    if reason == mathopt.TerminationReason.INFEASIBLE:
        return Run(Status.INFEASIBLE, (), None, None, interrupted=False)
    bound_micro = _on_grid(model, result.termination.objective_bounds.dual_bound, math.ceil, TOLERANCE)
    if not result.has_primal_feasible_solution():
        return Run(Status.NO_RESULT, (), None, bound_micro, interrupted=False)
    objective_micro = _on_grid(model, result.objective_value(), round, 0.0)
    # It means optimal up to a tolerance; what is proven says the bound.
    optimal = reason == mathopt.TerminationReason.OPTIMAL
    values = result.variable_values()
    true = {variable.id for variable, value in values.items() if value > HALF}
    guests = guests_of(model, lambda literal: literal.index in true)
    return Run(Status.OPTIMAL if optimal else Status.FEASIBLE, guests, objective_micro, bound_micro, interrupted=False)


def _on_grid(model: Model, value_min: float, to_whole: Callable[[float], int], tolerance: float) -> int | None:
    """Millionths of a minute among those that the objective can be; bounds first get worse by a tolerance."""
    if not math.isfinite(value_min):
        return None
    micro = value_min * MICRO
    return to_whole((micro - tolerance * abs(micro) - model.offset) / model.scale) * model.scale + model.offset
