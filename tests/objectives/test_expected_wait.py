"""`expected_wait`: a line that is pooled or not, longer consultations, two sessions; and known values."""

import pytest

from amounts import bound
from lines import SIX, TWO_LINES, booked
from outreach_optimizer.objectives import OBJECTIVES
from tiny import client, plan, site


@pytest.mark.parametrize("exact", [False, True])
def test_the_model_never_asks_more_than_the_definition(*, exact: bool) -> None:
    three = TWO_LINES.replace(clients=(*TWO_LINES.clients[:2], client("rarely", show_rate=0.3)))
    found = bound("expected_wait", three, (540, 600), exact=exact, looking_is_enough=False)
    assert not found.differences
    assert found.exact > 50
    assert found.exact < found.groups


@pytest.mark.parametrize(
    ("bookings", "in_slots", "after"),
    [
        ("1,1,1,1,1,1", 0, 0),
        ("2,1,1,1,1,0", 1.067079, 0),
        ("2,1,1,1,1,1", 1.116101, 0),
        ("2,1,1,2,1,1", 2.136610, 0.031864),
        ("2,2,1,1,1,1", 2.717460, 0.031864),
        ("2,1,2,1,2,1", 3.309856, 0.183758),
        ("2,2,1,2,1,1", 3.995354, 0.168514),
        ("1,2,1,2,1,2", 2.678291, 0.265547),
    ],
)
def test_known_templates_have_the_known_waiting(bookings: str, in_slots: float, after: float) -> None:
    """domain C.3, six slots, one caseworker, everybody comes with 0.65; in slots of 60 minutes."""
    amount = OBJECTIVES["expected_wait"](SIX, plan("day-w1", booked(bookings)))
    assert amount == pytest.approx(60_000 * (in_slots + after), abs=0.6)


def test_one_line_for_two_caseworkers_halves_the_waiting() -> None:
    """domain C.3, pooling: 14 invited."""
    crew = "day-w1 day-w2"
    pooled = OBJECTIVES["expected_wait"](SIX, plan(crew, booked("2,1,2,1,1,1", "1,1,1,1,1,1")))
    assert pooled == pytest.approx(60_000 * 1.025266, abs=0.6)
    apart = SIX.replace(rules=SIX.rules.replace(overbooking="slots"), sites=(site("here"),))
    split = OBJECTIVES["expected_wait"](apart, plan(crew, booked("2,1,1,1,1,1", "1,1,2,1,1,1")))
    assert split == pytest.approx(60_000 * 2.107762, abs=0.6)


@pytest.mark.parametrize(
    ("duties", "appointments", "minutes"),
    [
        ("", "", 0),
        ("am-w1", "often-am-w1-09:00 half-am-w1-10:00", 0),
        ("am-w1", "often-am-w1-09:00 half-am-w1-09:00", 60 * 0.35),
        ("am-w1", "often-am-w1-10:00 half-am-w1-10:00", 60 * 0.35),
        ("am-w1 am-w2", "often-am-w1-09:00 half-am-w1-09:00", 0),
        ("am-w1 am-w2", "often-am-w1-09:00 half-am-w1-09:00 long-am-w2-09:00", 60 * 0.35),
        ("pm-w1 pm-w2", "often-pm-w1-09:00 half-pm-w1-09:00", 60 * 0.35),
        ("am-w1 am-w2 pm-w1", "often-am-w1-09:00 half-pm-w1-09:00 long-am-w2-09:00", 0),
    ],
)
def test_minutes_count_as_often_as_the_client_comes(duties: str, appointments: str, minutes: float) -> None:
    assert OBJECTIVES["expected_wait"](TWO_LINES, plan(duties, appointments)) == round(1000 * minutes)
