"""Large and huge instances: cells that fit together, bounds that are certified, and time that is kept."""

import time
from threading import Event

import numpy as np
import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import prices_of
from outreach_optimizer.solver import Progress, solve
from outreach_optimizer.solver.construct.cells import cells_of, planned, together
from outreach_optimizer.solver.dual.ascent import look, relax
from outreach_optimizer.solver.dual.large import level_point
from outreach_optimizer.solver.huge import huge, priced
from outreach_optimizer.solver.rounds import Effort


@pytest.fixture(scope="module")
def region() -> Instance:
    return build_region(3, offices=2)


def effort(seconds: float, *, told: list[Progress] | None = None, stop: Event | None = None) -> Effort:
    return Effort(time.monotonic(), seconds, 2, 1, None if told is None else told.append, stop)


def test_cells_share_nothing_and_leave_out_no_session_that_can_be_held(region: Instance) -> None:
    relaxed = relax(region)
    cells = cells_of(relaxed)
    assert len(cells) == 2
    for of in ("sessions", "clients"):
        ids = [x.id for cell in cells for x in getattr(cell.instance, of)]
        assert len(ids) == len(set(ids))
    held = {region.sessions[s].id for s in np.flatnonzero(relaxed.facts.most > 0)}
    assert held == {session.id for cell in cells for session in cell.instance.sessions}
    for cell in cells:
        houses = {client.household for client in cell.instance.clients} - {None}
        outside = {client.household for client in region.clients} - houses
        assert not houses & outside
        assert [region.clients[c].id for c in cell.clients] == [client.id for client in cell.instance.clients]


def test_plans_of_cells_are_a_plan_of_all_and_their_prices_a_start(region: Instance) -> None:
    relaxed = relax(region)
    start, _ = level_point(relaxed)
    found = []
    for cell in cells_of(relaxed):
        plan = planned(cell.instance, 4.0)
        assert plan is not None
        found.append((cell, plan))
    schedule, point = together(relaxed, start, found)
    report = check(region, schedule)
    assert not report.violations
    costs = [check(cell.instance, plan.schedule).objective_micro for cell, plan in found]
    assert report.objective_micro == pytest.approx(sum(costs), rel=0.01)
    alone, both = (look(relaxed, p, one_by_one=False).bound for p in (start, point))
    assert both > alone


def test_a_huge_instance_has_a_plan_and_a_certified_bound(region: Instance) -> None:
    relaxed, told = relax(region), list[Progress]()
    found, prices = huge(relaxed, effort(12, told=told), None)
    assert found.best is not None
    assert not found.best.report.violations
    assert bound(region, prices).micro == found.bound_micro <= found.best.report.objective_micro
    assert found.best.report.kpis["invited"] > 0.7 * len(region.clients)  # type: ignore[operator]
    assert [p.bound_min for p in told] == sorted(p.bound_min for p in told)


def test_one_office_alone_is_planned_as_a_whole() -> None:
    given = build_region(4, offices=1)
    relaxed = relax(given)
    assert len(cells_of(relaxed)) < 2
    found, prices = huge(relaxed, effort(6), None)
    assert found.best is not None
    assert not found.interrupted
    assert bound(given, prices).micro == found.bound_micro > 0


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
    start, _ = level_point(relaxed)
    found = priced(relaxed, start._replace(clients=start.clients * 0.5))
    assert bound(region, found.prices).micro == found.bound_micro
