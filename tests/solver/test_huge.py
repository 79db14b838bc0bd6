"""Large and huge instances: bounds that are certified, and time that is kept."""

import time
from threading import Event

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import prices_of
from outreach_optimizer.solver import Progress, solve
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.dual.large import level_point
from outreach_optimizer.solver.huge import huge, priced
from outreach_optimizer.solver.rounds import Effort


@pytest.fixture(scope="module")
def region() -> Instance:
    return build_region(3, offices=2)


def effort(seconds: float, *, told: list[Progress] | None = None, stop: Event | None = None) -> Effort:
    return Effort(time.monotonic(), seconds, 2, 1, None if told is None else told.append, stop)


def test_a_huge_instance_has_a_plan_and_a_certified_bound(region: Instance) -> None:
    relaxed, told = relax(region), list[Progress]()
    found, prices = huge(relaxed, effort(12, told=told), None)
    assert found.best is not None
    assert not found.best.report.violations
    assert bound(region, prices).micro == found.bound_micro <= found.best.report.objective_micro
    assert len(found.best.schedule.appointments) > 0.7 * len(region.clients)
    assert [p.bound_min for p in told] == sorted(p.bound_min for p in told)


def test_a_huge_search_that_is_stopped_says_so(region: Instance) -> None:
    stop = Event()
    stop.set()
    begin = time.monotonic()
    found, prices = huge(relax(region), effort(300, stop=stop), None)
    assert found.interrupted
    assert bound(region, prices).micro == found.bound_micro
    assert time.monotonic() - begin < 60


def test_a_large_instance_keeps_its_time_and_certifies_its_bound() -> None:
    given, told = generate("stress", 2), list[Progress]()
    result = solve(given, time_limit_s=20, workers=2, seed=1, on_progress=told.append)
    assert result.schedule is not None
    assert result.report is not None
    assert not check(given, result.schedule).violations
    assert sum(result.seconds.values()) < 40
    certified = bound(given, prices_of(given, result.schedule.certificate)).micro
    assert 0 < certified <= result.report.objective_micro
    costs = [p.objective_min for p in told if p.objective_min is not None]
    assert costs == sorted(costs, reverse=True)


def test_prices_of_a_point_are_a_bound_whatever_the_point(region: Instance) -> None:
    relaxed = relax(region)
    start, slot_price = level_point(relaxed)
    found = priced(relaxed, start._replace(clients=start.clients * 0.5), slot_price)
    assert bound(region, found.prices).micro == found.bound_micro
