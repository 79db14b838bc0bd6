"""`site_frequency`: said and encoded alike."""

import pytest

from agreement import agree
from by_hand import duty, violations
from outreach_optimizer.instance import Site
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site

SESSIONS = (
    session("am", "a", end="11:00"),
    session("pm", "a", start="13:00", end="15:00"),
    session("day6", "a", on=6),
    session("day7", "a", on=7),
    session("b0", "b"),
    session("b1", "b", on=1),
)
TINY = instance(sites=(site("a"), site("b")), sessions=SESSIONS, caseworkers=(caseworker("w1"),))
SITES = {
    "at least one, at most two": (site("a", min_sessions=1, max_sessions=2), site("b")),
    "exactly two and none": (site("a", min_sessions=2, max_sessions=2), site("b", max_sessions=0)),
    "both owe something": (site("a", min_sessions=2), site("b", min_sessions=1)),
    "a week apart": (site("a", spacing_days=7), site("b", spacing_days=1)),
    "six days apart": (site("a", spacing_days=6), site("b", spacing_days=2)),
    "far apart": (site("a", spacing_days=8), site("b")),
    "not in use": (site("a", min_sessions=2, status="planned"), site("b", max_sessions=1)),
}


@pytest.mark.parametrize("name", SITES)
def test_both_files_agree(name: str) -> None:
    agree(TINY.replace(sites=SITES[name]), "site_frequency")


@pytest.mark.parametrize("name", ["at least one, at most two", "a week apart"])
def test_both_files_agree_when_either_of_two_caseworkers_holds_a_session(name: str) -> None:
    tiny = TINY.replace(sites=SITES[name], sessions=SESSIONS[:5], caseworkers=(caseworker("w1"), caseworker("w2")))
    agree(tiny, "site_frequency")


def test_both_files_agree_that_a_planned_site_in_use_owes_its_minimum() -> None:
    tiny = TINY.replace(sites=SITES["not in use"], rules=Rules(held_statuses=("open", "planned")))
    agree(tiny, "site_frequency")


def test_both_files_agree_that_a_site_that_cannot_be_used_makes_all_schedules_bad() -> None:
    tiny = TINY.replace(sites=SITES["both owe something"])
    crew = (caseworker("w1", absent=tuple(place.date for place in SESSIONS)),)
    assert agree(tiny.replace(caseworkers=crew), "site_frequency", base=("caseworker_available",), both=False).kept == 0
    assert agree(tiny.replace(caseworkers=()), "site_frequency", both=False).kept == 0


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(
        sites=SITES["both owe something"], sessions=(*SESSIONS[:2], *SESSIONS[4:]), clients=(client("c1"), client("c2"))
    )
    agree(tiny, "site_frequency", base=("one_invitation", "on_duty"), starts=[(540,), (780,), (540,), (540,)])


def fault_of(sites: tuple[Site, ...], *held: str) -> list[tuple[object, ...]]:
    found = violations("site_frequency", TINY.replace(sites=sites), [duty(name, "w1") for name in held])
    of_site = {"a": ("am", "pm", "day6", "day7"), "b": ("b0", "b1")}
    for violation in found:
        names = of_site[str(violation.facts["site"])]
        assert violation.witnesses == tuple(duty(name, "w1") for name in names if name in held)
    keys = "site", "fault", "found", "needed"
    return [(*(violation.facts[key] for key in keys), violation.excess) for violation in found]


def test_sessions_missing_and_sessions_too_many_count() -> None:
    assert fault_of(SITES["both owe something"], "b0") == [("a", "too_few", 0, 2, 2)]
    assert fault_of(SITES["exactly two and none"], "day6") == [("a", "too_few", 1, 2, 1)]
    assert fault_of(SITES["exactly two and none"], "am", "pm", "day7", "b0", "b1") == [
        ("a", "too_many", 3, 2, 1),
        ("b", "too_many", 2, 0, 2),
    ]


def test_days_by_which_two_outreach_days_are_too_close_count() -> None:
    assert fault_of(SITES["far apart"], "am", "pm", "day6", "day7") == [
        ("a", "too_close", 6, 8, 2),
        ("a", "too_close", 1, 8, 7),
    ]


def test_as_many_as_agreed_and_far_enough_apart_are_fine() -> None:
    assert not fault_of(SITES["at least one, at most two"], "am", "day6", "b0", "b1")
    assert not fault_of(SITES["a week apart"], "am", "pm", "day7", "b0", "b1")
    assert not fault_of(SITES["not in use"], "b0")
