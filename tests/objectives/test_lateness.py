"""`lateness`: two dates; one client is due between them, one before both, one never."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, day, instance, plan, session, site

TWO_DATES = instance(
    sites=(site("ruhla"), site("mihla")),
    sessions=(session("early", "ruhla", on=1), session("late", "mihla", on=8)),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("between", due=day(2)), client("overdue", due=day(-2)), client("never")),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("lateness", TWO_DATES, weight)
    assert not proof.differences
    assert set(proof.amounts) == {0, 3000, 6000, 9000, 10_000, 16_000}


@pytest.mark.parametrize(
    ("appointments", "days"),
    [
        ("", 0),
        ("between-early-w1-09:00", 0),
        ("between-late-w1-09:00", 6),
        ("overdue-early-w1-09:00", 3),
        ("overdue-late-w1-09:00 between-late-w2-09:00 never-late-w1-10:00", 16),
        ("between-late-w1-09:00 between-late-w1-10:00", 12),
    ],
)
def test_days_after_the_due_date_count_and_days_before_do_not(appointments: str, days: int) -> None:
    assert OBJECTIVES["lateness"](TWO_DATES, plan(appointments=appointments)) == 1000 * days


def test_an_appointment_on_the_due_date_is_in_time() -> None:
    due = TWO_DATES.replace(clients=(client("today", due=day(8)),))
    assert OBJECTIVES["lateness"](due, plan(appointments="today-late-w1-09:00")) == 0
