"""`max_duties`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, violations
from tiny import caseworker, client, instance, office, only, session, site, table

TINY = instance(
    offices=(office("base"), office("far")),
    sites=(site("a"), site("b")),
    sessions=(
        session("a1", "a"),
        session("b1", "b", start="13:00", end="15:00"),
        session("a2", "a", on=1),
        session("b2", "b", on=2, end="10:30"),
    ),
    travel=only(
        table("offices", ("a", "b"), {"base": (20, 30), "far": (None, 40)}),
        table("sites", ("a", "b"), {"a": (0, 25), "b": (25, 0)}),
    ),
)
"""Away from the base: a1 190 minutes, b1 210, both 440, a2 190, b2 180; from far: 150, 230, 405, 150, 200."""
LIMITS = {
    "none, one and two sessions": ({"max_duties": 0}, {"max_duties": 1}, {"max_duties": 2}),
    "no limit beside one": ({}, {"max_duties": 3}),
    "minutes of one tour, and one less": ({"max_minutes": 440}, {"max_minutes": 439}),
    "minutes of several days, and one less": ({"max_minutes": 560}, {"max_minutes": 559}),
    "no minute at all": ({"max_minutes": 0}, {}),
    "both limits": ({"max_duties": 2, "max_minutes": 400}, {"max_duties": 2, "max_minutes": 399}),
    "another base, ways unknown": ({"max_minutes": 405, "office": "far"}, {"max_minutes": 405}),
}


@pytest.mark.parametrize("name", LIMITS)
def test_both_files_agree(name: str) -> None:
    crew = tuple(caseworker(f"w{number}", **limits) for number, limits in enumerate(LIMITS[name]))
    agree(TINY.replace(caseworkers=crew), "max_duties")


def test_both_files_agree_when_only_drivable_tours_are_listed() -> None:
    crew = caseworker("w1", max_minutes=440), caseworker("w2", max_minutes=439, max_duties=3)
    agree(TINY.replace(caseworkers=crew), "max_duties", base=("tour",))


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(
        sessions=TINY.sessions[:2],
        caseworkers=(caseworker("w1", max_duties=0), caseworker("w2", max_minutes=209)),
        clients=(client("c1"), client("c2")),
    )
    agree(tiny, "max_duties", base=("one_invitation", "on_duty"), starts=[(540,), (780,)])


def test_sessions_and_minutes_too_many_count_apart() -> None:
    crew = caseworker("w1", max_duties=1, max_minutes=629), caseworker("w2")
    duties = duty("a1", "w1"), duty("b1", "w1"), duty("a2", "w1")
    sessions, minutes = violations("max_duties", TINY.replace(caseworkers=crew), (*duties, duty("a1", "w2")))
    assert sessions.facts == {"caseworker": "w1", "unit": "sessions", "found": 3, "needed": 1}
    assert sessions.excess == 2
    assert minutes.facts == {"caseworker": "w1", "unit": "minutes", "found": 630, "needed": 629}
    assert minutes.excess == 1
    assert sessions.witnesses == minutes.witnesses == duties


def test_as_many_as_allowed_are_fine() -> None:
    crew = caseworker("w1", max_duties=3, max_minutes=630), caseworker("w2")
    duties = [duty(name, who) for name in ("a1", "b1", "a2") for who in ("w1", "w2")]
    assert not violations("max_duties", TINY.replace(caseworkers=crew), [*duties, duty("b2", "w2")])
