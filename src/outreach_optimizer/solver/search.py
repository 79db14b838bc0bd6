"""Coarse model, seating of each session, a cut where it fails, and again: exact in the end."""

import time
from importlib.metadata import version
from threading import Event

from outreach_optimizer.checker import MICRO, contradictions, pinned_schedule
from outreach_optimizer.errors import CheckError, InputError
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.relaxation.prices import Prices, certificate_of, default_prices
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule
from outreach_optimizer.solver.coarse import OnProgress, Watch, hint, run
from outreach_optimizer.solver.first import owed_part
from outreach_optimizer.solver.guided import Guided, guided
from outreach_optimizer.solver.improve import Tell, improve
from outreach_optimizer.solver.plans import Accepted, accepted, better, seat_all
from outreach_optimizer.solver.reasons import reasons
from outreach_optimizer.solver.result import Result, Status, minutes, relative_gap
from outreach_optimizer.solver.rounds import Effort, Found, attempts, search

OVERBOOKED_SHARE = 0.6
"""Part of the time in which an overbooked model is searched as a whole, for the bound; then part by part."""
SAFE_SHARE = 0.1
"""Part of the time for a first plan of an overbooked model."""
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


def _plan(instance: Instance, effort: Effort) -> Guided:
    """Where sessions are overbooked, by a safe model first; else led by prices. At last, a plan of a small part."""
    best = accepted(instance, pinned_schedule(instance))
    if any(instance.overbooking_of(session) != "none" for session in instance.sessions):
        ended = _overbooked(instance, effort, best)
    else:
        ended = guided(instance, effort, best)
    if ended.found.best is None and not ended.found.infeasible:
        last = _first(instance, effort._replace(stop=None), time_limit_s=LAST_RESORT_S)
        ended = ended._replace(found=ended.found._replace(best=last))
    return ended


def _overbooked(instance: Instance, effort: Effort, best: Accepted | None) -> Guided:
    """A first plan of a safe model, then the whole model for plan and bound, then part by part."""
    before = time.monotonic()
    model, parts = build(instance), build(instance, safe=True)
    build_s = time.monotonic() - before
    sure, interrupted = _sure(parts, effort)
    best = better(best, sure)
    prices = default_prices(instance)
    if best is not None and best.schedule.appointments:
        hint(model, best.schedule)
    if interrupted:
        return Guided(Found(best, 0, infeasible=False, interrupted=True), prices, build_s)
    attempt = attempts(model, effort, best, until_s=effort.time_limit_s * OVERBOOKED_SHARE)
    found = search(model, attempt, best, effort.seed)
    proven = found.best is not None and found.best.report.objective_micro <= found.bound_micro
    if found.best is None or proven or found.interrupted:
        return Guided(found, prices, build_s)
    tell = Tell(effort.on_progress, effort.begin, found.bound_micro)
    until = effort.begin + effort.time_limit_s
    improved = improve(
        parts, found.best, until=until, workers=effort.workers, seed=effort.seed, tell=tell, stop=effort.stop
    )
    return Guided(found._replace(best=improved.best, interrupted=improved.interrupted), prices, build_s)


def _sure(model: Model, effort: Effort) -> tuple[Accepted | None, bool]:
    """A plan of a safe model, which needs no second look at the risk; and whether the search was interrupted."""
    solver = effort.solver(effort.time_limit_s * SAFE_SHARE)
    result = run(model, solver, Watch(model, None, effort.begin), effort.stop)
    best = seat_all(model.instance, result, effort.seed)[0] if result.guests else None
    if best is not None:
        Tell(effort.on_progress, effort.begin, 0).better(best)
    return best, result.interrupted


def _first(instance: Instance, effort: Effort, *, time_limit_s: float) -> Accepted | None:
    """A plan to fall back on: the best one of a small part of the problem, if the rules accept it for the whole."""
    part = build(owed_part(instance))
    begin = time.monotonic()
    attempt = attempts(part, effort._replace(begin=begin, on_progress=None), None, until_s=time_limit_s)
    found = search(part, attempt, None, effort.seed)
    return accepted(instance, found.best.schedule) if found.best else None


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
        uninvited=reasons(instance, best.schedule),
        proof=proof,
        certificate=certificate_of(instance, prices),
    )
    return status, schedule
