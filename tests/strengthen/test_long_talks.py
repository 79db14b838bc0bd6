"""`long_talks`: cuts off no schedule, and something of the coarse relaxation."""

from agreement import first_session, strengthened
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
BEFORE_LAST = (Break(start="12:00", end="12:15"),)
THREE_THREE = session("a1", "a", end="16:00", breaks=(Break(start="12:00", end="13:00"),))
UNEVEN = session("a1", "a", end="12:59")
"""Three slots and 59 minutes."""


def people(*slots: int) -> tuple[Client, ...]:
    return tuple(client(f"c{number}", slots=length) for number, length in enumerate(slots))


def test_a_break_leaves_no_room_for_a_second_long_talk() -> None:
    cut = strengthened(TINY.replace(clients=people(2, 2, 1)), "long_talks", rules=RULES)
    assert first_session([0], [0, 1]) in cut
    assert first_session([0, 1], [0, 1]) not in cut
    assert first_session([0], [0, 2]) not in cut


def test_every_part_has_room_for_its_own_long_talks() -> None:
    alone = TINY.replace(sessions=(THREE_THREE,), caseworkers=TINY.caseworkers[:1])
    cut = strengthened(alone.replace(clients=people(2, 2, 2)), "long_talks", rules=RULES)
    assert first_session([0], [0, 1, 2]) in cut
    assert first_session([0], [0, 1]) not in cut
    assert strengthened(alone.replace(clients=people(2, 3, 1)), "long_talks", rules=RULES) == set()
    assert strengthened(alone.replace(clients=people(3, 3)), "long_talks", rules=RULES) == set()


def test_longer_talks_take_the_room_of_long_ones() -> None:
    alone = TINY.replace(
        sessions=(session("a1", "a", end="13:00", breaks=BEFORE_LAST),), caseworkers=TINY.caseworkers[:1]
    )
    cut = strengthened(alone.replace(clients=people(3, 2)), "long_talks", rules=(*NEEDED, "one_invitation"))
    assert first_session([0], [0, 1]) in cut
    assert first_session([0], [0]) not in cut


def test_it_holds_without_the_rule_of_one_invitation() -> None:
    tiny = TINY.replace(sessions=(UNEVEN,), caseworkers=TINY.caseworkers[:1], clients=people(2, 2))
    assert first_session([0], [0, 1]) in strengthened(tiny, "long_talks", rules=NEEDED)


def test_minutes_that_make_no_whole_slot_are_no_room() -> None:
    tiny = TINY.replace(sessions=(UNEVEN,), caseworkers=TINY.caseworkers[:1], clients=people(2, 2))
    cut = strengthened(tiny, "long_talks", rules=("one_invitation", *NEEDED))
    assert first_session([0], [0, 1]) in cut
