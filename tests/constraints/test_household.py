"""`household`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import talk, violations
from outreach_optimizer.instance import Break
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(
        session("a1", "a", end="12:00"),
        session("b1", "b", on=1, end="11:30", breaks=(Break(start="10:00", end="10:30"),)),
    ),
    caseworkers=(caseworker("w1"),),
    clients=(
        client("c1", household="one"),
        client("c2", household="one", slots=2),
        client("c3", household="one"),
        client("d1", household="two"),
        client("d2", household="two"),
        client("e1", household="single"),
        client("f1"),
    ),
)


def of(*names: str) -> dict[str, tuple[object, ...]]:
    return {"clients": tuple(person for person in TINY.clients if person.id in names)}


def test_both_files_agree_on_three_members() -> None:
    tiny = TINY.replace(**of("c1", "c2", "c3", "f1"))
    agree(tiny, "household", base=("one_invitation",), starts=[(540, 600, 660), (540, 630)])


def test_both_files_agree_on_two_households() -> None:
    tiny = TINY.replace(**of("c1", "c3", "d1", "d2"))
    agree(tiny, "household", base=("one_invitation",), starts=[(540, 600, 660), (540,)])


def test_both_files_agree_on_times_off_the_grid() -> None:
    tiny = TINY.replace(sessions=TINY.sessions[:1], **of("c1", "c2", "c3"))
    agree(tiny, "household", base=("one_invitation",), starts=[(540, 599, 600, 601, 659, 660, 661, 720)])


def test_both_files_agree_on_members_with_many_appointments() -> None:
    agree(TINY.replace(**of("c1", "c2")), "household", starts=[(540, 600), (540, 630)])
    agree(TINY.replace(**of("e1", "f1")), "household", starts=[(540, 600), (540, 630)])


@pytest.mark.parametrize("base", [("on_duty",), ("on_duty", "one_booking", "session_window", "client_available")])
def test_both_files_agree_on_two_caseworkers(base: tuple[str, ...]) -> None:
    tiny = TINY.replace(caseworkers=(caseworker("w1"), caseworker("w2")), **of("c1", "c3"))
    agree(tiny, "household", base=("one_invitation", *base), starts=[(540, 600, 660), (540, 630)])


def test_both_files_agree_on_members_of_whom_one_cannot_come_to_every_session() -> None:
    tiny = TINY.replace(
        sites=(site("a"), site("b", barrier_free=False)),
        clients=(client("c1", household="one", barrier_free=True), client("c2", household="one"), client("f1")),
    )
    agree(tiny, "household", base=("one_invitation", "barrier_free"), starts=[(540, 600, 660), (540, 630)])


def test_sessions_beyond_the_first_count() -> None:
    apart = talk("c1", "a1", "w1"), talk("c2", "b1", "w1"), talk("c3", "a1", "w1", "10:00")
    (found,) = violations("household", TINY, apart)
    assert found.facts == {"household": "one", "fault": "sessions", "found": "a1, b1", "needed": 1}
    assert found.excess == 1
    assert set(found.witnesses) == set(apart)


def test_minutes_of_gaps_count() -> None:
    apart = talk("c1", "a1", "w1"), talk("c3", "a1", "w1", "11:00")
    (found,) = violations("household", TINY, apart)
    assert found.facts == {"household": "one", "fault": "gap", "found": "09:00, 11:00", "needed": 0}
    assert found.excess == 60
    assert found.witnesses == apart


def test_gaps_count_for_each_session_alone() -> None:
    sessions, gap = violations(
        "household", TINY, [talk("c1", "a1", "w1"), talk("c2", "b1", "w1", "10:30"), talk("c3", "a1", "w1", "11:00")]
    )
    assert (sessions.facts["fault"], sessions.excess) == ("sessions", 1)
    assert (gap.facts["fault"], gap.excess) == ("gap", 60)


def test_a_break_of_the_session_is_a_gap() -> None:
    (found,) = violations("household", TINY, [talk("c1", "b1", "w1"), talk("c3", "b1", "w1", "10:30")])
    assert found.excess == 30


@pytest.mark.parametrize(
    "starts", [("09:00", "10:00", "09:00"), ("09:00", "10:00", "11:00"), ("11:00", "09:00", "11:00")]
)
def test_adjacent_and_parallel_times_are_fine(starts: tuple[str, str, str]) -> None:
    members = [talk(name, "a1", "w1", start) for name, start in zip(("c1", "c2", "c3"), starts, strict=True)]
    assert not violations(
        "household", TINY, [*members, talk("d1", "a1", "w1"), talk("e1", "a1", "w1"), talk("f1", "b1", "w1")]
    )


def test_members_who_are_not_invited_do_not_matter() -> None:
    assert not violations(
        "household", TINY, [talk("c1", "a1", "w1"), talk("d2", "b1", "w1"), talk("f1", "a1", "w1", "11:00")]
    )
