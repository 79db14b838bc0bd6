"""`client_available`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import talk, violations
from tiny import caseworker, client, day, instance, session, site, window

MORNING = window("09:00", "11:00")
CLIENTS = {
    "whenever": client("whenever"),
    "exactly": client("exactly", windows=(MORNING,), slots=2),
    "comes late": client("late", windows=(window("09:01", "11:00"),)),
    "leaves early": client("early", windows=(window("09:00", "10:59"),)),
    "too short": client("short", windows=(window("09:00", "10:59"),), slots=2),
    "two halves": client("halves", windows=(window("09:00", "10:00"), window("10:00", "11:00")), slots=2),
    "weekday": client("weekday", windows=(window("09:00", "11:00", weekdays=("tue",)),)),
    "from Tuesday": client("from", windows=(window("09:00", "11:00", first=day(1)),)),
    "until Monday": client("until", windows=(window("09:00", "11:00", last=day(0)),)),
    "absent": client("absent", windows=(MORNING,), absent=(day(0),)),
    "absent without windows": client("away", absent=(day(1),)),
}
TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a", end="12:00"), session("b1", "b", on=1)),
    caseworkers=(caseworker("w1"),),
)


@pytest.mark.parametrize("kind", [kind for kind in CLIENTS if kind != "whenever"])
def test_both_files_agree(kind: str) -> None:
    tiny = TINY.replace(clients=(CLIENTS["whenever"], CLIENTS[kind]))
    agree(tiny, "client_available", base=("one_invitation",))


def test_both_files_agree_for_a_client_with_many_appointments() -> None:
    tiny = TINY.replace(clients=(CLIENTS["comes late"], CLIENTS["until Monday"]))
    agree(tiny, "client_available", starts=[(540, 600), (540, 600)])


def test_both_files_agree_when_many_kinds_of_clients_mix() -> None:
    kinds = ("exactly", "comes late", "two halves", "weekday")
    tiny = TINY.replace(clients=tuple(CLIENTS[kind] for kind in kinds))
    agree(tiny, "client_available", base=("one_invitation",), starts=[(540, 600), (540, 600)])


def test_both_files_agree_when_there_are_two_caseworkers_on_duty_or_not() -> None:
    tiny = TINY.replace(
        clients=(CLIENTS["weekday"], CLIENTS["whenever"]), caseworkers=(caseworker("w1"), caseworker("w2"))
    )
    agree(tiny, "client_available", base=("one_invitation", "on_duty"), starts=[(540,), (540,)])


@pytest.mark.parametrize(
    ("kind", "start", "end", "needed", "excess"),
    [
        ("comes late", "09:00", "10:00", "09:01-11:00", 1),
        ("leaves early", "10:00", "11:00", "09:00-10:59", 1),
        ("leaves early", "08:30", "09:30", "09:00-10:59", 30),
        ("two halves", "09:00", "11:00", "09:00-10:00, 10:00-11:00", 60),
        ("weekday", "09:00", "10:00", "-", 60),
        ("absent", "09:00", "10:00", "-", 60),
        ("too short", "09:00", "11:00", "09:00-10:59", 1),
    ],
)
def test_minutes_outside_the_best_window_count(kind: str, start: str, end: str, needed: str, excess: int) -> None:
    who = CLIENTS[kind]
    booked = talk(who.id, "a1", "w1", start)
    (found,) = violations("client_available", TINY.replace(clients=(who,)), [booked])
    assert found.facts == {"client": who.id, "date": day(0), "found": f"{start}-{end}", "needed": needed}
    assert found.excess == excess
    assert found.witnesses == (booked,)


def test_a_talk_inside_a_window_is_fine() -> None:
    tiny = TINY.replace(clients=(CLIENTS["exactly"], CLIENTS["until Monday"], CLIENTS["weekday"]))
    assert not violations(
        "client_available",
        tiny,
        [talk("exactly", "a1", "w1"), talk("until", "a1", "w1", "10:00"), talk("weekday", "b1", "w1")],
    )
