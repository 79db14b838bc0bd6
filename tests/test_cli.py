"""The real program, started as a user starts it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PLANTED = Path(__file__).parent / "planted"
HEAVY = ("ortools", "numba", "numpy", "folium", "pandas", "pydantic", "holidays", "jinja2")


def outreach(*words: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "outreach_optimizer", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=clean_environment() | environment,
        check=False,
    )


def clean_environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in ("OUTREACH_LANG", "COLUMNS")} | {"PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with an instance and its plan, made by the program."""
    folder = tmp_path_factory.mktemp("tour")
    made = outreach("generate", "--preset", "tiny", "--seed", "1", "-o", folder / "tiny.json")
    assert made.returncode == 0, made.stderr
    solved = outreach("solve", folder / "tiny.json")
    assert solved.returncode == 0, solved.stderr
    assert "bewiesen optimal" in solved.stdout
    return folder


def test_a_plan_is_written_beside_the_instance(tour: Path) -> None:
    assert (tour / "tiny.plan.json").is_file()


def test_the_solved_plan_passes_the_check(tour: Path) -> None:
    checked = outreach("check", tour / "tiny.json", tour / "tiny.plan.json")
    assert checked.returncode == 0
    assert "Alle Regeln eingehalten" in checked.stdout
    assert "bewiesen optimal" in checked.stdout
    assert checked.stderr == ""


def test_the_plan_can_be_read(tour: Path) -> None:
    shown = outreach("show", tour / "tiny.json", tour / "tiny.plan.json", "--lang", "en")
    assert shown.returncode == 0
    assert "proven optimal" in shown.stdout
    assert "Objective by term" in shown.stdout
    assert re.search(r"\d\.\d expected \(90 %: \d+–\d+\) · idle \d+ min", shown.stdout)
    assert "Consultations, expected" in shown.stdout


