"""What a study file may say, and that all its mistakes are told with their places."""

import json
from pathlib import Path
from typing import get_args

import pytest

from outreach_optimizer.errors import InputError
from outreach_optimizer.files import read_study
from outreach_optimizer.kpis import kpis
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.schema import study_schema_text
from outreach_optimizer.study.design import size
from outreach_optimizer.study.spec import FactorName, Factors, Layout, MeasureName
from outreach_optimizer.texts import load
from studies import Tree
from villages import helped

SHIPPED = Path(__file__).parents[2] / "instances" / "study.json"
SCENARIO = {"id": "late", "title": "Late", "measures": {}}


def problems(tmp_path: Path, tree: Tree) -> dict[str, str]:
    """Codes of the problems of a study, by pointer."""
    path = tmp_path / "study.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_study(path)
    assert all(load("de").problem_text(problem) for problem in caught.value.problems)
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    return {problem.pointer: problem.code for problem in caught.value.problems}


def test_the_shipped_study_can_be_run() -> None:
    assert size(read_study(SHIPPED)) == 48


def test_one_factor_is_a_study(tmp_path: Path) -> None:
    path = tmp_path / "study.json"
    path.write_text('{"factors": {"blocked": [0, 0.3]}}', encoding="utf-8")
    spec = read_study(path)
    assert (size(spec), spec.factors.preset, spec.page.x) == (20, ("month",), None)


@pytest.mark.parametrize(
    ("written", "seeds"),
    [
        ("3", (3,)),
        ("1-4", (1, 2, 3, 4)),
        ("7, 1-2", (7, 1, 2)),
        ([5, 0], (5, 0)),
    ],
)
def test_seeds_are_a_text_or_a_list(tmp_path: Path, written: object, seeds: tuple[int, ...]) -> None:
    path = tmp_path / "study.json"
    path.write_text(json.dumps({"seeds": written}), encoding="utf-8")
    assert read_study(path).seeds == seeds


@pytest.mark.parametrize(
    "written", ["", "1-", "-3", "2-1", "1,1", "a", "1-5000", "1-99999999999", 7, None, {"from": 1}]
)
def test_what_is_no_seeds_is_told(tmp_path: Path, written: object) -> None:
    assert problems(tmp_path, {"seeds": written}) == {"/seeds": "not_seeds"}


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({"factors": {"blocked": []}}, {"/factors/blocked": "list_length"}),
        ({"factors": {"rooms": [1]}}, {"/factors/rooms": "unknown_field"}),
        (
            {"factors": {"clients": [0, "many"]}},
            {"/factors/clients/0": "out_of_range", "/factors/clients/1": "not_integer"},
        ),
        ({"factors": {"preset": ["region"]}}, {"/factors/preset/0": "not_a_choice"}),
        ({"factors": {"load": [1, 1.2, 1]}}, {"/factors/load/2": "entry_twice"}),
        ({"seeds": [1, -1, 2.5]}, {"/seeds/1": "out_of_range", "/seeds/2": "not_integer"}),
        ({"seeds": [1, 2, 1]}, {"/seeds/2": "entry_twice"}),
        ({"page": {"measures": ["profit"]}}, {"/page/measures/0": "not_a_choice"}),
        ({"page": {"measures": ["gap", "gap"]}}, {"/page/measures/1": "entry_twice"}),
        ({"page": {"x": "clients"}}, {"/page/x": "axis_unvaried"}),
        ({"page": {"x": "blocked", "rows": "blocked"}, "factors": {"blocked": [0, 1]}}, {"/page/rows": "entry_twice"}),
        ({"page": {"color": "days"}, "factors": {"days": [*range(7, 14)]}}, {"/page/color": "axis_levels"}),
        (
            {"factors": {"days": [*range(7, 37)], "clients": [*range(1, 31)]}, "seeds": "1-50"},
            {"/factors": "too_many_runs"},
        ),
        ({"seeds": "1", "scenarios": {"scenarios": [SCENARIO, SCENARIO]}}, {"/scenarios/scenarios/1/id": "id_twice"}),
        (
            {"seeds": "1", "scenarios": {"scenarios": [SCENARIO | {"id": "today"}]}},
            {"/scenarios/scenarios/0/id": "id_twice"},
        ),
        (
            {"seeds": "1", "scenarios": {"scenarios": [SCENARIO | {"measures": {"same_caseworker_days": True}}]}},
            {"/scenarios/scenarios/0/measures/same_caseworker_days": "batch_needs_compare"},
        ),
        ({"scenarios": {}, "scenario_file": "other.json"}, {"/scenario_file": "scenarios_twice"}),
        ({"factors": {}, "format": "outreach-instance"}, {"": "is_instance"}),
        ({"scenarios": []}, {"": "is_scenarios"}),
    ],
)
def test_every_mistake_is_told_with_its_place(tmp_path: Path, tree: Tree, found: dict[str, str]) -> None:
    assert problems(tmp_path, tree) == found


def test_mistakes_of_structure_and_of_sense_are_told_together(tmp_path: Path) -> None:
    tree = {"factors": {"load": [1, 1], "days": ["x"]}, "seeds": "no", "page": {"x": "sites"}, "time_limit_s": 0}
    told = problems(tmp_path, tree)
    assert set(told) == {"/factors/load/1", "/factors/days/0", "/seeds", "/page/x", "/time_limit_s"}


def test_scenarios_of_another_file_are_read_from_beside_the_study(tmp_path: Path) -> None:
    path = tmp_path / "study.json"
    tree = {"scenario_file": "own/scenarios.json", "page": {"x": "scenario"}, "seeds": [1]}
    path.write_text(json.dumps(tree), encoding="utf-8")
    other = tmp_path / "own" / "scenarios.json"
    other.parent.mkdir()
    other.write_text(json.dumps({"scenarios": [SCENARIO]}), encoding="utf-8")
    assert size(read_study(path)) == 2
    other.write_text(json.dumps({"scenarios": [SCENARIO, SCENARIO]}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_study(path)
    assert [(p.file, p.pointer) for p in caught.value.problems] == [(str(other), "/scenarios/1/id")]
    other.write_text(json.dumps({"scenarios": []}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_study(path)
    assert [(p.file, p.pointer) for p in caught.value.problems] == [(str(path), "/page/x")]


def test_the_schema_has_a_sentence_for_every_field() -> None:
    schema = json.loads(study_schema_text())
    for definition in ("Factors", "Layout"):
        assert all(field["description"] for field in schema["$defs"][definition]["properties"].values())


def test_every_factor_and_every_key_figure_has_a_name() -> None:
    factors = {*Factors.model_fields, "scenario"}
    assert factors == set(get_args(FactorName))
    measures = set(get_args(MeasureName))
    figures = set(kpis(helped(), Schedule(duties=[], appointments=[])))
    assert measures == figures | {"objective_min", "gap", "seconds"}
    for lang in ("de", "en"):
        texts = load("de" if lang == "de" else "en")
        assert all(texts.has(f"study.{group}.{name}") for group in ("factor", "meaning") for name in factors)
    assert set(Layout().measures) <= measures
