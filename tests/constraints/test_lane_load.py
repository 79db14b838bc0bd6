"""`lane_load`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, talk, violations
from outreach_optimizer.assumptions import Attendance
from outreach_optimizer.instance import Break
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

TINY = instance(
    sites=(site("a"), site("b", overbooking="slots"), site("c", overbooking="none")),
    sessions=(session("a1", "a", end="11:00"),),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    clients=(
        client("often", show_rate=0.7),
        client("half", show_rate=0.5),
        client("long", slots=2, show_rate=0.1),
    ),
    rules=Rules(overbooking="session", walk_in_reserve=1),
)
TWICE = [(540, 600)]
BASE = ("one_invitation", "one_booking")


@pytest.mark.parametrize("limit", [0, 17, 31])
@pytest.mark.parametrize("kind", ["session", "slots"])
def test_both_files_agree(limit: float, kind: str) -> None:
    rules = TINY.rules.replace(max_wait_min=limit, overbooking=kind)
    agree(TINY.replace(rules=rules), "lane_load", base=BASE, starts=TWICE)


@pytest.mark.parametrize("kind", ["none", "session", "slots"])
def test_both_files_agree_over_sites_with_kinds_of_their_own(kind: str) -> None:
    tiny = TINY.replace(
        sessions=(session("b1", "b", end="10:00"), session("c1", "c", end="10:00"), session("a1", "a", end="10:00")),
        clients=TINY.clients[:2],
        rules=TINY.rules.replace(overbooking=kind, max_wait_min=20),
    )
    agree(tiny, "lane_load", base=BASE, starts=[(540,)] * 3)


@pytest.mark.parametrize("template", [(1,), (2,), (1, 2), (0, 3), (3, 0)])
def test_both_files_agree_over_templates(template: tuple[int, ...]) -> None:
    guests = (*TINY.clients[:2], client("rarely", show_rate=0.2))
    tiny = TINY.replace(
        clients=guests, rules=TINY.rules.replace(overbooking="slots", template=template, max_wait_min=25)
    )
    agree(tiny, "lane_load", base=BASE, starts=TWICE)


@pytest.mark.parametrize("limit", [21, 1440])
def test_both_files_agree_over_three_at_a_time_in_one_line(limit: float) -> None:
    guests = (*TINY.clients[:2], client("rarely", show_rate=0.2))
    tiny = TINY.replace(clients=guests, rules=TINY.rules.replace(max_wait_min=limit))
    agree(tiny, "lane_load", base=BASE, starts=TWICE)


def test_both_files_agree_off_the_grid_and_beside_breaks() -> None:
    parts = session("a1", "a", end="12:00", breaks=(Break(start="10:00", end="10:30"),))
    tiny = TINY.replace(sessions=(parts,), caseworkers=TINY.caseworkers[:1], clients=TINY.clients[:2])
    agree(tiny, "lane_load", base=BASE, starts=[(540, 541, 600, 630, 660)])


def test_both_files_agree_when_bookings_need_their_caseworker() -> None:
    tiny = TINY.replace(rules=TINY.rules.replace(max_wait_min=17))
    agree(tiny, "lane_load", base=(*BASE, "on_duty"), starts=TWICE)


def test_both_files_agree_when_reminders_move_rates() -> None:
    guests = tuple(guest.replace(reminder=number != 1) for number, guest in enumerate(TINY.clients))
    tiny = TINY.replace(clients=guests, attendance=Attendance(reminder=1), rules=TINY.rules.replace(max_wait_min=20))
    agree(tiny, "lane_load", base=BASE, starts=TWICE)


@pytest.mark.parametrize(("kind", "most"), [("session", 2), ("slots", 1)])
def test_every_booking_beyond_the_template_counts(kind: str, most: int) -> None:
    guests = tuple(client(f"c{number}", show_rate=0.01) for number in range(4))
    tiny = TINY.replace(clients=guests, rules=TINY.rules.replace(overbooking=kind, template=(2, 1)))
    booked = tuple(talk(guest.id, "a1", "w1", "10:00") for guest in guests[:3])
    (found,) = violations("lane_load", tiny, [duty("a1", "w1"), *booked, talk("c3", "a1", "w1")])
    facts = {"session": "a1", "fault": "slot", "who": "w1", "at": "10:00", "found": 3, "needed": most}
    assert found.facts == facts
    assert found.excess == 3 - most
    assert found.witnesses == booked


def test_who_is_not_on_duty_can_have_no_bookings() -> None:
    booked = talk("often", "a1", "w2")
    (found,) = violations("lane_load", TINY, [duty("a1", "w1"), booked])
    assert (found.facts["who"], found.facts["found"], found.facts["needed"]) == ("w2", 1, 0)
    assert found.witnesses == (booked,)


def test_every_minute_of_waiting_beyond_the_limit_counts_for_each_client() -> None:
    tiny = TINY.replace(rules=TINY.rules.replace(overbooking="slots", max_wait_min=20))
    booked = talk("often", "a1", "w1"), talk("half", "a1", "w1")
    (found,) = violations("lane_load", tiny, [duty("a1", "w1"), *booked])
    # If both come, either is first: "half" waits 60 · 0.7 / 2, "often" 60 · 0.5 / 2 = 15.
    facts = {"session": "a1", "fault": "wait", "who": "half", "at": "09:00", "line": "slots"}
    assert {name: found.facts[name] for name in facts} == facts
    assert (found.facts["found"], found.facts["needed"]) == pytest.approx((21, 20))
    assert found.excess == pytest.approx(1)
    assert found.witnesses == booked[::-1]


def test_who_comes_later_waits_for_those_left_and_not_the_other_way_round() -> None:
    tiny = TINY.replace(
        clients=(*TINY.clients, client("sure", show_rate=1)),
        rules=TINY.rules.replace(overbooking="slots", max_wait_min=0),
    )
    early, late = (talk("often", "a1", "w1"), talk("half", "a1", "w1")), talk("sure", "a1", "w1", "10:00")
    waits = {found.facts["who"]: found for found in violations("lane_load", tiny, [duty("a1", "w1"), *early, late])}
    assert {who: found.facts["found"] for who, found in waits.items()} == pytest.approx(
        {"often": 15, "half": 21, "sure": 60 * 0.35}
    )
    assert waits["sure"].witnesses == (late, *early)
    assert waits["often"].witnesses == early


def test_one_line_for_two_caseworkers_is_faster_than_two() -> None:
    entries = duty("a1", "w1"), duty("a1", "w2"), talk("often", "a1", "w1"), talk("half", "a1", "w1")
    pooled = TINY.replace(rules=TINY.rules.replace(max_wait_min=0))
    assert not violations("lane_load", pooled, entries)
    apart = pooled.replace(rules=pooled.rules.replace(overbooking="slots"))
    assert len(violations("lane_load", apart, entries)) == 2


def test_a_longer_consultation_takes_a_caseworker_out_of_the_line() -> None:
    tiny = TINY.replace(rules=TINY.rules.replace(max_wait_min=20))
    entries = duty("a1", "w1"), duty("a1", "w2"), talk("often", "a1", "w1"), talk("half", "a1", "w1")
    (found,) = violations("lane_load", tiny, [*entries, talk("long", "a1", "w2")])
    assert (found.facts["who"], found.facts["line"]) == ("half", "session")
    assert found.facts["found"] == pytest.approx(21)


def test_nothing_is_asked_where_nothing_is_overbooked() -> None:
    tiny = TINY.replace(sessions=(session("c1", "c", end="11:00"),), rules=TINY.rules.replace(max_wait_min=0))
    crowd = talk("often", "c1", "w1"), talk("half", "c1", "w1"), talk("long", "c1", "w1")
    assert not violations("lane_load", tiny, crowd)
