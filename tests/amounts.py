"""Proof that a term is priced as it is defined: on every schedule of a tiny instance, good or bad."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, compress, product
from typing import NamedTuple

from ortools.sat.python import cp_model

from outreach_optimizer.instance import Appointment, Duty, Instance, milli
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.schedule import Schedule

WEIGHTS = (1, 0.37, 0)
Key = frozenset[tuple[int, ...]]
"""Duties ``(s, w)`` and bookings ``(c, s, w, start)`` of a schedule, as indices; coarse: invitations ``(c, s, 0)``."""


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
    priced = instance.replace(weights=instance.weights.replace(**{term: weight}))
    exact, coarse = (cheapest(priced, term, starts, exact=exact) for exact in (True, False))
    amounts: Counter[int] = Counter()
    differences = []
    for key, schedule in _every_schedule(priced, starts):
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


def cheapest(instance: Instance, term: str, starts: Sequence[int], *, exact: bool) -> dict[Key, int]:
    """Millionths of a minute of every schedule that the model admits: the least over its other variables."""
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
        literals = model.duty | (
            model.booked if model.exact else {(*pair, 0): lit for pair, lit in model.invited.items()}
        )
        objective = model.cp.proto.objective
        self.costs: dict[Key, int] = {}
        self._model, self._keys, self._literals = model, list(literals), list(literals.values())
        self._priced = [
            (model.cp.get_int_var_from_proto_index(index), coefficient)
            for index, coefficient in zip(objective.vars, objective.coeffs, strict=True)
        ]

    def on_solution_callback(self) -> None:
        key = frozenset(compress(self._keys, map(self.boolean_value, self._literals)))
        cost = self._model.micro(sum(coefficient * self.value(variable) for variable, coefficient in self._priced))
        self.costs[key] = min(cost, self.costs.get(key, cost))


def _every_schedule(instance: Instance, starts: Sequence[int]) -> Iterator[tuple[Key, Schedule]]:
    sessions, caseworkers = range(len(instance.sessions)), range(len(instance.caseworkers))
    duties = {
        (s, w): Duty(session=instance.sessions[s].id, caseworker=instance.caseworkers[w].id)
        for s, w in product(sessions, caseworkers)
    }
    bookings = {
        (c, s, w, t): Appointment(client=client.id, session=duty.session, caseworker=duty.caseworker, start=t)
        for c, client in enumerate(instance.clients)
        for (s, w), duty in duties.items()
        for t in starts
    }
    per_client = [[(), *((key,) for key in bookings if key[0] == c)] for c in range(len(instance.clients))]
    crews = [crew for size in range(len(duties) + 1) for crew in combinations(duties, size)]
    for crew, chosen in product(crews, product(*per_client)):
        keys = [key for option in chosen for key in option]
        yield (
            frozenset((*crew, *keys)),
            Schedule.model_construct(
                duties=tuple(duties[key] for key in crew), appointments=tuple(bookings[key] for key in keys)
            ),
        )
