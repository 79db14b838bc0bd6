"""`able_crew`: cuts off no schedule, and something of the coarse relaxation."""

import pytest

from agreement import strengthened
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

NEEDED = "session_window", "on_duty", "one_booking"
RULES = ("one_invitation", *NEEDED, "skills", "continuity", "walk_in_reserve")
TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1, end="10:00")),
    caseworkers=(caseworker("w1"), caseworker("w2", skills=("debt",))),
    rules=Rules(walk_in_reserve=0),
)
ONE_SLOT = session("a1", "a", end="10:00")


def needing(*skills: str) -> tuple[object, ...]:
    """Clients, each with one skill needed (none if empty)."""
    return tuple(client(f"c{number}", skills=(skill,) if skill else ()) for number, skill in enumerate(skills))


@pytest.mark.parametrize("skills", [("debt",), ("debt", ""), ("debt", "debt", "debt")])
def test_clients_of_one_able_caseworker_compete_for_the_slots(skills: tuple[str, ...]) -> None:
    tiny = TINY.replace(clients=needing(*skills))
    assert strengthened(tiny, "able_crew", rules=RULES) > 0


def test_it_holds_without_the_rule_of_one_invitation() -> None:
    tiny = TINY.replace(clients=needing("debt", ""))
    assert strengthened(tiny, "able_crew", rules=(*NEEDED, "skills")) > 0


def test_long_consultations_take_more_of_the_slots() -> None:
    clients = client("long", slots=2, skills=("debt",)), client("short", skills=("debt",)), client("other")
    assert strengthened(TINY.replace(clients=clients), "able_crew", rules=RULES) > 0


def test_a_set_of_caseworkers_serves_the_clients_of_its_subsets_too() -> None:
    crew = caseworker("w1", skills=("debt", "youth")), caseworker("w2", skills=("debt",)), caseworker("w3")
    tiny = TINY.replace(sessions=(ONE_SLOT,), caseworkers=crew)
    assert strengthened(tiny.replace(clients=needing("youth", "debt", "debt")), "able_crew", rules=RULES) > 0
    assert strengthened(tiny.replace(clients=needing("youth", "debt", "")), "able_crew", rules=RULES) > 0


def test_hard_clients_compete_for_their_own_caseworker() -> None:
    clients = tuple(client(f"c{number}", caseworker="w1", continuity="hard") for number in range(3))
    assert strengthened(TINY.replace(clients=clients), "able_crew", rules=RULES) > 0


def test_promises_to_meet_the_own_caseworker_compete_as_well() -> None:
    soft = tuple(client(f"s{number}", caseworker="w1", continuity="soft") for number in range(2))
    hard = client("hard", caseworker="w1", continuity="hard")
    tiny = TINY.replace(sessions=(ONE_SLOT,))
    assert strengthened(tiny.replace(clients=soft), "able_crew", rules=RULES, terms=("continuity",)) > 0
    assert strengthened(tiny.replace(clients=(*soft, hard)), "able_crew", rules=RULES, terms=("continuity",)) > 0


def test_a_promise_of_a_client_with_one_able_caseworker_counts_once() -> None:
    clients = tuple(client(f"c{n}", caseworker="w2", continuity="soft", skills=("debt",)) for n in range(2))
    assert strengthened(TINY.replace(clients=clients), "able_crew", rules=RULES, terms=("continuity",)) > 0
