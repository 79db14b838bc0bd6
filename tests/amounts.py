"""Proof that a term is priced as it is defined: on every schedule of a tiny instance, good or bad."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from ortools.sat.python import cp_model

from agreement import Keys, every_schedule, invited
from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.fields import milli, milli_half_up
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.expectation import tighten
from outreach_optimizer.model.variables import Model
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.showup.counts import headcount

WEIGHTS = (1, 0.37, 0)
BASE = ("on_duty", "session_window", "one_booking")
"""Rules on which bounds of expectations rest."""


class Proof(NamedTuple):
    """Number of schedules per amount (thousandths), and every schedule on which two of the three grains differ."""

    amounts: Counter[int]
    differences: list[str]


def prove(term: str, instance: Instance, weight: float, starts: Sequence[int] = (540,)) -> Proof:
    """Compare amount × weight with the cheapest objective that the model gives to the same schedule.

    Every schedule: any duties, and for each client nothing or any session, caseworker and start; the rule of one
    invitation holds, no other. A schedule that the model cannot express, or that only the model knows, is a difference.
    So is one whose caseworkers are on duty and that costs less than the coarse model says: no relaxation.
    """
    assert cross_check(instance) == []
    priced = instance.replace(weights=instance.weights.replace(**{term: weight}))
    exact, coarse = (cheapest(priced, term, starts, exact=exact) for exact in (True, False))
    amounts: Counter[int] = Counter()
    differences = []
    for key, schedule in every_schedule(priced, [starts] * len(instance.sessions), single=True):
        amount = OBJECTIVES[term](priced, schedule)
        amounts[amount] += 1
        cost, found = amount * milli(weight), exact.pop(key, None)
        if cost != found:
            differences.append(f"{sorted(key)}: defined {cost}, priced {found}")
        bookings = [parts for parts in key if len(parts) == 4]
        if all((s, w) in key for _, s, w, _ in bookings):
            bound = coarse[(key - set(bookings)) | {(c, s, 0) for c, s, _, _ in bookings}]
            if bound > cost:
                differences.append(f"{sorted(key)}: defined {cost}, coarse {bound}")
    return Proof(amounts, differences + [f"{sorted(key)}: only in the model" for key in exact])


class Bounds(NamedTuple):
    """What the model knows from below of a term that it does not know exactly.

    Parameters
    ----------
    groups
        Schedules with the same duties and invitations, which the coarse grain cannot tell apart.
    exact, fitting
        Of them, how many cost as much as the model says once it has looked, in their best arrangement; and in how many
        nobody is left at the end of a session only because of the arrangement.
    differences
        Every group in which a schedule costs less than the model says, before or after it has looked, and, if looking
        makes the term exact, every fitting group that costs more.
    """

    groups: int
    exact: int
    fitting: int
    differences: list[str]


def bound(
    term: str, instance: Instance, starts: Sequence[int] = (540,), *, exact: bool = False, looking_is_enough: bool
) -> Bounds:
    """Compare the model's bound with the cheapest arrangement, for all duties and invitations.

    Every schedule that keeps the rules on which the bound rests: caseworkers are on duty, appointments inside the
    session, and longer consultations share their slots with nobody.
    """
    assert cross_check(instance) == []
    priced = instance.replace(weights=instance.weights.replace(**{term: 1}))
    costs, fitting = _arrangements(term, priced, starts)
    model = build(
        priced, exact=exact, rules=("one_invitation", "on_duty"), terms=(term,),
        candidate_starts=[starts] * len(instance.sessions),
    )  # fmt: skip
    differences = []
    for group, cost in costs.items():
        before = _least(model, *group)
        if before > cost:
            differences.append(f"{group}: defined {cost}, priced {before}")
    for group in costs:
        for s, crew, guests in _guests(*group):
            tighten(model, s, crew, guests)
    after = {group: _least(model, *group) for group in costs}
    for group, cost in costs.items():
        if after[group] > cost or (looking_is_enough and group in fitting and after[group] < cost):
            differences.append(f"{group}: defined {cost}, priced {after[group]} after a look")
    equal = sum(after[group] == cost for group, cost in costs.items())
    return Bounds(len(costs), equal, len(fitting), differences)


Group = tuple[Keys, Keys]
"""Duties ``(s, w)`` and invitations ``(c, s)``."""


def _arrangements(term: str, instance: Instance, starts: Sequence[int]) -> tuple[dict[Group, int], set[Group]]:
    """Cost of the cheapest arrangement in millionths, and the groups in which that one leaves nobody without need."""
    costs: dict[Group, int] = {}
    fitting: set[Group] = set()
    for key, schedule in every_schedule(instance, [starts] * len(instance.sessions), single=True):
        if any(next(CONSTRAINTS[rule](instance, schedule), None) for rule in BASE):
            continue
        group, cost = invited(key), 1000 * OBJECTIVES[term](instance, schedule)
        if OBJECTIVES["expected_overtime"](instance, schedule) == _unavoidable(instance, schedule):
            fitting.add(group)
        costs[group] = min(cost, costs.get(group, cost))
    return costs, fitting


def _unavoidable(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the overtime that is left if everybody who comes can use any slot."""
    total = 0
    for session in instance.sessions:
        clients = [instance.client_by_id[appointment.client] for appointment in schedule.appointments_in(session.id)]
        room = len(schedule.crew(session.id)) * len(session.slot_starts(instance.slot_min))
        room -= sum(client.slots for client in clients if client.slots > 1)
        rates = [client.show_rate for client in clients if client.slots == 1]
        total += milli_half_up(headcount(rates, room).overflow * instance.slot_min)
    return total


