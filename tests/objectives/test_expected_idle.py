"""`expected_idle`: a line that is pooled or not, longer consultations, two sessions; and known values."""

import pytest

from amounts import bound
from lines import SIX, TWO_LINES, booked
from outreach_optimizer.objectives import OBJECTIVES
from tiny import client, plan, session, site


@pytest.mark.parametrize("exact", [False, True])
def test_the_model_never_asks_more_than_the_definition_and_is_exact_where_it_has_looked(*, exact: bool) -> None:
    found = bound("expected_idle", TWO_LINES, (540, 600), exact=exact, looking_is_enough=True)
    assert not found.differences
    assert found.fitting > 50
    assert found.exact >= found.fitting


def test_the_model_is_exact_for_crews_of_every_size_once_it_has_looked() -> None:
    crowd = TWO_LINES.replace(clients=(*TWO_LINES.clients[:2], client("rarely", show_rate=0.3)))
    found = bound("expected_idle", crowd, (540, 600), looking_is_enough=True)
    assert not found.differences
    assert found.fitting > 50


def test_the_model_asks_less_where_the_arrangement_leaves_somebody() -> None:
    found = bound("expected_idle", TWO_LINES, (600,), looking_is_enough=True)
    assert not found.differences
    assert found.fitting == found.exact < found.groups


def test_the_model_never_asks_more_where_nothing_is_overbooked() -> None:
    problem = TWO_LINES.replace(sessions=(session("day", "plain"), session("later", "plain", on=1, end="12:00")))
    found = bound("expected_idle", problem.replace(clients=problem.clients[1:]), (540, 600), looking_is_enough=True)
    assert not found.differences
    assert found.exact == found.groups == found.fitting


@pytest.mark.parametrize(
    ("bookings", "idle"),
    [
        ("1,1,1,1,1,1", 2.1),
        ("2,1,1,1,1,0", 2.1),
        ("2,1,1,1,1,1", 1.499022),
        ("2,1,1,2,1,1", 1.079002),
        ("2,1,2,1,2,1", 0.781564),
        ("1,2,1,2,1,2", 0.995809),
    ],
)
def test_known_templates_have_the_known_idle_time(bookings: str, idle: float) -> None:
    """domain C.3, six slots, one caseworker, everybody comes with 0.65; in slots of 60 minutes."""
    amount = OBJECTIVES["expected_idle"](SIX, plan("day-w1", booked(bookings)))
    assert amount == pytest.approx(60_000 * idle, abs=0.6)


def test_one_line_for_two_caseworkers_is_less_idle_than_two_lines() -> None:
    """domain C.3, pooling: 14 invited."""
    crew = "day-w1 day-w2"
    pooled = OBJECTIVES["expected_idle"](SIX, plan(crew, booked("2,1,2,1,1,1", "1,1,1,1,1,1")))
    assert pooled == pytest.approx(60_000 * 2.934761, abs=0.6)
    apart = SIX.replace(rules=SIX.rules.replace(overbooking="slots"), sites=(site("here"),))
    split = OBJECTIVES["expected_idle"](apart, plan(crew, booked("2,1,1,1,1,1", "1,1,2,1,1,1")))
    assert split == pytest.approx(60_000 * 3.065051, abs=0.6)


@pytest.mark.parametrize(
    ("duties", "appointments", "minutes"),
    [
        ("", "", 0),
        ("", "often-am-w1-09:00", 0),
        ("am-w1", "", 120),
        ("am-w1 am-w2 pm-w1", "", 300),
        ("am-w1", "often-am-w1-09:00", 120 - 42),
        ("am-w1", "long-am-w1-09:00", 120 * 0.69),
        ("am-w1", "often-am-w1-09:00 half-am-w1-10:00", 18 + 30),
        ("am-w1", "often-am-w1-09:00 half-am-w1-09:00", 60 * 0.15 + 60 * 0.65),
        ("pm-w1 pm-w2", "often-pm-w1-09:00 half-pm-w1-09:00", 60 * 0.15 + 60),
        ("am-w1 am-w2", "often-am-w1-10:00 half-am-w1-10:00 long-am-w2-09:00", 60 + 60 * 0.15 + 120 * 0.69),
    ],
)
def test_slots_without_a_client_and_of_clients_who_stay_away_count(
    duties: str, appointments: str, minutes: float
) -> None:
    assert OBJECTIVES["expected_idle"](TWO_LINES, plan(duties, appointments)) == round(1000 * minutes)
