"""`expected_overtime`: a line that is pooled or not, longer consultations, two sessions; and known values."""

import pytest

from amounts import bound
from lines import TWO_LINES
from outreach_optimizer.instance import Instance
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, instance, plan, session, site

SIX = (540, 600, 660, 720, 780, 840)


def day_of(bookings: str) -> tuple[Instance, str]:
    """A day of six slots, so many clients in each who come with 0.65, and their appointments with one caseworker."""
    starts = [start for start, number in zip(SIX, bookings.split(","), strict=True) for _ in range(int(number))]
    guests = tuple(client(f"c{number}") for number in range(len(starts)))
    words = (f"{guest.id}-day-w1-{start // 60:02d}:00" for guest, start in zip(guests, starts, strict=True))
    return instance(
        sites=(site("here", overbooking="session"),),
        sessions=(session("day", "here", end="15:00"),),
        caseworkers=(caseworker("w1"),),
        clients=guests,
    ), " ".join(words)


@pytest.mark.parametrize("exact", [False, True])
def test_the_model_never_asks_more_than_the_definition_and_is_exact_where_it_has_looked(*, exact: bool) -> None:
    found = bound("expected_overtime", TWO_LINES, (540, 600), exact=exact, looking_is_enough=True)
    assert not found.differences
    assert found.fitting > 50
    assert found.exact >= found.fitting


def test_the_model_is_exact_for_crews_of_every_size_once_it_has_looked() -> None:
    crowd = TWO_LINES.replace(clients=(*TWO_LINES.clients[:2], client("rarely", show_rate=0.3)))
    found = bound("expected_overtime", crowd, (540, 600), looking_is_enough=True)
    assert not found.differences
    assert found.fitting > 50


def test_the_model_asks_less_where_the_arrangement_leaves_somebody() -> None:
    found = bound("expected_overtime", TWO_LINES, (600,), looking_is_enough=True)
    assert not found.differences
    assert found.fitting == found.exact < found.groups


@pytest.mark.parametrize(
    ("bookings", "overtime"),
    [
        ("1,1,1,1,1,1", 0),
        ("2,1,1,1,1,1", 0.049022),
        ("2,1,1,2,1,1", 0.279002),
        ("2,2,1,1,1,1", 0.210230),
        ("2,1,2,1,2,1", 0.631564),
        ("2,2,1,2,1,1", 0.539989),
        ("1,2,1,2,1,2", 0.845809),
    ],
)
def test_known_templates_have_the_known_overtime(bookings: str, overtime: float) -> None:
    """domain C.3, six slots, one caseworker, everybody comes with 0.65; in slots of 60 minutes."""
    problem, appointments = day_of(bookings)
    amount = OBJECTIVES["expected_overtime"](problem, plan("day-w1", appointments))
    assert amount == pytest.approx(60_000 * overtime, abs=0.6)


@pytest.mark.parametrize(
    ("duties", "appointments", "minutes"),
    [
        ("", "", 0),
        ("am-w1 pm-w1", "", 0),
        ("am-w1", "often-am-w1-09:00 half-am-w1-09:00", 0),
        ("am-w1", "often-am-w1-10:00 half-am-w1-10:00", 60 * 0.35),
        ("am-w1 am-w2", "often-am-w1-10:00 half-am-w1-10:00", 0),
        ("am-w1 am-w2", "often-am-w1-10:00 half-am-w1-10:00 long-am-w2-09:00", 60 * 0.35),
        ("pm-w1 pm-w2", "often-pm-w1-09:00 half-pm-w1-09:00", 60 * 0.35),
        ("pm-w1 pm-w2", "often-pm-w1-09:00 half-pm-w2-09:00", 0),
        ("am-w1 pm-w1", "often-am-w1-09:00 half-pm-w1-09:00", 0),
    ],
)
def test_minutes_after_the_end_count_in_every_session(duties: str, appointments: str, minutes: float) -> None:
    assert OBJECTIVES["expected_overtime"](TWO_LINES, plan(duties, appointments)) == round(1000 * minutes)


def test_sessions_that_are_not_overbooked_end_in_time() -> None:
    problem = TWO_LINES.replace(sessions=(session("day", "plain"),))
    schedule = plan("day-w1", "often-day-w1-09:00 half-day-w1-10:00")
    assert OBJECTIVES["expected_overtime"](problem, schedule) == 0
