"""The command ``simulate``: what it prints, its document, its exit codes."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from outreach_optimizer.cli import main
from outreach_optimizer.cli.screen import Screen
from outreach_optimizer.cli.simulating import progress, report
from outreach_optimizer.files import read_instance, read_schedule
from outreach_optimizer.generate import dump_instance
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.documents import plan_text
from outreach_optimizer.schedule import InstanceReference
from outreach_optimizer.simulation import simulate
from outreach_optimizer.simulation.figures import family
from outreach_optimizer.texts import load
from tiny import caseworker, client, instance, plan, session, site

PLAN = plan("am-w1 am-w2 pm-w1", "c1-am-w1-09:00 c2-am-w1-09:00 c3-am-w2-10:00 c4-pm-w1-14:00")


def town() -> Instance:
    return instance(
        sites=(site("ruhla", overbooking="slots"), site("mihla")),
        sessions=(session("am", "ruhla"), session("pm", "mihla", start="14:00", end="16:00")),
        caseworkers=(caseworker("w1"), caseworker("w2")),
        clients=tuple(client(f"c{number}") for number in range(1, 5)),
    )


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTREACH_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Files of an instance and a plan."""
    (tmp_path / "instance.json").write_text(dump_instance(town()), encoding="utf-8")
    (tmp_path / "plan.json").write_text(plan_text(PLAN), encoding="utf-8")
    return str(tmp_path / "instance.json"), str(tmp_path / "plan.json")


def paper(*, terminal: bool) -> Screen:
    console = Console(file=StringIO(), force_terminal=terminal, width=100, color_system=None, legacy_windows=False)
    return Screen(load("en"), console, console)


def written(where: Screen) -> str:
    assert isinstance(where.err.file, StringIO)
    return where.err.file.getvalue()


def test_sessions_and_a_verdict_are_printed(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *files, "--replications", "2000"]) == 0
    told = capsys.readouterr()
    assert "2.000 Wiederholungen" in told.out
    assert "Mo 12.04.2027" in told.out
    assert "Am längsten wartet c" in told.out
    assert "Rechnung und Simulation stimmen überein" in told.out
    assert told.err == ""
    assert max(map(len, told.out.splitlines())) <= 100


def test_english_is_spoken_too(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *files, "--replications", "2000", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "Mathematics and simulation agree" in told
    # 2 of 3 people invited to the same lane, 0.65 each: a wait of 0.65 / 2 slots.
    assert "19.5" in told


def test_one_json_document_holds_everything(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", *files, "--replications", "2000", "--seed", "5", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["agrees"]
    assert (document["replications"], document["seed"]) == (2000, 5)
    assert document["made_for_this_instance"] is None
    assert [one["session"] for one in document["sessions"]] == ["am", "pm"]
    am, pm = document["sessions"]
    assert am["figures"]["shows"]["exact"] == pytest.approx(3 * 0.65)
    assert am["figures"]["shows"]["low"] < am["figures"]["shows"]["mean"] < am["figures"]["shows"]["high"]
    assert am["waits_min"]["c1"]["exact"] == pytest.approx(0.65 / 2 * 60)
    assert "risk" in am["figures"]
    assert "risk" not in pm["figures"]
    assert document["longest_wait"]["client"] in {"c1", "c2"}
    assert document["total"]["shows"]["exact"] == pytest.approx(4 * 0.65)


def test_the_seed_decides(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for seed in ("1", "1", "2"):
        assert main(["simulate", *files, "--replications", "500", "--seed", seed]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1] != told[2]


def test_a_plan_for_another_instance_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "instance.json").write_text(dump_instance(town()), encoding="utf-8")
    foreign = PLAN.replace(instance=InstanceReference(name="elsewhere", sha256="0" * 64))
    (tmp_path / "plan.json").write_text(plan_text(foreign), encoding="utf-8")
    words = ["simulate", str(tmp_path / "instance.json"), str(tmp_path / "plan.json"), "--replications", "100"]
    assert main(words) == 0
    assert "elsewhere" in capsys.readouterr().out


def test_an_empty_plan_has_no_sessions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "instance.json").write_text(dump_instance(town()), encoding="utf-8")
    (tmp_path / "plan.json").write_text('{"format": "outreach-plan", "version": 1}', encoding="utf-8")
    words = ["simulate", str(tmp_path / "instance.json"), str(tmp_path / "plan.json")]
    assert main(words) == 0
    assert "Kein Sprechtag findet statt." in capsys.readouterr().out
    assert main([*words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["longest_wait"] is None


@pytest.mark.parametrize("as_json", [False, True])
def test_a_contradiction_ends_with_code_1_and_names_the_figures(
    *, as_json: bool, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    problem = read_instance(Path(files[0]))
    schedule = read_schedule(Path(files[1]), problem)
    simulation = simulate(problem, schedule, replications=1000)
    figures = simulation.family.figures
    wrong = {name: one._replace(exact=one.exact + 100) for name, one in figures.items() if name.startswith("am.")}
    planted = simulation._replace(family=family(figures | wrong))
    screen = paper(terminal=False)
    assert report(screen, problem, schedule, planted, as_json=as_json) == 1
    if as_json:
        document = json.loads(capsys.readouterr().out)
        assert not document["agrees"]
        assert document["differing"] == [*wrong]
    else:
        told = " ".join(written(screen).split())
        assert f"{len(wrong)} of {len(figures)} figures are off by more than chance allows" in told
        assert "am.shows, am.held, " in told
        assert "…. Outside" in told
        assert "an error of the program" in told


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("instance.json", "{", "instance.json"),
        ("plan.json", "[]", "plan.json"),
        ("plan.json", plan_text(plan("am-w9")), "w9"),
        ("plan.json", plan_text(plan("am-w1", "c9-am-w1-09:00")), "c9"),
    ],
)
def test_a_broken_file_ends_with_code_2(
    name: str, text: str, answer: str, files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    (Path(files[0]).parent / name).write_text(text, encoding="utf-8")
    assert main(["simulate", *files]) == 2
    told = capsys.readouterr()
    assert answer in told.err
    assert told.out == ""


@pytest.mark.parametrize(
    "words", [["--replications", "99"], ["--replications", "100000000"], ["--replications", "x"], ["--seed", "-1"]]
)
def test_a_wrong_option_ends_with_code_2(
    words: list[str], files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", *files, *words]) == 2
    told = capsys.readouterr()
    assert words[0] in told.err
    assert told.out == ""


def test_a_missing_file_ends_with_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(tmp_path / "no.json"), str(tmp_path / "none.json")]) == 2
    assert "no.json: Diese Datei gibt es nicht." in capsys.readouterr().err


def test_a_log_gets_a_line_now_and_then_but_not_at_the_end() -> None:
    log = paper(terminal=False)
    with progress(log, 4_000_000) as tell:
        for second in range(25):
            tell(second, 100_000 * second)
        tell(40, 4_000_000)
    assert written(log).splitlines() == [
        "1,000,000 of 4,000,000 replications",
        "2,000,000 of 4,000,000 replications",
    ]


def test_a_terminal_gets_one_line_that_changes() -> None:
    terminal = paper(terminal=True)
    with progress(terminal, 3000) as tell:
        tell(0.1, 2000)
    assert "3,000 replications" in written(terminal)


def test_a_simulation_needs_no_solver(files: tuple[str, str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "outreach_optimizer", "simulate", *files]
    told = subprocess.run([*command, "--replications", "100"], capture_output=True, text=True, check=True)
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in told.stderr.splitlines()}
    assert "numpy" in imported
    assert imported.isdisjoint({"ortools", "folium", "pandas"})
