"""`tour`: said and encoded alike.

Base ``on_duty`` where there are clients: a booking of somebody who cannot be on duty has no literal.
"""

import pytest

from agreement import agree
from by_hand import duty, violations
from outreach_optimizer.instance import Break
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, office, only, session, site, table

TINY = instance(
    slot_min=30,
    offices=(office("base"), office("far")),
    sites=(site("a"), site("b")),
    caseworkers=(caseworker("w1"), caseworker("w2", office="far")),
    travel=only(
        table("offices", ("a", "b"), {"base": (20, 20), "far": (20, 21)}),
        table("sites", ("a", "b"), {"a": (0, 30), "b": (31, 0)}),
    ),
)
"""A single session takes 70 minutes more than itself: 15 before, 15 after, 20 for each way."""


def breaks(*lengths_min: int) -> tuple[Break, ...]:
    """One break at each full hour from 10:00 on."""
    return tuple(Break(start=(10 + n) * 60, end=(10 + n) * 60 + length) for n, length in enumerate(lengths_min))


INSTANCES = {
    "the drive just fits or is a minute short": TINY.replace(
        sessions=(
            session("a1", "a"),
            session("b1", "b", start="12:00", end="13:00"),
            session("a2", "a", on=1),
            session("b2", "b", on=1, start="11:59", end="13:00"),
        )
    ),
    "the way back takes longer": TINY.replace(
        sessions=(
            session("b1", "b"),
            session("a1", "a", start="12:01", end="13:00"),
            session("b2", "b", on=1),
            session("a2", "a", on=1, start="12:00", end="13:00"),
        )
    ),
    "three stops and a site visited twice": TINY.replace(
        rules=Rules(rest_after_min=600),
        sessions=(
            session("a1", "a", end="10:00"),
            session("b1", "b", start="11:00", end="12:00"),
            session("a2", "a", start="13:01", end="14:00"),
            session("a3", "a", start="14:00", end="15:00"),
            session("b2", "b", start="15:59", end="17:00"),
        ),
    ),
    "sessions at one site touch or overlap": TINY.replace(
        sessions=(
            session("early", "a"),
            session("late", "a", start="11:00", end="13:00"),
            session("noon", "a", start="10:59", end="12:00"),
            session("inside", "a", start="09:30", end="10:30", room="other"),
        )
    ),
    "working time at the limit": TINY.replace(
        rules=Rules(max_work_min=190),
        sessions=(session("a1", "a"), session("a2", "a", on=1, end="11:01"), session("b1", "b", on=2)),
    ),
    "waiting long enough is no work": TINY.replace(
        rules=Rules(max_work_min=340, rest_after_min=0, rest_min=15),
        sessions=(
            session("a1", "a", on=0),
            session("b1", "b", on=0, start="12:15", end="14:15"),
            session("a2", "a", on=1),
            session("b2", "b", on=1, start="12:14", end="14:14"),
        ),
    ),
    "rest after enough work": TINY.replace(
        rules=Rules(rest_after_min=219, rest_min=30),
        sessions=(
            session("half", "a", on=0, end="12:00", breaks=breaks(30)),
            session("minute", "a", on=1, end="12:00", breaks=breaks(29)),
            session("quarters", "a", on=2, end="12:00", breaks=breaks(15, 15)),
            session("uneven", "a", on=3, end="12:00", breaks=breaks(14, 16)),
            session("none", "a", on=4, end="11:29"),
        ),
    ),
    "longer rest after longer work": TINY.replace(
        rules=Rules(rest_after_min=220, rest_min=30, long_rest_after_min=240, long_rest_min=45),
        sessions=(
            session("just", "a", on=0, end="12:20", breaks=breaks(30)),
            session("beyond", "a", on=1, end="12:21", breaks=breaks(30)),
            session("longest", "a", on=2, end="12:36", breaks=breaks(30, 15)),
            session("short", "a", on=3, end="12:36", breaks=breaks(29, 15)),
        ),
    ),
    "a way is unknown": TINY.replace(
        travel=only(
            table("offices", ("a", "b"), {"base": (20, 20), "far": (None, 20)}),
            table("sites", ("a", "b"), {"a": (0, None), "b": (30, 0)}),
        ),
        sessions=(
            session("a1", "a"),
            session("b1", "b", start="14:00", end="15:00"),
            session("b2", "b", on=1),
            session("a2", "a", on=1, start="14:00", end="15:00"),
        ),
    ),
}


@pytest.mark.parametrize("name", INSTANCES)
def test_both_files_agree(name: str) -> None:
    agree(INSTANCES[name], "tour")


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = INSTANCES["a way is unknown"].replace(clients=(client("c1"), client("c2")))
    tiny = tiny.replace(sessions=tiny.sessions[:2])
    agree(tiny, "tour", base=("one_invitation", "on_duty"), starts=[(540, 600), (840,)])


def of(name: str, *sessions: str, who: str = "w1") -> list[tuple[object, object, object, float]]:
    """Fault, found, needed and excess of a tour, after a look at what every violation says."""
    duties = tuple(duty(name, who) for name in sessions)
    tiny = INSTANCES[name]
    dates = {place.date for place in tiny.sessions if place.id in sessions}
    told = []
    for found in violations("tour", tiny, duties):
        assert {found.facts["date"]} == dates
        assert found.facts["caseworker"] == who
        assert found.witnesses == duties
        told.append((found.facts["fault"], found.facts["found"], found.facts["needed"], found.excess))
    return told


def test_minutes_missing_between_two_sessions_count() -> None:
    assert of("the drive just fits or is a minute short", "a2", "b2") == [("no_time_to_drive", 0, 1, 1)]
    assert of("sessions at one site touch or overlap", "early", "inside", "noon") == [("no_time_to_drive", 0, 90, 90)]


def test_minutes_of_work_beyond_the_limit_count() -> None:
    assert of("working time at the limit", "a2") == [("working_time", 191, 190, 1)]
    assert of("working time at the limit", "b1", who="w2") == [("working_time", 192, 190, 2)]


def test_minutes_of_rest_missing_count() -> None:
    assert of("rest after enough work", "minute") == [("rest", 29, 30, 1)]
    assert of("rest after enough work", "uneven") == [("rest", 16, 30, 14)]
    assert of("longer rest after longer work", "beyond") == [("rest", 30, 45, 15)]
    assert of("longer rest after longer work", "short") == [("rest", 44, 45, 1)]


def test_one_minute_too_little_waiting_is_work_and_no_rest() -> None:
    assert of("waiting long enough is no work", "a2", "b2") == [("working_time", 384, 340, 44), ("rest", 0, 15, 15)]


def test_an_unknown_way_counts_one() -> None:
    assert of("a way is unknown", "a1", who="w2") == [("unknown_way", 0, 0, 1)]
    assert of("a way is unknown", "a1", "b1") == [("unknown_way", 0, 0, 1)]


def test_drivable_and_lawful_tours_are_fine() -> None:
    assert not of("the drive just fits or is a minute short", "a1", "b1")
    assert not of("three stops and a site visited twice", "a1", "b1", "a2", "a3")
    assert not of("sessions at one site touch or overlap", "early", "late")
    assert not of("working time at the limit", "a1")
    assert not of("rest after enough work", "half")
    assert not of("rest after enough work", "quarters")
    assert not of("longer rest after longer work", "just")
    assert not of("a way is unknown", "b2", "a2")


def test_caseworkers_and_days_do_not_mix() -> None:
    tiny = INSTANCES["the drive just fits or is a minute short"]
    assert not violations("tour", tiny, [duty("a2", "w1"), duty("b2", "w2"), duty("a1", "w2")])
