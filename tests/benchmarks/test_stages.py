"""What stages cost is measured on plans of full size that keep the rules of single clients."""

import json
import subprocess
import sys
from pathlib import Path

from outreach_optimizer.checker import check
from outreach_optimizer.generate.build import build_region
from rough import rough_plan

STAGES = Path(__file__).parents[2] / "benchmarks" / "stages.py"
OF_THE_WHOLE = {"household", "max_duties", "site_frequency", "min_load", "session_budget", "room_once"}


def test_a_rough_plan_is_full_and_breaks_rules_about_the_whole_only() -> None:
    region = build_region(1, offices=1)
    plan = rough_plan(region)
    report = check(region, plan)
    assert len(plan.appointments) > 0.6 * len(region.clients)
    assert {found.rule for found in report.violations} <= OF_THE_WHOLE


def test_every_stage_is_measured_in_a_process_of_its_own() -> None:
    command = [sys.executable, str(STAGES), "--presets", "tiny", "month", "--json"]
    runs = [json.loads(line) for line in subprocess.check_output(command, text=True).splitlines()]
    assert [run["name"] for run in runs] == ["tiny-1", "month-1"]
    for run in runs:
        assert {"generate", "load", "facts", "build", "plan", "check", "write"} <= run["stages"].keys()
        assert all(stage["cpu_s"] >= 0 and stage["peak_mib"] > 0 for stage in run["stages"].values())
        assert run["appointments"] > 0


def test_the_table_has_a_row_per_stage_and_solves_when_told_so() -> None:
    command = [sys.executable, str(STAGES), "--presets", "tiny", "--solve-s", "5"]
    rows = subprocess.check_output(command, text=True).splitlines()
    assert any(row.startswith("| solve [s]") for row in rows)
    assert not any(row.startswith("| plan [s]") for row in rows)
    assert {row.count("|") for row in rows} == {3}
