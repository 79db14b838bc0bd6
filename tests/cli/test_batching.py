import csv
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from batches import Serial, objectives, small, task, tasks
from outreach_optimizer.batch.engine import Event
from outreach_optimizer.batch.journal import records
from outreach_optimizer.batch.task import Outcome
from outreach_optimizer.cli import main
from outreach_optimizer.cli.batching import Progress, duration
from outreach_optimizer.cli.screen import Screen
from outreach_optimizer.texts import load

ROOT = Path(__file__).parents[2]
EN = ("--lang", "en")


def folder_of(path: Path, count: int) -> Path:
    path.mkdir()
    for seed in range(1, count + 1):
        (path / f"small-{seed:03}.json").write_text(small(seed), encoding="utf-8")
    return path


def program(*words: str | Path, **more: object) -> subprocess.Popen[str]:
    """The program as a process of its own."""
    command = [sys.executable, "-m", "outreach_optimizer", *map(str, words), *EN]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)


def look_again(running: subprocess.Popen[str], seconds: float = 0.02) -> None:
    """Wait a little for a program that must still be at work."""
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(seconds)


def rows_of(folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / "results.csv").read_text(encoding="utf-8-sig")
    return {row["name"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


def test_good_files_are_solved_and_broken_ones_have_their_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months, out = folder_of(tmp_path / "months", 60), tmp_path / "out"
    pins = {"not_held": ["ruhla-0209"], "held": ["ruhla-0209"]}
    broken = {"syntax": b"{,", "schema": b'{"sites": 3}', "pins": small(1, pins=pins).encode(), "empty": b""}
    for name, data in broken.items():
        (months / f"{name}.json").write_bytes(data)
    with (months / "huge.json").open("wb") as file:
        file.truncate(2**30)
    os.mkfifo(months / "unreadable.json")
    (months / "x.json").mkdir()
    assert main(["batch", str(months), "-o", str(out), "--jobs", "2", *EN]) == 1
    spoken = capsys.readouterr()
    assert "67 of 67 done, 60 with a plan" in spoken.out
    assert "syntax: faulty input. This is not valid JSON" in spoken.err
    rows = rows_of(out)
    assert len(rows) == 67
    wrong = {name for name, row in rows.items() if row["status"] == "INVALID"}
    assert wrong == {*broken, "huge", "unreadable", "x"}
    assert all(rows[name]["error"] for name in wrong)
    serial = objectives(Serial(), tasks(60))
    assert {name: float(rows[name]["objective_min"]) for name in serial} == serial
    assert sorted(path.stem for path in (out / "plans").iterdir()) == sorted(serial)
    assert sorted(path.stem for path in (out / "metrics").iterdir()) == sorted(rows)
    figures = json.loads((out / "metrics" / "pins.json").read_text(encoding="utf-8"))
    assert figures["faults"][0]["pointer"]
    figures = json.loads((out / "metrics" / "small-001.json").read_text(encoding="utf-8"))
    assert sum(term["cost_min"] for term in figures["terms"].values()) == pytest.approx(figures["objective_min"])
    assert main(["check", str(months / "small-001.json"), str(out / "plans" / "small-001.json")]) == 0


def test_resuming_repeats_nothing_but_what_has_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    months, out = folder_of(tmp_path / "months", 6), tmp_path / "out"
    call = ["batch", str(months), "-o", str(out), "--jobs", "1", "--json", *EN]
    assert main(call) == 0
    before = {path: path.stat().st_mtime_ns for path in (out / "plans").iterdir()}
    first = json.loads(capsys.readouterr().out)
    assert (first["tasks"], first["solved"], first["failed"], first["kept"]) == (6, 6, 0, 0)
    assert first["statuses"] == {"OPTIMAL": 6}

    assert main(call) == 2
    assert "--resume goes on with them" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in (out / "plans").iterdir()} == before

    (months / "small-002.json").write_text(small(20), encoding="utf-8")  # another instance
    (months / "small-003.json").rename(months / "moved.json")  # known under another name
    (out / "plans" / "small-004.json").write_text("{}", encoding="utf-8")  # not what was written
    (out / "metrics" / "small-005.json").unlink()
    (months / "small-006.json").write_text("{", encoding="utf-8")
    (out / "plans" / f".{'0' * 16}.tmp").write_text("half", encoding="utf-8")
    assert main([*call, "--resume"]) == 1
    second = json.loads(capsys.readouterr().out)
    assert (second["solved"], second["failed"], second["kept"]) == (5, 1, 2)
    assert {row["name"] for row in second["rows"]} == {
        "small-001",
        "small-002",
        "moved",
        *(f"small-00{n}" for n in "456"),
    }
    assert (out / "plans" / "moved.json").read_bytes() == (out / "plans" / "small-003.json").read_bytes()
    assert not (out / "plans" / "small-006.json").exists()
    assert not list(out.rglob("*.tmp"))
    after = {path: path.stat().st_mtime_ns for path in (out / "plans").iterdir()}
    assert after[out / "plans" / "small-001.json"] == before[out / "plans" / "small-001.json"]
    assert main([*call, "--resume", "--time-limit", "50"]) == 1
    assert json.loads(capsys.readouterr().out)["kept"] == 0


def test_scenarios_have_rows_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    months, out, scenarios = folder_of(tmp_path / "months", 2), tmp_path / "out", tmp_path / "scenarios.json"
    measures = [{"rules": {"max_travel_min": 9}}, {"close": ["nowhere"]}, {"same_caseworker_days": True}]
    tree = {"scenarios": [{"id": f"s{n}", "title": "S", "measures": one} for n, one in enumerate(measures)]}
    scenarios.write_text(json.dumps(tree), encoding="utf-8")
    call = ["batch", str(months), "-o", str(out), "--scenarios", str(scenarios), "--jobs", "3", *EN]
    assert main(call) == 1
    rows = rows_of(out)
    assert len(rows) == 8
    assert Counter(row["scenario"] for row in rows.values()) == {"today": 2, "s0": 2, "s1": 2, "s2": 2}
    assert {row["scenario"] for row in rows.values() if row["status"] == "INVALID"} == {"s1", "s2"}
    assert float(rows["small-001--s0"]["objective_min"]) > float(rows["small-001"]["objective_min"])
    assert "/scenarios/1/measures/close/0" in rows["small-002--s1"]["error"]
    assert "outreach compare" in rows["small-002--s2"]["error"]
    scenarios.write_text(json.dumps({"scenarios": [{"id": "none", "title": "S"}]}), encoding="utf-8")
    assert main([*call, "--resume"]) == 2
    assert "/scenarios/0/id" in capsys.readouterr().err


def test_interrupted_it_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path) -> None:
    months, out = folder_of(tmp_path / "months", 40), tmp_path / "out"
    (months / "a.json").write_bytes((ROOT / "instances" / "quarter.json").read_bytes())
    running = program("batch", months, "-o", out, "--jobs", "2", "--time-limit", "600")
    while not (out / "journal.jsonl").exists() or len(records(out / "journal.jsonl")) < 5:
        look_again(running)
    running.send_signal(signal.SIGINT)
    _, spoken = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "--resume" in spoken
    assert "Traceback" not in spoken
    known = records(out / "journal.jsonl")
    assert set(rows_of(out)) == set(known)
    assert 5 <= len(known) < 41
    (months / "a.json").unlink()
    assert main(["batch", str(months), "-o", str(out), "--jobs", "2", "--time-limit", "600", "--resume", *EN]) == 0
    assert len(rows_of(out)) == 40


