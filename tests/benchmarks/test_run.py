"""The campaign as a user starts it: each run in a process of its own, so only tiny instances."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from adapter import as_instance
from measure import Task, certified, measure
from measures import Outcome
from outreach_optimizer.generate import generate
from outreach_optimizer.relaxation.prices import certificate_of, default_prices
from outreach_optimizer.schedule import Schedule
from published_tiny import by_brute_force, tiny

RUN = Path(__file__).parents[2] / "benchmarks" / "run.py"


def campaign(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    files = ("--results", str(folder / "runs.jsonl"), "--archive", str(folder / "best_known.json"))
    command = [sys.executable, str(RUN), *words, *files, "--time-limit", "30", "--bench", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "runs.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_published_instance_is_proven_recorded_and_not_repeated(tmp_path: Path) -> None:
    best = by_brute_force(tiny("holmberg", tmp_path))
    words = ("--set", "holmberg", "--peers", "highs", "by-hand", "--record", "--keep", str(tmp_path / "kept"))
    told = campaign(tmp_path, *words)
    assert told.returncode == 0, told.stderr
    ours, highs, by_hand = lines(tmp_path)
    assert (ours["name"], ours["status"], ours["objective_min"]) == ("holmberg/p1", "OPTIMAL", best)
    assert ours["published_cost"] == best
    assert (highs["status"], by_hand["solver"]) == ("OPTIMAL", "by-hand")
    entry = json.loads((tmp_path / "best_known.json").read_text(encoding="utf-8"))["holmberg/p1"]
    assert (entry["objective"], entry["bound"]) == (best, best)
    assert {path.name for path in (tmp_path / "kept" / "holmberg" / "p1" / "outreach").iterdir()} == {
        "instance.json",
        "plan.json",
    }

    assert not campaign(tmp_path, *words).stdout
    assert len(lines(tmp_path)) == 3

    summary = campaign(tmp_path, "--summary").stdout
    assert summary.count("| holmberg |") == 3 + 2
    assert "| highs (1) | 1 | 1 | 1 |" in summary


def test_a_published_value_that_is_beaten_ends_the_campaign(tmp_path: Path) -> None:
    best = by_brute_force(tiny("diaz", tmp_path))
    tiny("diaz", tmp_path, value=f"{best + 1}")
    told = campaign(tmp_path, "--set", "diaz", "--record")
    assert told.returncode == 1
    assert told.stderr.startswith("CONTRADICTION diaz/p1: outreach at ")
    assert f"found {best}, below the optimum {best + 1} that was published" in told.stderr
    assert not (tmp_path / "best_known.json").exists()
    assert campaign(tmp_path, "--summary").returncode == 1


def test_files_elsewhere_are_taken_and_others_refused(tmp_path: Path) -> None:
    tiny("pmed", tmp_path)
    path = tmp_path / "pmedian" / "pmed1"
    told = campaign(tmp_path, "--files", f"pmed:{path}")
    assert told.returncode == 0, told.stderr
    assert [run["name"] for run in lines(tmp_path)] == ["pmed/pmed1"]
    assert "FAMILY:PATH" in campaign(tmp_path, "--files", f"tsp:{path}").stderr
    assert "has no files of holmberg" in campaign(tmp_path, "--set", "holmberg").stderr


def test_a_run_that_breaks_down_is_a_line_and_the_campaign_goes_on(tmp_path: Path) -> None:
    tiny("holmberg", tmp_path)
    (tmp_path / "sscflp_holmberg" / "p0").write_text("nothing", encoding="ascii")
    told = campaign(tmp_path, "--set", "holmberg")
    assert told.returncode == 0
    broken, good = lines(tmp_path)
    assert broken["status"] == "CRASH"
    assert "not a file of holmberg" in str(broken["error"])
    assert good["status"] == "OPTIMAL"


@pytest.mark.parametrize("solver", ["outreach", "cp-sat", "scip", "by-hand"])
def test_a_preset_is_measured(solver: str) -> None:
    run = measure(Task(solver, "tiny", 1, 1, 30))
    assert run["name"] == "tiny/1"
    assert run["sha256"] == generate("tiny", 1).digest
    assert run["status"] == ("FEASIBLE" if solver == "by-hand" else "OPTIMAL")
    assert run["trace"]
    assert (run["gap"] == 0) == (solver != "by-hand")


def test_a_plan_that_does_not_serve_everybody_has_not_solved_the_published_problem(tmp_path: Path) -> None:
    """By hand, the first one takes the room that the second one needs."""
    folder = tmp_path / "sscflp_diaz_fernandez"
    folder.mkdir()
    (folder / "p1").write_text("2 2\n 1. 2.\n 1. 2.\n 3. 5.\n 0. 0.\n 5. 3.\n", encoding="ascii")
    told = {
        solver: measure(Task(solver, "diaz", 0, 1, 30, instance="p1", path=str(folder / "p1")))
        for solver in ("outreach", "by-hand")
    }
    assert told["outreach"]["published_cost"] == told["outreach"]["objective_min"] == 2 + 1
    assert (told["by-hand"]["status"], told["by-hand"]["objective_min"]) == ("NO_RESULT", None)


def test_a_certificate_is_evaluated_apart_from_the_solver(tmp_path: Path) -> None:
    instance = as_instance(tiny("holmberg", tmp_path))
    certificate = certificate_of(instance, default_prices(instance))
    plan = Outcome("FEASIBLE", 100, 10, (), {}, Schedule(certificate=certificate))
    told = certified(instance, plan)
    assert isinstance(told["certified_min"], float)
    assert 0 < told["certified_min"] <= by_brute_force(tiny("holmberg", tmp_path))
    assert told["certified_gap"] == 1 - told["certified_min"] / 100
    assert certified(instance, plan._replace(schedule=Schedule())) == {}
