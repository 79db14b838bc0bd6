"""Crews that come close to what the steps of an ascent hold on average: the relaxation rounded by an exact solver.

What a relaxation holds half is nothing to a threshold: of many like days that a site needs, none is held often. A model
of duties alone chooses as many as there are on average, on days on which enough caseworkers are left, with the crews
that were there most often. It has no guests, so CP-SAT solves it to proof within seconds.
"""

from collections.abc import Iterable
from itertools import combinations
from threading import Event, Thread
from typing import TypeVar

import numpy as np
from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.instance import Instance, Session
from outreach_optimizer.solver.construct.crews import Limits
from outreach_optimizer.solver.construct.draft import Board
from outreach_optimizer.solver.construct.tours import Lone
from outreach_optimizer.solver.dual.prepared import Mask, Prepared
from outreach_optimizer.solver.dual.volume import Often
from outreach_optimizer.solver.portfolio import new_solver

K = TypeVar("K")
V = TypeVar("V")

SELDOM = 0.002
"""Duties that come less often are left out."""
SCALE = 1000
"""Worth of a duty that all steps have."""
OWED = 100 * SCALE
"""Worth of what is pinned, and price of a session less than a site was promised."""
ROUND_S = 6.0
"""Seconds at most."""
LOOK_S = 0.05
"""How often the stop event is looked at."""


def rounded(
    prepared: Prepared, board: Board, often: Often, *, workers: int, time_limit_s: float, stop: Event | None
) -> Mask | None:
    """Choose duties, sessions × caseworkers, of tours with one stop that keep the rules on duties and sessions.

    Pinned duties come before all others.

    Parameters
    ----------
    workers
        One worker counts its own steps instead of seconds, about as many.

    Returns
    -------
    None if no solution was found in time.
    """
    limits, lone, pinned = board.limits, board.lone, board.pinned
    score = often.by_caseworker(prepared.offered, pinned.shape[1])
    score[score < SELDOM] = 0.0
    wanted = lone.lawful & ((score > 0) | pinned)
    cp = cp_model.CpModel()
    duty = {(s, w): cp.new_bool_var("") for s, w in np.argwhere(wanted).tolist()}
    held = {s: cp.new_bool_var("") for s in np.flatnonzero(wanted.any(axis=1)).tolist()}
    _crews(cp, duty, held, limits)
    _caseworkers(cp, duty, limits, lone)
    prices = _sites(cp, board.instance, held, often, limits)
    worth = [round(SCALE * score[index]) + 1 + OWED * bool(pinned[index]) for index in duty]
    worth += [-price for _, price in prices]
    cp.maximize(cp_model.LinearExpr.weighted_sum([*duty.values(), *(miss for miss, _ in prices)], worth))
    solver = _solved(cp, workers, min(ROUND_S, time_limit_s), stop)
    if solver is None:
        return None
    crew = np.zeros(pinned.shape, dtype=np.bool_)
    for index, literal in duty.items():
        crew[index] = solver.boolean_value(literal)
    return crew


def _crews(cp: cp_model.CpModel, duty: dict[tuple[int, int], IntVar], held: dict[int, IntVar], limits: Limits) -> None:
    """Nobody, or as many as a session needs and has room for."""
    for s, literals in _grouped((s, literal) for (s, _), literal in duty.items()).items():
        present = cp_model.LinearExpr.sum(literals)
        cp.add(present >= int(limits.least[s]) * held[s])
        cp.add(present <= int(limits.most[s]) * held[s])


def _caseworkers(cp: cp_model.CpModel, duty: dict[tuple[int, int], IntVar], limits: Limits, lone: Lone) -> None:
    """One session a day, and no more duties and minutes than agreed."""
    for literals in _grouped(((w, int(limits.day[s])), literal) for (s, w), literal in duty.items()).values():
        cp.add_at_most_one(literals)
    for w, mine in _grouped((w, s) for s, w in duty).items():
        literals = [duty[s, w] for s in mine]
        if limits.duties[w] < len(literals):
            cp.add(cp_model.LinearExpr.sum(literals) <= int(limits.duties[w]))
        away_min = [int(lone.away_min[s, w]) for s in mine]
        if limits.minutes[w] < sum(away_min):
            cp.add(cp_model.LinearExpr.weighted_sum(literals, away_min) <= int(limits.minutes[w]))


def _sites(
    cp: cp_model.CpModel, instance: Instance, held: dict[int, IntVar], often: Often, limits: Limits
) -> list[tuple[IntVar, int]]:
    """Rooms, days and numbers of sessions; by how many the numbers are missed, and the price of one."""
    prices: list[tuple[IntVar, int]] = []
    # A session too many or too few, against the average, costs more than the largest crew is worth.
    off = (SCALE + 1) * int(limits.most.max(initial=0)) + 1
    usual = np.bincount(limits.site, weights=often.held, minlength=len(instance.sites))
    if instance.rules.max_sessions is not None:
        cp.add(cp_model.LinearExpr.sum(list(held.values())) <= instance.rules.max_sessions)
    for number, mine in _grouped((int(limits.site[s]), s) for s in held).items():
        site, literals = instance.sites[number], [held[s] for s in mine]
        total = cp_model.LinearExpr.sum(literals)
        if site.max_sessions is not None:
            cp.add(total <= site.max_sessions)
        for s, other in combinations(mine, 2):
            if _excluded(instance.sessions[s], instance.sessions[other], site.spacing_days):
                cp.add_at_most_one([held[s], held[other]])
        missed, owed = (cp.new_int_var(0, len(instance.sessions), "") for _ in range(2))
        cp.add(missed >= total - round(usual[number]))
        cp.add(missed >= round(usual[number]) - total)
        cp.add(owed >= int(limits.owed[number]) - total)
        prices += [(missed, off), (owed, OWED)]
    return prices


def _excluded(one: Session, other: Session, spacing_days: int) -> bool:
    """Whether a site cannot hold both."""
    if one.date != other.date:
        return abs((one.date - other.date).days) < spacing_days
    return one.room == other.room and one.start < other.end and other.start < one.end


def _solved(cp: cp_model.CpModel, workers: int, time_limit_s: float, stop: Event | None) -> cp_model.CpSolver | None:
    """Solve in a thread, so that the stop event is heard."""
    solver = new_solver(workers=workers, seed=0, time_limit_s=time_limit_s)
    if workers == 1:
        solver.parameters.max_deterministic_time = ROUND_S
    outcome: list[cp_model.CpSolverStatus] = []
    thread = Thread(target=lambda: outcome.append(solver.solve(cp)), name="rounding")
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_S)
        if stop is not None and stop.is_set():
            solver.stop_search()
    return solver if outcome and outcome[0] in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
