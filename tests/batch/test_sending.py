"""What returns from elsewhere is believed only as far as it can be checked here."""

import json
from collections.abc import Mapping
from types import MappingProxyType

import pytest

from outreach_optimizer.batch.sending import Parcel, packed, unpacked
from outreach_optimizer.batch.task import Order, Outcome, task_of
from outreach_optimizer.batch.work import work
from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from tiny import caseworker, client, instance, session, site, table

HERE = {"lat": 50.9, "lon": 10.3}
NEARER = {"lat": 50.9449, "lon": 10.3}
"""On foot 76 minutes; rounded 68."""
FARTHER = {"lat": 50.9451, "lon": 10.3}
"""On foot 77 minutes; rounded 85."""


def whole(
    *homes: dict[str, float], at_least: int = 0, rules: Mapping[str, object] = MappingProxyType({}), **more: object
) -> Instance:
    return instance(
        sites=(site("site0", **HERE, min_sessions=at_least),),
        sessions=(session("s0", "site0"),),
        caseworkers=(caseworker("w0"), caseworker("w1")),
        clients=tuple(client(f"c{n}", home=home, mode="walk", household="home") for n, home in enumerate(homes)),
        rules={"max_travel_min": 72, "walk_in_reserve": 0} | dict(rules),
        **more,
    )


def parcel_of(problem: Instance, *, round_homes: bool = False) -> Parcel:
    task = task_of("one", {}, Order(instance=problem.model_dump_json(exclude_defaults=True), time_limit_s=60))
    parcel = packed(task, round_homes=round_homes)
    assert isinstance(parcel, Parcel)
    return parcel


def rounded(problem: Instance) -> Outcome:
    parcel = parcel_of(problem, round_homes=True)
    return unpacked(parcel, work(parcel.payload))


def codes(outcome: Outcome) -> tuple[str, list[str]]:
    return outcome.status, [fault.code for fault in outcome.faults]


def test_who_lives_too_far_after_all_stays_at_home_with_the_household() -> None:
    problem = whole(NEARER, HERE)
    outcome = rounded(problem)
    assert outcome.plan is not None
    schedule = Schedule.model_validate_json(outcome.plan)
    assert schedule.appointments == ()
    assert [(left.client, left.reason) for left in schedule.uninvited] == [("c0", "max_travel"), ("c1", "outweighed")]
    report = check(problem, schedule)
    assert report.violations == ()
    assert outcome.objective_min == report.objective_min
    assert outcome.kpis == report.kpis
    assert outcome.status == "FEASIBLE"


def test_what_the_real_homes_do_not_allow_is_no_plan() -> None:
    assert codes(rounded(whole(NEARER, at_least=1))) == ("ROUNDING", ["rounded_breaks_rules"])


def test_that_rounded_homes_have_no_plan_says_nothing_about_the_real_ones() -> None:
    problem = whole(FARTHER, at_least=1, rules={"max_travel_min": 80})
    assert Outcome.model_validate_json(work(parcel_of(problem).payload)).status == "OPTIMAL"
    assert codes(rounded(problem)) == ("ROUNDING", ["rounded_without_plan"])


def test_what_is_not_sent_has_its_outcome_at_once() -> None:
    tables = {"tables": (table("clients", ["site0"], {"c0": [7]}),)}
    text = whole(HERE, travel=tables).model_dump_json(exclude_defaults=True)
    task = task_of("one", {}, Order(instance=text, time_limit_s=60))
    outcome = packed(task, round_homes=True)
    assert isinstance(outcome, Outcome)
    assert codes(outcome) == ("ROUNDING", ["homes_in_table"])


@pytest.mark.parametrize(
    "changes",
    [
        {"plan": "{"},
        {"plan": '{"appointments": [{"client": "c0", "session": "s0", "caseworker": "w0", "start": "09:00"}]}'},
        {"plan": "{}"},
        {"objective_min": 1.0},
        {"status": "SOLVED"},
    ],
)
@pytest.mark.parametrize("round_homes", [False, True])
def test_an_answer_that_does_not_fit_is_not_used(changes: dict[str, object], round_homes: bool) -> None:
    parcel = parcel_of(whole(HERE), round_homes=round_homes)
    answer = json.loads(work(parcel.payload)) | changes
    told = unpacked(parcel, json.dumps(answer))
    if "objective_min" in changes and round_homes:
        assert told.objective_min != 1.0
    else:
        assert codes(told) == ("ERROR", ["cluster_answer"])


def test_a_plan_that_breaks_a_rule_is_not_used() -> None:
    parcel = parcel_of(whole(HERE))
    answer = json.loads(work(parcel.payload))
    plan = json.loads(answer["plan"])
    plan["duties"] = plan["duties"][:1]
    assert codes(unpacked(parcel, json.dumps(answer | {"plan": json.dumps(plan)}))) == ("ERROR", ["cluster_answer"])
