"""`staff_balance`: three caseworkers, three sessions."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, instance, plan, session, site

THREE_BY_THREE = instance(
    sites=(site("ruhla"), site("mihla")),
    sessions=(session("am", "ruhla"), session("pm", "ruhla", start="13:00", end="15:00"), session("mi", "mihla", on=1)),
    caseworkers=(caseworker("w1"), caseworker("w2"), caseworker("w3")),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("staff_balance", THREE_BY_THREE, weight)
    assert not proof.differences
    assert set(proof.amounts) == {0, 1000, 2000, 3000}


def test_nobody_to_balance_costs_nothing() -> None:
    empty = THREE_BY_THREE.replace(caseworkers=())
    assert prove("staff_balance", empty, 1) == ({0: 1}, [])


@pytest.mark.parametrize(
    ("duties", "spread"),
    [
        ("", 0),
        ("am-w1", 1),
        ("am-w1 am-w2 am-w3", 0),
        ("am-w1 pm-w1 mi-w2", 2),
        ("am-w1 pm-w1 mi-w1 mi-w2 am-w3", 2),
        ("am-w1 pm-w1 mi-w1", 3),
    ],
)
def test_the_busiest_is_compared_with_the_least_busy(duties: str, spread: int) -> None:
    assert OBJECTIVES["staff_balance"](THREE_BY_THREE, plan(duties)) == 1000 * spread
