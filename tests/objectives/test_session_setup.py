"""`session_setup`: three sessions with different prices, one of them free."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, instance, plan, session, site

THREE_SESSIONS = instance(
    sites=(site("ruhla"), site("mihla")),
    sessions=(
        session("am", "ruhla", setup_min=30),
        session("pm", "ruhla", setup_min=12.5),
        session("mi", "mihla", setup_min=0),
    ),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("c1"), client("c2")),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("session_setup", THREE_SESSIONS, weight)
    assert not proof.differences
    assert set(proof.amounts) == {0, 12_500, 30_000, 42_500}


@pytest.mark.parametrize(
    ("duties", "appointments", "setup_min"),
    [
        ("", "", 0),
        ("", "c1-am-w1-09:00", 0),
        ("am-w1", "", 30),
        ("am-w1 am-w2", "", 30),
        ("am-w1 pm-w2", "", 42.5),
        ("mi-w1", "", 0),
    ],
)
def test_a_session_with_a_crew_costs_its_setup_once(duties: str, appointments: str, setup_min: float) -> None:
    assert OBJECTIVES["session_setup"](THREE_SESSIONS, plan(duties, appointments)) == 1000 * setup_min
