"""Run presets × seeds × workers, each in a fresh process, and append one JSON line per run.

    python benchmarks/run.py --presets month --seeds 1-20 --workers 2 --time-limit 60
    python benchmarks/run.py --presets month quarter --seeds 1-3 --peers
    python benchmarks/run.py --seeds 1-20 --overbooking session:0.05
    python benchmarks/run.py --summary

Runs that the result file has already, for the same commit and settings, are not repeated; README.md has the protocol.
"""

import argparse
import json
import math
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from outreach_optimizer.generate import PRESETS, generate
from outreach_optimizer.instance import Instance

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "runs.jsonl"
EXPECTED = (
    "invited", "expected_shows", "expected_held", "expected_idle_min", "expected_wait_mean_min",
    "expected_wait_max_min", "overflow_risk_max", "travel_mean_min",
)  # fmt: skip
GRACE_S = 120  # a run may take so much longer than its limit before it is ended


class Task(NamedTuple):
    """One run; ``solver`` is ours, or CP-SAT's default portfolio on the same coarse model."""

    solver: str
    preset: str
    seed: int
    workers: int
    time_limit_s: float
    overbooking: str = "none"
    risk: float = 0.05


def tasks(chosen: argparse.Namespace) -> Iterator[Task]:
    """Everything that was asked for; peers run directly after ours, under the same load of the machine."""
    for preset in chosen.presets:
        for seed in chosen.seeds:
            for overbooking, risk in chosen.overbooking:
                rest = chosen.time_limit, overbooking, risk
                solvers = [("outreach", workers) for workers in chosen.workers]
                solvers += [("cp-sat", workers) for workers in (2, 8)] if chosen.peers else []
                yield from (Task(solver, preset, seed, workers, *rest) for solver, workers in solvers)


def measure(task: Task) -> Mapping[str, object]:
    """Generate, solve and measure, in this process."""
    instance = generate(task.preset, task.seed)
    if task.overbooking != "none":
        changed = {"overbooking": task.overbooking, "overflow_risk": task.risk}
        instance = instance.replace(rules=instance.rules.replace(**changed))
    begin = time.monotonic()
    outcome = solve_ours(instance, task) if task.solver == "outreach" else solve_by_default(instance, task)
    return outcome | {
        "wall_s": round(time.monotonic() - begin, 3),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "sha256": instance.digest,
    }


def solve_ours(instance: Instance, task: Task) -> dict[str, object]:
    """What the public `solve` says."""
    from outreach_optimizer.solver import solve  # noqa: PLC0415 - the parent process stays small

    result = solve(instance, time_limit_s=task.time_limit_s, workers=task.workers, seed=0)
    return {
        "status": result.status.value,
        "objective_min": result.objective_min,
        "bound_min": result.bound_min,
        "gap": result.gap,
        "seconds": {stage: round(seconds, 3) for stage, seconds in result.seconds.items()},
        "kpis": {name: result.report.kpis[name] for name in EXPECTED} if result.report else None,
    }


