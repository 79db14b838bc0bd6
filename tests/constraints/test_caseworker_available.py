"""`caseworker_available`: said and encoded alike.

Base ``on_duty`` where there are clients: a booking of somebody who cannot be on duty has no literal.
"""

import pytest

from agreement import agree
from by_hand import duty, violations
from outreach_optimizer.instance import Caseworker
from tiny import caseworker, client, day, instance, office, only, session, site, table, window

OUT, BACK = "08:25", "15:45"
"""The tour a1 + b1: 15 minutes before and after the sessions, 20 minutes to a and 30 to b."""
ALL_DAY = window(OUT, BACK)
WORKERS = {
    "always": caseworker("always"),
    "fits exactly": caseworker("exact", windows=(ALL_DAY,)),
    "comes late": caseworker("late", windows=(window("08:26", BACK),)),
    "leaves early": caseworker("early", windows=(window(OUT, "15:44"),)),
    "two halves": caseworker("halves", windows=(window(OUT, "11:35"), window("12:15", BACK, weekdays=("mon",)))),
    "weekday": caseworker("weekday", windows=(ALL_DAY.replace(weekdays=("tue", "wed")),)),
    "from Tuesday": caseworker("from", windows=(ALL_DAY.replace(first=day(1)),)),
    "until Monday": caseworker("until", windows=(ALL_DAY.replace(last=day(0)),)),
    "absent": caseworker("absent", windows=(ALL_DAY,), absent=(day(0),)),
    "absent without windows": caseworker("away", absent=(day(1),)),
    "far": caseworker("far", office="far", windows=(ALL_DAY,)),
}
TINY = instance(
    offices=(office("base"), office("far")),
    sites=(site("a"), site("b")),
    sessions=(
        session("a1", "a"),
        session("b1", "b", start="13:00", end="15:00"),
        session("a2", "a", on=1, end="13:00"),
        session("b2", "b", on=1, start="10:00"),
    ),
    travel=only(
        table("offices", ("a", "b"), {"base": (20, 30), "far": (19.5, 30.001)}),
        table("sites", ("a", "b"), {"a": (0, 25), "b": (25, 0)}),
    ),
)


@pytest.mark.parametrize("kind", [kind for kind in WORKERS if kind not in ("always", "fits exactly")])
def test_both_files_agree(kind: str) -> None:
    agree(TINY.replace(caseworkers=(WORKERS[kind], WORKERS["fits exactly"])), "caseworker_available")


def test_both_files_agree_when_everybody_is_available() -> None:
    tiny = TINY.replace(caseworkers=(WORKERS["always"], WORKERS["fits exactly"]))
    assert agree(tiny, "caseworker_available", both=False).broken == 0


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(
        sessions=TINY.sessions[:3],
        caseworkers=(WORKERS["comes late"], WORKERS["from Tuesday"]),
        clients=(client("c1"), client("c2")),
    )
    agree(tiny, "caseworker_available", base=("one_invitation", "on_duty"), starts=[(540,), (780,), (600,)])


@pytest.mark.parametrize(
    ("kind", "needed", "excess"),
    [
        ("comes late", "08:26-15:45", 1),
        ("leaves early", "08:25-15:44", 1),
        ("two halves", "08:25-11:35, 12:15-15:45", 230),
        ("weekday", "-", 440),
        ("absent", "-", 440),
    ],
)
def test_minutes_outside_the_best_window_count(kind: str, needed: str, excess: int) -> None:
    who: Caseworker = WORKERS[kind]
    duties = duty("a1", who.id), duty("b1", who.id)
    (found,) = violations("caseworker_available", TINY.replace(caseworkers=(who,)), duties)
    assert found.facts == {"caseworker": who.id, "date": day(0), "found": "08:25-15:45", "needed": needed}
    assert found.excess == excess
    assert found.witnesses == duties


def test_a_way_that_takes_part_of_a_minute_costs_a_whole_one() -> None:
    (found,) = violations(
        "caseworker_available", TINY.replace(caseworkers=(WORKERS["far"],)), [duty("a1", "far"), duty("b1", "far")]
    )
    assert found.facts["found"] == "08:25-15:46"
    assert found.excess == 1


@pytest.mark.parametrize(
    ("start", "found"), [("00:10", "-00:25-02:35"), ("00:34", "-00:01-02:35"), ("00:35", "00:00-02:35")]
)
def test_a_departure_before_midnight_is_told_with_a_sign(start: str, found: str) -> None:
    tiny = TINY.replace(
        sessions=(session("a1", "a", start=start, end="02:00"),),
        caseworkers=(caseworker("w1", windows=(window("00:00", "02:34"),)),),
    )
    (violation,) = violations("caseworker_available", tiny, [duty("a1", "w1")])
    assert violation.facts["found"] == found


@pytest.mark.parametrize("kind", ["always", "fits exactly", "until Monday"])
def test_a_day_that_fits_is_fine(kind: str) -> None:
    who = WORKERS[kind]
    tiny = TINY.replace(caseworkers=(who,))
    assert not violations("caseworker_available", tiny, [duty("a1", who.id), duty("b1", who.id)])
