"""`invitation_gap`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import talk, violations
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, day, instance, session, site

LONG_AGO, EXACTLY, DAY_SHORT = day(-100), day(-21), day(-20)
TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"),),
    clients=(
        client("never"),
        client("exactly", last_invitation=EXACTLY),
        client("short", last_invitation=DAY_SHORT),
        client("free", last_invitation=DAY_SHORT, consecutive_misses=5, invitation="voluntary"),
        client("once", last_invitation=LONG_AGO, consecutive_misses=1),
        client("twice", last_invitation=LONG_AGO, consecutive_misses=2),
        client("both", last_invitation=DAY_SHORT, consecutive_misses=3),
        client("later", last_invitation=day(20)),
    ),
)
PAIRS = [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6), (6, 7), (3, 7)]


@pytest.mark.parametrize("pair", PAIRS)
def test_both_files_agree(pair: tuple[int, int]) -> None:
    tiny = TINY.replace(clients=tuple(TINY.clients[number] for number in pair))
    agree(tiny, "invitation_gap", both=pair != (0, 1))


@pytest.mark.parametrize("rules", [Rules(max_consecutive_misses=1), Rules(max_consecutive_misses=3)])
def test_both_files_agree_on_another_number_of_misses(rules: Rules) -> None:
    agree(TINY.replace(clients=TINY.clients[3:7], rules=rules), "invitation_gap", starts=[(540,), (540,)])


@pytest.mark.parametrize("gap_days", [0, 20, 22])
def test_both_files_agree_on_another_gap(gap_days: int) -> None:
    tiny = TINY.replace(
        clients=(*TINY.clients[:3], TINY.clients[7]),
        rules=Rules(invitation_gap_days=gap_days, max_consecutive_misses=9),
    )
    agree(tiny, "invitation_gap", starts=[(540,), (540,)])


def test_both_files_agree_when_two_caseworkers_are_on_duty_or_not() -> None:
    tiny = TINY.replace(clients=TINY.clients[2:4], caseworkers=(caseworker("w1"), caseworker("w2")))
    agree(tiny, "invitation_gap", base=("one_invitation", "on_duty"))


def test_days_missing_and_misses_from_the_limit_on_count_apart() -> None:
    booked = talk("both", "a1", "w1")
    misses, gap = violations("invitation_gap", TINY, [booked])
    assert misses.facts == {"client": "both", "fault": "misses", "found": 3, "needed": 2}
    assert misses.excess == 2
    assert gap.facts == {"client": "both", "fault": "gap", "found": 20, "needed": 21}
    assert gap.excess == 1
    assert misses.witnesses == gap.witnesses == (booked,)


def test_a_summons_after_the_session_is_as_close_as_one_before() -> None:
    (found,) = violations("invitation_gap", TINY, [talk("later", "b1", "w1")])
    assert found.facts["found"] == -19
    assert found.excess == 40


def test_enough_days_few_misses_and_voluntary_invitations_are_fine() -> None:
    fine = [talk(name, "a1", "w1") for name in ("never", "exactly", "free", "once")]
    assert not violations("invitation_gap", TINY, [*fine, talk("short", "b1", "w1")])
