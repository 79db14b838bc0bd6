"""`client_travel`: two sites, two modes, one way that nobody knows."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, instance, only, plan, session, site, table

SITES = ("ruhla", "mihla")
TWO_MODES = instance(
    sites=(site("ruhla"), site("mihla")),
    sessions=(session("am", "ruhla"), session("pm", "mihla")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("driver"), client("rider", mode="transit")),
    travel=only(
        table("clients", SITES, {"driver": (10, 25.5), "rider": (4, 4)}, mode="car"),
        table("clients", SITES, {"rider": (None, 40.125)}, mode="transit"),
    ),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("client_travel", TWO_MODES, weight, starts=(540, 600))
    assert not proof.differences
    assert set(proof.amounts) == {0, 20_000, 51_000, 80_250, 100_250, 131_250}


@pytest.mark.parametrize(
    ("appointments", "there_and_back_min"),
    [
        ("", 0),
        ("driver-am-w1-09:00", 20),
        ("driver-pm-w1-09:00", 51),
        ("rider-am-w1-09:00", 0),
        ("rider-pm-w1-09:00", 80.25),
        ("driver-pm-w1-09:00 rider-pm-w2-09:00", 131.25),
    ],
)
def test_everybody_travels_there_and_back_by_the_own_mode(appointments: str, there_and_back_min: float) -> None:
    assert OBJECTIVES["client_travel"](TWO_MODES, plan(appointments=appointments)) == 1000 * there_and_back_min
