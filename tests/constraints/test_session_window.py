"""`session_window`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import talk, violations
from outreach_optimizer.instance import Break
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(
        session("a1", "a", end="13:00", breaks=(Break(start="11:00", end="11:30"),)),
        session("b1", "b", on=1, start="10:00", end="12:00"),
    ),
    caseworkers=(caseworker("w1"),),
    clients=(client("short"), client("long", slots=2)),
)
BEFORE, ON_GRID, OFF_GRID, INTO_BREAK, AT_END = 480, (540, 600, 690), (570, 720), 660, 750


def test_both_files_agree_on_and_off_the_grid() -> None:
    agree(
        TINY,
        "session_window",
        base=("one_invitation",),
        starts=[(BEFORE, *ON_GRID, *OFF_GRID, INTO_BREAK, AT_END), (540, 600, 660, 720)],
    )


def test_both_files_agree_for_a_client_with_many_appointments() -> None:
    agree(TINY.replace(clients=TINY.clients[1:]), "session_window", starts=[(540, 570, 600, 690), (540, 600, 660)])


def test_both_files_agree_on_a_grid_that_starts_at_an_odd_minute() -> None:
    tiny = TINY.replace(
        sessions=(session("a1", "a", start="09:20", end="12:30"), session("b1", "b", on=1, start="09:07"))
    )
    agree(tiny, "session_window", base=("one_invitation",), starts=[(540, 560, 600, 620, 680), (547, 600, 607)])


def test_both_files_agree_on_a_grid_that_does_not_fill_the_session() -> None:
    tiny = TINY.replace(slot_min=45, sessions=(session("a1", "a"), session("b1", "b", on=1, end="10:30")))
    agree(tiny, "session_window", base=("one_invitation",), starts=[(540, 585, 600, 630), (540, 570, 585, 600)])


@pytest.mark.parametrize(
    ("who", "start", "found", "excess"),
    [
        ("short", "08:30", "08:30-09:30", 30),
        ("short", "09:30", "09:30-10:30", 1),
        ("short", "10:30", "10:30-11:30", 30),
        ("short", "12:00", "12:00-13:00", 1),
        ("long", "10:00", "10:00-12:00", 60),
        ("long", "11:30", "11:30-13:30", 30),
        ("long", "18:00", "18:00-20:00", 120),
    ],
)
def test_minutes_outside_count_and_one_for_missing_the_grid(who: str, start: str, found: str, excess: int) -> None:
    booked = talk(who, "a1", "w1", start)
    (violation,) = violations("session_window", TINY, [booked])
    assert violation.facts == {"client": who, "session": "a1", "found": found, "needed": "09:00-11:00, 11:30-13:00"}
    assert violation.excess == excess
    assert violation.witnesses == (booked,)


def test_the_grid_starts_anew_after_the_break() -> None:
    fine = [talk("short", "a1", "w1", start) for start in ("09:00", "10:00", "11:30")]
    assert not violations("session_window", TINY, [*fine, talk("long", "b1", "w1", "10:00")])
