"""Classic location problems said as instances: the optimum is known from elsewhere."""

from collections.abc import Sequence
from itertools import combinations, product
from random import Random
from typing import NamedTuple

import pytest
from ortools.sat.python import cp_model

from outreach_optimizer.fields import clock_text
from outreach_optimizer.instance import Instance, Period
from outreach_optimizer.solver import Status, solve
from tiny import caseworker, client, day, instance, only, session, site, table

NOTHING_ELSE = {
    "uninvited": 1_000_000, "client_travel": 0.5, "client_excess": 0, "staff_travel": 0, "session_setup": 1,
    "continuity": 0, "lateness": 0, "changes": 0, "staff_balance": 0, "rhythm": 0,
}  # fmt: skip
"""Everybody is served; a minute one way costs one, there and back counted half."""


class Location(NamedTuple):
    """Facilities with set-up costs and capacities, customers with demands; ``costs`` by customer and facility."""

    setups: Sequence[int]
    capacities: Sequence[int]
    demands: Sequence[int]
    costs: Sequence[Sequence[int]]
    most_open: int | None = None


def as_instance(problem: Location) -> Instance:
    """A session a day and site, as many minutes long as its capacity; talks as long as the demands; one caseworker."""
    names = [f"f{number}" for number in range(len(problem.setups))]
    return instance(
        period=Period(start=day(0), end=day(60)),
        slot_min=1,
        sites=tuple(site(name) for name in names),
        sessions=tuple(
            session(name, name, on=WORKDAYS[number], start="00:00", end=clock_text(size), setup_min=setup, desks=1)
            for number, (name, size, setup) in enumerate(zip(names, problem.capacities, problem.setups, strict=True))
        ),
        caseworkers=(caseworker("w"),),
        clients=tuple(client(f"c{number}", slots=demand) for number, demand in enumerate(problem.demands)),
        travel=only(
            table("clients", names, {f"c{number}": row for number, row in enumerate(problem.costs)}),
            table("offices", names, {"base": [0] * len(names)}),
        ),
        rules={
            "max_sessions": problem.most_open, "min_crew": 1, "walk_in_reserve": 0, "min_load": 0,
            "arrive_before_min": 0, "leave_after_min": 0, "max_work_min": 10_000, "rest_after_min": 10_000,
            "long_rest_after_min": 10_000, "max_travel_min": 100_000,
        },
        weights=NOTHING_ELSE,
    )  # fmt: skip


WORKDAYS = [number for number in range(60) if number not in {19, 24, 35}]
"""Without 1 May, Ascension Day and Whit Monday."""


def by_brute_force(problem: Location) -> int | None:
    """Every assignment of customers to facilities; None if none respects the capacities."""
    costs = []
    for chosen in product(range(len(problem.setups)), repeat=len(problem.demands)):
        loads = [0] * len(problem.setups)
        for customer, facility in enumerate(chosen):
            loads[facility] += problem.demands[customer]
        in_use = set(chosen)
        if all(load <= size for load, size in zip(loads, problem.capacities, strict=True)):
            costs.append(
                sum(problem.costs[customer][facility] for customer, facility in enumerate(chosen))
                + sum(problem.setups[facility] for facility in in_use)
            )
    return min(costs, default=None)


def by_plain_model(problem: Location) -> int:
    """The textbook formulation, strong links, nothing of ours."""
    model = cp_model.CpModel()
    facilities, customers = range(len(problem.setups)), range(len(problem.demands))
    in_use = [model.new_bool_var("") for _ in facilities]
    serves = [[model.new_bool_var("") for _ in facilities] for _ in customers]
    for row in serves:
        model.add_exactly_one(row)
        for literal, used in zip(row, in_use, strict=True):
            model.add_implication(literal, used)
    for facility in facilities:
        load = sum(problem.demands[customer] * serves[customer][facility] for customer in customers)
        model.add(load <= problem.capacities[facility] * in_use[facility])
    model.minimize(
        sum(problem.costs[c][f] * serves[c][f] for c in customers for f in facilities)
        + sum(problem.setups[f] * in_use[f] for f in facilities)
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.linearization_level = 2
    solver.parameters.subsolvers.extend(["max_lp", "default_lp"])
    if solver.solve(model) != cp_model.OPTIMAL:
        raise RuntimeError("the textbook formulation was not solved")
    return round(solver.objective_value)


def random_problem(seed: int, facilities: int, customers: int, tightness: float) -> Location:
    """Points in a square; the capacities together are ``tightness`` times the demand."""
    random = Random(seed)  # noqa: S311 - no secret
    where = [(random.randrange(100), random.randrange(100)) for _ in range(facilities + customers)]
    demands = [random.randint(5, 35) for _ in range(customers)]
    size = round(tightness * sum(demands) / facilities)
    return Location(
        setups=[random.randint(20, 120) for _ in range(facilities)],
        capacities=[random.randint(round(0.8 * size), round(1.2 * size)) for _ in range(facilities)],
        demands=demands,
        costs=[[abs(x - a) + abs(y - b) for a, b in where[:facilities]] for x, y in where[facilities:]],
    )


@pytest.mark.parametrize("seed", range(12))
def test_capacitated_location_with_single_sourcing(seed: int) -> None:
    problem = random_problem(seed, facilities=3, customers=6, tightness=0.95 + seed % 4 / 5)
    expected = by_brute_force(problem)
    result = solve(as_instance(problem), workers=1)
    assert result.status is Status.OPTIMAL
    assert result.report is not None
    if expected is None:
        assert result.report.kpis["uninvited"]
    else:
        assert result.report.kpis["uninvited"] == 0
        assert result.objective_min == expected


@pytest.mark.parametrize("seed", range(8))
def test_p_median(seed: int) -> None:
    square = random_problem(seed, facilities=5, customers=9, tightness=1)
    open_at_most = 1 + seed % 4
    problem = square._replace(setups=[0] * 5, capacities=[9] * 5, demands=[1] * 9, most_open=open_at_most)
    expected = min(
        sum(min(row[facility] for facility in chosen) for row in problem.costs)
        for chosen in combinations(range(5), open_at_most)
    )
    result = solve(as_instance(problem), workers=1)
    assert result.status is Status.OPTIMAL
    assert result.objective_min == expected


def test_capacitated_location_with_ten_sites_and_fifty_clients() -> None:
    problem = random_problem(2, facilities=10, customers=50, tightness=1.5)
    result = solve(as_instance(problem), workers=2, time_limit_s=120)
    assert result.status is Status.OPTIMAL
    assert result.objective_min == by_plain_model(problem)
