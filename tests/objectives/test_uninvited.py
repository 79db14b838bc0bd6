"""`uninvited`: three clients, one of whom has no priority at all."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, instance, plan, session, site

THREE_CLIENTS = instance(
    sites=(site("ruhla"), site("mihla")),
    sessions=(session("am", "ruhla"), session("pm", "mihla")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("c1", priority=1.5), client("c2", priority=2.25), client("c3", priority=0)),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("uninvited", THREE_CLIENTS, weight)
    assert not proof.differences
    assert set(proof.amounts) == {0, 1500, 2250, 3750}


@pytest.mark.parametrize(
    ("appointments", "amount"),
    [
        ("", 3750),
        ("c1-am-w1-09:00", 2250),
        ("c2-pm-w1-09:00", 1500),
        ("c3-pm-w1-09:00", 3750),
        ("c1-am-w1-09:00 c2-am-w2-09:00", 0),
        ("c1-am-w1-09:00 c1-pm-w1-09:00", 2250),
    ],
)
def test_the_priorities_of_those_without_any_appointment_add_up(appointments: str, amount: int) -> None:
    assert OBJECTIVES["uninvited"](THREE_CLIENTS, plan(appointments=appointments)) == amount