def test_two_batches_do_not_share_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    months, out = folder_of(tmp_path / "months", 1), tmp_path / "out"
    (months / "a.json").write_bytes((ROOT / "instances" / "quarter.json").read_bytes())
    running = program("batch", months, "-o", out, "--jobs", "2", "--time-limit", "600")
    while not (out / "journal.jsonl").exists():
        look_again(running)
    assert main(["batch", str(months), "-o", str(out), "--resume", *EN]) == 2
    assert "Another batch is working with this folder" in capsys.readouterr().err
    running.kill()
    running.communicate()
    (months / "a.json").unlink()
    assert main(["batch", str(months), "-o", str(out), "--resume", *EN]) == 0


def test_killed_at_twenty_random_times_it_goes_on_to_the_end(tmp_path: Path) -> None:
    months, out = folder_of(tmp_path / "months", 300), tmp_path / "out"
    chance = random.Random(20)  # noqa: S311 - no secret
    journal = out / "journal.jsonl"
    call = ("batch", months, "-o", out, "--jobs", "2", "--resume")
    for kill in range(20):
        running = program(*call)
        if kill % 4:
            wanted = len(journal.read_bytes().splitlines()) + chance.randint(0, 12) if journal.exists() else 1
            while not journal.exists() or len(journal.read_bytes().splitlines()) < wanted:
                look_again(running)
            look_again(running, chance.uniform(0, 0.1))
        else:
            look_again(running, chance.uniform(0, 3))
        running.kill()
        running.communicate()
        for path in out.rglob("plans/*.json"):
            json.loads(path.read_text(encoding="utf-8"))
    last = program(*call)
    last.communicate()
    assert last.returncode == 0
    lines = [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()[1:]]
    assert max(Counter(line["key"] for line in lines).values()) == 1
    assert len(lines) == 300
    rows = rows_of(out)
    assert {name: float(row["objective_min"]) for name, row in rows.items()} == objectives(Serial(), tasks(300))
    assert len(list((out / "plans").iterdir())) == 300
    assert not list(out.rglob("*.tmp"))


