"""The search as a whole: which way an instance is solved, and what is told of the result.

Whatever needs CP-SAT is imported where it is called: loading it takes longer than many a location problem.
"""

import time
from importlib.metadata import version
from threading import Event

from outreach_optimizer.checker import MICRO, contradictions, pinned_schedule
from outreach_optimizer.errors import CheckError, InputError
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.prices import Prices, certificate_of
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule, Uninvited
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.effort import Effort, Found, OnProgress, Searched
from outreach_optimizer.solver.located import located
from outreach_optimizer.solver.plans import accepted
from outreach_optimizer.solver.result import Result, Status, minutes, relative_gap

LAST_RESORT_S = 5
"""For a first plan when time is over and there is none: better late than nothing."""
VERSIONS = ("outreach-optimizer", "ortools", "numpy", "pydantic")


def solve(
    instance: Instance,
    *,
    time_limit_s: float = 60,
    workers: int = 2,
    seed: int = 0,
    on_progress: OnProgress | None = None,
    stop: Event | None = None,
) -> Result:
    """Find the schedule that costs least, and prove it as far as time allows.

    Parameters
    ----------
    instance
        The problem.
    time_limit_s
        Wall-clock seconds for building and searching together.
    workers
        Threads of CP-SAT. One worker and the same seed give the same schedule, byte for byte, if the time suffices.
    seed
        Seed of the search.
    on_progress
        Called, from another thread, whenever a better plan or bound is known.
    stop
        When set, the search ends soon and the best plan so far is returned; Ctrl-C does the same.

    Raises
    ------
    InputError
        Pins contradict rules.
    CheckError
        Solver and checker disagree: a bug of ours.
    """
    begin = time.monotonic()
    problems = contradictions(instance)
    if problems:
        raise InputError(problems)
    effort = Effort(begin, time_limit_s, workers, seed, on_progress, stop)
    found, prices, build_s = _plan(instance, effort)
    solved = time.monotonic()
    status, schedule = _finish(instance, found, prices, effort)
    objective_micro = found.best.report.objective_micro if found.best else None
    return Result(
        status=status,
        schedule=schedule,
        report=found.best.report if found.best else None,
        objective_min=minutes(objective_micro),
        bound_min=minutes(found.bound_micro),
        gap=relative_gap(objective_micro, found.bound_micro),
        seconds={"build": build_s, "solve": solved - begin - build_s, "check": time.monotonic() - solved},
        versions={name: version(name) for name in VERSIONS},
        seed=seed,
        workers=workers,
        sha256=instance.digest,
        interrupted=found.interrupted,
    )


def _plan(instance: Instance, effort: Effort) -> Searched:
    """The plan of whichever search fits; if it has none, one of a small part."""
    ended = _searched(instance, effort)
    if ended.found.best is None and not ended.found.infeasible:
        from outreach_optimizer.solver.first import first_plan  # noqa: PLC0415 - needs CP-SAT

        last = first_plan(instance, effort._replace(stop=None), time_limit_s=LAST_RESORT_S)
        ended = ended._replace(found=ended.found._replace(best=last))
    return ended


def _searched(instance: Instance, effort: Effort) -> Searched:
    """Where sessions are overbooked, by a safe model first; else as a location problem, or led by prices."""
    best = accepted(instance, pinned_schedule(instance))
    if any(instance.overbooking_of(session) != "none" for session in instance.sessions):
        from outreach_optimizer.solver.overbooked import overbooked  # noqa: PLC0415 - needs CP-SAT

        return overbooked(instance, effort, best)
    relaxed = relax(instance)
    ended = located(relaxed, effort)
    if ended is None:
        from outreach_optimizer.solver.guided import guided  # noqa: PLC0415 - needs CP-SAT

        ended = guided(relaxed, effort, best)
    return ended


def _reasons(instance: Instance, schedule: Schedule) -> tuple[Uninvited, ...]:
    if len(schedule.by_client) == len(instance.clients):
        return ()
    from outreach_optimizer.solver.reasons import reasons  # noqa: PLC0415 - needs CP-SAT

    return reasons(instance, schedule)


def _finish(instance: Instance, found: Found, prices: Prices, effort: Effort) -> tuple[Status, Schedule | None]:
    """Status, and the schedule with its reasons, its proof and its certificate."""
    best, bound_micro = found.best, found.bound_micro
    if best is None:
        return (Status.INFEASIBLE if found.infeasible else Status.NO_RESULT), None
    objective_micro = best.report.objective_micro
    if found.infeasible or objective_micro < bound_micro:
        raise CheckError(f"an accepted schedule costs {objective_micro}, proven bound {bound_micro} (1e-6 min)")
    status = Status.OPTIMAL if objective_micro == bound_micro else Status.FEASIBLE
    proof = Proof(
        status="OPTIMAL" if objective_micro == bound_micro else "FEASIBLE",
        objective=best.report.objective_min,
        bound=bound_micro / MICRO,
        gap=relative_gap(objective_micro, bound_micro) or 0.0,
        seed=effort.seed,
        workers=effort.workers,
        versions={name: version(name) for name in VERSIONS},
    )
    schedule = best.schedule.replace(
        instance=InstanceReference(name=instance.name, sha256=instance.digest),
        uninvited=_reasons(instance, best.schedule),
        proof=proof,
        certificate=certificate_of(instance, prices),
    )
    return status, schedule
