"""`one_invitation`: said and encoded alike."""

from agreement import agree
from by_hand import talk, violations
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("c1"), client("c2")),
)


def test_both_files_agree_over_sessions_and_caseworkers() -> None:
    agree(TINY, "one_invitation", starts=[(540,), (600,)])


def test_both_files_agree_over_sessions_and_starts() -> None:
    agree(TINY.replace(caseworkers=TINY.caseworkers[:1]), "one_invitation")


def test_every_appointment_beyond_the_first_counts() -> None:
    thrice = talk("c1", "a1", "w1"), talk("c1", "a1", "w2", "10:00"), talk("c1", "b1", "w1")
    (found,) = violations("one_invitation", TINY, (*thrice, talk("c2", "a1", "w1")))
    assert found.facts == {"client": "c1", "found": 3, "needed": 1}
    assert found.excess == 2
    assert found.witnesses == thrice


def test_one_appointment_for_each_is_fine() -> None:
    assert not violations("one_invitation", TINY, [talk("c1", "a1", "w1"), talk("c2", "a1", "w1")])
