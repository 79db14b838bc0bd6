import json
import os
import signal
import threading
from pathlib import Path

import pytest

from outreach_optimizer.cli import main
from outreach_optimizer.cli.comparing import step_sentence
from outreach_optimizer.generate import dump_instance
from outreach_optimizer.scenarios.comparison import Comparison
from outreach_optimizer.scenarios.figures import Saying
from outreach_optimizer.scenarios.scenario import BUILT_IN
from outreach_optimizer.scenarios.solving import Step
from outreach_optimizer.texts import load
from villages import half_empty, helped

QUICK = ("--workers", "1", "--months", "0", "--no-futures", "--lang", "en")


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    path = tmp_path / "instance.json"
    path.write_text(dump_instance(helped()), encoding="utf-8")
    return path


def test_a_report_and_its_figures_are_written_and_a_second_call_searches_nothing(
    instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = instance.with_name("report.html")
    call = ["compare", str(instance), "-o", str(report), "--only", "planned_same, none", *QUICK]
    assert main(call) == 0
    spoken = capsys.readouterr()
    assert "Does a site in Ruhla help?" in spoken.out
    assert "With Ruhla, as many duties as today: better" in spoken.out
    assert "2 · Planned site, as many duties as today" in spoken.err
    page = report.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    first = Comparison.model_validate_json(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert [variant.id for variant in first.variants] == ["today", "planned_same", "none"]
    assert main(call) == 0
    again = Comparison.model_validate_json(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert all(variant.solved.reused for variant in again.variants)
    assert again.answer == first.answer
    assert report.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_scenarios_of_a_file_are_compared(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios = instance.with_name("scenarios.json")
    measures = {"open": ["ruhla"], "close": ["wutha"]}
    tree = {"built_in": ["planned_same"], "scenarios": [{"id": "move", "title": "Move to Ruhla", "measures": measures}]}
    scenarios.write_text(json.dumps(tree), encoding="utf-8")
    figures, folder = instance.with_name("f.json"), instance.with_name("kept")
    places = ["-o", str(instance.with_name("r.html")), "--json", str(figures), "--resume", str(folder)]
    assert main(["compare", str(instance), str(scenarios), *places, *QUICK]) == 0
    assert "Move to Ruhla" in capsys.readouterr().out
    found = Comparison.model_validate_json(figures.read_text(encoding="utf-8"))
    assert [variant.id for variant in found.variants] == ["today", "planned_same", "move"]
    assert found.certificate.scenarios_sha256 is not None
    assert any(folder.iterdir())


def test_bad_scenarios_are_refused_and_nothing_is_overwritten(
    instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenarios, report = instance.with_name("scenarios.json"), instance.with_name("report.html")
    scenarios.write_text(json.dumps({"scenarios": [{"id": "a", "title": "A", "measures": {"open": ["x"]}}]}))
    report.write_text("old", encoding="utf-8")
    assert main(["compare", str(instance), str(scenarios), "-o", str(report), *QUICK]) == 2
    assert "/scenarios/0/measures/open/0" in capsys.readouterr().err
    assert report.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("written", [("-o", "instance.json"), ("-o", "a.html", "--json", "a.html")])
def test_no_file_is_written_over_another(
    instance: Path, written: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    before = instance.read_text(encoding="utf-8")
    places = [word if word.startswith("-") else str(instance.with_name(word)) for word in written]
    assert main(["compare", str(instance), *places, *QUICK]) == 2
    assert "overwrite" in capsys.readouterr().err
    assert instance.read_text(encoding="utf-8") == before


def test_names_that_nothing_has_are_told_with_those_that_exist(
    instance: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", str(instance), "-o", str(instance.with_name("r.html")), "--only", "ruhla", *QUICK]) == 2
    spoken = capsys.readouterr().err
    assert "ruhla" in spoken
    assert "planned_replaces" in spoken


def test_ctrl_c_keeps_what_was_finished(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = instance.with_name("report.html")
    folder = report.with_name("report.searches")

    def interrupt() -> None:
        waited = threading.Event()
        while not (folder.is_dir() and any(folder.glob("*.json"))) and not waited.wait(0.01):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    code = main(["compare", str(instance), "-o", str(report), *QUICK])
    thread.join()
    assert code == 130
    assert not report.exists()
    assert "goes on from there" in capsys.readouterr().err
    finished = len(list(folder.glob("*.json")))
    assert finished >= 1
    assert main(["compare", str(instance), "-o", str(report), "--only", "planned_same", *QUICK]) == 0
    found = Comparison.model_validate_json(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert found.variants[0].solved.reused


def test_a_no_is_said(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    instance.write_text(dump_instance(half_empty()), encoding="utf-8")
    report = instance.with_name("r.html")
    assert main(["compare", str(instance), "-o", str(report), "--only", "planned_replaces", *QUICK]) == 0
    assert "\nNo.\n" in capsys.readouterr().out


def test_a_variant_without_a_plan_is_not_passed_over(instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenarios = instance.with_name("scenarios.json")
    measures = {"remove_caseworkers": ["w0"], "days": [{"site": "wutha", "at_least": 1}]}
    tree = {"built_in": [], "scenarios": [{"id": "alone", "title": "One caseworker", "measures": measures}]}
    scenarios.write_text(json.dumps(tree), encoding="utf-8")
    assert main(["compare", str(instance), str(scenarios), "-o", str(instance.with_name("r.html")), *QUICK]) == 0
    assert "One caseworker: no plan found" in capsys.readouterr().out


def test_without_any_plan_the_exit_code_says_so(instance: Path) -> None:
    owing = helped()
    owing = owing.replace(
        sites=(owing.sites[0].replace(min_sessions=1), *owing.sites[1:]), caseworkers=owing.caseworkers[:1]
    )
    instance.write_text(dump_instance(owing), encoding="utf-8")
    assert main(["compare", str(instance), "-o", str(instance.with_name("r.html")), *QUICK]) == 3


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_step_has_a_sentence(lang: str) -> None:
    texts = load("de" if lang == "de" else "en")
    facts = [("variant", {"kind": kind, "title": "X"}) for kind in (*BUILT_IN, "custom")] + [
        ("baseline", {"kind": "fifth", "title": "Vacha"}),
        ("sensitivity", {"name": "demand"}),
        ("month", {"number": 1, "count": 2}),
        ("pareto", {"sessions": 7}),
    ]
    for code, known in facts:
        assert step_sentence(Step(1, Saying.model_validate({"code": code, "facts": known})), texts)
