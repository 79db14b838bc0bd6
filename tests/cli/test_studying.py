"""``outreach study``: page, figures and table; bad input, dry runs, and a study that goes on after it was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clusters import cluster
from outreach_optimizer.cli import main
from outreach_optimizer.study.findings import Findings

TINY = {
    "factors": {"preset": ["tiny"], "clients": [6], "blocked": [0, 0.5]},
    "seeds": "1-3",
    "page": {"measures": ["invited"]},
}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(TINY), encoding="utf-8")
    return path


def test_a_study_writes_its_page_its_figures_and_the_table(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = study.with_name("out")
    call = ["study", str(study), "-o", str(folder), "--jobs", "1", "--lang", "en"]
    assert main(call) == 0
    assert "study.html" in capsys.readouterr().out
    assert {path.name for path in folder.iterdir()} >= {"study.html", "findings.json", "results.csv", "results.xlsx"}
    found = Findings.model_validate_json((folder / "findings.json").read_text(encoding="utf-8"))
    assert (found.planned, found.done, found.solved) == (6, 6, 6)
    page = (folder / "study.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert main(call) == 2
    assert main([*call, "--resume", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept"] == 6
    assert (folder / "study.html").read_text(encoding="utf-8") == page


def test_a_study_on_a_cluster_is_the_same_page(study: Path, tmp_path: Path) -> None:
    call = ["study", str(study), "--lang", "en", "-o"]
    with cluster(tmp_path, workers=1) as nodes:
        assert main([*call, str(tmp_path / "far"), "--cluster", nodes.address]) == 0
    assert main([*call, str(tmp_path / "near")]) == 0
    far, near = ((tmp_path / name / "study.html").read_text(encoding="utf-8") for name in ("far", "near"))
    assert far == near


def test_mistakes_are_told_before_anything_is_written(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study.write_text(json.dumps({"factors": {"blocked": [2], "load": [1, 1]}}), encoding="utf-8")
    assert main(["study", str(study), "-o", str(study.with_name("out")), "--lang", "en"]) == 2
    spoken = capsys.readouterr().err
    assert "/factors/blocked/0" in spoken
    assert "/factors/load/1" in spoken
    assert not study.with_name("out").exists()


def test_results_are_not_written_over_the_study(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = study.rename(study.with_name("findings.json"))
    assert main(["study", str(other), "-o", str(other.parent), "--lang", "en"]) == 2
    assert "overwrite" in capsys.readouterr().err
    assert json.loads(other.read_text(encoding="utf-8")) == TINY


def test_a_dry_run_tells_how_large_the_study_is(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["study", str(study), "-o", str(study.with_name("out")), "--dry-run", "--jobs", "1"]
    assert main([*call, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"runs": 6, "jobs": 1, "time_limit_s": 60, "seconds_at_most": 360}
    assert main([*call, "--time-limit", "6", "--lang", "en"]) == 0
    assert "6 runs" in capsys.readouterr().out
    assert not study.with_name("out").exists()


def test_a_study_that_was_killed_goes_on_where_it_was(study: Path) -> None:
    folder = study.with_name("out")
    call = ["study", str(study), "-o", str(folder), "--jobs", "1", "--json"]
    command = [sys.executable, "-m", "outreach_optimizer", *call]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        journal = folder / "journal.jsonl"
        while process.poll() is None and (not journal.exists() or journal.read_text().count("\n") < 3):
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    assert not (folder / "study.html").exists()
    known = journal.read_text().count('"key"')
    done = subprocess.run([*command, "--resume"], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert (told["solved"], told["complete"]) == (6, True)
    assert 2 <= known <= told["kept"] < 6
    assert Findings.model_validate_json((folder / "findings.json").read_text(encoding="utf-8")).solved == 6
