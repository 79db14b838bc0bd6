"""The README's commands, code and file are the real ones: all of it runs, in one folder, as it stands."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.files import read_instance
from outreach_optimizer.solver import Status, solve

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def environment() -> dict[str, str]:
    """The program of this Python comes first, as in an activated environment."""
    own = {name: value for name, value in os.environ.items() if name not in ("OUTREACH_LANG", "COLUMNS")}
    return own | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])), "PYTHONUTF8": "1"}


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Folder in which the whole tour was run, and what it told."""
    folder = tmp_path_factory.mktemp("readme")
    script = "\n".join(["set -e", *blocks("sh")])
    told = subprocess.run(
        ["sh", "-c", script], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return folder, told.stdout


def test_every_command_of_the_tour_is_run() -> None:
    told = "".join(blocks("sh"))
    for command in ("generate", "solve", "show", "check", "map", "explain"):
        assert f"outreach {command} " in told


def test_the_tour_tells_what_the_readme_says(tour: tuple[Path, str]) -> None:
    folder, told = tour
    assert "120 clients" in told
    assert "8 caseworkers" in told
    assert told.count("proven optimal") >= 2
    assert (folder / "map.html").stat().st_size > 100_000


def test_the_tour_plans_at_the_planned_site_when_told_so(tour: tuple[Path, str]) -> None:
    folder, _ = tour
    statuses = [read_instance(folder / name).rules.held_statuses for name in ("month.json", "month-ruhla.json")]
    assert statuses == [("open",), ("open", "planned")]
    objectives = [
        json.loads((folder / name).read_text(encoding="utf-8"))["proof"]["objective"]
        for name in ("plan.json", "plan-ruhla.json")
    ]
    assert objectives[1] <= objectives[0]


def test_the_python_block_gives_what_the_program_gives(tour: tuple[Path, str]) -> None:
    folder, _ = tour
    (code,) = blocks("python")
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    status, objective, *_ = told.stdout.split()
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    assert (status, float(objective)) == (plan["proof"]["status"], plan["proof"]["objective"])


def test_the_example_file_is_complete_and_can_be_planned(tmp_path: Path) -> None:
    (text,) = blocks("json")
    assert text.count("\n") <= 60
    (tmp_path / "example.json").write_text(text, encoding="utf-8")
    instance = read_instance(tmp_path / "example.json")
    result = solve(instance, workers=1)
    assert result.status is Status.OPTIMAL
    assert result.schedule is not None
    assert {appointment.client for appointment in result.schedule.appointments} == {"c1", "c2"}
    assert not check(instance, result.schedule).violations


def test_every_make_command_is_a_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    named = {word for block in blocks("console") for word in re.findall(r"make (\w+)", block)}
    assert {"demo", "test"} <= named | set(re.findall(r"`make (\w+)`", README)) <= targets


def test_every_link_leads_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/*.md"))]
    for page in pages:
        for target in re.findall(r"\]\((?!https:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} → {target}"
    assert (ROOT / "docs" / "map.png").stat().st_size <= 300_000


def test_the_number_of_rules_is_right() -> None:
    assert f"within {len(CONSTRAINTS)} rules" in README
