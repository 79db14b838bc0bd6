"""`min_load`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, talk, violations
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("c1"), client("c2", slots=2), client("c3")),
    rules=Rules(min_load=2),
)
ONCE = [(540,), (540,)]


@pytest.mark.parametrize("load", [1, 2, 3, 4])
def test_both_files_agree(load: int) -> None:
    agree(TINY.replace(rules=Rules(min_load=load)), "min_load", base=("one_invitation",), starts=ONCE)


def test_both_files_agree_that_no_clients_are_needed_if_none_are_wanted() -> None:
    tiny = TINY.replace(rules=Rules(min_load=0))
    assert agree(tiny, "min_load", base=("one_invitation",), starts=ONCE, both=False).broken == 0


def test_both_files_agree_that_a_client_with_two_appointments_is_one_client() -> None:
    agree(TINY.replace(clients=TINY.clients[:2], caseworkers=TINY.caseworkers[:1]), "min_load")


def test_both_files_agree_that_without_clients_no_session_is_held() -> None:
    assert agree(TINY.replace(clients=()), "min_load").kept == 1


def test_every_client_missing_counts() -> None:
    crew = duty("a1", "w1"), duty("a1", "w2")
    empty, loaded = violations(
        "min_load", TINY, [*crew, duty("b1", "w1"), talk("c1", "b1", "w1"), talk("c1", "b1", "w2")]
    )
    assert empty.facts == {"session": "a1", "found": 0, "needed": 2}
    assert loaded.facts == {"session": "b1", "found": 1, "needed": 2}
    assert (empty.excess, loaded.excess) == (2, 1)
    assert (empty.witnesses, loaded.witnesses) == (crew, (duty("b1", "w1"),))


def test_enough_clients_are_fine_and_so_is_a_session_that_is_not_held() -> None:
    assert not violations(
        "min_load", TINY, [duty("a1", "w1"), talk("c1", "a1", "w1"), talk("c2", "a1", "w1"), talk("c3", "b1", "w1")]
    )
