"""Location problems: branch and bound on prices, and CP-SAT beside it on what good plans can contain.

Whoever has a proof first ends the search; plans go from CP-SAT to the tree. Bounds of the tree are the solver's, the
prices of its root certify a bound of their own.
"""

import heapq
import time
from collections.abc import Callable
from threading import Event, Thread

import numpy as np
from ortools.sat.python import cp_model

from outreach_optimizer.instance import Appointment, Duty
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.coarse import Run, hint
from outreach_optimizer.solver.dual.ascent import Point, Relaxed, ascend, first_point, look, prices_at
from outreach_optimizer.solver.dual.reduce import Kept
from outreach_optimizer.solver.location.branch import Tree, branch, everybody, limit_of, root, tree_of
from outreach_optimizer.solver.location.climb import Climbed
from outreach_optimizer.solver.location.plan import Plan
from outreach_optimizer.solver.location.problem import Location, Node, location_of
from outreach_optimizer.solver.plans import Accepted, accepted, seat_all
from outreach_optimizer.solver.portfolio import new_solver
from outreach_optimizer.solver.result import Progress, Status, minutes, relative_gap
from outreach_optimizer.solver.rounds import Effort, Found
from outreach_optimizer.solver.seating import Guests

ALONE_S = 2.0
"""Seconds of the tree before CP-SAT starts beside it."""
GOOD_GAP = 0.003
"""Gap that the certificate may have before it gets prices of its own."""
PRICES_STEPS = 300
PRICES_SHARE = 0.05


def located(relaxed: Relaxed, effort: Effort) -> tuple[Found, Prices] | None:
    """Solve an instance that is a location problem; None if it is none, or if the best plan cannot be seated."""
    problem = location_of(relaxed)
    if problem is None:
        return None
    tree = tree_of(problem, over=_clock(effort), tell=_teller(effort))
    begun = root(tree)
    if begun is None or not everybody(problem, begun[0].node, begun[1].cost):
        return None
    first, plan = begun
    least = first.node.bound
    if least < limit_of(problem, plan):
        least, plan = _branched(relaxed, effort, tree, first, plan)
    best = _seated(relaxed, plan, effort.seed)
    if best is None or best.report.objective_micro != round(plan.cost):
        return None  # what the tree counted is not what the plan costs: its bounds say nothing
    prices = _prices(relaxed, effort, first, best.report.objective_micro)
    certified = bound(relaxed.instance, prices).micro
    cost = best.report.objective_micro
    proven = least >= limit_of(problem, plan)
    bound_micro = cost if proven else max(certified, int(least))
    return Found(best, min(cost, bound_micro), infeasible=False, interrupted=_asked(effort)), prices


def _asked(effort: Effort) -> bool:
    return effort.stop is not None and effort.stop.is_set()


def _clock(effort: Effort) -> Callable[[], bool]:
    return lambda: _asked(effort) or time.monotonic() - effort.begin > effort.time_limit_s


def _teller(effort: Effort) -> Callable[[float, float], None]:
    def tell(cost: float, least: float) -> None:
        if effort.on_progress is not None:
            objective, low = int(cost), max(0, int(min(least, cost)))
            seconds = time.monotonic() - effort.begin
            effort.on_progress(Progress(seconds, minutes(objective), minutes(low), relative_gap(objective, low)))

    return tell


class _Beside:
    """CP-SAT in a thread of its own, on the pairs that are left at the root."""

    def __init__(self, model: Model, problem: Location, effort: Effort, *, after_s: float) -> None:
        self.ended = False
        self._after_s, self._stop = after_s, Event()
        left_s = max(0.1, effort.time_limit_s - (time.monotonic() - effort.begin) - after_s)
        self._solver = new_solver(workers=max(1, effort.workers - 1), seed=effort.seed, time_limit_s=left_s)
        self._watch = _Noted(model, problem)
        self._model = model
        self._thread = Thread(target=self._run, name="beside", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        if self._stop.wait(self._after_s):
            return
        status = self._solver.solve(self._model.cp, self._watch)
        self.ended = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)

    @property
    def plan(self) -> Plan | None:
        """The best plan so far."""
        return self._watch.plan

    def end(self) -> None:
        """Stop, and wait until it has."""
        self._stop.set()
        while self._thread.is_alive():
            self._solver.stop_search()
            self._thread.join(0.01)


