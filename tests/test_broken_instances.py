"""Instance files with faults: each fault is told with its place, the value found and what is allowed."""

import datetime as dt
from pathlib import Path

import pytest

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.files import read_instance
from outreach_optimizer.texts import load

FOLDER = Path(__file__).parent / "broken"
FAULTS = {
    "attendance-unknown-effect": [("unknown_field", "/attendance/travel_per_minute", "0.01")],
    "boolean-in-quotes": [("not_boolean", "/sites/0/barrier_free", '"yes"')],
    "break-ends-before-it-starts": [("end_before_start", "/sessions/0/breaks/0/end", '"12:00"')],
    "break-outside-session": [("break_outside", "/sessions/0/breaks/0", '"15:00-15:30"')],
    "breaks-overlap": [("break_overlap", "/sessions/0/breaks/1", '"12:15-13:00"')],
    "broken-character": [("broken_character", "/places/0/name", '"See\\ud800bach"')],
    "budget-below-agreed": [("budget_below_agreed", "/rules/max_sessions", "0")],
    "client-id-twice": [("id_twice", "/clients/1/id", '"c1"')],
    "client-pinned-twice": [("client_pinned_twice", "/pins/appointments/1/client", '"c1"')],
    "clock-after-midnight": [("not_clock", "/caseworkers/0/windows/0/end", '"25:00"')],
    "clock-with-oclock": [("not_clock", "/sessions/0/start", '"9 Uhr"')],
    "comment": [("json_syntax", "", '"// minutes"')],
    "continuity-without-caseworker": [("caseworker_missing", "/clients/0/caseworker", None)],
    "date-that-does-not-exist": [("not_date", "/sites/0/closures/0", '"2027-02-29"')],
    "decimal-comma": [("json_syntax", "", '"98, \\"lon\\": 10.32}"')],
    "duty-pinned-twice": [("entry_twice", "/pins/duties/1", None)],
    "effect-too-strong": [("out_of_range", "/attendance/travel_per_min", "0.5")],
    "empty": [("file_empty", "", None)],
    "field-of-a-person": [("unknown_field", "/clients/1/street", '"?"')],
    "fraction-for-integer": [("not_integer", "/sites/1/min_sessions", "1.5")],
    "german-date": [("not_date", "/sessions/1/date", '"04.03.2027"')],
    "home-is-a-number": [("not_a_home", "/clients/1/home", "36419")],
    "home-without-longitude": [("missing", "/clients/2/home/lon", None)],
    "huge-number": [("not_integer", "/slot_min", "Infinity")],
    "id-with-blank": [("not_an_id", "/offices/0/id", '"eisenach nord"')],
    "infinite-number": [("not_finite", "/rules/max_travel_min", "Infinity")],
    "is-a-plan": [("is_plan", "", None)],
    "is-geojson": [("is_boundaries", "", None)],
    "key-twice": [("key_twice", "/slot_min", None)],
    "last-invitation-after-period": [("invitation_after_period", "/clients/2/last_invitation", '"2027-12-01"')],
    "lead-too-short": [("lead_too_short", "/rules/max_lead_days", "10")],
    "many-faults": [
        ("not_date", "/posting_days/0", '"2027-02-30"'),
        ("outside_germany", "/places/0/lat", '{"lat": 10.44, "lon": 50.92}'),
        ("not_text", "/sites/0/name", "5"),
        ("unknown_field", "/sites/1/min_sesions", "1"),
        ("not_date", "/sessions/1/date", '"4.3."'),
        ("unknown_id", "/sessions/2/site", '"treffurt"'),
        ("session_date", "/sessions/2/date", '"2027-04-11"'),
        ("unknown_id", "/caseworkers/1/office", '"gotha"'),
        ("not_a_choice", "/clients/1/mode", '"plane"'),
        ("end_before_start", "/clients/1/windows/0/end", '"09:00"'),
        ("missing", "/clients/2/home/lon", None),
        ("not_integer", "/rules/min_crew", "2.5"),
        ("key_twice", "/rules/holiday_state", None),
        ("not_a_state", "/rules/holiday_state", '"XX"'),
        ("unknown_id", "/pins/duties/0/caseworker", '"w3"'),
    ],
    "minimum-above-maximum": [("minimum_above_maximum", "/sites/1/min_sessions", "3")],
    "minimum-above-offer": [("minimum_above_offer", "/sites/1/min_sessions", "3")],
    "missing-collection": [("missing", "/offices", None)],
    "missing-field": [("missing", "/clients/0/home", None)],
    "misspelled-field": [("unknown_field", "/clients/0/caseworkr", '"w1"')],
    "name-too-long": [("text_length", "/places/0/name", '"' + "Seebach " * 9 + "Seebac…")],
    "negative-travel-time": [("out_of_range", "/travel/tables/0/min/0/0", "-15")],
    "nested-too-deeply": [("too_deep", "", None)],
    "newer-version": [("version_newer", "/version", "2")],
    "not-json-at-all": [("json_syntax", "", '"id;name;lat;lon"')],
    "null-for-list": [("not_list", "/caseworkers/0/windows", "null")],
    "number-in-quotes": [("not_integer", "/slot_min", '"30"')],
    "number-out-of-range": [("out_of_range", "/rules/min_crew", "0")],
    "office-at-sea": [("outside_germany", "/offices/0/lon", '{"lat": 50.98, "lon": 1.32}')],
    "overbooking-unknown": [("not_a_choice", "/rules/overbooking", '"double"')],
    "period-ends-before-it-starts": [("period_end", "/period/end", '"2027-02-15"')],
    "period-of-ten-years": [("period_too_long", "/period/end", '"2037-03-15"')],
    "pin-contradicts-rule": [
        (
            "pins_contradict_rule",
            "/pins/duties/0",
            {"caseworker": "w2", "date": dt.date(2027, 3, 11), "found": "07:43-13:17", "needed": "-"},
        )
    ],
    "risk-too-large": [("out_of_range", "/rules/overflow_risk", "0.5")],
    "session-ends-before-it-starts": [("end_before_start", "/sessions/1/end", '"09:00"')],
    "session-outside-period": [("session_date", "/sessions/1/date", '"2027-03-15"')],
    "session-shorter-than-a-slot": [("session_short", "/sessions/1/end", '"09:00-09:20"')],
    "show-rate-in-percent": [("out_of_range", "/clients/1/show_rate", "65")],
    "site-in-austria": [("outside_germany", "/sites/0/lat", '{"lat": 47.07, "lon": 15.43}')],
    "something-after-the-end": [("json_extra", "", '"{}"')],
    "swapped-coordinates": [("outside_germany", "/sites/0/lat", '{"lat": 10.39, "lon": 50.95}')],
    "table-by-bus-for-caseworkers": [("table_mode", "/travel/tables/0/mode", '"transit"')],
    "table-km-of-another-shape": [
        ("table_rows", "/travel/tables/0/km", "3"),
        ("table_columns", "/travel/tables/0/km/0", "1"),
    ],
    "table-lacks-a-column": [("table_columns", "/travel/tables/0/min/1", "1")],
    "table-lacks-a-row": [("table_rows", "/travel/tables/0/min", "1")],
    "table-origin-twice": [("id_twice", "/travel/tables/0/origins/1", '"geisa"')],
    "template-negative": [("out_of_range", "/rules/template/1", "-1")],
    "template-of-nobody": [("template_empty", "/sites/0/template", "[0, 0]")],
    "template-without-numbers": [("list_length", "/sites/0/template", "[]")],
    "text-for-object": [("not_object", "/rules", '"strict"')],
    "top-is-a-list": [("top_not_object", "", "[]")],
    "trailing-comma": [("json_syntax", "", '"],"')],
    "truncated": [("json_truncated", "", None)],
    "typographic-quotes": [("json_syntax", "", '"„Seebach“, \\"lat\\": 50.92, \\"lon\\": 10.44},"')],
    "unknown-federal-state": [("not_a_state", "/rules/holiday_state", '"TG"')],
    "unknown-format": [("not_a_choice", "/format", '"outreach-instances"')],
    "unknown-home": [("unknown_id", "/clients/1/home", '"Geisa"')],
    "unknown-ids-in-pins": [
        ("unknown_id", "/pins/duties/0/session", '"wutha-0301"'),
        ("unknown_id", "/pins/duties/0/caseworker", '"w7"'),
        ("unknown_id", "/pins/appointments/0/client", '"k1"'),
    ],
    "unknown-ids-in-travel-table": [
        ("unknown_id", "/travel/tables/0/origins/1", '"kaltensundheim"'),
        ("unknown_id", "/travel/tables/0/sites/1", '"treffurt"'),
    ],
    "unknown-mode": [("not_a_choice", "/clients/1/mode", '"bus"')],
    "unknown-office": [("unknown_id", "/caseworkers/1/office", '"gotha"')],
    "unknown-own-caseworker": [("unknown_id", "/clients/0/caseworker", '"w9"')],
    "unknown-site": [("unknown_id", "/sessions/0/site", '"wuhta"')],
    "utf-16": [("not_utf8", "", "0xFF")],
    "wait-negative": [("out_of_range", "/rules/max_wait_min", "-1")],
    "window-dates-swapped": [("window_dates", "/caseworkers/0/windows/0/last", '"2027-03-02"')],
    "window-ends-before-it-starts": [("end_before_start", "/caseworkers/0/windows/0/end", '"07:00"')],
    "window-without-a-day": [("window_never", "/clients/1/windows/0/weekdays", '["sun"]')],
    "windows-1252": [("not_utf8", "", "0xF6")],
    "year-with-typo": [("year_implausible", "/posting_days/0", '"0227-02-15"')],
}
"""By file: code, JSON pointer and value found of every problem, in the order of the file."""
HINTS = {
    "trailing-comma": "trailing_comma",
    "decimal-comma": "decimal_comma",
    "typographic-quotes": "quotes",
    "comment": "comment",
    "utf-16": "utf16",
    "windows-1252": "windows1252",
    "is-a-plan": "needs_instance",
    "is-geojson": "needs_instance",
    "misspelled-field": "did_you_mean",
    "attendance-unknown-effect": "did_you_mean",
    "unknown-site": "did_you_mean",
    "unknown-home": "did_you_mean",
    "swapped-coordinates": "swapped",
}
ENGLISH_OF_PYDANTIC = ("Input should", "Field required", "Extra inputs", "String should", "Value error", "Traceback")


