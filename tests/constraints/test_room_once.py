"""`room_once`: said and encoded alike."""

from agreement import agree
from by_hand import duty, violations
from tiny import caseworker, client, instance, session, site

SITES = site("a"), site("b")
ONE_ROOM = (
    session("early", "a", end="11:00", room="hall"),
    session("late", "a", start="11:00", end="13:00", room="hall"),
    session("whole", "a", end="13:00", room="hall"),
)
OTHERS = (
    session("noon", "a", start="10:59", end="11:30", room="hall"),
    session("next", "a", on=1, end="13:00", room="hall"),
    session("there", "b", end="13:00", room="hall"),
    session("other", "a", end="13:00", room="attic"),
    session("unnamed", "a", end="13:00"),
    session("nameless", "a", start="12:00", end="14:00"),
)
TINY = instance(slot_min=30, sites=SITES, sessions=(*ONE_ROOM, *OTHERS), caseworkers=(caseworker("w1"),))


def test_both_files_agree_over_times_rooms_dates_and_sites() -> None:
    agree(TINY, "room_once")


def test_both_files_agree_when_either_of_two_caseworkers_holds_a_session() -> None:
    agree(TINY.replace(sessions=ONE_ROOM, caseworkers=(caseworker("w1"), caseworker("w2"))), "room_once")


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(sessions=ONE_ROOM, clients=(client("c1"), client("c2")))
    agree(tiny, "room_once", base=("one_invitation", "on_duty"), starts=[(540,), (660,), (600,)])


def test_the_minutes_of_the_overlap_count() -> None:
    crews = duty("early", "w1"), duty("noon", "w1")
    (found,) = violations("room_once", TINY, crews)
    assert found.facts == {"session": "early", "other": "noon", "found": 1, "needed": 0}
    assert found.excess == 1
    assert found.witnesses == crews


def test_every_pair_counts() -> None:
    held = violations("room_once", TINY, [duty(name, "w1") for name in ("early", "late", "whole", "noon")])
    assert {(v.facts["session"], v.facts["other"]): v.excess for v in held} == {
        ("early", "whole"): 120,
        ("early", "noon"): 1,
        ("late", "whole"): 120,
        ("late", "noon"): 30,
        ("whole", "noon"): 31,
    }


def test_sessions_that_touch_or_do_not_share_the_room_are_fine() -> None:
    assert not violations(
        "room_once", TINY, [duty(name, "w1") for name in ("early", "late", "next", "there", "other", "unnamed")]
    )
