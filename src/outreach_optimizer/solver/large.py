"""Instances too large for exact solvers: prices and a plan from them, then better plans part by part."""

import time
from typing import NamedTuple

import numpy as np

from outreach_optimizer.model.build import build
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import FIRST_STEP, Point, Relaxed, ascend, first_point, look, prices_at
from outreach_optimizer.solver.dual.reduce import Kept, kept, regret
from outreach_optimizer.solver.improve import Tell, improve
from outreach_optimizer.solver.plans import Accepted, accepted, better
from outreach_optimizer.solver.result import Progress, minutes, relative_gap
from outreach_optimizer.solver.rounds import Effort, Found

LARGE = 60_000
"""Possible invitations from which on a plan is constructed from prices first."""
HUGE = 1_500_000
"""Possible invitations from which on no model is built: literals would take more time and memory than there is."""
HUGE_SHARE = 0.82
"""Part of the time for prices and plan of a huge instance; the rest is for checking it and giving reasons."""
FIRST_SHARE = 0.4
"""Part of the time for first prices of a huge instance."""
CONSTRUCT_SHARE = 0.2
"""The same of a large one, whose plan is improved afterwards."""
PRICES_SHARE = 0.15
"""Part of the time for better prices once there is a plan."""
ASCENT_STEPS = 2_000
PAIRS_PER_CLIENT = 30
"""Invitations among which better plans are sought: fewer are searched sooner, but miss what good plans need."""


class Priced(NamedTuple):
    """Prices and the bound that they certify."""

    prices: Prices
    bound_micro: int


def large(relaxed: Relaxed, effort: Effort, best: Accepted | None) -> tuple[Found, Prices, float]:
    """A plan, prices, and the seconds that building a model took."""
    huge = len(relaxed.prepared.client) > HUGE
    first = _first_point(relaxed, effort) if huge else None
    _tell(relaxed, effort, first, best)
    share = HUGE_SHARE if huge else CONSTRUCT_SHARE
    made = construct(relaxed, first, until=effort.begin + share * effort.time_limit_s, stop=effort.stop)
    if made is not None:
        best = better(best, accepted(relaxed.instance, made.schedule))
        _tell(relaxed, effort, made.point, best)
    point = made.point if made is not None else first
    asked = effort.stop is not None and effort.stop.is_set()
    if point is None or huge or asked:
        points = [p for p in (first, point) if p is not None] or [first_point(relaxed)]
        priced = max((_priced(relaxed, p) for p in points), key=lambda priced: priced.bound_micro)
        return Found(best, priced.bound_micro, infeasible=False, interrupted=asked), priced.prices, 0.0
    return _part_by_part(relaxed, effort, best, point)


def _tell(relaxed: Relaxed, effort: Effort, point: Point | None, best: Accepted | None) -> None:
    """The plan and what prices certify."""
    if effort.on_progress is not None and point is not None:
        bound_micro = _priced(relaxed, point).bound_micro
        objective_micro = best.report.objective_micro if best is not None else None
        gap = relative_gap(objective_micro, bound_micro)
        seconds = time.monotonic() - effort.begin
        effort.on_progress(Progress(seconds, minutes(objective_micro), minutes(bound_micro), gap))


def _first_point(relaxed: Relaxed, effort: Effort) -> Point:
    """Prices of a huge instance, by prices per slot alone."""
    until = effort.begin + FIRST_SHARE * effort.time_limit_s
    return ascend(relaxed, until=until, steps=ASCENT_STEPS, one_by_one=False).point


def _priced(relaxed: Relaxed, point: Point) -> Priced:
    """Whole prices at a point, and what they certify."""
    prices = prices_at(relaxed, point, look(relaxed, point, one_by_one=False).held.budget)
    return Priced(prices, bound(relaxed.instance, prices).micro)


def _part_by_part(relaxed: Relaxed, effort: Effort, best: Accepted | None, point: Point) -> tuple[Found, Prices, float]:
    """Better prices towards the plan, then a model of what they recommend and of the plan, improved part by part."""
    target = None if best is None else float(best.report.objective_micro)
    until = time.monotonic() + PRICES_SHARE * effort.time_limit_s
    point = ascend(
        relaxed, until=until, steps=ASCENT_STEPS, start=point, target=target, first_step=FIRST_STEP / 2
    ).point
    regretted = regret(relaxed, point)
    found = Found(best, regretted.bound, infeasible=False, interrupted=False)
    if best is None:
        return found, regretted.prices, 0.0
    wanted = min(len(regretted.pairs), PAIRS_PER_CLIENT * len(relaxed.instance.clients))
    most = float(np.partition(regretted.pairs, wanted - 1)[wanted - 1])
    before = time.monotonic()
    model = build(relaxed.instance, kept=_with_plan(relaxed, kept(relaxed, regretted, most), best.schedule))
    build_s = time.monotonic() - before
    tell = Tell(effort.on_progress, effort.begin, regretted.bound)
    tell.better(best)
    until = effort.begin + effort.time_limit_s
    improved = improve(model, best, until=until, workers=effort.workers, seed=effort.seed, tell=tell, stop=effort.stop)
    return found._replace(best=improved.best, interrupted=improved.interrupted), regretted.prices, build_s


def _with_plan(relaxed: Relaxed, part: Kept, schedule: Schedule) -> Kept:
    """A part that contains a plan."""
    instance = relaxed.instance
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    c_of = {client.id: c for c, client in enumerate(instance.clients)}
    pair, duty = part.pair.copy(), part.duty.copy()
    for appointment in schedule.appointments:
        pair[c_of[appointment.client], s_of[appointment.session]] = True
    for planned in schedule.duties:
        duty[s_of[planned.session], w_of[planned.caseworker]] = True
    return Kept(pair, duty)
