import json
from collections.abc import Callable
from pathlib import Path

import pytest

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.files import read_instance, read_scenarios
from outreach_optimizer.generate import dump_instance
from villages import helped, session

GOOD = {
    "format": "outreach-scenarios",
    "version": 1,
    "scenarios": [{"id": "open", "title": "Ruhla opens", "measures": {"open": ["ruhla"]}}],
}


@pytest.fixture
def problems(tmp_path: Path) -> Callable[[object], list[Problem]]:
    def read(tree: object) -> list[Problem]:
        path = tmp_path / "scenarios.json"
        path.write_text(tree if isinstance(tree, str) else json.dumps(tree), encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_scenarios(path, helped())
        assert all(problem.file == str(path) for problem in caught.value.problems)
        return list(caught.value.problems)

    return read


def scenario(**fields: object) -> dict[str, object]:
    return {"scenarios": [{"id": "a", "title": "A", **fields}]}


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    file, sha256 = read_scenarios(path, helped())
    assert file.scenarios[0].measures.open == ("ruhla",)
    assert len(sha256) == 64


def test_all_faults_are_told_at_once_with_their_place(problems: Callable[[object], list[Problem]]) -> None:
    found = problems(
        {
            "comon": {},
            "scenarios": [
                {"id": "a", "title": "A", "measures": {"open": ["rula"], "staff": [{"caseworker": "w7"}]}},
                {"id": "a", "title": "B", "conditions": {"travel_factor": 9}},
            ],
        }
    )
    assert [(problem.code, problem.pointer) for problem in found] == [
        ("unknown_field", "/comon"),
        ("unknown_id", "/scenarios/0/measures/open/0"),
        ("unknown_id", "/scenarios/0/measures/staff/0/caseworker"),
        ("id_twice", "/scenarios/1/id"),
        ("out_of_range", "/scenarios/1/conditions/travel_factor"),
    ]
    assert found[0].facts["suggestion"] == "common"


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"measures": {"close": ["rula"]}}, "unknown_id", "/scenarios/0/measures/close/0"),
        ({"measures": {"days": [{"site": "x"}]}}, "unknown_id", "/scenarios/0/measures/days/0/site"),
        (
            {"measures": {"rooms_like": [{"site": "ruhla", "like": "x"}]}},
            "unknown_id",
            "/scenarios/0/measures/rooms_like/0/like",
        ),
        ({"measures": {"remove_sessions": ["x"]}}, "unknown_id", "/scenarios/0/measures/remove_sessions/0"),
        ({"measures": {"remove_caseworkers": ["x"]}}, "unknown_id", "/scenarios/0/measures/remove_caseworkers/0"),
        (
            {"conditions": {"demand": [{"factor": 2, "municipality": "Rula"}]}},
            "unknown_id",
            "/scenarios/0/conditions/demand/0/municipality",
        ),
        ({"measures": {"add_sessions": [session("wutha", 1)]}}, "id_twice", "/scenarios/0"),
        (
            {"measures": {"days": [{"site": "wutha", "at_least": 9, "at_most": 9}]}},
            "minimum_above_offer",
            "/scenarios/0",
        ),
        ({"id": "today"}, "id_twice", "/scenarios/0/id"),
        ({"measures": {"rules": {"min_crew": 0}}}, "out_of_range", "/scenarios/0/measures/rules/min_crew"),
    ],
)
def test_each_fault_is_told_where_it_stands(
    problems: Callable[[object], list[Problem]], fields: dict[str, object], code: str, pointer: str
) -> None:
    assert [(problem.code, problem.pointer) for problem in problems(scenario(**fields))] == [(code, pointer)]


def test_a_fault_of_what_is_common_is_told_once(problems: Callable[[object], list[Problem]]) -> None:
    site = {"id": "wutha", "name": "Again", "lat": 50.9, "lon": 10.3}
    found = problems({"common": {"new_sites": [site]}, **scenario()})
    assert [(problem.code, problem.pointer) for problem in found] == [("id_twice", "/common")]


def test_another_file_is_recognized(problems: Callable[[object], list[Problem]]) -> None:
    assert [problem.code for problem in problems(dump_instance(helped()))] == ["is_instance"]


def test_scenarios_are_not_taken_for_an_instance(tmp_path: Path) -> None:
    path = tmp_path / "scenarios.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    with pytest.raises(InputError, match="is_scenarios"):
        read_instance(path)


def test_the_shipped_scenarios_fit_the_shipped_month() -> None:
    instances = Path(__file__).parents[2] / "instances"
    file, _ = read_scenarios(instances / "scenarios.json", read_instance(instances / "month.json"))
    assert [scenario.id for scenario in file.scenarios] == ["one-day-in-ruhla", "vacha", "more-people-fewer-shows"]
