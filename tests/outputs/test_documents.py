"""Documents for machines."""

import json
from pathlib import Path

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.documents import check_document, plan_text, result_document
from outreach_optimizer.outputs.expectations import session_documents
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule
from outreach_optimizer.solver import Result, Status
from outreach_optimizer.texts import load
from overbooked import PLAN, overbooked

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


def test_both_documents_tell_what_is_to_be_expected_of_each_session() -> None:
    tiny = overbooked()
    report = check(tiny, PLAN)
    sessions = session_documents(tiny, PLAN)
    assert [session["id"] for session in sessions] == ["am", "pm"]
    assert check_document(tiny, PLAN, report, load("en"))["sessions"] == sessions
    found = Result(
        Status.FEASIBLE, PLAN, report, 1.0, 0.5, 0.5, seconds={}, versions={}, seed=0, workers=1, sha256=tiny.digest
    )
    assert result_document(tiny, found, None)["sessions"] == sessions
    assert result_document(tiny, found._replace(schedule=None, report=None), None)["sessions"] is None
