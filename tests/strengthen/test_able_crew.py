"""`able_crew`: cuts off no schedule, and something of the coarse relaxation."""

from agreement import cuts_point, first_session, strengthened
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


def test_an_invitation_needs_somebody_who_is_able() -> None:
    cut = strengthened(TINY.replace(clients=needing("debt", "")), "able_crew", rules=RULES)
    assert first_session([0], [0]) in cut
    assert first_session([0, 1], [0]) not in cut


def test_half_a_caseworker_cannot_serve_a_whole_client() -> None:
    tiny = TINY.replace(clients=needing("debt", ""))
    point = {"held[a1]": 1, "duty[a1,w1]": 1, "duty[a1,w2]": 0.5, "invited[c0,a1]": 0.5, "invited[c1,a1]": 1}
    assert not cuts_point(tiny, "able_crew", rules=RULES, point=point)
    assert cuts_point(tiny, "able_crew", rules=RULES, point=point | {"invited[c0,a1]": 1})


def test_clients_of_one_able_caseworker_compete_for_the_slots() -> None:
    cut = strengthened(TINY.replace(clients=needing("debt", "debt", "debt")), "able_crew", rules=RULES)
    assert first_session([0, 1], [0, 1, 2]) in cut
    assert first_session([0, 1], [0, 1]) not in cut


def test_it_holds_without_the_rule_of_one_invitation() -> None:
    tiny = TINY.replace(clients=needing("debt", ""))
    assert first_session([0], [0, 1]) in strengthened(tiny, "able_crew", rules=(*NEEDED, "skills"))


def test_long_consultations_take_more_of_the_slots() -> None:
    clients = client("long", slots=2, skills=("debt",)), client("short", skills=("debt",)), client("other")
    cut = strengthened(TINY.replace(clients=clients), "able_crew", rules=RULES)
    assert first_session([0, 1], [0, 1]) in cut
    assert first_session([0, 1], [0, 2]) not in cut


def test_a_set_of_caseworkers_serves_the_clients_of_its_subsets_too() -> None:
    crew = caseworker("w1", skills=("debt", "youth")), caseworker("w2", skills=("debt",)), caseworker("w3")
    tiny = TINY.replace(sessions=(ONE_SLOT,), caseworkers=crew)
    cut = strengthened(tiny.replace(clients=needing("youth", "debt", "debt")), "able_crew", rules=RULES)
    assert first_session([0, 1, 2], [0, 1, 2]) in cut
    cut = strengthened(tiny.replace(clients=needing("youth", "debt", "")), "able_crew", rules=RULES)
    assert first_session([0, 2], [0, 1]) in cut
    assert first_session([0, 1, 2], [0, 1, 2]) not in cut


def test_hard_clients_compete_for_their_own_caseworker() -> None:
    clients = tuple(client(f"c{number}", caseworker="w1", continuity="hard") for number in range(3))
    cut = strengthened(TINY.replace(clients=clients), "able_crew", rules=RULES)
    assert first_session([0, 1], [0, 1, 2]) in cut
    assert first_session([1], [0]) in cut


def test_promises_to_meet_the_own_caseworker_compete_as_well() -> None:
    soft = tuple(client(f"s{number}", caseworker="w1", continuity="soft") for number in range(2))
    hard = client("hard", caseworker="w1", continuity="hard")
    tiny = TINY.replace(sessions=(ONE_SLOT,))
    cut = strengthened(tiny.replace(clients=soft), "able_crew", rules=RULES, terms=("continuity",))
    assert first_session([0, 1], [0, 1], met=[(0, 0), (1, 0)]) in cut
    assert first_session([0, 1], [0, 1], met=[(0, 0)]) not in cut
    cut = strengthened(tiny.replace(clients=(*soft, hard)), "able_crew", rules=RULES, terms=("continuity",))
    assert first_session([0, 1], [0, 2], met=[(0, 0)]) in cut
    assert first_session([0, 1], [0, 2]) not in cut


def test_a_promise_of_a_client_with_one_able_caseworker_counts_once() -> None:
    clients = tuple(client(f"c{n}", caseworker="w2", continuity="soft", skills=("debt",)) for n in range(2))
    cut = strengthened(TINY.replace(clients=clients), "able_crew", rules=RULES, terms=("continuity",))
    assert first_session([0], [0]) in cut
    assert first_session([0, 1], [0, 1], met=[(0, 1), (1, 1)]) not in cut


def test_promises_of_one_caseworker_and_clients_bound_to_a_set_with_this_one_compete() -> None:
    crew = caseworker("w1", skills=("debt",)), caseworker("w2", skills=("debt",)), caseworker("w3")
    free = client("free", caseworker="w1", continuity="soft")
    tiny = TINY.replace(sessions=(ONE_SLOT,), caseworkers=crew, clients=(*needing("debt", "debt"), free))
    cut = strengthened(tiny, "able_crew", rules=RULES, terms=("continuity",))
    assert first_session([0, 1, 2], [0, 1, 2], met=[(2, 0)]) in cut
    assert first_session([0, 1, 2], [0, 1, 2]) not in cut
