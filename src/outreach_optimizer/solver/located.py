"""Location problems: prices, then exact solvers on what is left, and branch and bound on prices where that is much.

Bounds of the tree are the solver's, the prices of its root certify a bound of their own.
"""

import heapq
import time
from collections.abc import Callable

import numpy as np

from outreach_optimizer.instance import Appointment, Duty
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.dual.ascent import Relaxed, ascend, first_point, look, prices_at
from outreach_optimizer.solver.dual.volume import Point
from outreach_optimizer.solver.effort import Effort, Found, Searched
from outreach_optimizer.solver.location.branch import branch
from outreach_optimizer.solver.location.climb import Climbed
from outreach_optimizer.solver.location.handed import Handed
from outreach_optimizer.solver.location.plan import Plan
from outreach_optimizer.solver.location.problem import location_of
from outreach_optimizer.solver.location.rooted import everybody, limit_of, root, tree_of
from outreach_optimizer.solver.plans import Accepted, accepted
from outreach_optimizer.solver.result import Progress, minutes, relative_gap

GOOD_GAP = 0.003
"""Part of the cost by which the certificate may be weaker than the root before it gets prices of its own."""
PRICES_STEPS = 100
PRICES_SHARE = 0.05


def located(relaxed: Relaxed, effort: Effort) -> Searched | None:
    """Solve an instance that is a location problem; None if it is none, or if the best plan cannot be seated."""
    problem = location_of(relaxed)
    if problem is None:
        return None
    tree = tree_of(problem, over=_clock(effort), tell=_teller(effort))
    with Apart(effort.workers) as apart:
        until = effort.begin + effort.time_limit_s
        handed = Handed(problem, tree.table, apart, until=until, in_turn=effort.workers == 1)
        begun = root(tree, handed.expect)
        if begun is None or not everybody(problem, begun[0].node, begun[1].cost):
            return None
        first, plan = begun
        least, plan = branch(tree, first, plan, handed)
    best = _seated(relaxed, plan, effort.seed)
    if best is None or best.report.objective_micro != round(plan.cost):
        return None  # what the tree counted is not what the plan costs: its bounds say nothing
    prices = _prices(relaxed, effort, first, best.report.objective_micro)
    certified = bound(relaxed.instance, prices).micro
    cost = best.report.objective_micro
    proven = least >= limit_of(problem, plan)
    bound_micro = cost if proven else max(certified, int(least))
    found = Found(best, min(cost, bound_micro), infeasible=False, interrupted=effort.asked)
    return Searched(found, prices, build_s=0.0)


def _clock(effort: Effort) -> Callable[[], bool]:
    return lambda: effort.asked or time.monotonic() - effort.begin > effort.time_limit_s


def _teller(effort: Effort) -> Callable[[float, float], None]:
    def tell(cost: float, least: float) -> None:
        if effort.on_progress is not None:
            objective, low = int(cost), max(0, int(min(least, cost)))
            seconds = time.monotonic() - effort.begin
            effort.on_progress(Progress(seconds, minutes(objective), minutes(low), relative_gap(objective, low)))

    return tell


def _seated(relaxed: Relaxed, plan: Plan, seed: int) -> Accepted | None:
    """The plan as a schedule, if everybody can be seated: one after the other where that is enough, else searched."""
    best = accepted(relaxed.instance, _in_turn(relaxed, plan))
    if best is not None:
        return best
    from outreach_optimizer.solver.seated import seat_groups  # noqa: PLC0415 - CP-SAT is seldom needed here

    groups = [
        (s, np.flatnonzero(relaxed.facts.duty[s]).tolist(), np.flatnonzero(plan.session == s).tolist())
        for s in np.unique(plan.session).tolist()
    ]
    return seat_groups(relaxed.instance, groups, round(plan.cost), seed)


def _in_turn(relaxed: Relaxed, plan: Plan) -> Schedule:
    """The longest consultations first, each with whoever is free first; no rule is looked at."""
    instance = relaxed.instance
    duties, appointments = [], []
    for s in np.unique(plan.session).tolist():
        session, crew = instance.sessions[s], np.flatnonzero(relaxed.facts.duty[s]).tolist()
        free = [(session.start, w) for w in crew]
        duties += [Duty(session=session.id, caseworker=instance.caseworkers[w].id) for w in crew]
        guests = [instance.clients[c] for c in np.flatnonzero(plan.session == s).tolist()]
        here = []
        for client in sorted(guests, key=lambda client: -client.slots):
            start, w = heapq.heappop(free)
            who = instance.caseworkers[w].id
            here.append(Appointment(client=client.id, session=session.id, caseworker=who, start=start))
            heapq.heappush(free, (start + client.slots * instance.slot_min, w))
        appointments += sorted(here, key=lambda appointment: appointment.start)
    return Schedule(duties=tuple(duties), appointments=tuple(appointments))


def _prices(relaxed: Relaxed, effort: Effort, first: Climbed, cost: int) -> Prices:
    """Prices that certify a bound: those of the tree's root count on everybody, which the certificate cannot."""
    start = first_point(relaxed)
    point = Point(np.minimum(first.node.prices, relaxed.facts.out), start.duties, start.workers)
    here = look(relaxed, point)
    if first.node.bound - here.bound > GOOD_GAP * cost:
        until = time.monotonic() + PRICES_SHARE * effort.time_limit_s
        point = ascend(relaxed, until=until, steps=PRICES_STEPS, start=point, target=float(cost)).point
        here = look(relaxed, point)
    return prices_at(relaxed, point, here.held.budget)
