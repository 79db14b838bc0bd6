"""All guests anew for given crews: as cheap as an exact solver of the whole has them, with the same crews."""

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver import solve
from outreach_optimizer.solver.construct.draft import crew_of
from outreach_optimizer.solver.construct.invitations import _flow, _room, invited
from outreach_optimizer.solver.construct.parties import costs_with, parties_of
from outreach_optimizer.solver.plans import Accepted, accepted
from tiny import caseworker, client, instance, only, session, site, table, window
from tiny import plan as plan_of

SOLVER_GAP = 3e-4


def known_plan(given: Instance, schedule: Schedule) -> Accepted:
    best = accepted(given, schedule)
    assert best is not None
    return best


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_with_the_crews_of_the_best_plan_guests_are_the_best_ones(seed: int) -> None:
    given = generate("month", seed)
    solved = solve(given, time_limit_s=60, workers=1)
    assert solved.status == "OPTIMAL"
    assert solved.schedule is not None
    assert solved.objective_min is not None
    first = min(duty.session for duty in solved.schedule.duties)
    worse = known_plan(
        given,
        Schedule(
            duties=solved.schedule.duties,
            appointments=tuple(a for at, a in enumerate(solved.schedule.appointments) if at % 4 or a.session == first),
        ),
    )
    found = invited(given, facts(given), worse, time_limit_s=30, seed=0)
    assert found.report.objective_min < worse.report.objective_min
    assert found.report.objective_min <= solved.objective_min * (1 + 0.01)
    assert found.report.objective_min >= solved.objective_min * (1 - SOLVER_GAP)
    assert set(found.schedule.duties) == set(solved.schedule.duties)


def test_invitations_of_the_best_flow_are_no_dearer_than_others(plan: Accepted) -> None:
    quarter = generate("quarter", 1)
    known, parties = facts(quarter), parties_of(quarter, facts(quarter))
    crew = crew_of(quarter, plan.schedule)
    flow = _flow(parties, costs_with(parties, known, crew), _room(known, crew))
    assert flow is not None
    party = parties.party[flow.option]
    cheapest = {p: int(flow.dearer[party == p].min()) for p in set(party.tolist())}
    assert min(flow.dearer) <= 0
    # Whoever is at home in the flow has only options that are dearer; everybody else has one that is not.
    assert sum(dearer <= 0 for dearer in cheapest.values()) >= len(plan.schedule.by_client) * 0.9


def test_guests_who_cannot_sit_together_are_not_chosen_again() -> None:
    # Two of them can only come at nine, and there is one caseworker; the third one travels farther.
    given = instance(
        sites=(site("a"),),
        sessions=(session("am", "a", start="09:00", end="10:20"),),
        caseworkers=(caseworker("w"),),
        clients=(
            client("c1", windows=(window("09:00", "09:40"),)),
            client("c2", windows=(window("09:00", "09:40"),)),
            client("c3"),
        ),
        slot_min=40,
        travel=only(
            table("clients", ("a",), {"c1": (1,), "c2": (1,), "c3": (30,)}), table("offices", ("a",), {"base": (5,)})
        ),
    )
    given = given.replace(rules=given.rules.replace(min_load=1, walk_in_reserve=0, min_crew=1))
    start = known_plan(given, plan_of("am-w", "c3-am-w-09:00"))
    found = invited(given, facts(given), start, time_limit_s=20, seed=0)
    assert not check(given, found.schedule).violations
    assert "c3" in found.schedule.by_client
    assert len(found.schedule.by_client) == 2


def test_without_anybody_who_can_come_the_plan_stays() -> None:
    given = instance(sites=(site("a"),), sessions=(session("am", "a"),), caseworkers=(caseworker("w"),))
    start = known_plan(given, Schedule())
    assert invited(given, facts(given), start, time_limit_s=5, seed=0) is start


def test_a_session_that_would_have_too_few_guests_leaves_the_plan_as_it_is() -> None:
    # All want to come to the nearer site, whose session has room for all of them; each session needs one.
    given = instance(
        sites=(site("a"), site("b")),
        sessions=(session("am", "a"), session("pm", "b", on=1)),
        caseworkers=(caseworker("w"),),
        clients=(client("c1"), client("c2")),
        slot_min=40,
        travel=only(
            table("clients", ("a", "b"), {"c1": (1, 9), "c2": (1, 9)}), table("offices", ("a", "b"), {"base": (5, 5)})
        ),
    )
    given = given.replace(rules=given.rules.replace(min_load=1, walk_in_reserve=0, min_crew=1))
    start = known_plan(given, plan_of("am-w pm-w", "c1-am-w-09:00 c2-pm-w-09:00"))
    assert invited(given, facts(given), start, time_limit_s=20, seed=0) is start
