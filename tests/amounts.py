"""Proof that a term is priced as it is defined: on every schedule of a tiny instance, good or bad."""

from collections import Counter
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from ortools.sat.python import cp_model

from agreement import Keys, every_schedule
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.objectives import OBJECTIVES

WEIGHTS = (1, 0.37, 0)


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
