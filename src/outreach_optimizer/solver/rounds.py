"""Coarse model, seating of each session, a cut where it fails, and again: exact in the end."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from outreach_optimizer.model.expectation import tighten
from outreach_optimizer.model.variables import Model
from outreach_optimizer.solver.coarse import Ends, Run, Watch, hint, run, with_crews
from outreach_optimizer.solver.cuts import cut
from outreach_optimizer.solver.effort import Effort, Found
from outreach_optimizer.solver.mip import run_mip
from outreach_optimizer.solver.plans import Accepted, better
from outreach_optimizer.solver.portfolio import LARGE
from outreach_optimizer.solver.result import Status
from outreach_optimizer.solver.seated import expects, seat_all
from outreach_optimizer.solver.seating import Guests, conflict

ENDED = (Status.OPTIMAL, Status.INFEASIBLE)
LEAST_MIP_S = 1.0
"""With less time left, no MIP solver is started."""
Attempt = Callable[[Sequence[Guests] | None], Run]
"""A run of a solver: with free crews (None), or with the crews of an earlier run."""


class Meanwhile(Protocol):
    """What is done beside a run of a MIP solver on a model, until the block or time (``time.monotonic``) ends."""

    def __call__(self, model: Model, run: Run, *, until: float) -> AbstractContextManager[None]:
        """Begin with what an earlier run has found."""
        ...


def attempts(
    model: Model,
    effort: Effort,
    best: Accepted | None,
    *,
    until_s: float,
    ends: Ends | None = None,
    cp_sat_s: float = math.inf,
    meanwhile: Meanwhile | None = None,
) -> Attempt:
    """Runs one after the other, each with the time that is left; told are those with free crews.

    Parameters
    ----------
    until_s
        Seconds since the effort began.
    ends
        See `Watch`.
    cp_sat_s
        Where CP-SAT has no proof after so long, a MIP solver goes on; better plans are then told when it ends. One
        worker counts its own steps instead, about as many as in so many seconds, so that the clock decides nothing.
    """
    watches: list[Watch] = []

    def attempt(crews: Sequence[Guests] | None) -> Run:
        left_s = until_s - (time.monotonic() - effort.begin)
        alone = effort.workers == 1
        solver = effort.solver(left_s if alone else min(left_s, cp_sat_s), large=len(model.invited) > LARGE)
        if alone:
            solver.parameters.max_deterministic_time = cp_sat_s
        told = effort.on_progress if crews is None else None
        watch = Watch(model, told, effort.begin, watches[-1] if watches else None, ends)
        if crews is None:
            if not watches and best is not None:
                watch.objective_micro = best.report.objective_micro
            watches.append(watch)
        solver.best_bound_callback = watch.on_bound
        result = run(model, solver, watch, effort.stop, None if crews is None else with_crews(model, crews))
        left_s = until_s - (time.monotonic() - effort.begin)
        if crews is not None or result.interrupted or result.status in ENDED or left_s < LEAST_MIP_S:
            return result
        start = () if result.objective_micro is None else tuple(solver.response_proto.solution)
        until = effort.begin + until_s
        with nullcontext() if meanwhile is None else meanwhile(model, result, until=until):
            mip = run_mip(model, time_limit_s=left_s, seed=effort.seed, stop=effort.stop, start=start)
        return _better(result, mip)

    return attempt


def _better(one: Run, other: Run) -> Run:
    """The better plan and the better bound of two runs on the same model."""
    if other.status is Status.INFEASIBLE and one.objective_micro is None:
        return other
    plan = min((run for run in (one, other) if run.objective_micro is not None), key=_cost, default=None)
    bounds = [run.bound_micro for run in (one, other) if run.bound_micro is not None]
    bound_micro = max(bounds, default=None)
    if plan is None or plan.objective_micro is None:
        return one._replace(bound_micro=bound_micro, interrupted=other.interrupted)
    met = bound_micro is not None and bound_micro >= plan.objective_micro
    status = Status.OPTIMAL if met or Status.OPTIMAL in (one.status, other.status) else Status.FEASIBLE
    return plan._replace(status=status, bound_micro=bound_micro, interrupted=other.interrupted)


def _cost(run: Run) -> int:
    return run.objective_micro or 0


def search(model: Model, attempt: Attempt, best: Accepted | None, seed: int) -> Found:
    """Run, seat, cut, until every session of the best coarse plan can be seated or time is over.

    After a cut, the same crews are tried with other guests first: most often that costs nothing more, and what costs
    no more than the bound is proven. Bounds come from runs with free crews only.
    """
    instance, crews = model.instance, None
    looked_at: set[Guests] = set()
    bound_micro = 0  # no term is ever negative
    while True:
        result = attempt(crews)
        if crews is None and result.bound_micro is not None:
            bound_micro = max(bound_micro, result.bound_micro)
        if crews is not None and result.status is not Status.OPTIMAL and not result.interrupted:
            crews = None
            continue
        if result.status in (Status.INFEASIBLE, Status.NO_RESULT):
            return Found(best, bound_micro, result.status is Status.INFEASIBLE, result.interrupted)
        candidate, failed = seat_all(instance, result, seed)
        best = better(best, candidate)
        proven = best is not None and best.report.objective_micro <= bound_micro
        over = result.interrupted or result.status is not Status.OPTIMAL
        loose = candidate is not None and candidate.report.objective_micro > (result.objective_micro or 0)
        learned = not over and _learn(model, result, failed, looked_at, seed, loose=loose)
        if proven or over or (not learned and crews is None):
            return Found(best, bound_micro, infeasible=False, interrupted=result.interrupted)
        if best is not None:
            hint(model, best.schedule)
        crews = result.guests if learned else None


def _learn(
    model: Model, result: Run, failed: Sequence[Guests], looked_at: set[Guests], seed: int, *, loose: bool
) -> bool:
    """Cut off what cannot be seated, and make what is expected of the sessions exact; False if nothing is new."""
    learned = False
    for guests in failed:
        core = conflict(model.instance, guests, seed)
        if core is not None:
            cut(model, core)
            learned = True
    if loose and expects(model.instance):
        for guests in result.guests:
            seen = guests._replace(promises=(), crew=(len(guests.crew),))
            if seen not in looked_at:
                looked_at.add(seen)
                tighten(model, guests.s, len(guests.crew), guests.clients)
                learned = True
    return learned
