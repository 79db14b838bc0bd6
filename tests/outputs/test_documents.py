"""Documents for machines."""

import json
from pathlib import Path

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.documents import check_document, plan_text
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule
from outreach_optimizer.texts import load

PLANTED = Path(__file__).parents[1] / "planted"


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance.model_validate_json((PLANTED / "instance.json").read_bytes())


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return Schedule.model_validate_json((PLANTED / "plan.json").read_bytes())


def test_a_written_plan_is_read_as_the_same_plan(instance: Instance, schedule: Schedule) -> None:
    complete = schedule.replace(
        instance=InstanceReference(name="Straße", sha256=instance.digest),
        proof=Proof(
            status="FEASIBLE", objective=2.5, bound=1, gap=0.6, seed=0, workers=1, versions={"ortools": "9.15"}
        ),
    )
    for plan in (Schedule(), schedule, complete):
        assert Schedule.model_validate_json(plan_text(plan)) == plan


def test_a_written_plan_has_a_line_per_appointment(schedule: Schedule) -> None:
    lines = plan_text(schedule).splitlines()
    assert sum('"start":' in line for line in lines) == len(schedule.appointments)


def test_a_check_document_survives_json(instance: Instance, schedule: Schedule) -> None:
    report = check(instance, schedule)
    document = check_document(instance, schedule, report, load("en"))
    assert json.loads(json.dumps(document)) == document
    told = document["violations"]
    assert isinstance(told, list)
    assert [violation["rule"] for violation in told] == [found.rule for found in report.violations]
    assert document["made_for_this_instance"] is None


def test_a_check_document_tells_for_which_instance_the_plan_was_made(instance: Instance, schedule: Schedule) -> None:
    report = check(instance, schedule)
    for digest, same in ((instance.digest, True), ("0" * 64, False)):
        plan = schedule.replace(instance=InstanceReference(name="x", sha256=digest))
        assert check_document(instance, plan, report, load("de"))["made_for_this_instance"] is same
