"""Timefold on a published location problem, modeled as its quick starts are; it improves plans and knows no bound.

Its Python package translates these classes to Java, so it wants them at the top of a module and a JDK from 17 on.
"""

import time
from dataclasses import dataclass, field
from typing import Annotated

from timefold.solver import SolverFactory
from timefold.solver.config import Duration, ScoreDirectorFactoryConfig, SolverConfig, TerminationConfig
from timefold.solver.domain import (
    PlanningEntityCollectionProperty,
    PlanningId,
    PlanningScore,
    PlanningVariable,
    ProblemFactCollectionProperty,
    ValueRangeProvider,
    planning_entity,
    planning_solution,
)
from timefold.solver.score import (
    Constraint,
    ConstraintCollectors,
    ConstraintFactory,
    HardSoftScore,
    constraint_provider,
)

from measures import Moment, Outcome
from published import Location, cost_of


@dataclass
class Facility:
    """A facility; costs in thousandths."""

    index: int
    capacity: int
    setup: int
    limit: int


@planning_entity
@dataclass
class Customer:
    """A customer, to be served from a facility."""

    index: Annotated[int, PlanningId]
    demand: int
    costs: list[int]
    facility: Annotated[Facility | None, PlanningVariable] = field(default=None)

    def cost(self) -> int:
        """Price of serving this customer from the facility at hand."""
        return self.costs[self.facility.index]  # type: ignore[union-attr]  # asked of assigned customers only


@planning_solution
@dataclass
class Plan:
    """A solution."""

    facilities: Annotated[list[Facility], ProblemFactCollectionProperty, ValueRangeProvider]
    customers: Annotated[list[Customer], PlanningEntityCollectionProperty]
    score: Annotated[HardSoftScore | None, PlanningScore] = field(default=None)


@constraint_provider
def rules(of: ConstraintFactory) -> list[Constraint]:
    """Capacities and number of facilities are hard, costs are soft."""
    facilities = of.for_each(Customer).group_by(lambda customer: customer.facility)
    return [
        of.for_each(Customer)
        .group_by(lambda customer: customer.facility, ConstraintCollectors.sum(lambda customer: customer.demand))
        .filter(lambda facility, total: total > facility.capacity)
        .penalize(HardSoftScore.ONE_HARD, lambda facility, total: total - facility.capacity)
        .as_constraint("capacity"),
        facilities.group_by(lambda facility: facility.limit, ConstraintCollectors.count())
        .filter(lambda limit, count: count > limit)
        .penalize(HardSoftScore.ONE_HARD, lambda limit, count: count - limit)
        .as_constraint("facilities in use"),
        of.for_each(Customer).penalize(HardSoftScore.ONE_SOFT, lambda customer: customer.cost()).as_constraint("costs"),
        facilities.penalize(HardSoftScore.ONE_SOFT, lambda facility: facility.setup).as_constraint("prices"),
    ]


def timefold(problem: Location, limit_s: float) -> Outcome:
    """Timefold's default phases until time is over, starting its Java machine included."""
    begin = time.monotonic()
    limit = problem.most_open if problem.most_open is not None else len(problem.setups)
    prices = zip(problem.capacities.tolist(), problem.setups.tolist(), strict=True)
    facilities = [Facility(i, capacity, round(setup * 1000), limit) for i, (capacity, setup) in enumerate(prices)]
    costs = (problem.costs * 1000).round().astype(int).tolist()
    customers = [Customer(j, demand, costs[j]) for j, demand in enumerate(problem.demands.tolist())]
    termination = TerminationConfig(spent_limit=Duration(milliseconds=max(1, round(limit_s * 1000))))
    provider = ScoreDirectorFactoryConfig(constraint_provider_function=rules)
    solver = SolverFactory.create(
        SolverConfig(
            solution_class=Plan,
            entity_class_list=[Customer],
            score_director_factory_config=provider,
            termination_config=termination,
        )
    ).build_solver()
    trace: list[Moment] = []

    def note(event: object) -> None:
        score = event.new_best_score  # type: ignore[attr-defined]  # a class of the Java side
        if not score.hard_score:
            trace.append(Moment(time.monotonic() - begin, -score.soft_score / 1000, None))

    solver.add_event_listener(note)
    built = time.monotonic()
    best = solver.solve(Plan(facilities, customers))
    seconds = {"build": built - begin, "solve": time.monotonic() - built}
    if best.score.hard_score:
        return Outcome("NO_RESULT", None, None, trace, seconds)
    served = [customer.facility.index for customer in best.customers]
    return Outcome("FEASIBLE", cost_of(problem, served, sorted(set(served))), None, trace, seconds)
