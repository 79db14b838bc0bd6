from pathlib import Path
from random import Random

import numpy as np
import pytest

from adapter import as_instance, lanes, published_cost, rounding
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.errors import OutreachError
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver import Result, Status, solve
from published import FAMILIES, Location
from published_tiny import by_brute_force, tiny


def solved(problem: Location) -> tuple[Result, Schedule]:
    instance = as_instance(problem)
    assert not list(cross_check(instance))
    result = solve(instance, workers=1)
    assert result.schedule is not None
    return result, result.schedule


def drawn(seed: int, facilities: int, customers: int, **changes: object) -> Location:
    """A problem that two facilities can solve."""
    random = Random(seed)  # noqa: S311 - no secret
    costs = [[random.randint(0, 40) for _ in range(facilities)] for _ in range(customers)]
    problem = Location(
        name=f"drawn/{seed}",
        capacities=np.array([random.randint(18, 26) for _ in range(facilities)]),
        setups=np.array([random.randint(0, 30) for _ in range(facilities)], dtype=np.float64),
        demands=np.array([random.randint(1, 7) for _ in range(customers)]),
        costs=np.array(costs, dtype=np.float64),
    )
    return problem._replace(**changes)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_optimum_of_the_instance_is_that_of_the_file(tmp_path: Path, family: str) -> None:
    problem = tiny(family, tmp_path)
    result, schedule = solved(problem)
    assert result.status is Status.OPTIMAL
    assert published_cost(problem, schedule) == pytest.approx(by_brute_force(problem), abs=1e-9)
    assert result.objective_min == pytest.approx(by_brute_force(problem), abs=rounding(problem) + 1e-9)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("most_open", [None, 2])
def test_drawn_problems_have_the_optimum_of_brute_force(seed: int, most_open: int | None) -> None:
    problem = drawn(seed, 3, 5, most_open=most_open)
    result, schedule = solved(problem)
    assert result.objective_min == by_brute_force(problem) == published_cost(problem, schedule)


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_left_out_even_if_that_were_cheap_for_the_others(seed: int) -> None:
    """One customer is far from everywhere, so the price of nobody has to exceed that."""
    problem = drawn(seed, 3, 5)
    problem.costs[0] += 5000
    result, schedule = solved(problem)
    assert result.objective_min == by_brute_force(problem)
    assert len(schedule.appointments) == 5


def test_whole_costs_are_exact_and_real_ones_rounded_to_thousandths(tmp_path: Path) -> None:
    assert rounding(tiny("holmberg", tmp_path)) == 0
    assert rounding(tiny("cpmp", tmp_path)) == 0
    assert 0 < rounding(tiny("sjc", tmp_path)) <= 4 * 0.0005


def test_costs_beyond_a_hundred_thousand_minutes_are_counted_in_larger_units() -> None:
    small = drawn(1, 3, 4)
    problem = small._replace(costs=small.costs * 10_000 + 7, setups=small.setups * 10_000 + 3)
    result, _ = solved(problem)
    assert rounding(problem) == 0
    assert result.objective_min == by_brute_force(problem)


@pytest.mark.parametrize("factor", [400, 600])
def test_a_capacity_of_more_than_a_day_takes_several_desks(factor: int) -> None:
    """Consultations cannot be split among desks; with enough of a reserve everything that fits can be seated."""
    small = drawn(2, 2, 6)
    problem = small._replace(capacities=np.array([2 * factor + 900, 1700]), demands=small.demands * 90)
    shape = lanes(problem)
    assert max(shape.desks) > 1
    least = np.minimum(problem.capacities, problem.demands.sum())
    assert [k * slots - shape.reserve for k, slots in zip(shape.desks, shape.slots, strict=True)] == least.tolist()
    assert all((k - 1) * (problem.demands.max() - 1) <= shape.reserve for k in shape.desks)
    assert max(shape.slots) <= 1440
    result, _ = solved(problem)
    assert result.status is Status.OPTIMAL
    assert result.objective_min == by_brute_force(problem)


def test_capacities_that_no_days_make_are_refused() -> None:
    problem = drawn(2, 2, 3)._replace(capacities=np.array([9001, 9001]), demands=np.array([1400, 4001, 3600]))
    with pytest.raises(OutreachError, match="9001"):
        as_instance(problem)


def test_a_customer_without_demand_and_negative_costs_are_refused() -> None:
    with pytest.raises(OutreachError, match="without demand"):
        as_instance(drawn(1, 2, 2)._replace(demands=np.array([0, 1])))
    with pytest.raises(OutreachError, match="negative"):
        as_instance(drawn(1, 2, 2)._replace(setups=np.array([-1.0, 1.0])))


def test_a_facility_without_capacity_is_never_used() -> None:
    problem = drawn(1, 3, 3)._replace(capacities=np.array([0, 12, 20]))
    result, schedule = solved(problem)
    assert result.objective_min == by_brute_force(problem)
    assert {duty.session for duty in schedule.duties} <= {"f1", "f2"}


def test_a_plan_that_leaves_somebody_out_or_serves_twice_is_no_solution(tmp_path: Path) -> None:
    problem = tiny("holmberg", tmp_path)
    _, schedule = solved(problem)
    with pytest.raises(OutreachError, match="2 of 3"):
        published_cost(problem, schedule.replace(appointments=schedule.appointments[1:]))
    twice = (*schedule.appointments, schedule.appointments[0])
    with pytest.raises(OutreachError, match="twice"):
        published_cost(problem, schedule.replace(appointments=twice))
    with pytest.raises(OutreachError, match="not in use"):
        published_cost(problem, schedule.replace(duties=()))
