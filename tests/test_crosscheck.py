"""What is allowed although it looks odd, and what a fault hides of the others: nothing but its consequences."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from outreach_optimizer.errors import InputError
from outreach_optimizer.files import read_instance

VALID = Path(__file__).parent / "valid_small.json"
Tree = dict[str, Any]


@pytest.fixture
def tree() -> Tree:
    loaded: Tree = json.loads(VALID.read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def problems_of(tmp_path: Path) -> Callable[[Tree], list[tuple[str, str]]]:
    def read(changed: Tree) -> list[tuple[str, str]]:
        path = tmp_path / "changed.json"
        path.write_text(json.dumps(changed), encoding="utf-8")
        try:
            read_instance(path)
        except InputError as error:
            return [(problem.code, problem.pointer) for problem in error.problems]
        return []

    return read


Problems = Callable[[Tree], list[tuple[str, str]]]


def test_odd_but_possible_instances_are_accepted(tree: Tree, problems_of: Problems) -> None:
    tree["clients"][1] |= {"caseworker": "w1", "continuity": "hard", "skills": ["debt"], "languages": ["ar"]}
    tree["clients"][2] |= {"slots": 40, "household": "alone", "due": "2026-01-01", "show_rate": 0}
    tree["posting_days"].append("2027-06-01")
    tree["sessions"][0]["breaks"].append({"start": "10:00", "end": "10:15"})
    tree["published"] += [
        {"client": "gone", "session": "gone", "caseworker": "gone", "start": "24:00", "notified": False}
    ]
    tree["sessions"].append(tree["sessions"][1] | {"id": "same-offer", "date": "2027-03-14"})
    tree["caseworkers"].append({"id": "idle", "office": "eisenach", "max_duties": 0})
    tree["sites"][0] |= {"status": "candidate", "min_sessions": 9}
    tree["rules"] |= {"max_sessions": 1, "max_travel_min": 5, "held_statuses": ["open", "planned"]}
    tree["pins"] = {}
    assert problems_of(tree) == []


def test_an_instance_may_be_empty(tree: Tree, problems_of: Problems) -> None:
    empty: Tree = {name: [] for name in ("offices", "sites", "sessions", "caseworkers", "clients")}
    assert problems_of({"name": "empty", "period": tree["period"], **empty}) == []


def test_published_appointments_stand_once(tree: Tree, problems_of: Problems) -> None:
    tree["published"] *= 2
    assert problems_of(tree) == [("entry_twice", "/published/1")]


def test_a_window_of_dates_must_meet_a_weekday(tree: Tree, problems_of: Problems) -> None:
    window = {"start": "08:00", "end": "12:00", "weekdays": ["sun"], "first": "2027-03-01", "last": "2027-03-07"}
    tree["caseworkers"][1]["windows"] = [window, window | {"last": "2027-03-06"}, window | {"weekdays": []}]
    tree["caseworkers"][1]["windows"].append({"start": "08:00", "end": "12:00", "weekdays": []})
    places = [f"/caseworkers/1/windows/{number}/weekdays" for number in (1, 2, 3)]
    assert problems_of(tree) == [("window_never", place) for place in places]


def test_every_date_lies_in_this_century(tree: Tree, problems_of: Problems) -> None:
    tree["sites"][0]["closures"].append("1027-03-12")
    tree["caseworkers"][0]["windows"][0] |= {"first": "1999-12-31", "last": "2101-01-01"}
    tree["caseworkers"][1]["absent"].append("9999-12-31")
    tree["clients"][0] |= {"due": "0001-01-01", "last_invitation": "0207-01-12"}
    assert problems_of(tree) == [
        ("year_implausible", "/sites/0/closures/1"),
        ("year_implausible", "/caseworkers/0/windows/0/first"),
        ("year_implausible", "/caseworkers/0/windows/0/last"),
        ("year_implausible", "/caseworkers/1/absent/1"),
        ("year_implausible", "/clients/0/due"),
        ("year_implausible", "/clients/0/last_invitation"),
    ]


def test_too_few_sessions_offered_are_not_counted_against_a_site_when_sessions_are_broken(
    tree: Tree, problems_of: Problems
) -> None:
    tree["sites"][1] |= {"min_sessions": 2}
    tree["sessions"][1]["site"] = "dermbch"
    assert problems_of(tree) == [("unknown_id", "/sessions/1/site")]
    tree["sessions"][1] |= {"site": "dermbach", "date": "soon"}
    assert problems_of(tree) == [("not_date", "/sessions/1/date")]


def test_pointers_count_the_members_that_were_cut_out(tree: Tree, problems_of: Problems) -> None:
    tree["clients"][0] = "c1"
    tree["clients"] += [{"id": 5, "home": "seebach"}, {"id": "c4", "home": "mars"}, {"id": "c2", "home": "seebach"}]
    tree["clients"][1]["windows"] = [{}, {"start": "10:00", "end": "09:00"}]
    assert problems_of(tree) == [
        ("not_object", "/clients/0"),
        ("missing", "/clients/1/windows/0/start"),
        ("missing", "/clients/1/windows/0/end"),
        ("end_before_start", "/clients/1/windows/1/end"),
        ("not_text", "/clients/3/id"),
        ("unknown_id", "/clients/4/home"),
        ("id_twice", "/clients/5/id"),
    ]


def test_the_other_place_counts_the_members_that_were_cut_out(tree: Tree, tmp_path: Path) -> None:
    tree["sites"] = [{}, *tree["sites"], tree["sites"][1]]
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_instance(path)
    assert raised.value.problems[-1].pointer == "/sites/3/id"
    assert raised.value.problems[-1].facts["other"] == "/sites/2/id"


def test_nothing_is_unknown_in_a_collection_that_is_broken_itself(tree: Tree, problems_of: Problems) -> None:
    tree["offices"] = {"eisenach": {}}
    del tree["places"][0]["id"]
    assert problems_of(tree) == [("missing", "/places/0/id"), ("not_list", "/offices")]


def test_a_broken_period_hides_only_what_depends_on_it(tree: Tree, problems_of: Problems) -> None:
    tree["period"]["start"] = "March"
    tree["clients"][0]["caseworker"] = "w9"
    tree["clients"][2]["last_invitation"] = "2028-01-12"
    assert problems_of(tree) == [("not_date", "/period/start"), ("unknown_id", "/clients/0/caseworker")]


def test_a_broken_number_in_a_table_does_not_make_the_table_misshapen(tree: Tree, problems_of: Problems) -> None:
    table = tree["travel"]["tables"][0]
    tree["travel"]["tables"] = [
        table | {"origins": ["seebach", 5]},
        table | {"min": [[1, "2"], [3, 4]]},
        table | {"km": [[1, "2"], [3, 4]], "min": [[1, 2]]},
    ]
    assert problems_of(tree) == [
        ("not_text", "/travel/tables/0/origins/1"),
        ("not_number", "/travel/tables/1/min/0/1"),
        ("table_rows", "/travel/tables/2/min"),
        ("not_number", "/travel/tables/2/km/0/1"),
    ]


def test_only_limits_that_exist_are_named(tree: Tree, problems_of: Problems) -> None:
    tree["sites"][0] |= {"min_sessions": -1, "min_crew": 51}
    tree["caseworkers"][0]["windows"] = [{"start": -5, "end": 1441}]
    tree["rules"]["holiday_state"] = "Thüringen"
    tree["clients"][0]["household"] = "?"
    assert problems_of(tree) == [
        ("too_small", "/sites/0/min_sessions"),
        ("out_of_range", "/sites/0/min_crew"),
        ("not_clock", "/caseworkers/0/windows/0/start"),
        ("not_clock", "/caseworkers/0/windows/0/end"),
        ("not_a_word", "/clients/0/household"),
        ("not_a_state", "/rules/holiday_state"),
    ]


def test_keys_with_slashes_and_tildes_are_escaped_in_pointers(tree: Tree, problems_of: Problems) -> None:
    tree["rules"] |= {"a/b": 1, "c~d": 2, "line\nbreak": 3, "\ud800": 4}
    places = ["/rules/a~1b", "/rules/c~0d", "/rules/line\\nbreak"]
    found = problems_of(tree)
    assert [place for code, place in found if code == "unknown_field"][:3] == places
    assert ("broken_character", "/rules/\\ud800") in found


def test_a_template_that_admits_nobody_matters_only_where_it_is_used(tree: Tree, problems_of: Problems) -> None:
    tree["pins"] = {}
    tree["rules"] |= {"template": [0, 0]}
    tree["sites"][0] |= {"template": [0]}
    assert problems_of(tree) == []
    tree["rules"] |= {"overbooking": "slots"}
    assert problems_of(tree) == [("template_empty", "/sites/0/template"), ("template_empty", "/rules/template")]
    tree["sites"][0] |= {"template": [0, 1]}
    tree["sites"][1] |= {"overbooking": "session"}
    assert problems_of(tree) == []
    tree["rules"] |= {"overbooking": "session"}
    tree["sites"][1] |= {"overbooking": "slots"}
    assert problems_of(tree) == [("template_empty", "/rules/template")]
    tree["rules"] |= {"template": [0, 0, 1]}
    assert problems_of(tree) == []


def test_effects_on_rates_may_find_nobody_whom_they_move(tree: Tree, problems_of: Problems) -> None:
    tree["attendance"] = {"reminder": 0.565, "no_car_factor": 1, "lead_per_week": 0.2}
    tree["posting_days"] = []
    tree["clients"][0] |= {"show_rate": 0, "reminder": True}
    assert problems_of(tree) == []
