"""What is to be expected of a session, in words and as a document, on numbers worked out by hand."""

import json

import pytest

from outreach_optimizer.outlook import Outlook, outlooks
from outreach_optimizer.outputs.expectations import (
    attendance_facts,
    crowding_facts,
    filled,
    mean_wait_min,
    session_documents,
)
from outreach_optimizer.texts import Lang, load
from overbooked import PLAN, overbooked
from tiny import plan


@pytest.fixture
def am() -> Outlook:
    return next(iter(outlooks(overbooked(), PLAN)))


@pytest.mark.parametrize(
    ("lang", "coming", "crowding"),
    [
        (
            "de",
            ["es kommen 1,7 (90 %: 0–3)", "Leerlauf 28 min"],
            ["Risiko 60,0 % (Grenze 7,5 %)", "Warten 17, längstes 24 min", "Überzeit 10 min"],
        ),
        (
            "en",
            ["1.7 expected (90 %: 0–3)", "idle 28 min"],
            ["risk 60.0 % (limit 7.5 %)", "waiting 17, longest 24 min", "overtime 10 min"],
        ),
    ],
)
def test_a_session_is_told_in_few_words(am: Outlook, lang: Lang, coming: list[str], crowding: list[str]) -> None:
    assert list(attendance_facts(am, load(lang))) == coming
    assert list(crowding_facts(am, 0.075, load(lang))) == crowding


def test_the_longest_wait_can_be_left_out(am: Outlook) -> None:
    assert list(crowding_facts(am, 0.05, load("en"), longest=False))[1] == "waiting 17 min"


def test_where_nothing_is_overbooked_there_is_no_risk_and_no_waiting() -> None:
    _, pm = outlooks(overbooked(), PLAN)
    assert list(attendance_facts(pm, load("en"))) == ["2.7 expected (90 %: 2–3)", "idle 78 min"]
    assert list(crowding_facts(pm, 0.05, load("en"))) == []


def test_a_range_of_one_number_is_that_number(am: Outlook) -> None:
    assert next(attendance_facts(am._replace(low=2, high=2), load("en"))) == "1.7 expected (90 %: 2)"


def test_nobody_who_comes_waits_for_nothing(am: Outlook) -> None:
    assert mean_wait_min(am._replace(shows=0.0, wait_min=0.0)) == 0


@pytest.mark.parametrize(
    ("width", "lines"), [(11, ["ab · cd · e"]), (10, ["ab · cd", "e"]), (6, ["ab", "cd · e"]), (1, ["ab", "cd", "e"])]
)
def test_facts_fill_lines_and_stay_in_one_piece(width: int, lines: list[str]) -> None:
    assert list(filled(["ab", "cd", "e"], width)) == lines
    assert list(filled([], width)) == []


def test_the_document_lists_every_session_with_a_crew() -> None:
    found = session_documents(overbooked(), PLAN)
    assert json.loads(json.dumps(found)) == found
    assert found == [
        {
            "id": "am",
            "invited": 3,
            "expected_shows": pytest.approx(1.7),
            "range": [0, 3],
            "risk": pytest.approx(0.6),
            "idle_min": pytest.approx(27.6),
            "wait_min": pytest.approx(28.8),
            "mean_wait_min": pytest.approx(28.8 / 1.7),
            "longest_wait_min": pytest.approx(24),
            "overtime_min": pytest.approx(9.6),
        },
        {
            "id": "pm",
            "invited": 3,
            "expected_shows": pytest.approx(2.7),
            "range": [2, 3],
            "risk": None,
            "idle_min": pytest.approx(78),
            "wait_min": 0,
            "mean_wait_min": 0,
            "longest_wait_min": 0,
            "overtime_min": 0,
        },
    ]
    assert session_documents(overbooked(), plan("", "a-am-w1-09:00")) == []
