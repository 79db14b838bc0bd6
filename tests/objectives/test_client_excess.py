"""`client_excess`: comfort of 30 minutes; the nearest site may be closed, unsuitable or unknown."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, instance, only, plan, session, site, table

SITES = ("near", "far", "attic")
FIVE_CLIENTS = instance(
    sites=(site("near"), site("far"), site("attic", status="candidate", barrier_free=False, network_ok=False)),
    sessions=(session("am", "near"), session("pm", "far"), session("up", "attic")),
    caseworkers=(caseworker("w1"),),
    clients=(
        client("usual"),
        client("remote"),
        client("lost"),
        client("wheels", barrier_free=True),
        client("online", network=True),
    ),
    travel=only(
        table(
            "clients",
            SITES,
            {
                "usual": (20, 50, 12),
                "remote": (40, 45, None),
                "lost": (None, None, None),
                "wheels": (26, 27.5, 5),
                "online": (None, None, 36),
            },
        ),
    ),
)


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("client_excess", FIVE_CLIENTS, weight)
    assert not proof.differences
    assert 0 in proof.amounts
    assert len(proof.amounts) == 36  # 3 of usual × 3 of remote × 2 of wheels × 2 of online, always 0 for lost


@pytest.mark.parametrize(
    ("appointment", "excess_milli_min"),
    [
        ("usual-am-w1-09:00", 2133),  # 8² / 30 = 2.1333
        ("usual-pm-w1-09:00", 68_133),  # 20 beyond comfort, 38² / 30 = 48.1333
        ("usual-up-w1-09:00", 0),
        ("remote-am-w1-09:00", 10_000),  # 10 beyond comfort, the nearest
        ("remote-pm-w1-09:00", 15_833),  # 15 beyond comfort, 5² / 30 = 0.8333
        ("remote-up-w1-09:00", 0),
        ("lost-am-w1-09:00", 0),
        ("wheels-am-w1-09:00", 0),  # the attic is nearer, but upstairs
        ("wheels-pm-w1-09:00", 75),  # 1.5² / 30
        ("wheels-up-w1-09:00", 0),
        ("online-up-w1-09:00", 6000),  # 6 beyond comfort; no suitable site is known, so nothing to regret
        ("online-am-w1-09:00", 0),
    ],
)
def test_minutes_beyond_comfort_and_squared_regret_count(appointment: str, excess_milli_min: int) -> None:
    assert OBJECTIVES["client_excess"](FIVE_CLIENTS, plan(appointments=appointment)) == excess_milli_min


def test_opening_a_site_does_not_move_the_yardstick() -> None:
    opened = FIVE_CLIENTS.replace(
        sites=(*FIVE_CLIENTS.sites[:2], site("attic", status="open", barrier_free=False, network_ok=False)),
    )
    schedule = plan(appointments="usual-pm-w1-09:00")
    assert OBJECTIVES["client_excess"](opened, schedule) == OBJECTIVES["client_excess"](FIVE_CLIENTS, schedule)


def test_a_larger_comfort_forgives_more() -> None:
    relaxed = FIVE_CLIENTS.replace(rules=FIVE_CLIENTS.rules.replace(comfort_travel_min=45))
    assert OBJECTIVES["client_excess"](relaxed, plan(appointments="usual-pm-w1-09:00")) == 37_088  # 5 + 38² / 45
