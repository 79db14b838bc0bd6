"""Coarse model, seating of each session, a cut where it fails, and again: exact in the end."""

import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from threading import Event
from typing import NamedTuple

from ortools.sat.python import cp_model

from outreach_optimizer.checker import MICRO, contradictions, pinned_schedule
from outreach_optimizer.errors import CheckError, InputError
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.expectation import tighten
from outreach_optimizer.model.variables import Model
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule
from outreach_optimizer.solver.coarse import OnProgress, Run, Watch, hint, run, with_crews
from outreach_optimizer.solver.cuts import cut
from outreach_optimizer.solver.first import owed_part
from outreach_optimizer.solver.improve import Tell, improve
from outreach_optimizer.solver.plans import Accepted, accepted, better, expects, seat_all
from outreach_optimizer.solver.portfolio import LARGE, new_solver
from outreach_optimizer.solver.reasons import reasons
from outreach_optimizer.solver.result import Result, Status, minutes, relative_gap
from outreach_optimizer.solver.seating import Guests, conflict

Attempt = Callable[[Sequence[Guests] | None], Run]
"""A run of CP-SAT: with free crews (None), or with the crews of an earlier run."""
FULL_SHARE = 0.4
"""Part of the time in which a large model is searched as a whole, for the bound; then part by part."""
OVERBOOKED_SHARE = 0.6
"""The same for an overbooked model, whose bound takes longer and whose parts are quick."""
SAFE_SHARE = 0.1
"""Part of the time for a first plan of an overbooked model."""
FIRST_S = 10
"""For a first plan of a large model, at most."""
LAST_RESORT_S = 5
"""For a first plan when time is over and there is none: better late than nothing."""
VERSIONS = ("outreach-optimizer", "ortools", "numpy", "pydantic")


class Found(NamedTuple):
    """End of a search; ``bound_micro`` in millionths of a minute."""

    best: Accepted | None
    bound_micro: int
    infeasible: bool
    interrupted: bool


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
    model = build(instance)
    built = time.monotonic()
    found = _plan(model, Effort(begin, time_limit_s, workers, seed, on_progress, stop))
    solved = time.monotonic()
    status, schedule = _finish(instance, found, seed=seed, workers=workers)
    objective_micro = found.best.report.objective_micro if found.best else None
    return Result(
        status=status,
        schedule=schedule,
        report=found.best.report if found.best else None,
        objective_min=minutes(objective_micro),
        bound_min=minutes(found.bound_micro),
        gap=relative_gap(objective_micro, found.bound_micro),
        seconds={"build": built - begin, "solve": solved - built, "check": time.monotonic() - solved},
        versions={name: version(name) for name in VERSIONS},
        seed=seed,
        workers=workers,
        sha256=instance.digest,
        interrupted=found.interrupted,
    )


class Effort(NamedTuple):
    """What a search may take, since when, and whom it tells."""

    begin: float
    time_limit_s: float
    workers: int
    seed: int
    on_progress: OnProgress | None
    stop: Event | None

    def solver(self, time_limit_s: float, *, large: bool = False) -> cp_model.CpSolver:
        """CP-SAT with a part of the time."""
        return new_solver(workers=self.workers, seed=self.seed, time_limit_s=time_limit_s, large=large)


def _plan(model: Model, effort: Effort) -> Found:
    """A first plan where that helps, then all of the model for plan and bound, then part by part where it is hard."""
    large, overbooked = len(model.invited) > LARGE, any(map(model.overbooked, model.held))
    share = OVERBOOKED_SHARE if overbooked else FULL_SHARE if large else 1
    parts = build(model.instance, safe=True) if overbooked else model
    best = accepted(model.instance, pinned_schedule(model.instance))
    interrupted = False
    if best is None and large:
        best = _first(model.instance, effort, time_limit_s=min(FIRST_S, effort.time_limit_s / 5))
    if overbooked:
        sure, interrupted = _sure(parts, effort)
        best = better(best, sure)
    if best is not None and best.schedule.appointments:
        hint(model, best.schedule)
    if interrupted:
        found = Found(best, 0, infeasible=False, interrupted=True)
    else:
        attempt = _attempts(model, effort, best, time_limit_s=effort.time_limit_s * share)
        found = _search(model, attempt, best, effort.seed)
    if found.best is None and not found.infeasible:
        found = found._replace(best=_first(model.instance, effort._replace(stop=None), time_limit_s=LAST_RESORT_S))
    proven = found.best is not None and found.best.report.objective_micro <= found.bound_micro
    if found.best is None or proven or found.interrupted or not (large or overbooked):
        return found
    tell = Tell(effort.on_progress, effort.begin, found.bound_micro)
    until = effort.begin + effort.time_limit_s
    improved = improve(
        parts, found.best, until=until, workers=effort.workers, seed=effort.seed, tell=tell, stop=effort.stop
    )
    return found._replace(best=improved.best, interrupted=improved.interrupted)


def _attempts(model: Model, effort: Effort, best: Accepted | None, *, time_limit_s: float) -> Attempt:
    """Runs of CP-SAT one after the other, each with the time that is left; told are those with free crews."""
    watches: list[Watch] = []

    def attempt(crews: Sequence[Guests] | None) -> Run:
        left_s = time_limit_s - (time.monotonic() - effort.begin)
        solver = effort.solver(left_s, large=len(model.invited) > LARGE)
        told = effort.on_progress if crews is None else None
        watch = Watch(model, told, effort.begin, watches[-1] if watches else None)
        if crews is None:
            if not watches and best is not None:
                watch.objective_micro = best.report.objective_micro
            watches.append(watch)
        solver.best_bound_callback = watch.on_bound
        return run(model, solver, watch, effort.stop, None if crews is None else with_crews(model, crews))

    return attempt


def _search(model: Model, attempt: Attempt, best: Accepted | None, seed: int) -> Found:
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
        if result.status is Status.INFEASIBLE and crews is not None:
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
    attempt = _attempts(part, effort._replace(begin=begin, on_progress=None), None, time_limit_s=time_limit_s)
    found = _search(part, attempt, None, effort.seed)
    return accepted(instance, found.best.schedule) if found.best else None


def _finish(instance: Instance, found: Found, *, seed: int, workers: int) -> tuple[Status, Schedule | None]:
    """Status, and the schedule with its reasons and its proof."""
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
        seed=seed,
        workers=workers,
        versions={name: version(name) for name in VERSIONS},
    )
    schedule = best.schedule.replace(
        instance=InstanceReference(name=instance.name, sha256=instance.digest),
        uninvited=reasons(instance, best.schedule),
        proof=proof,
    )
    return status, schedule