class _Noted(cp_model.CpSolverSolutionCallback):
    """Takes down the best plan that CP-SAT finds."""

    def __init__(self, model: Model, problem: Location) -> None:
        super().__init__()
        self._model, self._problem = model, problem
        self.plan: Plan | None = None

    def on_solution_callback(self) -> None:
        """A better plan, called by CP-SAT."""
        session = np.full(len(self._problem.slots), -1, dtype=np.int64)
        for (c, s), literal in self._model.invited.items():
            if self.boolean_value(literal):
                session[c] = s
        if (session >= 0).all():
            self.plan = Plan(float(self._model.micro(self.objective_value)), session)


def _branched(relaxed: Relaxed, effort: Effort, tree: Tree, first: Climbed, plan: Plan) -> tuple[float, Plan]:
    """Tree and, later, CP-SAT in a second thread until one of them has a proof."""
    if effort.workers == 1:  # the same plan every time
        return branch(tree, first, plan)
    model = _model(relaxed, effort, tree.problem, first.node, plan)
    beside = _Beside(model, tree.problem, effort, after_s=ALONE_S)
    over = tree.over
    tree = tree._replace(over=lambda: beside.ended or over(), newer=lambda: beside.plan)
    least, plan = branch(tree, first, plan)
    beside.end()
    found = beside.plan
    if found is not None and found.cost < plan.cost:
        plan = found
    return (plan.cost if beside.ended else least), plan


def _model(relaxed: Relaxed, effort: Effort, problem: Location, node: Node, plan: Plan) -> Model:
    """The model of the pairs of a node and of a plan, which is its hint."""
    model = build(relaxed.instance, kept=_kept(relaxed, problem, node, plan))
    best = _seated(relaxed, plan, effort.seed)
    if best is not None:
        hint(model, best.schedule)
    return model


def _kept(relaxed: Relaxed, problem: Location, node: Node, plan: Plan) -> Kept:
    """All pairs of a node, and those of a plan."""
    instance = relaxed.instance
    pair = np.zeros((len(instance.clients), len(instance.sessions)), dtype=np.bool_)
    pair[problem.client[node.pairs], problem.session[node.pairs]] = True
    pair[np.arange(len(plan.session)), plan.session] = True
    return Kept(pair, relaxed.facts.duty & np.asarray(pair.any(axis=0))[:, None])


def _seated(relaxed: Relaxed, plan: Plan, seed: int) -> Accepted | None:
    """The plan as a schedule, if everybody can be seated: one after the other where that is enough, else searched."""
    best = accepted(relaxed.instance, _in_turn(relaxed, plan))
    if best is not None:
        return best
    best, failed = seat_all(relaxed.instance, _run_of(relaxed, plan), seed)
    return None if failed else best


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


def _run_of(relaxed: Relaxed, plan: Plan) -> Run:
    guests = []
    for s in np.unique(plan.session).tolist():
        crew, clients = np.flatnonzero(relaxed.facts.duty[s]), np.flatnonzero(plan.session == s)
        guests.append(Guests(s, tuple(crew.tolist()), tuple(clients.tolist()), ()))
    return Run(Status.FEASIBLE, tuple(guests), int(plan.cost), None, interrupted=False)


def _prices(relaxed: Relaxed, effort: Effort, first: Climbed, cost: int) -> Prices:
    """Prices that certify a bound: those of the tree's root count on everybody, which the certificate cannot."""
    start = first_point(relaxed)
    point = Point(np.minimum(first.node.prices, relaxed.facts.out), start.duties, start.workers)
    here = look(relaxed, point)
    if cost - here.bound > GOOD_GAP * cost:
        until = time.monotonic() + PRICES_SHARE * effort.time_limit_s
        point = ascend(relaxed, until=until, steps=PRICES_STEPS, target=float(cost)).point
        here = look(relaxed, point)
    return prices_at(relaxed, point, here.held.budget)
