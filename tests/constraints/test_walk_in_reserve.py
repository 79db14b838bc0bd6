"""`walk_in_reserve`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, talk, violations
from outreach_optimizer.instance import Break
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(
        session("a1", "a", end="12:00", breaks=(Break(start="10:00", end="11:00"),)),
        session("b1", "b", on=1, start="10:00"),
    ),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("short"), client("long", slots=2), client("brief")),
)
ONCE = [(540,), (600,)]


@pytest.mark.parametrize("reserve", [0, 1, 2, 3])
def test_both_files_agree(reserve: int) -> None:
    rules = Rules(walk_in_reserve=reserve)
    agree(TINY.replace(rules=rules), "walk_in_reserve", base=("one_invitation",), starts=ONCE)


def test_both_files_agree_for_clients_with_many_appointments() -> None:
    agree(TINY.replace(clients=TINY.clients[:2]), "walk_in_reserve", starts=ONCE)


def test_both_files_agree_when_bookings_need_their_caseworker() -> None:
    agree(TINY, "walk_in_reserve", base=("one_invitation", "on_duty"), starts=ONCE)


def test_every_slot_missing_counts() -> None:
    booked = talk("short", "a1", "w1"), talk("long", "a1", "w1")
    (found,) = violations("walk_in_reserve", TINY, [duty("a1", "w1"), *booked])
    assert found.facts == {"session": "a1", "found": -1, "needed": 1}
    assert found.excess == 2
    assert found.witnesses == booked


def test_a_session_that_is_not_held_has_no_slots_and_needs_no_reserve() -> None:
    (found,) = violations("walk_in_reserve", TINY, [talk("long", "b1", "w1"), duty("a1", "w1")])
    assert found.facts == {"session": "b1", "found": -2, "needed": 0}
    assert found.excess == 2


def test_one_free_slot_is_fine() -> None:
    held = duty("a1", "w1"), duty("a1", "w2"), duty("b1", "w1")
    assert not violations("walk_in_reserve", TINY, [*held, talk("short", "a1", "w1"), talk("long", "a1", "w2")])


@pytest.mark.parametrize("reserve", [0, 1, 3])
def test_both_files_agree_where_sites_are_overbooked(reserve: int) -> None:
    sites = site("a", overbooking="session"), site("b", overbooking="none")
    rules = Rules(walk_in_reserve=reserve, overbooking="slots")
    agree(TINY.replace(sites=sites, rules=rules), "walk_in_reserve", base=("one_invitation",), starts=ONCE)


def test_in_an_overbooked_session_only_longer_consultations_count() -> None:
    tiny = TINY.replace(rules=Rules(walk_in_reserve=1, overbooking="session"))
    crowd = talk("short", "b1", "w1", "10:00"), talk("brief", "b1", "w1", "10:00"), talk("short", "b1", "w1", "10:00")
    assert not violations("walk_in_reserve", tiny, [duty("b1", "w1"), *crowd])
    (found,) = violations("walk_in_reserve", tiny, [duty("b1", "w1"), talk("long", "b1", "w1", "10:00")])
    assert (found.facts, found.excess) == ({"session": "b1", "found": -1, "needed": 1}, 2)
