"""`min_crew`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, violations
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("usual"), site("guarded", min_crew=1), site("remote", min_crew=3)),
    sessions=(session("u1", "usual"), session("g1", "guarded", on=1), session("r1", "remote", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2"), caseworker("w3")),
)


@pytest.mark.parametrize("crew", [1, 2, 3, 4])
def test_both_files_agree_on_the_limit_of_the_rules_and_of_the_site(crew: int) -> None:
    agree(TINY.replace(rules=Rules(min_crew=crew)), "min_crew")


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(
        sessions=TINY.sessions[:2], caseworkers=TINY.caseworkers[:2], clients=(client("c1"), client("c2"))
    )
    agree(tiny, "min_crew", base=("one_invitation", "on_duty"), starts=[(540,), (540,)])


def test_every_caseworker_missing_counts() -> None:
    alone, remote = duty("u1", "w2"), duty("r1", "w1")
    first, second = violations("min_crew", TINY, [remote, alone, duty("g1", "w1")])
    assert first.facts == {"session": "u1", "found": 1, "needed": 2}
    assert second.facts == {"session": "r1", "found": 1, "needed": 3}
    assert (first.excess, second.excess) == (1, 2)
    assert (first.witnesses, second.witnesses) == ((alone,), (remote,))


def test_a_full_crew_or_nobody_is_fine() -> None:
    assert not violations("min_crew", TINY, [duty("u1", "w1"), duty("u1", "w2"), duty("g1", "w1")])
