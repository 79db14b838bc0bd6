"""`desks`: said and encoded alike."""

from agreement import agree
from by_hand import duty, violations
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a", desks=1), session("a2", "a", on=1, desks=2), session("b1", "b", desks=3)),
    caseworkers=(caseworker("w1"), caseworker("w2"), caseworker("w3")),
)


def test_both_files_agree() -> None:
    agree(TINY, "desks")


def test_both_files_agree_when_clients_are_invited() -> None:
    agree(
        TINY.replace(sessions=TINY.sessions[:2], clients=(client("c1"),)),
        "desks",
        base=("one_invitation", "on_duty"),
        starts=[(540,), (540,)],
    )


def test_every_caseworker_without_a_desk_counts() -> None:
    crew = duty("a1", "w1"), duty("a1", "w2"), duty("a1", "w3")
    (found,) = violations("desks", TINY, (*crew, duty("a2", "w1"), duty("a2", "w2")))
    assert found.facts == {"session": "a1", "found": 3, "needed": 1}
    assert found.excess == 2
    assert found.witnesses == crew


def test_as_many_caseworkers_as_desks_are_fine() -> None:
    assert not violations("desks", TINY, [duty("a1", "w1"), duty("a2", "w1"), duty("a2", "w2")])
