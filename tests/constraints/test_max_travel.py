"""`max_travel`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import talk, violations
from outreach_optimizer.instance import Place
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, only, session, site, table

TINY = instance(
    places=(Place(id="village", name="village", lat=51, lon=10),),
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"),),
    clients=(
        client("limit", home="village"),
        client("bus", home="village", mode="transit"),
        client("own", home="village"),
        client("lost"),
    ),
    travel=only(
        table("places", ("a", "b"), {"village": (75, 75.001)}),
        table("places", ("a", "b"), {"village": (75.0004, None)}, mode="transit"),
        table("clients", ("b",), {"own": (74.999,)}),
    ),
)


def test_both_files_agree_at_the_limit_and_beyond() -> None:
    agree(TINY, "max_travel", starts=[(540,), (540,)])


@pytest.mark.parametrize("limit_min", [0, 74.9994, 75.001])
def test_both_files_agree_on_another_limit(limit_min: float) -> None:
    agree(TINY.replace(rules=Rules(max_travel_min=limit_min)), "max_travel", starts=[(540,), (540,)])


def test_both_files_agree_when_two_caseworkers_are_on_duty_or_not() -> None:
    tiny = TINY.replace(clients=TINY.clients[1:3], caseworkers=(caseworker("w1"), caseworker("w2")))
    agree(tiny, "max_travel", base=("one_invitation", "on_duty"))


def test_both_files_agree_on_computed_ways() -> None:
    tiny = instance(
        sites=(site("a"), site("far", lat=51.3)),
        sessions=(session("a1", "a"), session("f1", "far", on=1)),
        caseworkers=(caseworker("w1"),),
        clients=(client("car"), client("bike", mode="bike"), client("bus", mode="transit")),
    )
    agree(tiny, "max_travel", starts=[(540,), (540,)])


def test_minutes_too_many_count_and_one_for_an_unknown_way() -> None:
    beyond, unknown = talk("limit", "b1", "w1"), talk("bus", "b1", "w1")
    first, second = violations("max_travel", TINY.replace(rules=Rules(max_travel_min=60)), [beyond, unknown])
    assert first.facts == {"client": "limit", "site": "b", "mode": "car", "found": 75.001, "needed": 60}
    assert second.facts == {"client": "bus", "site": "b", "mode": "transit", "found": "?", "needed": 60}
    assert (first.excess, second.excess) == (15.001, 1)
    assert (first.witnesses, second.witnesses) == ((beyond,), (unknown,))


def test_a_way_at_the_limit_is_fine() -> None:
    fine = talk("limit", "a1", "w1"), talk("bus", "a1", "w1"), talk("own", "b1", "w1")
    assert not violations("max_travel", TINY, fine)
