"""`continuity`: said and encoded alike."""

from agreement import agree
from by_hand import talk, violations
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2"), caseworker("w3")),
    clients=(
        client("first", caseworker="w1", continuity="hard"),
        client("second", caseworker="w2", continuity="hard"),
        client("soft", caseworker="w1", continuity="soft"),
        client("free", caseworker="w1"),
        client("none"),
    ),
)


def test_both_files_agree_over_clients_and_caseworkers() -> None:
    agree(TINY.replace(sessions=TINY.sessions[:1]), "continuity", base=("one_invitation",), starts=[(540,)])


def test_both_files_agree_over_sessions() -> None:
    tiny = TINY.replace(clients=TINY.clients[1:3], caseworkers=TINY.caseworkers[:2])
    agree(tiny, "continuity", starts=[(540,), (540,)])


def test_both_files_agree_when_caseworkers_must_be_on_duty() -> None:
    tiny = TINY.replace(clients=TINY.clients[:2], caseworkers=TINY.caseworkers[:2])
    agree(tiny, "continuity", base=("one_invitation", "on_duty"))


def test_a_talk_with_somebody_else_counts_one() -> None:
    booked = talk("first", "a1", "w2")
    (found,) = violations("continuity", TINY, [booked])
    assert found.facts == {"client": "first", "found": "w2", "needed": "w1"}
    assert found.excess == 1
    assert found.witnesses == (booked,)


def test_the_own_caseworker_is_fine_and_so_is_anybody_without_hard_continuity() -> None:
    fine = talk("first", "a1", "w1"), talk("soft", "a1", "w2"), talk("free", "a1", "w3"), talk("none", "a1", "w3")
    assert not violations("continuity", TINY, fine)
