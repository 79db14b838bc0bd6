"""The readable plan, on a plan made by hand that breaks every rule."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance, Pins
from outreach_optimizer.outputs.calendar import calendar_text, show
from outreach_optimizer.outputs.tables import violation_list
from outreach_optimizer.schedule import InstanceReference, Proof, Schedule
from outreach_optimizer.texts import Lang, load
from overbooked import PLAN, overbooked
from tiny import plan as plan_of

PLANTED = Path(__file__).parents[1] / "planted"


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance.model_validate_json((PLANTED / "instance.json").read_bytes())


@pytest.fixture(scope="module")
def schedule() -> Schedule:
    return Schedule.model_validate_json((PLANTED / "plan.json").read_bytes())


def told(instance: Instance, schedule: Schedule, lang: Lang = "de") -> str:
    return calendar_text(instance, schedule, check(instance, schedule), load(lang))


def proof(objective: float, bound: float) -> Proof:
    return Proof(
        status="OPTIMAL" if objective == bound else "FEASIBLE",
        objective=objective,
        bound=bound,
        gap=0,
        seed=3,
        workers=2,
        versions={"ortools": "9.15"},
    )


def test_every_appointment_stands_in_the_calendar(instance: Instance, schedule: Schedule) -> None:
    text = told(instance, schedule)
    for appointment in schedule.appointments:
        assert appointment.client in text
    for session in {appointment.session for appointment in schedule.appointments}:
        assert session in text


def test_days_are_told_in_the_language(instance: Instance, schedule: Schedule) -> None:
    assert "Di 11.05.2027" in told(instance, schedule)
    assert "Tue 2027-05-11" in told(instance, schedule, "en")


def test_a_cell_tells_client_minutes_and_mode(instance: Instance, schedule: Schedule) -> None:
    assert "c03  15 min Auto" in told(instance, schedule)
    assert "c09  ? min Bus und Bahn" in told(instance, schedule)


def test_a_lane_tells_departure_return_and_drive(instance: Instance, schedule: Schedule) -> None:
    assert "w2  08:32–12:28, Fahrt 26 min" in told(instance, schedule)
    assert "w1  08:10–16:28, Fahrt 92 min, 2 Orte" in told(instance, schedule)


def test_a_caseworker_who_is_not_on_duty_is_said_so(instance: Instance, schedule: Schedule) -> None:
    assert "w3  nicht eingeteilt" in told(instance, schedule)


def test_appointments_of_a_session_without_crew_are_shown(instance: Instance, schedule: Schedule) -> None:
    text = told(instance, schedule.replace(duties=()))
    assert "nicht besetzt" in text
    assert "c19" in text


def test_a_session_at_a_planned_site_says_so(instance: Instance, schedule: Schedule) -> None:
    assert "Ruhla (geplant)" in told(instance, schedule)


def test_fixed_appointments_are_marked(instance: Instance, schedule: Schedule) -> None:
    text = told(instance, schedule.replace(appointments=instance.pins.appointments))
    assert "c17  54 min Auto  fest" in text


def test_an_empty_plan_can_be_shown(instance: Instance) -> None:
    text = told(instance, Schedule())
    assert "Kein Sprechtag findet statt." in text
    assert "kein Grund angegeben" in text


def test_nobody_uninvited_is_said(instance: Instance, schedule: Schedule) -> None:
    invited = tuple(client for client in instance.clients if client.id in schedule.by_client)
    text = told(instance.replace(clients=invited, published=()), schedule.replace(uninvited=()))
    assert "Alle Personen sind eingeladen." in text


def test_reasons_are_told_in_words(instance: Instance, schedule: Schedule) -> None:
    text = " ".join(told(instance, schedule).split())
    assert "c17 (4)" in text
    assert "c20 (Zumutbarer Weg 3, Einladungsfrist 5)" in text


def test_an_unknown_reason_is_passed_on(instance: Instance, schedule: Schedule) -> None:
    odd = schedule.uninvited[0].replace(reason="by_hand", facts={"max_travel": 2, "odd": 1})
    text = " ".join(told(instance, schedule.replace(uninvited=(odd,))).split())
    assert "1 by_hand c17 (Zumutbarer Weg 2, odd 1)" in text


def lawful(instance: Instance) -> tuple[Instance, Schedule]:
    """An instance that asks for nothing, and its empty plan."""
    free = instance.replace(sites=tuple(site.replace(min_sessions=0) for site in instance.sites), pins=Pins())
    return free, Schedule(instance=InstanceReference(name=free.name, sha256=free.digest))


def test_a_proof_is_told(instance: Instance) -> None:
    free, plan = lawful(instance)
    objective = check(free, plan).objective_min
    assert "bewiesen optimal" in told(free, plan.replace(proof=proof(objective, objective)))
    assert "höchstens 25,0 % über dem Optimum" in told(free, plan.replace(proof=proof(objective, objective / 1.25)))
    assert "noch nicht bekannt" in told(free, plan.replace(proof=proof(objective, -1)))


def test_a_proof_of_another_objective_does_not_count(instance: Instance) -> None:
    free, plan = lawful(instance)
    text = told(free, plan.replace(proof=proof(1.0, 1.0)))
    assert "Der Plan nennt den Zielwert 1,0 min" in text
    assert "bewiesen optimal" not in text


def test_a_proof_for_another_instance_does_not_count(instance: Instance) -> None:
    free, plan = lawful(instance)
    objective = check(free, plan).objective_min
    for reference in (None, InstanceReference(name="x", sha256="0" * 64)):
        text = told(free, plan.replace(proof=proof(objective, objective), instance=reference))
        assert "ohne Beweis" in text


def test_a_proof_of_a_plan_that_breaks_rules_does_not_count(instance: Instance, schedule: Schedule) -> None:
    objective = check(instance, schedule).objective_min
    mine = InstanceReference(name=instance.name, sha256=instance.digest)
    assert "ohne Beweis" in told(instance, schedule.replace(proof=proof(objective, objective), instance=mine))


def test_a_plan_of_another_instance_is_told(instance: Instance, schedule: Schedule) -> None:
    other = InstanceReference(name="other", sha256="0" * 64)
    assert "anderen Instanz (other" in told(instance, schedule.replace(instance=other))
    same = InstanceReference(name=instance.name, sha256=instance.digest)
    assert "anderen Instanz" not in told(instance, schedule.replace(instance=same))


@pytest.mark.parametrize("width", [60, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal(instance: Instance, schedule: Schedule, width: int) -> None:
    paper = StringIO()
    console = Console(file=paper, width=width)
    report = check(instance, schedule)
    show(instance, schedule, report, load("de"), console)
    console.print(violation_list(instance, report, load("de")))
    assert max(map(len, paper.getvalue().splitlines())) <= width


def test_names_from_the_file_are_no_markup(instance: Instance, schedule: Schedule) -> None:
    sites = tuple(site.replace(name="[bold]Ruhla[/red]") for site in instance.sites)
    assert "[bold]Ruhla[/red]" in told(instance.replace(sites=sites), schedule)


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_below_a_session_stands_what_is_to_be_expected_of_it() -> None:
    text = lines(told(overbooked(), PLAN, "en"))
    am, pm = (next(number for number, line in enumerate(text) if line.startswith(site)) for site in ("mihla", "ruhla"))
    assert text[am + 1 : am + 3] == [
        "1.7 expected (90 %: 0–3) · idle 28 min",
        "risk 60.0 % (limit 5 %) · waiting 17, longest 24 min · overtime 10 min",
    ]
    assert text[pm + 1] == "2.7 expected (90 %: 2–3) · idle 78 min"
    assert "waiting" not in text[pm + 2]


def test_a_wide_terminal_has_it_in_one_line_and_a_narrow_one_keeps_facts_in_one_piece() -> None:
    coming = ["es kommen 1,7 (90 %: 0–3)", "Leerlauf 28 min"]
    crowding = ["Risiko 60,0 % (Grenze 5 %)", "Warten 17, längstes 24 min", "Überzeit 10 min"]
    for width, expected in {
        120: [[*coming, *crowding]],
        80: [coming, crowding],
        60: [coming, crowding[:2], crowding[2:]],
    }.items():
        paper = StringIO()
        show(overbooked(), PLAN, check(overbooked(), PLAN), load("de"), Console(file=paper, width=width))
        text = lines(paper.getvalue())
        begin = next(number for number, line in enumerate(text) if line.startswith(coming[0]))
        assert text[begin : begin + len(expected)] == [" · ".join(line) for line in expected]


def test_clients_who_share_a_slot_stand_in_one_bracket() -> None:
    text = lines(told(overbooked(), PLAN))
    nine = next(number for number, line in enumerate(text) if line.startswith("09:00"))
    assert text[nine : nine + 3] == ["09:00 ┌ a 2 min Auto", "└ b 2 min Auto", "10:00 c ? min Bus und Bahn"]
    three = plan_of("am-w1", "a-am-w1-09:00 b-am-w1-09:00 f-am-w1-09:00")
    text = lines(told(overbooked(), three))
    nine = next(number for number, line in enumerate(text) if line.startswith("09:00"))
    assert text[nine : nine + 3] == ["09:00 ┌ a 2 min Auto", "├ b 2 min Auto", "└ f 2 min Auto"]


def test_one_waiting_line_for_all_caseworkers_is_said() -> None:
    assert "3 eingeladen · eine Warteschlange am" in " ".join(lines(told(overbooked("session"), PLAN)))
    assert "eine Warteschlange" not in told(overbooked(), PLAN)


def test_nothing_is_expected_of_a_session_without_crew() -> None:
    assert "es kommen" not in told(overbooked(), PLAN.replace(duties=()))


def test_the_largest_risk_is_told_in_percent() -> None:
    assert "Größtes Risiko, dass zu viele kommen 60,0 %" in lines(told(overbooked(), PLAN))
    assert "Largest risk that too many come –" in lines(told(overbooked("none"), PLAN, "en"))
