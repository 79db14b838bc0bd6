"""`long_talks`: cuts off no schedule, and something of the coarse relaxation."""

import pytest

from agreement import strengthened
from outreach_optimizer.instance import Break, Client
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

NEEDED = "session_window", "on_duty", "one_booking"
RULES = ("one_invitation", *NEEDED, "walk_in_reserve")
ONE_TWO_ONE = (Break(start="10:00", end="10:15"), Break(start="12:15", end="12:30"))
TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a", end="13:30", breaks=ONE_TWO_ONE), session("b1", "b", on=1, end="10:00")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    rules=Rules(walk_in_reserve=0),
)
THREE_THREE = session("a1", "a", end="16:00", breaks=(Break(start="12:00", end="13:00"),))
UNEVEN = session("a1", "a", end="12:59")
"""Three slots and 59 minutes."""


def people(*slots: int) -> tuple[Client, ...]:
    return tuple(client(f"c{number}", slots=length) for number, length in enumerate(slots))


@pytest.mark.parametrize("slots", [(2, 2), (2, 2, 1), (2, 2, 2)])
def test_a_break_leaves_no_room_for_a_second_long_talk(slots: tuple[int, ...]) -> None:
    assert strengthened(TINY.replace(clients=people(*slots)), "long_talks", rules=RULES) > 0


@pytest.mark.parametrize(("slots", "active"), [((2, 2, 2), True), ((2, 3, 1), False), ((3, 3), False), ((4, 1), False)])
def test_every_part_has_room_for_its_own_long_talks(slots: tuple[int, ...], *, active: bool) -> None:
    tiny = TINY.replace(sessions=(THREE_THREE,), caseworkers=TINY.caseworkers[:1], clients=people(*slots))
    assert (strengthened(tiny, "long_talks", rules=RULES) > 0) == active


def test_it_holds_without_the_rule_of_one_invitation() -> None:
    tiny = TINY.replace(sessions=(UNEVEN,), caseworkers=TINY.caseworkers[:1], clients=people(2, 2))
    assert strengthened(tiny, "long_talks", rules=NEEDED) > 0


def test_minutes_that_make_no_whole_slot_are_no_room() -> None:
    tiny = TINY.replace(sessions=(UNEVEN,), caseworkers=TINY.caseworkers[:1], clients=people(2, 2))
    assert strengthened(tiny, "long_talks", rules=("one_invitation", *NEEDED)) > 0