def limit_files(size: int) -> None:
    """What a full disk does: nothing longer than this can be written."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_is_told_and_breaks_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    months, out = folder_of(tmp_path / "months", 12), tmp_path / "out"
    call = ("batch", months, "-o", out, "--jobs", "1")
    alone = {
        name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")
    }  # it writes files, too
    full = program(*call, preexec_fn=lambda: limit_files(9000), env=alone)
    _, spoken = full.communicate()
    assert full.returncode == 2
    assert "not enough space" in spoken
    assert "--resume" in spoken
    assert "Traceback" not in spoken
    known = records(out / "journal.jsonl")
    assert 0 < len(known) < 12
    assert not list(out.rglob("*.tmp"))
    assert main([*map(str, call), "--resume", *EN]) == 0
    assert f"{len(known)} were known from before" in capsys.readouterr().out
    assert len(rows_of(out)) == 12


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_solved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    months = folder_of(tmp_path / "months", 1)
    # Even root may not make folders in /sys.
    assert main(["batch", str(months), "-o", "/sys/results", *EN]) == 2
    assert "permissions are missing" in capsys.readouterr().err
    assert main(["batch", str(months), "-o", str(months / "small-001.json"), *EN]) == 2
    assert "is no folder" in capsys.readouterr().err


def test_without_a_file_there_is_a_row_that_says_so(tmp_path: Path) -> None:
    assert main(["batch", str(tmp_path / "missing"), "-o", str(tmp_path / "out"), *EN]) == 1
    (row,) = rows_of(tmp_path / "out").values()
    assert row["error"] == "There is no such file."


def test_progress_tells_what_is_done_running_and_left() -> None:
    out = io.StringIO()
    screen = Screen(load("en"), Console(file=io.StringIO()), Console(file=out, width=200))
    progress = Progress(4, screen)
    assert progress.sentence() == "0 of 4 done · 0 failed · 0 running · 0:00 min gone · about – left"
    for event in (
        Event("kept", task(1), 1, Outcome(status="NO_RESULT")),
        Event("started", task(2), 1),
        Event("retried", task(2), 1),
        Event("started", task(2), 2),
        Event("started", task(3), 1),
        Event("finished", task(2), 2, Outcome(status="OPTIMAL")),
    ):
        progress.hear(event)
    assert progress.sentence().startswith("2 of 4 done · 1 failed · 1 running · 0:0")
    assert progress.sentence().endswith(" min left")
    assert out.getvalue() == ""
    progress.hear(Event("set_aside", task(3), 2, Outcome(status="CRASHED")))
    assert out.getvalue().startswith("small-003: broken off.")
    assert (progress.kept, progress.retried, progress.running) == (1, 1, set())


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00 min"), (65.4, "1:05 min"), (3600, "1:00 h"), (36061, "10:01 h")]
)
def test_times_are_short(seconds: float, text: str) -> None:
    assert duration(seconds, load("en")) == text