def solve_by_default(instance: Instance, task: Task) -> dict[str, object]:
    """What CP-SAT says with its own portfolio about the coarse model: without seating, so a little less to do."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - the parent process stays small

    from outreach_optimizer.model.build import build  # noqa: PLC0415 - the parent process stays small
    from outreach_optimizer.solver.result import minutes, relative_gap  # noqa: PLC0415 - as above

    begin = time.monotonic()
    model = build(instance)
    built, solver = time.monotonic(), cp_model.CpSolver()
    solver.parameters.num_workers = task.workers
    solver.parameters.max_time_in_seconds = max(0.01, task.time_limit_s - (built - begin))
    status = solver.solve(model.cp)
    objective_micro = model.micro(solver.objective_value) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None
    bound_micro = model.micro(math.ceil(solver.best_objective_bound - 1e-6))
    return {
        "status": solver.status_name(status),
        "objective_min": minutes(objective_micro),
        "bound_min": minutes(bound_micro),
        "gap": relative_gap(objective_micro, bound_micro),
        "seconds": {"build": round(built - begin, 3), "solve": round(time.monotonic() - built, 3)},
    }


def in_fresh_process(task: Task) -> Mapping[str, object]:
    """Measure in a process of its own, so that neither memory nor warm caches carry over."""
    command = [sys.executable, __file__, "--one", json.dumps(task._asdict())]
    try:
        ended = subprocess.run(
            command, capture_output=True, text=True, timeout=task.time_limit_s + GRACE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return {"status": "TIMEOUT"}
    if ended.returncode:
        return {"status": "CRASH", "error": (ended.stderr.strip().splitlines() or ["?"])[-1]}
    return dict(json.loads(ended.stdout))


def surroundings() -> Mapping[str, object]:
    """Where and with what is measured."""
    return {
        "commit": _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "src") else ""),
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "versions": {name: version(name) for name in ("outreach-optimizer", "ortools", "numpy", "pydantic")},
    }


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=HERE.parent, capture_output=True, text=True, check=False).stdout.strip()


def run_all(chosen: argparse.Namespace) -> None:
    """Run what is not yet in the result file; Ctrl-C loses the run at hand only."""
    here, done = surroundings(), {key_of(run) for run in recorded(chosen.results)}
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    for task in (task for task in tasks(chosen) if key_of({**task._asdict(), **here}) not in done):
        load = round(os.getloadavg()[0], 2)
        run = {**task._asdict(), **in_fresh_process(task), **here, "load": load}
        with chosen.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")
        print(
            *(f"{name}={run.get(name)}" for name in (*Task._fields[:4], "status", "gap", "wall_s", "error")), flush=True
        )


def key_of(run: Mapping[str, object]) -> tuple[object, ...]:
    """What makes two runs the same."""
    return tuple(run.get(name, Task._field_defaults.get(name)) for name in (*Task._fields, "commit"))


def recorded(path: Path) -> list[Mapping[str, object]]:
    """Runs of a result file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def summarize(runs: Sequence[Mapping[str, object]]) -> None:
    """One line per commit, solver, preset, workers and limit, as a Markdown table."""
    groups: dict[tuple[object, ...], list[Mapping[str, object]]] = {}
    for run in runs:
        kind = run.get("overbooking", "none")
        rules = kind if kind == "none" else f"{kind} {run['risk']}"
        key = (*(run[name] for name in ("commit", "solver", "preset", "workers", "time_limit_s")), rules)
        groups.setdefault(key, []).append(run)
    print(
        "| commit | solver | preset | workers | limit s | overbooking | runs | proven | median s | worst s "
        "| median gap % | worst gap % | peak MiB |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for key, group in sorted(groups.items(), key=str):
        walls = [float(str(run["wall_s"])) for run in group if "wall_s" in run]
        gaps = [float(str(run["gap"])) for run in group if run.get("gap") is not None]
        peaks = [float(str(run["peak_mib"])) for run in group if "peak_mib" in run]
        proven = sum(run["status"] == "OPTIMAL" for run in group)
        times = f"{statistics.median(walls or [math.nan]):.1f} | {max(walls, default=math.nan):.1f}"
        middle = f"{100 * statistics.median(gaps or [math.nan]):.2f}"
        worst = f"{middle} | {100 * max(gaps, default=math.nan):.2f} | {max(peaks, default=math.nan):.0f}"
        print("|", " | ".join(map(str, (*key, len(group), proven, times, worst))), "|")


def numbers(text: str) -> list[int]:
    """Numbers of ``1-3`` or ``7``."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def rules_of(text: str) -> tuple[str, float]:
    """Kind and risk of ``session:0.05`` or ``none``."""
    kind, _, risk = text.partition(":")
    return kind, float(risk or 0.05)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", nargs="+", choices=PRESETS, default=["month"])
    parser.add_argument("--seeds", type=numbers, default=[1, 2, 3], help="7 or 1-20")
    parser.add_argument("--workers", nargs="+", type=int, default=[2])
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument(
        "--overbooking", nargs="+", type=rules_of, default=[("none", 0.05)], help="none, session:0.05, slots:0.10 …"
    )
    parser.add_argument("--peers", action="store_true", help="CP-SAT's default portfolio too, with 2 and 8 workers")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--summary", action="store_true", help="only tell what the result file has")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(Task(**json.loads(chosen.one)))))
    elif chosen.summary:
        summarize(recorded(chosen.results))
    else:
        run_all(chosen)


if __name__ == "__main__":
    main()
