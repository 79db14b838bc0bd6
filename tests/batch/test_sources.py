import json
import os
from pathlib import Path, PurePath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from batches import small
from outreach_optimizer.batch.sources import Source, Way, _names, count_of, sources_of, tasks_of
from outreach_optimizer.batch.task import Order, Settled, Task
from outreach_optimizer.errors import InputError
from outreach_optimizer.scenarios.scenario import ScenarioFile

WAY = Way(None, 20, 0)
SCENARIOS = ScenarioFile.model_validate(
    {
        "scenarios": [
            {"id": "far", "title": "Far", "measures": {"rules": {"max_travel_min": 90}}},
            {"id": "same", "title": "Same staff", "measures": {"same_caseworker_days": True}},
        ]
    }
)


@pytest.fixture
def months(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all sorts of things in it; names below are seen from its parent."""
    folder = tmp_path / "months"
    for name in ("jan.json", "feb.json", "north/JAN.json", "north/deep/mar.json", "old.searches/abc.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(small(len(name)), encoding="utf-8")
    for name in (
        "jan.plan.json",
        "notes.txt",
        ".hidden.json",
        ".git/x.json",
        "done/journal.jsonl",
        "done/plans/j.json",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}", encoding="utf-8")
    (folder / "folder.json").mkdir()
    (folder / "folder.json" / "inside.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def found(*words: str, results: str = "out") -> list[str]:
    return [source.path.as_posix() for source in sources_of(map(Path, words), Path(results))]


def test_a_folder_is_searched_through_but_for_what_is_no_instance(months: Path) -> None:
    everything = ["feb.json", "folder.json", "jan.json", "north/JAN.json", "north/deep/mar.json"]
    assert found("months") == [f"months/{name}" for name in everything]
    assert found(str(months)) == [(months / name).as_posix() for name in everything]
    assert found("months", results="months/north") == [f"months/{name}" for name in everything[:3]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["months/*.json"], ["months/feb.json", "months/folder.json", "months/jan.json"]),
        (["months/**/*.json"], ["months/feb.json", "months/folder.json", "months/jan.json"]),
        (["months/?an.json", "months/jan.json", "./months/../months/jan.json"], ["months/jan.json"]),
        (["months/nor*"], ["months/north/JAN.json", "months/north/deep/mar.json"]),
        (["months/jan.json", "months/notes.txt"], ["months/jan.json", "months/notes.txt"]),
    ],
)
def test_files_and_patterns_are_found_once(months: Path, words: list[str], expected: list[str]) -> None:
    assert months.is_dir()
    assert [name for name in found(*words) if name in expected] == expected
    assert len(found(*words)) == len(set(found(*words)))


def test_what_leads_nowhere_has_a_row_of_its_own(months: Path) -> None:
    (months / "empty").mkdir()
    (months / "broken.json").symlink_to(months / "nowhere")
    words = ["months/missing.json", "months/*.jsn", "months/empty", "months/broken.json", "months/folder.json"]
    settled = list(tasks_of(sources_of(map(Path, words), Path("out")), WAY))
    assert all(isinstance(one, Settled) and one.outcome.status == "INVALID" for one in settled)
    codes = [one.outcome.faults[0].code for one in settled if isinstance(one, Settled)]
    assert codes == ["file_missing", "batch_no_match", "batch_nothing", "file_missing", "file_is_folder"]


def test_special_and_huge_files_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.json")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(101 * 2**20)
    (tmp_path / "latin.json").write_bytes('{"name": "Bücher"}'.encode("latin-1"))
    (tmp_path / "none.json").write_bytes(b"")
    settled = list(tasks_of(sources_of([tmp_path], tmp_path / "out"), WAY))
    codes = [one.outcome.faults[0].code for one in settled if isinstance(one, Settled)]
    assert codes == ["file_special", "file_too_large", "not_utf8", "file_empty"]


def test_results_are_kept_out_of_the_folder_of_the_instances(months: Path) -> None:
    with pytest.raises(InputError) as caught:
        sources_of([Path("months")], months)
    assert [problem.code for problem in caught.value.problems] == ["batch_same_folder"]


def test_nothing_to_solve_is_no_success(months: Path) -> None:
    with pytest.raises(InputError) as caught:
        sources_of([months / "jan.plan.json"], Path("out"))
    assert [(problem.code, problem.file) for problem in caught.value.problems] == [
        ("batch_nothing", str(months / "jan.plan.json"))
    ]


def test_each_instance_is_solved_as_it_is_and_under_each_scenario(months: Path) -> None:
    way = WAY._replace(scenarios=SCENARIOS)
    sources = sources_of([months / "jan.json"], Path("out"))
    plain, far, same = tasks_of(sources, way)
    assert count_of(sources, way) == 3
    assert isinstance(plain, Task)
    assert isinstance(far, Task)
    assert isinstance(same, Settled)
    assert [plain.labels["scenario"], far.labels["scenario"]] == ["today", "far"]
    assert [plain.name, far.name, same.task.name] == ["jan", "jan--far", "jan--same"]
    (alone,) = tasks_of(sources, WAY)
    assert isinstance(alone, Task)
    assert plain.key == alone.key != far.key
    order = Order.model_validate_json(far.payload)
    assert order.scenarios is not None
    assert order.scenarios.scenarios == SCENARIOS.scenarios[:1]
    (fault,) = same.outcome.faults
    assert (fault.code, fault.pointer) == ("batch_needs_compare", "/scenarios/1/measures/same_caseworker_days")


def test_common_conditions_hold_without_a_scenario_as_well(months: Path) -> None:
    common = ScenarioFile.model_validate({"common": {"travel_factor": 2}})
    (task,) = tasks_of(sources_of([months / "jan.json"], Path("out")), WAY._replace(scenarios=common))
    assert isinstance(task, Task)
    order = Order.model_validate_json(task.payload)
    assert order.scenarios is not None
    assert order.scenarios.common.travel_factor == 2


def test_files_of_the_same_name_do_not_meet(months: Path) -> None:
    sources = sources_of([months / "jan.json", months / "north" / "JAN.json"], Path("out"))
    names = _names(sources, WAY)
    assert [name.partition("-")[0] for name in names] == ["jan", "JAN"]
    assert len({name.casefold() for name in names}) == 2
    assert names == _names(sources_of([months / "north" / "JAN.json", months / "jan.json"], Path("out")), WAY)[::-1]


@given(st.lists(st.text(min_size=1, max_size=150), unique=True, min_size=1, max_size=20))
@example(["語" * 150, "語" * 149, "CON", "nul", "...", "é", "e\u0301"])
def test_names_are_unique_and_safe_on_every_file_system(stems: list[str]) -> None:
    inside = [PurePath(stem.replace("\0", "_")) for stem in stems]
    sources = [Source(Path("/in", *path.parts), Path(*path.parts)) for path in dict.fromkeys(inside) if path.name]
    names = _names(sources, WAY._replace(scenarios=SCENARIOS))
    assert len({name.casefold() for name in names}) == len(names) == 3 * len(sources)
    for name in names:
        assert name.strip(".")
        assert not set(name) & set('<>:"/\\|?*\0\n ')
        assert len(f"{name}.json".encode()) < 200
        assert PurePath(name).stem.casefold() not in {"con", "nul", "com1"}
        json.dumps(name).encode()
