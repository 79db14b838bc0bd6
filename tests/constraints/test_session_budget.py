"""`session_budget`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, violations
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b"), session("a2", "a", on=1), session("b2", "b", on=2)),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    rules=Rules(max_sessions=1),
)


@pytest.mark.parametrize("limit", [0, 1, 2, 3])
def test_both_files_agree(limit: int) -> None:
    agree(TINY.replace(rules=Rules(max_sessions=limit)), "session_budget")


@pytest.mark.parametrize("limit", [None, 4])
def test_both_files_agree_that_all_sessions_may_be_held(limit: int | None) -> None:
    assert agree(TINY.replace(rules=Rules(max_sessions=limit)), "session_budget", both=False).broken == 0


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(sessions=TINY.sessions[:2], clients=(client("c1"), client("c2")))
    agree(tiny, "session_budget", base=("one_invitation", "on_duty"))


def test_every_session_too_many_counts() -> None:
    duties = duty("a1", "w1"), duty("a1", "w2"), duty("b1", "w1"), duty("b2", "w1")
    (found,) = violations("session_budget", TINY, duties)
    assert found.facts == {"found": 3, "needed": 1}
    assert found.excess == 2
    assert found.witnesses == duties


def test_a_session_with_two_caseworkers_is_one_session() -> None:
    assert not violations("session_budget", TINY, [duty("a2", "w1"), duty("a2", "w2")])
