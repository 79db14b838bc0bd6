"""`rhythm`: a weekly site with four offers on three days, a fortnightly one with three, one without a rhythm."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, instance, plan, session, site

SITES = (site("weekly", rhythm_days=7), site("rarely", rhythm_days=14), site("anytime"))
THREE_SITES = instance(
    sites=SITES,
    sessions=(
        session("third", "weekly", on=17),
        session("am", "weekly", on=0),
        session("pm", "weekly", on=0, start="13:00", end="15:00"),
        session("second", "weekly", on=8),
        session("r0", "rarely", on=1),
        session("r1", "rarely", on=11),
        session("r2", "rarely", on=25),
        session("x0", "anytime", on=3),
        session("x1", "anytime", on=5),
    ),
    caseworkers=(caseworker("w1"),),
)
TWO_CASEWORKERS = THREE_SITES.replace(
    sessions=THREE_SITES.sessions[:6], caseworkers=(caseworker("w1"), caseworker("w2"))
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("rhythm", THREE_SITES, weight)
    assert not proof.differences
    # Weekly gaps 8 and 9, or 17 over the second day; fortnightly gaps 10 and 14, or 24 over the second day.
    weekly, rarely = (0, 1, 2, 3, 10), (0, 4, 10)
    assert set(proof.amounts) == {1000 * (one + other) for one in weekly for other in rarely}


def test_definition_and_model_agree_with_crews_of_two() -> None:
    proof = prove("rhythm", TWO_CASEWORKERS, 0.37)
    assert not proof.differences
    assert set(proof.amounts) == {1000 * (one + other) for one in (0, 1, 2, 3, 10) for other in (0, 4)}


@pytest.mark.parametrize(
    ("duties", "days"),
    [
        ("", 0),
        ("am-w1", 0),
        ("am-w1 pm-w1", 0),
        ("am-w1 pm-w1 second-w1", 1),
        ("third-w1 second-w1", 2),
        ("third-w1 am-w1", 10),
        ("third-w1 pm-w1 second-w1 r0-w1 r2-w1", 13),
        ("x0-w1 x1-w1", 0),
    ],
)
def test_gaps_between_days_in_use_are_compared_with_the_rhythm(duties: str, days: int) -> None:
    assert OBJECTIVES["rhythm"](THREE_SITES, plan(duties)) == 1000 * days