def problems_of(name: str) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as raised:
        read_instance(FOLDER / f"{name}.json")
    return raised.value.problems


def test_every_broken_file_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_found_where_it_is(name: str) -> None:
    problems = problems_of(name)
    assert [(problem.code, problem.pointer, problem.found) for problem in problems] == FAULTS[name]
    assert {problem.file for problem in problems} == {str(FOLDER / f"{name}.json")}


@pytest.mark.parametrize("name", FAULTS)
def test_sentences_name_file_place_value_and_what_is_allowed(name: str) -> None:
    for problem in problems_of(name):
        german, english = (load(lang).problem_text(problem) for lang in ("de", "en"))
        assert german != english
        for text, lang in ((german, "de"), (english, "en")):
            assert text.startswith(f"{problem.file}, {problem.pointer}: " if problem.pointer else f"{problem.file}: ")
            assert "\n" not in text
            assert not any(words in text for words in ENGLISH_OF_PYDANTIC)
            if isinstance(problem.found, str):
                assert " ".join(problem.found.split()) in text
            for fact in ("allowed", "least", "most", "needed", "first", "last", "start", "until", "other", "agreed"):
                if fact in problem.facts:
                    assert load(lang).text(problem.facts[fact]) in text


@pytest.mark.parametrize(("name", "hint"), HINTS.items())
def test_the_usual_reason_is_guessed(name: str, hint: str) -> None:
    (problem,) = problems_of(name)
    assert problem.facts["hint"] == hint
    assert " Vielleicht " in load("de").problem_text(problem)
    assert " Maybe " in load("en").problem_text(problem)


def test_a_pin_that_contradicts_a_rule_is_explained_by_the_sentence_of_the_rule() -> None:
    (problem,) = problems_of("pin-contradicts-rule")
    assert (
        load("de").problem_text(problem).endswith("Fachkraft w2 ist am 11.03.2027, 07:43-13:17, unterwegs; möglich: -.")
    )


def test_what_is_only_a_consequence_of_another_fault_is_not_told() -> None:
    told = {problem.pointer for problem in problems_of("many-faults")}
    # The site and the session are broken themselves, so nobody complains that they are unknown.
    assert not told & {
        "/sessions/0/site",
        "/pins/duties/0/session",
        "/pins/appointments/0/client",
        "/travel/tables/0/sites/0",
    }
