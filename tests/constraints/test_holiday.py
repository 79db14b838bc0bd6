"""`holiday`: said and encoded alike.

Base ``on_duty`` where there are clients: a booking of somebody who cannot be on duty has no literal.
"""

import pytest

from agreement import agree
from by_hand import duty, violations
from outreach_optimizer.instance import Period
from outreach_optimizer.limits import Rules
from tiny import MONDAY, caseworker, client, day, instance, session, site

ASCENSION, CORPUS_CHRISTI, CHILDREN, NEW_YEAR = day(24), day(45), day(161), day(264)
DATES = {"plain": 0, "closure": 1, "ascension": 24, "corpus": 45, "children": 161, "newyear": 264}
TINY = instance(
    period=Period(start=MONDAY, end=day(300)),
    sites=(site("rhoen", keeps_corpus_christi=True, closures=(day(1),)), site("plain")),
    sessions=tuple(
        session(f"{at}-{name}", at, on=number) for at in ("rhoen", "plain") for name, number in DATES.items()
    ),
    caseworkers=(caseworker("w1"),),
)


@pytest.mark.parametrize("state", ["TH", "BY", "SN"])
def test_both_files_agree_over_sites_dates_and_states(state: str) -> None:
    agree(TINY.replace(rules=Rules(holiday_state=state)), "holiday")


def test_both_files_agree_over_caseworkers() -> None:
    names = "rhoen-corpus", "plain-corpus", "plain-children", "rhoen-plain"
    sessions = tuple(place for place in TINY.sessions if place.id in names)
    agree(TINY.replace(sessions=sessions, caseworkers=(caseworker("w1"), caseworker("w2"))), "holiday")


def test_both_files_agree_when_clients_are_invited() -> None:
    tiny = TINY.replace(sessions=TINY.sessions[:2], clients=(client("c1"), client("c2")))
    agree(tiny, "holiday", base=("one_invitation", "on_duty"))


@pytest.mark.parametrize(
    ("at", "name", "holiday"),
    [
        ("plain", "ascension", "Christi Himmelfahrt"),
        ("plain", "children", "Weltkindertag"),
        ("plain", "newyear", "Neujahr"),
        ("rhoen", "corpus", "-"),
        ("rhoen", "closure", "-"),
    ],
)
def test_a_session_on_a_closed_day_counts_one(at: str, name: str, holiday: str) -> None:
    crew = (duty(f"{at}-{name}", "w1"),)
    (found,) = violations("holiday", TINY, crew)
    assert found.facts == {"session": f"{at}-{name}", "site": at, "date": day(DATES[name]), "holiday": holiday}
    assert found.excess == 1
    assert found.witnesses == crew


def test_the_dates_are_what_the_tests_take_them_for() -> None:
    assert [date.isoformat() for date in (ASCENSION, CORPUS_CHRISTI, CHILDREN, NEW_YEAR)] == [
        "2027-05-06",
        "2027-05-27",
        "2027-09-20",
        "2028-01-01",
    ]


def test_what_is_closed_elsewhere_is_fine() -> None:
    held = [duty(name, "w1") for name in ("rhoen-plain", "plain-plain", "plain-closure", "plain-corpus")]
    assert not violations("holiday", TINY, held)
