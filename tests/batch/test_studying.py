"""A study through the machinery of batches: the same each time, to go on from, and right about what was planted."""

import csv
import io
import json
from pathlib import Path
from threading import Event as Flag

import pytest

from outreach_optimizer.batch.engine import Event
from outreach_optimizer.batch.local import Limits, Local
from outreach_optimizer.batch.running import Batch, locked, run_batch
from outreach_optimizer.batch.studying import runs_of, study_tasks
from outreach_optimizer.batch.table import csv_text, table_of
from outreach_optimizer.batch.task import Settled
from outreach_optimizer.outputs.study import render
from outreach_optimizer.study.design import size
from outreach_optimizer.study.effects import findings_of
from outreach_optimizer.study.findings import Findings
from outreach_optimizer.study.spec import StudySpec
from outreach_optimizer.texts import load
from studies import Tree, spec_of

LIMITS = Limits(timeout_s=120, memory_mib=4000)
ROOMS: Tree = {
    "factors": {"preset": ["tiny"], "clients": [16], "load": [0.5], "blocked": [0, 0.8]},
    "seeds": "1-6",
    "page": {"measures": ["invited", "objective_min", "duties"]},
}


def run(spec: StudySpec, folder: Path, *, resume: bool = False) -> tuple[Batch, list[Event]]:
    told: list[Event] = []
    with locked(folder, resume=resume):
        batch = run_batch(study_tasks(spec), Local(1, LIMITS), folder, told.append, Flag())
    return batch, told


def findings(spec: StudySpec, batch: Batch) -> Findings:
    return findings_of(spec, runs_of(batch.rows, "en"))


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Batch]:
    folder = tmp_path_factory.mktemp("rooms")
    return folder, run(spec_of(ROOMS), folder)[0]


def test_fewer_rooms_means_fewer_invited_and_more_effort(rooms: tuple[Path, Batch]) -> None:
    spec = spec_of(ROOMS)
    found = findings(spec, rooms[1])
    assert (found.solved, found.optimal) == (12, 12)
    verdicts = {one.measure: one.effects[0].verdict for one in found.measures}
    assert verdicts == {"invited": "smaller", "objective_min": "larger", "duties": "smaller"}
    assert found.largest is not None
    assert (found.largest.factor, found.largest.level) == ("blocked", 0.8)


def test_numbers_on_the_page_are_those_of_the_table(rooms: tuple[Path, Batch]) -> None:
    spec, texts = spec_of(ROOMS), load("en")
    found = findings(spec, rooms[1])
    table = csv_text(table_of(rooms[1].rows, texts), texts).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == size(spec)
    html = render(found, ("results.csv",), texts)
    for measured in found.measures:
        digits = next(
            n for n, limit in enumerate((100, 10, 0)) if max(float(r[measured.measure]) for r in rows) >= limit
        )
        for mean in measured.means:
            values = [float(row[measured.measure]) for row in rows if float(row["blocked"]) == mean.level]
            assert mean.mean is not None
            assert mean.mean.value == pytest.approx(sum(values) / len(values))
            assert f'<td class="nowrap">{mean.mean.value:,.{digits}f}</td>' in html


def test_the_same_study_is_the_same_page(rooms: tuple[Path, Batch], tmp_path: Path) -> None:
    spec = spec_of(ROOMS | {"seeds": "1-2"})
    again = run(spec, tmp_path)[0]
    before = Batch([row for row in rooms[1].rows if row.task.labels["seed"] in spec.seeds], complete=True)
    assert render(findings(spec, again), (), load("de")) == render(findings(spec, before), (), load("de"))


def test_what_is_known_is_not_solved_again_also_in_a_larger_study(rooms: tuple[Path, Batch]) -> None:
    larger = spec_of(ROOMS | {"seeds": "0-6"})
    batch, told = run(larger, rooms[0], resume=True)
    assert batch.complete
    assert [event.task.labels["seed"] for event in told if event.kind == "started"] == [0, 0]
    assert sum(event.kind == "kept" for event in told) == 12


def test_cells_that_cannot_be_are_rows_with_a_reason(tmp_path: Path) -> None:
    scenario = {"id": "shut", "title": "Shut", "measures": {"close": ["nowhere"]}}
    tree = {
        "factors": {"preset": ["tiny"], "sites": [2, 3]},
        "scenarios": {"scenarios": [scenario]},
        "seeds": [1],
    }
    spec = spec_of(tree)
    batch, _ = run(spec, tmp_path)
    assert [row.outcome.status for row in batch.rows] == ["OPTIMAL", "INVALID", "INVALID", "INVALID"]
    found = findings(spec, batch)
    reasons = [failure.reason or "" for failure in found.failures]
    assert ["/scenarios/0/measures/close/0" in reason for reason in reasons] == [True, False, False]
    assert "not so many open sites" in reasons[1]
    assert len(json.loads((tmp_path / "metrics" / f"{batch.rows[1].task.name}.json").read_text())["faults"]) == 1


def test_names_differ_even_where_upper_and_lower_case_are_the_same() -> None:
    scenarios = [{"id": name, "title": name} for name in ("A", "a", "b:c", "b+c")]
    tasks = study_tasks(spec_of({"factors": {"preset": ["tiny"]}, "scenarios": {"scenarios": scenarios}, "seeds": [1]}))
    names = [task.task.name if isinstance(task, Settled) else task.name for task in tasks]
    assert len({name.casefold() for name in names}) == 5