def _guests(duties: Keys, invitations: Keys) -> Iterator[tuple[int, int, set[int]]]:
    """Session, size of its crew and guests of each session held."""
    for s in sorted({s for s, _ in duties}):
        yield s, sum(t == s for t, _ in duties), {c for c, t in invitations if t == s}


def _least(model: Model, duties: Keys, invitations: Keys) -> int:
    """Millionths of a minute that a model asks for duties and invitations."""
    fixed = model.cp.clone()
    for literals, chosen in ((model.duty, duties), (model.invited, invitations)):
        for key, literal in literals.items():
            fixed.add(fixed.get_bool_var_from_proto_index(literal.index) == (key in chosen))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(fixed) != cp_model.OPTIMAL:
        raise RuntimeError("the model refuses duties and invitations")
    return model.micro(round(solver.objective_value))


def cheapest(instance: Instance, term: str, starts: Sequence[int], *, exact: bool) -> dict[Keys, int]:
    """Millionths of a minute of every schedule that the model admits: the least over its other variables.

    Coarse: with invitations ``(c, s, 0)`` instead of bookings ``(c, s, w, start)``.
    """
    model = build(
        instance,
        exact=exact,
        rules=("one_invitation",),
        terms=(term,),
        candidate_starts=[starts] * len(instance.sessions),
    )
    collector = _Collector(model)
    model.cp.clear_objective()
    solver = cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    if solver.solve(model.cp, collector) != cp_model.OPTIMAL:
        raise RuntimeError("the enumeration did not end")
    return collector.costs


class _Collector(cp_model.CpSolverSolutionCallback):
    def __init__(self, model: Model) -> None:
        super().__init__()
        invited = {(*pair, 0): literal for pair, literal in model.invited.items()}
        literals = model.duty | (model.booked if model.exact else invited)
        objective = model.cp.proto.objective
        self.costs: dict[Keys, int] = {}
        self._model, self._keys, self._literals = model, list(literals), list(literals.values())
        self._priced = [
            (model.cp.get_int_var_from_proto_index(index), coefficient)
            for index, coefficient in zip(objective.vars, objective.coeffs, strict=True)
        ]

    def on_solution_callback(self) -> None:
        key = frozenset(compress(self._keys, map(self.boolean_value, self._literals)))
        cost = self._model.micro(sum(coefficient * self.value(variable) for variable, coefficient in self._priced))
        self.costs[key] = min(cost, self.costs.get(key, cost))
