"""`on_duty`: said and encoded alike."""

from agreement import agree
from by_hand import duty, talk, violations
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("c1"), client("c2")),
)


def test_both_files_agree_over_clients_sessions_and_caseworkers() -> None:
    agree(TINY, "on_duty", starts=[(540,), (540,)])


def test_both_files_agree_over_starts() -> None:
    agree(TINY, "on_duty", base=("one_invitation",))


def test_a_talk_without_its_caseworker_counts_one() -> None:
    alone, empty = talk("c1", "a1", "w1"), talk("c2", "b1", "w1")
    first, second = violations("on_duty", TINY, [duty("a1", "w2"), alone, empty])
    assert first.facts == {"client": "c1", "session": "a1", "found": "w1", "needed": "w2"}
    assert second.facts == {"client": "c2", "session": "b1", "found": "w1", "needed": "-"}
    assert first.excess == second.excess == 1
    assert (first.witnesses, second.witnesses) == ((alone,), (empty,))


def test_a_talk_with_somebody_on_duty_is_fine() -> None:
    assert not violations("on_duty", TINY, [duty("a1", "w1"), duty("a1", "w2"), talk("c1", "a1", "w2")])
