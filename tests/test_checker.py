"""The checker on plans made by hand, and on pins."""

import subprocess
import sys
from pathlib import Path

import pytest

from outreach_optimizer.checker import check, contradictions
from outreach_optimizer.files import read_instance, read_schedule
from outreach_optimizer.instance import Appointment, Duty, Instance, Pins
from outreach_optimizer.schedule import Schedule

ROOT = Path(__file__).parents[1]
TINY = ROOT / "instances" / "tiny.json"
FIVE = Path(__file__).parent / "planted" / "five.json"


@pytest.fixture(scope="module")
def tiny() -> Instance:
    return read_instance(TINY)


def test_a_hand_made_plan_with_five_planted_violations_gets_exactly_these_five(tiny: Instance) -> None:
    report = check(tiny, read_schedule(FIVE, tiny))
    named = {(found.rule, found.violation.facts.get("client"), found.violation.excess) for found in report.violations}
    assert named == {
        ("session_window", "c004", 30),  # 11:30 to 12:30, the session ends at 12:00
        ("on_duty", "c002", 1),  # w03 is not in Wutha on that day
        ("one_booking", "c006", 60),  # w02 has c008 at 10:00 as well
        ("barrier_free", "c003", 1),  # the building in Wutha has steps
        ("invitation_gap", "c003", 4),  # 17 days after the last summons, 21 needed
    }
    assert len(report.violations) == 5


def test_the_command_line_names_the_five_and_ends_with_one() -> None:
    command = [sys.executable, "-m", "outreach_optimizer", "--lang", "en", "check", str(TINY), str(FIVE)]
    run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 1
    for client in ("c002", "c003", "c004", "c006", "c008"):
        assert client in run.stdout
    assert "c005" not in run.stdout


def test_the_witnesses_of_a_violation_take_part_in_it(tiny: Instance) -> None:
    report = check(tiny, read_schedule(FIVE, tiny))
    overlap = next(found.violation for found in report.violations if found.rule == "one_booking")
    assert {witness.client for witness in overlap.witnesses if isinstance(witness, Appointment)} == {"c006", "c008"}


def test_the_empty_plan_of_an_instance_that_owes_nothing_breaks_no_rule_and_costs_the_uninvited(tiny: Instance) -> None:
    report = check(tiny, Schedule())
    assert report.violations == ()
    priorities = sum(client.priority for client in tiny.clients)
    assert report.objective_min == pytest.approx(tiny.weights.uninvited * priorities)
    assert report.kpis["travel_mean_min"] is None


def test_every_term_is_priced_in_the_report_and_the_sum_is_the_objective(tiny: Instance) -> None:
    report = check(tiny, read_schedule(FIVE, tiny))
    assert sum(term.cost_min for term in report.terms.values()) == pytest.approx(report.objective_min)
    assert all(term.cost_min == pytest.approx(term.amount * term.weight) for term in report.terms.values())


def test_pins_that_nothing_can_mend_are_contradictions_with_their_place(tiny: Instance) -> None:
    pins = Pins(
        duties=(Duty(session="gerstungen-0203am", caseworker="w02"),),
        appointments=(Appointment(client="c003", session="wutha-0208day", caseworker="w02", start=9 * 60),),
    )
    problems = contradictions(tiny.replace(pins=pins))
    assert {(problem.pointer, problem.facts["rule"]) for problem in problems} == {
        ("/pins/appointments/0", "barrier_free"),
        ("/pins/appointments/0", "invitation_gap"),
        ("/pins/duties/0", "max_duties"),
    }


def test_pins_that_lack_a_colleague_or_guests_are_no_contradiction(tiny: Instance) -> None:
    pins = Pins(duties=(Duty(session="wutha-0208day", caseworker="w02"),))
    assert contradictions(tiny.replace(pins=pins)) == []
