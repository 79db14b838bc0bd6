"""`changes`: told and not yet told, every way to keep and to break the published plan."""

import pytest

from amounts import WEIGHTS, prove
from outreach_optimizer.instance import Instance
from outreach_optimizer.objectives import OBJECTIVES
from tiny import caseworker, client, instance, plan, session, site

THREE_CLIENTS = instance(
    sites=(site("ruhla"), site("mihla")),
    sessions=(session("am", "ruhla"), session("pm", "mihla")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(client("told"), client("untold"), client("new")),
    published=(
        {"client": "told", "session": "am", "caseworker": "w1", "start": "09:00"},
        {"client": "untold", "session": "pm", "caseworker": "w2", "start": "10:00", "notified": False},
        {"client": "gone", "session": "am", "caseworker": "w1", "start": "10:00"},
    ),
)


def with_published(**fields: object) -> Instance:
    published = {"client": "told", "session": "am", "caseworker": "w1", "start": "09:00"} | fields
    return instance(
        **{name: getattr(THREE_CLIENTS, name) for name in ("sites", "sessions", "caseworkers")},
        clients=THREE_CLIENTS.clients[:2],
        published=(published,),
    )


@pytest.mark.parametrize("weight", WEIGHTS)
def test_definition_and_model_agree_on_every_schedule(weight: float) -> None:
    proof = prove("changes", THREE_CLIENTS, weight, starts=(540, 600))
    assert not proof.differences
    told, untold = (0, 500, 1000, 1500, 5000), (0, 50, 100, 150, 500)
    assert set(proof.amounts) == {one + other for one in told for other in untold}


@pytest.mark.parametrize(
    ("published", "amounts"),
    [
        ({"session": "cancelled"}, {5000}),
        ({"session": "cancelled", "notified": False}, {500}),
        ({"caseworker": "left"}, {500, 1500, 5000}),
        ({"start": "09:30"}, {1000, 1500, 5000}),
        ({"client": "gone"}, {0}),
    ],
)
def test_definition_and_model_agree_where_what_was_published_no_longer_exists(
    published: dict[str, object], amounts: set[int]
) -> None:
    proof = prove("changes", with_published(**published), 0.37, starts=(540, 600))
    assert not proof.differences
    assert set(proof.amounts) == amounts


@pytest.mark.parametrize(
    ("appointment", "units"),
    [
        ("told-am-w1-09:00", 0),
        ("told-am-w2-09:00", 0.5),
        ("told-am-w1-10:00", 1),
        ("told-am-w2-10:00", 1.5),
        ("told-pm-w1-09:00", 5),
        ("", 5),
        ("told-pm-w1-09:00 told-am-w2-09:00", 0.5),
    ],
)
def test_a_change_costs_by_how_far_it_reaches(appointment: str, units: float) -> None:
    assert OBJECTIVES["changes"](with_published(), plan(appointments=appointment)) == 1000 * units
    assert OBJECTIVES["changes"](with_published(notified=False), plan(appointments=appointment)) == 100 * units