def test_the_plan_can_be_mapped(tour: Path) -> None:
    drawn = outreach("map", tour / "tiny.json", tour / "tiny.plan.json", "-o", tour / "map.html")
    assert drawn.returncode == 0, drawn.stderr
    assert (tour / "map.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert drawn.stderr == ""


def test_a_precise_map_warns(tour: Path) -> None:
    drawn = outreach("map", tour / "tiny.json", tour / "tiny.plan.json", "-o", tour / "precise.html", "--precise")
    assert drawn.returncode == 0
    assert "Sozialdaten" in drawn.stderr


def test_solve_prints_one_json_document(tour: Path) -> None:
    solved = outreach("solve", tour / "tiny.json", "-o", tour / "again.json", "--workers", "1", "--json")
    document = json.loads(solved.stdout)
    assert solved.returncode == 0
    assert document["status"] == "OPTIMAL"
    assert document["plan"] == str(tour / "again.json")
    assert document["objective_min"] == document["bound_min"]
    assert sum(term["cost_min"] for term in document["terms"].values()) == pytest.approx(document["objective_min"])
    assert sum(session["invited"] for session in document["sessions"]) == document["kpis"]["invited"]


def test_check_prints_one_json_document_with_every_violation() -> None:
    checked = outreach("check", PLANTED / "instance.json", PLANTED / "plan.json", "--json", "--lang", "en")
    document = json.loads(checked.stdout)
    assert checked.returncode == 1
    assert {"rule", "sentence", "excess", "facts", "witnesses"} == set(document["violations"][0])
    assert document["sessions"][0].keys() > {"id", "invited", "expected_shows", "range", "risk", "idle_min"}
    assert len({violation["rule"] for violation in document["violations"]}) == 28


def test_violations_are_listed_with_amount_and_witnesses() -> None:
    checked = outreach("check", PLANTED / "instance.json", PLANTED / "plan.json")
    assert checked.returncode == 1
    assert "Person c01 hat 2 Termine; höchstens 1 ist erlaubt. (Umfang 1)" in checked.stdout
    assert "Termin c01 bei w1, 09:00" in checked.stdout


def test_check_says_when_the_plan_was_made_for_another_instance(tour: Path) -> None:
    other = (tour / "tiny.json").read_text(encoding="utf-8").replace('"name": "tiny-1"', '"name": "other"')
    (tour / "other.json").write_text(other, encoding="utf-8")
    checked = outreach("check", tour / "other.json", tour / "tiny.plan.json", "--lang", "en")
    assert checked.returncode == 0
    assert "another instance (tiny-1" in checked.stdout


def test_every_problem_of_a_broken_file_has_its_line_and_nothing_is_written(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"format": "outreach-instance", "version": 1, "nme": "x"}', encoding="utf-8")
    solved = outreach("solve", broken)
    assert solved.returncode == 2
    assert solved.stdout == ""
    assert "Traceback" not in solved.stderr
    assert len(solved.stderr.splitlines()) > 2
    assert all(line.startswith(str(broken)) for line in solved.stderr.splitlines())
    assert list(tmp_path.iterdir()) == [broken]


def test_a_plan_does_not_overwrite_its_instance(tour: Path) -> None:
    before = (tour / "tiny.json").read_bytes()
    solved = outreach("solve", tour / "tiny.json", "-o", tour / "tiny.json")
    assert solved.returncode == 2
    assert (tour / "tiny.json").read_bytes() == before


def test_an_output_that_cannot_be_written_ends_before_the_search(tour: Path) -> None:
    begin = time.monotonic()
    solved = outreach("solve", tour / "tiny.json", "-o", tour / "tiny.json" / "plan.json", "--time-limit", "1000")
    assert solved.returncode == 2
    assert "tiny.json" in solved.stderr
    assert time.monotonic() - begin < 60


def test_an_instance_that_no_plan_can_satisfy_ends_with_code_1(tour: Path) -> None:
    instance = json.loads((tour / "tiny.json").read_text(encoding="utf-8"))
    instance["sites"][0]["min_sessions"] = 1
    instance["rules"]["max_sessions"] = 1
    instance["rules"]["min_load"] = 1000
    (tour / "infeasible.json").write_text(json.dumps(instance), encoding="utf-8")
    solved = outreach("solve", tour / "infeasible.json", "--lang", "en")
    assert solved.returncode == 1, solved.stderr
    assert "No plan keeps all rules." in solved.stderr
    assert not (tour / "infeasible.plan.json").exists()


def test_ctrl_c_keeps_the_best_plan(tmp_path: Path) -> None:
    instance, plan = tmp_path / "month.json", tmp_path / "plan.json"
    assert outreach("generate", "--preset", "month", "-o", instance).returncode == 0
    command = [sys.executable, "-m", "outreach_optimizer", "solve", instance, "-o", plan, "--time-limit", "120"]
    process = subprocess.Popen(
        [*map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment()
    )
    assert process.stderr is not None
    assert "bester Plan" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    assert str(plan) in out
    assert outreach("check", instance, plan).returncode == 0


def test_the_second_ctrl_c_ends_the_program_at_once() -> None:
    script = """
from threading import Event
from outreach_optimizer.cli.screen import open_screen
from outreach_optimizer.cli.interrupt import first_interrupt
from outreach_optimizer.texts import load

with first_interrupt(open_screen(load("en"))) as stop:
    print("ready", flush=True)
    stop.wait()
    print("stopping", flush=True)
    Event().wait()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=clean_environment(),
    )
    assert process.stdout is not None
    for sign in ("ready", "stopping"):
        assert process.stdout.readline().strip() == sign
        process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert told.strip() == "Broken off."
    assert process.returncode == 130


def test_a_closed_pipe_is_quiet(tour: Path) -> None:
    command = [sys.executable, "-m", "outreach_optimizer", "show", tour / "tiny.json", tour / "tiny.plan.json"]
    read, write = os.pipe()
    os.close(read)
    shown = subprocess.run(
        [*map(str, command)], stdout=write, stderr=subprocess.PIPE, text=True, env=clean_environment(), check=False
    )
    os.close(write)
    assert shown.stderr == ""


def test_a_console_without_utf_8_gets_question_marks_and_no_traceback(tour: Path) -> None:
    command = [sys.executable, "-m", "outreach_optimizer", "show", tour / "tiny.json", tour / "tiny.plan.json"]
    environment = clean_environment() | {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"}
    shown = subprocess.run([*map(str, command)], capture_output=True, env=environment, check=False)
    assert shown.returncode == 0
    assert "Wege der Eingeladenen" in shown.stdout.decode("cp1252")


def test_the_language_comes_from_the_environment_and_the_command_line_goes_before() -> None:
    assert "Befehle" in outreach("--help").stdout
    assert "Commands" in outreach("--help", OUTREACH_LANG="en_US.UTF-8").stdout
    assert "Befehle" in outreach("--help", "--lang", "de", OUTREACH_LANG="en").stdout


def test_help_is_fast() -> None:
    begin = time.monotonic()
    assert outreach("--help").returncode == 0
    assert time.monotonic() - begin < 1


@pytest.mark.parametrize("words", [["--help"], ["solve", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "outreach_optimizer", *words]
    told = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}
    assert imported.isdisjoint(HEAVY)


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_verdict_needs_no_solver(command: str, tour: Path) -> None:
    words = [sys.executable, "-X", "importtime", "-m", "outreach_optimizer", command]
    files = [str(tour / "tiny.json"), str(tour / "tiny.plan.json")]
    told = subprocess.run([*words, *files], capture_output=True, text=True, env=clean_environment(), check=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}
    assert imported.isdisjoint({"ortools", "folium", "pandas"})


def test_demo_writes_everything_and_says_where(tmp_path: Path) -> None:
    told = outreach("demo", "-o", tmp_path / "demo", "--time-limit", "10", "--lang", "en")
    assert told.returncode == 0, told.stderr
    for name in ("instance.json", "plan.json", "plan.txt", "map.html"):
        assert str(tmp_path / "demo" / name) in told.stdout
        assert (tmp_path / "demo" / name).stat().st_size > 1000
    assert outreach("check", tmp_path / "demo" / "instance.json", tmp_path / "demo" / "plan.json").returncode == 0
