"""What each stage costs, from the generated instance to the written plan; docs/performance.md reads the numbers.

    python benchmarks/stages.py
    python benchmarks/stages.py --presets month quarter --solve-s 20
    python benchmarks/stages.py --presets --offices 1 2 5 10

A fresh process per instance. Processor seconds, because other work on the machine adds to the clock; peak memory is
that of the process until the end of the stage. Without `--solve-s` a rough plan of full size is checked and written.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from outreach_optimizer.checker import check
from outreach_optimizer.files import read_instance, read_schedule
from outreach_optimizer.generate import PRESETS, dump_instance
from outreach_optimizer.generate.build import build as generate_preset
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.model.build import build
from outreach_optimizer.outputs.documents import plan_text
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.relaxation.prices import default_prices
from outreach_optimizer.saving import write_text
from outreach_optimizer.solver import solve
from rough import rough_plan

Result = TypeVar("Result")

LARGEST_MODEL = 2_000_000
"""Possible invitations up to which the CP-SAT model is built; it takes about 2 kB for each."""
STAGES = ("generate", "dump", "load", "facts", "bound", "build", "solve", "plan", "check", "write", "read")


class Watch:
    """Processor seconds and peak memory of the stages that ran."""

    def __init__(self) -> None:
        self.stages: dict[str, Mapping[str, float]] = {}

    def run(self, stage: str, work: Callable[[], Result]) -> Result:
        """Do the work of a stage and note what it took."""
        cpu, wall = time.process_time(), time.monotonic()
        result = work()
        self.stages[stage] = {
            "cpu_s": round(time.process_time() - cpu, 3),
            "wall_s": round(time.monotonic() - wall, 3),
            "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        }
        return result


def measure(preset: str, seed: int, offices: int, solve_s: float, folder: Path) -> Mapping[str, object]:
    """Run all stages on one instance."""
    watch, path = Watch(), folder / "instance.json"
    made = watch.run("generate", lambda: build_region(seed, offices) if offices else generate_preset(preset, seed))
    watch.run("dump", lambda: write_text(path, dump_instance(made)))
    instance = watch.run("load", lambda: read_instance(path))
    pairs = len(watch.run("facts", lambda: facts(instance)).pairs.client)
    watch.run("bound", lambda: bound(instance, default_prices(instance)))
    if pairs <= LARGEST_MODEL:
        watch.run("build", lambda: build(instance))
    plan = None
    if solve_s:
        plan = watch.run("solve", lambda: solve(instance, time_limit_s=solve_s)).schedule
    if plan is None:
        plan = watch.run("plan", lambda: rough_plan(instance))
    report = watch.run("check", lambda: check(instance, plan))
    watch.run("write", lambda: write_text(folder / "plan.json", plan_text(plan)))
    watch.run("read", lambda: read_schedule(folder / "plan.json", instance))
    return {
        "name": instance.name,
        "clients": len(instance.clients),
        "sessions": len(instance.sessions),
        "caseworkers": len(instance.caseworkers),
        "pairs": pairs,
        "file_mb": round(path.stat().st_size / 1e6, 2),
        "appointments": len(plan.appointments),
        "violations": len(report.violations),
        "stages": watch.stages,
    }


def in_fresh_process(preset: str, offices: int, chosen: argparse.Namespace) -> dict[str, object]:
    """Measure in a process of its own."""
    one = json.dumps([preset, chosen.seed, offices, chosen.solve_s])
    ended = subprocess.run([sys.executable, __file__, "--one", one], stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def table(runs: list[dict[str, object]]) -> str:
    """Processor seconds per stage as a Markdown table, a column per instance."""
    names = [str(run["name"]) for run in runs]
    lines = [" | ".join(["| stage", *names]) + " |", "|---" * (len(names) + 1) + "|"]
    facts_of_runs = ("clients", "sessions", "pairs", "appointments", "violations", "file_mb")
    lines += [" | ".join([f"| {fact}", *(f"{run[fact]:,}" for run in runs)]) + " |" for fact in facts_of_runs]
    of_stages = [dict(run["stages"]) for run in runs]  # type: ignore[call-overload]  # JSON of our own
    for stage in STAGES:
        if any(stage in stages for stages in of_stages):
            cells = [f"{stages[stage]['cpu_s']:.2f}" if stage in stages else "–" for stages in of_stages]
            lines.append(" | ".join([f"| {stage} [s]", *cells]) + " |")
    peaks = [max(stage["peak_mib"] for stage in stages.values()) for stages in of_stages]
    lines.append(" | ".join(["| peak [MiB]", *(f"{peak:,.0f}" for peak in peaks)]) + " |")
    return "\n".join(lines)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", nargs="*", choices=PRESETS, default=list(PRESETS))
    parser.add_argument("--offices", nargs="*", type=int, default=[], help="regions of so many base offices (up to 25)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--solve-s", type=float, default=0, help="solve, too, for so many seconds at most")
    parser.add_argument("--json", action="store_true", help="a line per instance instead of a table")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        preset, seed, offices, solve_s = json.loads(chosen.one)
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(measure(preset, seed, offices, solve_s, Path(folder))))
        return
    runs = [in_fresh_process(preset, 0, chosen) for preset in chosen.presets]
    runs += [in_fresh_process("region", offices, chosen) for offices in chosen.offices]
    print("\n".join(json.dumps(run) for run in runs) if chosen.json else table(runs))


if __name__ == "__main__":
    main()
