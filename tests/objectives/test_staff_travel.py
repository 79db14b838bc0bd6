"""`staff_travel`: two bases, two sites on one day, two sessions at one site on a day, a second day, an unknown way."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, instance, office, only, plan, session, site, table

SITES = ("ruhla", "mihla")
TWO_DAYS = instance(
    offices=(office("west"), office("east")),
    sites=(site("ruhla"), site("mihla")),
    sessions=(
        session("am", "ruhla", start="08:00", end="10:00"),
        session("pm", "ruhla", start="13:00", end="15:00"),
        session("mi", "mihla", start="10:30", end="12:30"),
        session("tue", "mihla", on=1),
    ),
    caseworkers=(caseworker("w1", "west"), caseworker("w2", "east")),
    travel=only(
        table("offices", SITES, {"west": (20, 30.5), "east": (15, None)}),
        table("sites", SITES, {"ruhla": (0, 22), "mihla": (24.25, 0)}),
    ),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("staff_travel", TWO_DAYS, weight)
    assert not proof.differences
    assert 0 in proof.amounts
    assert len(proof.amounts) > 20


@pytest.mark.parametrize(
    ("duties", "drive_min"),
    [
        ("", 0),
        ("am-w1", 40),  # 20 + 20
        ("am-w1 am-w2", 70),  # and 15 + 15
        ("am-w1 pm-w1", 40),  # stays in Ruhla
        ("mi-w1 am-w1", 72.5),  # 20 + 22 + 30.5
        ("am-w1 mi-w1 pm-w1", 86.25),  # 20 + 22 + 24.25 + 20
        ("am-w1 tue-w1", 101),  # 40 on the Monday, 61 on the Tuesday
        ("mi-w2", 0),  # unknown
        ("am-w2 mi-w2", 0),  # back from Mihla is unknown
        ("am-w2 mi-w2 pm-w2", 76.25),  # 15 + 22 + 24.25 + 15
    ],
)
def test_a_day_is_one_round_trip(duties: str, drive_min: float) -> None:
    assert OBJECTIVES["staff_travel"](TWO_DAYS, plan(duties)) == 1000 * drive_min
