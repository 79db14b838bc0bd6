"""Plans from prices keep every rule, whatever the instance."""

import time
from threading import Event

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import BY_FLOW
from outreach_optimizer.solver.construct.plan import Constructed, ascent_near, construct, redraft
from outreach_optimizer.solver.dual.ascent import ascend, look, prices_at, relax
from outreach_optimizer.solver.dual.large import level_point
from outreach_optimizer.solver.huge import priced
from outreach_optimizer.solver.plans import Accepted
from tiny import caseworker, client, day, instance, only, session, site, table

ENOUGH_S = 2.0


def constructed(given: Instance, seconds: float = ENOUGH_S) -> Constructed | None:
    return construct(relax(given), until=time.monotonic() + seconds)


def accepted(given: Instance, seconds: float = ENOUGH_S) -> Schedule:
    found = constructed(given, seconds)
    assert found is not None
    assert not check(given, found.schedule).violations
    return found.schedule


def town(**changes: object) -> Instance:
    """One site with two sessions and room for everybody."""
    people = [f"c{number}" for number in range(6)]
    plain = {
        "sites": (site("site0"),),
        "sessions": (session("s0", "site0", on=0, end="12:00"), session("s1", "site0", on=1, end="12:00")),
        "caseworkers": (caseworker("w0"), caseworker("w1")),
        "clients": tuple(client(name) for name in people),
        "travel": only(
            table("clients", ["site0"], {name: [5] for name in people}), table("offices", ["site0"], {"base": [5]})
        ),
    }
    return instance(**(plain | changes))


@pytest.mark.parametrize("given", [generate("month", 1), build_region(1, offices=1)], ids=["month", "region of one"])
def test_a_plan_keeps_every_rule_and_costs_no_less_than_its_bound(given: Instance) -> None:
    relaxed = relax(given)
    found = construct(relaxed, until=time.monotonic() + ENOUGH_S)
    assert found is not None
    report = check(given, found.schedule)
    assert not report.violations
    budget = look(relaxed, found.point, one_by_one=False).held.budget
    certified = bound(given, prices_at(relaxed, found.point, budget)).micro
    assert 0 < certified <= report.objective_micro


def test_most_who_fit_are_invited() -> None:
    given = build_region(2, offices=1)
    schedule = accepted(given)
    room = sum(
        len(given.session_by_id[s.id].slot_starts(given.slot_min)) * len(schedule.crew(s.id))
        - given.rules.walk_in_reserve
        for s in given.sessions
        if schedule.crew(s.id)
    )
    filled = sum(given.client_by_id[a.client].slots for a in schedule.appointments)
    assert filled >= 0.95 * room


def test_everybody_is_invited_where_there_is_room() -> None:
    assert {a.client for a in accepted(town()).appointments} == {f"c{number}" for number in range(6)}


def test_a_household_comes_together() -> None:
    given = town(
        clients=(
            client("c0", household="home"),
            client("c1", household="home", slots=2),
            *(client(f"c{number}") for number in range(2, 6)),
        )
    )
    sessions = {a.session for a in accepted(given).appointments if a.client in ("c0", "c1")}
    assert len(sessions) == 1


def test_a_pinned_appointment_and_a_pinned_duty_stay() -> None:
    given = town(
        pins={
            "duties": [{"session": "s0", "caseworker": "w1"}],
            "appointments": [{"client": "c3", "session": "s1", "caseworker": "w0", "start": "10:00"}],
        }
    )
    schedule = accepted(given)
    assert given.pins.appointments[0] in schedule.appointments
    assert "w1" in schedule.crew(given.sessions[0].id)


def test_a_site_gets_the_sessions_it_is_owed() -> None:
    given = town(sites=(site("site0", min_sessions=2),), rules={"walk_in_reserve": 0})
    assert all(accepted(given).crew(s.id) for s in given.sessions)


def test_a_site_gets_what_it_is_owed_even_if_nobody_would_like_to_come_so_late() -> None:
    given = town(
        sites=(site("site0", min_sessions=2),),
        sessions=(session("s0", "site0", on=0, end="12:00"), session("s1", "site0", on=25, end="12:00")),
        clients=tuple(client(f"c{number}", due=day(0)) for number in range(6)),
        rules={"walk_in_reserve": 0, "min_load": 2},
        weights={"lateness": 4},
    )
    late = [a for a in accepted(given).appointments if a.session == "s1"]
    assert len(late) == 2


def test_hard_clients_meet_their_own_caseworker_only() -> None:
    given = town(
        clients=tuple(client(f"c{number}", caseworker="w1", continuity="hard") for number in range(6)),
        rules={"min_crew": 1},
    )
    assert {a.caseworker for a in accepted(given).appointments} == {"w1"}


def test_there_is_no_plan_without_clients_or_without_a_way() -> None:
    nobody_near = only(
        table("clients", ["site0"], {f"c{number}": [500] for number in range(6)}),
        table("offices", ["site0"], {"base": [5]}),
    )
    assert constructed(town(clients=())) is None
    assert constructed(town(travel=nobody_near)) is None


def test_no_plan_is_returned_that_breaks_a_rule() -> None:
    """Three sessions are owed and there are two."""
    assert constructed(town(sites=(site("site0", min_sessions=3),))) is None


def test_a_stopped_search_still_gives_a_plan() -> None:
    stop, given = Event(), build_region(1, offices=1)
    stop.set()
    told: list[Schedule] = []
    found = construct(relax(given), until=time.monotonic(), on_better=told.append, stop=stop)
    assert found is not None
    assert told == [found.schedule]
    assert not check(given, found.schedule).violations


def test_the_same_steps_give_the_same_plan() -> None:
    given = build_region(3, offices=1)
    relaxed = relax(given)
    first, second = (construct(relaxed, until=time.monotonic(), stop=Event()) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.schedule == second.schedule


def test_another_plan_comes_from_what_steps_hold(plan: Accepted) -> None:
    given = generate("quarter", 1)
    relaxed = relax(given)
    ascent = ascend(relaxed, until=time.monotonic() + 60, steps=60)
    other = redraft(relaxed, ascent, BY_FLOW, until=time.monotonic() + 10, stop=None)
    assert other is not None
    report = check(given, other)
    assert not report.violations
    assert report.objective_micro < 1.1 * plan.report.objective_micro


def test_prices_near_a_plan_are_better_than_level_ones(plan: Accepted) -> None:
    given = generate("quarter", 1)
    relaxed = relax(given)
    near = ascent_near(relaxed, plan.schedule, until=time.monotonic() + 20, stop=None)
    assert near is not None
    level = priced(relaxed, *level_point(relaxed)).bound_micro
    assert priced(relaxed, near.point, near.slot_price).bound_micro > level
    assert ascent_near(relaxed, Schedule(duties=(), appointments=()), until=time.monotonic() + 1, stop=None) is None
