import json

import pytest

from batches import small, task
from outreach_optimizer.batch.task import Order, Outcome, key_of
from outreach_optimizer.batch.work import varied, work
from outreach_optimizer.checker import check
from outreach_optimizer.errors import InputError
from outreach_optimizer.files import instance_of
from outreach_optimizer.scenarios.scenario import ScenarioFile
from outreach_optimizer.schedule import Schedule


def outcome_of(instance: str, **more: object) -> Outcome:
    order = Order.model_validate({"instance": instance, "time_limit_s": 20, **more})
    return Outcome.model_validate_json(work(order.model_dump_json(exclude_unset=True)))


def test_a_plan_comes_with_what_the_checker_says_about_it() -> None:
    outcome = outcome_of(small(1))
    assert outcome.status == "OPTIMAL"
    assert outcome.plan is not None
    report = check(instance_of(small(1)), Schedule.model_validate_json(outcome.plan))
    assert not report.violations
    assert (outcome.objective_min, outcome.kpis) == (report.objective_min, report.kpis)
    assert isinstance(outcome.kpis["invited"], int)
    assert dict(outcome.terms) == dict(report.terms)
    assert outcome.peak_mib is not None
    assert outcome.peak_mib > 20
    assert 0 < outcome.seconds < 60


def test_the_same_order_gives_the_same_plan() -> None:
    assert outcome_of(small(2)).plan == outcome_of(small(2)).plan


def test_everything_that_is_wrong_is_told_in_both_languages() -> None:
    tree = json.loads(small(1)) | {"clients": [{"id": "c1", "home": "nowhere"}, {"home": {"lat": 50.9, "lon": 10.3}}]}
    outcome = outcome_of(json.dumps(tree))
    assert outcome.status == "INVALID"
    assert outcome.plan is None
    assert [fault.pointer for fault in outcome.faults] == ["/clients/0/home", "/clients/1/id"]
    assert all(fault.de != fault.en for fault in outcome.faults)


def test_pins_that_contradict_rules_are_wrong_input() -> None:
    pins = {"not_held": ["ruhla-0209"], "held": ["ruhla-0209"]}
    tree = json.loads(small(1, pins=pins))
    assert outcome_of(json.dumps(tree)).status == "INVALID"


def test_minimums_that_nobody_can_keep_are_infeasible() -> None:
    sites = [{"id": "ruhla", "name": "Ruhla", "lat": 50.893, "lon": 10.366, "min_sessions": 1}]
    outcome = outcome_of(small(1, sites=sites, rules={"min_load": 9}))
    assert outcome.status == "INFEASIBLE"
    assert outcome.plan is None


def test_a_bug_of_ours_is_an_outcome_of_its_task(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("outreach_optimizer.batch.work.solve", broken)
    outcome = outcome_of(small(1))
    assert outcome.status == "ERROR"
    assert "ZeroDivisionError" in outcome.faults[0].en


def test_a_scenario_is_applied_upon_the_common_conditions() -> None:
    scenarios = ScenarioFile.model_validate(
        {
            "common": {"weights": {"uninvited": 100}},
            "scenarios": [{"id": "more", "title": "More", "measures": {"rules": {"max_travel_min": 50}}}],
        }
    )
    order = Order(instance=small(1), scenarios=scenarios, time_limit_s=20)
    there = Order.model_validate_json(order.model_dump_json(exclude_unset=True))
    changed = varied(there)
    assert (changed.weights.uninvited, changed.rules.max_travel_min) == (100, 50)
    assert changed.rules.min_crew == instance_of(small(1)).rules.min_crew
    common = varied(there.replace(scenarios=scenarios.replace(scenarios=())))
    assert (common.weights.uninvited, common.rules.max_travel_min) == (100, 75)


def test_a_scenario_that_does_not_fit_names_its_own_place() -> None:
    file = {"scenarios": [{"id": "x", "title": "X", "measures": {"open": ["nowhere"]}}]}
    order = Order.model_validate({"instance": small(1), "scenarios": file, "position": 4, "time_limit_s": 20})
    with pytest.raises(InputError) as caught:
        varied(order)
    assert [problem.pointer for problem in caught.value.problems] == ["/scenarios/4/measures/open/0"]


def test_a_key_is_of_everything_that_decides() -> None:
    scenarios = ScenarioFile.model_validate({"scenarios": [{"id": "x", "title": "X"}]})
    order = Order(instance=small(1), time_limit_s=20)
    others = [
        order.replace(instance=small(2)),
        order.replace(time_limit_s=21),
        order.replace(seed=1),
        order.replace(scenarios=scenarios),
        order.replace(scenarios=scenarios.replace(scenarios=(scenarios.scenarios[0].replace(title="Y"),))),
    ]
    keys = [key_of(one) for one in (order, *others)]
    assert len(set(keys)) == len(keys)
    assert key_of(order.replace(seed=0)) == keys[0]
    assert task(1).key == keys[0]
