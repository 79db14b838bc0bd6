"""`continuity`: two soft clients with different caseworkers, one hard, one to whom it is all the same."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, instance, plan, session, site

FOUR_CLIENTS = instance(
    sites=(site("ruhla"), site("mihla")),
    sessions=(session("am", "ruhla"), session("pm", "mihla")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(
        client("one", caseworker="w1", continuity="soft"),
        client("two", caseworker="w2", continuity="soft"),
        client("firm", caseworker="w1", continuity="hard"),
        client("free", caseworker="w1"),
    ),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("continuity", FOUR_CLIENTS, weight)
    assert not proof.differences
    assert set(proof.amounts) == {0, 1000, 2000}


def test_definition_and_model_agree_at_two_starts() -> None:
    proof = prove("continuity", FOUR_CLIENTS.replace(clients=FOUR_CLIENTS.clients[:2]), 1, starts=(540, 600))
    assert not proof.differences


@pytest.mark.parametrize(
    ("appointments", "count"),
    [
        ("", 0),
        ("one-am-w1-09:00", 0),
        ("one-pm-w2-09:00", 1),
        ("one-am-w2-09:00 two-am-w1-09:00", 2),
        ("firm-am-w2-09:00 free-am-w2-10:00", 0),
    ],
)
def test_soft_clients_who_meet_somebody_else_count(appointments: str, count: int) -> None:
    assert OBJECTIVES["continuity"](FOUR_CLIENTS, plan(appointments=appointments)) == 1000 * count
