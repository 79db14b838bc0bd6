"""`overflow`: said and encoded alike."""

import math

import pytest

from agreement import agree, invitations, invited, verdicts
from by_hand import duty, talk, violations
from outreach_optimizer.assumptions import Attendance
from outreach_optimizer.limits import Rules
from outreach_optimizer.model.build import build
from tiny import caseworker, client, instance, only, session, site, table

TINY = instance(
    sites=(site("a"), site("b", overbooking="slots"), site("c", overbooking="none")),
    sessions=(session("a1", "a", end="11:00"), session("b1", "b", on=1, end="10:00")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(
        client("often", show_rate=0.7),
        client("half", show_rate=0.5),
        client("rarely", show_rate=0.3),
        client("long", slots=2, show_rate=0.1),
    ),
    rules=Rules(overbooking="session", walk_in_reserve=1),
)
ONCE = [(540,), (540,)]
MOVED = TINY.replace(
    clients=(*TINY.clients[:2], client("bus", mode="transit", show_rate=0.4, reminder=True)),
    travel=only(table("clients", ("a", "b"), {"often": (0, 60), "half": (10, 30), "bus": (25, 5)})),
)


@pytest.mark.parametrize("risk", [0, 0.1, 0.2])
@pytest.mark.parametrize("reserve", [0, 1, 3])
def test_both_files_agree(risk: float, reserve: int) -> None:
    rules = TINY.rules.replace(overflow_risk=risk, walk_in_reserve=reserve)
    agree(TINY.replace(rules=rules), "overflow", base=("one_invitation",), starts=ONCE)


@pytest.mark.parametrize("kind", ["none", "session", "slots"])
def test_both_files_agree_over_sites_with_kinds_of_their_own(kind: str) -> None:
    tiny = TINY.replace(
        sessions=(TINY.sessions[1], session("c1", "c", end="10:00")),
        clients=TINY.clients[:3],
        rules=TINY.rules.replace(overbooking=kind, walk_in_reserve=0, overflow_risk=0.16),
    )
    agree(tiny, "overflow", base=("one_invitation",), starts=ONCE)


def test_both_files_agree_when_bookings_need_their_caseworker() -> None:
    tiny = TINY.replace(clients=TINY.clients[:3], rules=TINY.rules.replace(walk_in_reserve=0, overflow_risk=0.12))
    agree(tiny, "overflow", base=("one_invitation", "on_duty"), starts=ONCE)


@pytest.mark.parametrize(
    "effects",
    [
        Attendance(travel_per_min=0.05, no_car_factor=1),
        Attendance(reminder=2),
        Attendance(travel_per_min=0.1, no_car_factor=0.5, reference_min=45, reminder=0.565),
    ],
)
def test_both_files_agree_when_ways_and_reminders_move_rates(effects: Attendance) -> None:
    rules = TINY.rules.replace(walk_in_reserve=0, overflow_risk=0.2)
    tiny = MOVED.replace(attendance=effects, rules=rules, caseworkers=TINY.caseworkers[:1])
    agree(tiny, "overflow", base=("one_invitation",), starts=ONCE)


@pytest.mark.parametrize("risk", [0, 0.05, 0.2])
def test_a_safe_model_admits_only_what_keeps_the_risk(risk: float) -> None:
    tiny = TINY.replace(rules=TINY.rules.replace(overflow_risk=risk))
    rules = ("one_invitation", "overflow")
    kept, _ = verdicts(tiny, "overflow", ("one_invitation",), ONCE)
    safe = invitations(build(tiny, safe=True, rules=rules, terms=(), candidate_starts=ONCE))
    assert safe <= {invited(keys) for keys in kept}


def test_the_probability_beyond_the_limit_counts() -> None:
    booked = talk("often", "a1", "w1"), talk("half", "a1", "w1")
    (found,) = violations("overflow", TINY, [duty("a1", "w1"), *booked])
    # One slot of two is free beside the reserve, and both come with 0.7 · 0.5.
    facts = {"session": "a1", "invited": 2, "free": 1, "found": 35, "needed": 5}
    assert found.facts == pytest.approx(facts)
    assert found.excess == pytest.approx(30)
    assert found.witnesses == booked


def test_a_longer_consultation_keeps_its_slots_whether_the_client_comes_or_not() -> None:
    booked = talk("long", "a1", "w1"), talk("rarely", "a1", "w2")
    crew = duty("a1", "w1"), duty("a1", "w2")
    three = talk("half", "a1", "w2"), talk("often", "a1", "w2")
    assert not violations("overflow", TINY, [*crew, *booked])
    (found,) = violations("overflow", TINY, [*crew, *booked, *three])
    # One slot of four; P(two or more of 0.3, 0.5, 0.7 come) = 0.5.
    assert found.facts == pytest.approx({"session": "a1", "invited": 3, "free": 1, "found": 50, "needed": 5})
    (found,) = violations("overflow", TINY, [crew[0], talk("long", "a1", "w1")])
    assert found.facts == pytest.approx({"session": "a1", "invited": 0, "free": 0, "found": 100, "needed": 5})
    assert found.excess == pytest.approx(95)


def test_nobody_can_be_seen_without_a_crew_and_nothing_is_asked_where_nothing_is_overbooked() -> None:
    (found,) = violations("overflow", TINY, [talk("rarely", "b1", "w1"), duty("a1", "w1")])
    assert found.facts == pytest.approx({"session": "b1", "invited": 1, "free": 0, "found": 30, "needed": 5})
    tiny = TINY.replace(sessions=(session("c1", "c", end="10:00"),))
    assert not violations("overflow", tiny, [talk("often", "c1", "w1"), talk("half", "c1", "w1")])


def test_exactly_the_limit_is_fine() -> None:
    tiny = TINY.replace(rules=TINY.rules.replace(overflow_risk=0.15))
    booked = talk("half", "a1", "w1"), talk("rarely", "a1", "w1")
    assert not violations("overflow", tiny, [duty("a1", "w1"), *booked])
    tiny = tiny.replace(rules=tiny.rules.replace(overflow_risk=0.1499))
    (found,) = violations("overflow", tiny, [duty("a1", "w1"), *booked])
    assert found.excess == pytest.approx(0.01)


def test_a_reminder_and_the_way_count_where_they_are_said_to() -> None:
    booked = talk("bus", "a1", "w1"), talk("half", "a1", "w1")
    known = MOVED.replace(attendance=Attendance(reminder=math.log(6)))
    (found,) = violations("overflow", known, [duty("a1", "w1"), *booked])
    assert found.facts["found"] == pytest.approx(40)  # odds 2 : 3 become 4 : 1, so 0.8 · 0.5
    ways = MOVED.replace(attendance=Attendance(travel_per_min=0.1))
    (found,) = violations("overflow", ways, [duty("a1", "w1"), *booked])
    shift = [math.exp(-0.5) * 2 / 3, math.exp(1)]  # odds at 25 and 10 minutes, 20 being usual
    assert found.facts["found"] == pytest.approx(100 * math.prod(odds / (1 + odds) for odds in shift))
