"""A batch against a plain loop over `solve`: throughput, overhead per task, memory of processes, equal objectives.

    python benchmarks/batch.py --count 300 --jobs 2

Both get the same files and write the same plans, each from a fresh process, imports included; one after the other, as
often as ``--rounds`` says. A line for each round goes to ``results/batch.jsonl``.
"""

import argparse
import datetime as dt
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("results") / "batch.jsonl"


class Measured(NamedTuple):
    """A run: wall-clock seconds, CPU seconds of the process that leads it, objective by name, and of the processes.

    ``busy_s`` are the seconds of all tasks together, ``peak_mib`` the highest memory of a process that solves.
    """

    wall_s: float
    parent_s: float
    objectives: Mapping[str, float | None]
    busy_s: float = 0
    peak_mib: float = 0


def serially(folder: Path, results: Path, time_limit_s: float) -> Measured:
    """What one would write without a batch."""
    from outreach_optimizer.files import read_instance  # noqa: PLC0415 - belongs to what is measured
    from outreach_optimizer.outputs.documents import plan_text  # noqa: PLC0415 - as above
    from outreach_optimizer.saving import write_text  # noqa: PLC0415 - belongs to what is measured
    from outreach_optimizer.solver import solve  # noqa: PLC0415 - as above

    objectives: dict[str, float | None] = {}
    for path in sorted(folder.iterdir()):
        result = solve(read_instance(path), time_limit_s=time_limit_s, workers=1)
        if result.schedule is not None:
            write_text(results / path.name, plan_text(result.schedule), synced=False)
        objectives[path.stem] = result.objective_min
    return Measured(0, time.process_time(), objectives)


def in_a_batch(folder: Path, results: Path, time_limit_s: float, jobs: int) -> Measured:
    """What `outreach batch` does, without its screen."""
    from threading import Event  # noqa: PLC0415 - as above

    from outreach_optimizer.batch.local import Limits, Local, memory_of  # noqa: PLC0415 - as above
    from outreach_optimizer.batch.running import locked, run_batch  # noqa: PLC0415 - as above
    from outreach_optimizer.batch.sources import Way, sources_of, tasks_of  # noqa: PLC0415 - as above

    tasks = tasks_of(sources_of([folder], results), Way(None, time_limit_s, 0))
    engine = Local(jobs, Limits(2 * time_limit_s + 60, memory_of(jobs)))
    with locked(results, resume=False):
        batch = run_batch(tasks, engine, results, lambda _: None, Event())
    outcomes = {row.task.name: row.outcome for row in batch.rows}
    return Measured(
        0,
        time.process_time(),
        {name: outcome.objective_min for name, outcome in outcomes.items()},
        sum(outcome.seconds for outcome in outcomes.values()),
        max(outcome.peak_mib or 0 for outcome in outcomes.values()),
    )


def apart(folder: Path, jobs: int, time_limit_s: float) -> Measured:
    """Run in a fresh process; no jobs: serially."""
    with tempfile.TemporaryDirectory() as results:
        words = ["--child", str(folder), results, "--jobs", str(jobs), "--time-limit", str(time_limit_s)]
        begin = time.monotonic()
        told = subprocess.run([sys.executable, __file__, *words], check=True, capture_output=True, text=True).stdout
        return Measured(*json.loads(told))._replace(wall_s=round(time.monotonic() - begin, 3))


def compared(folder: Path, jobs: int, time_limit_s: float) -> Mapping[str, object]:
    """One round: first the loop, then the batch."""
    load = os.getloadavg()[0]
    serial, batch = apart(folder, 0, time_limit_s), apart(folder, jobs, time_limit_s)
    count = len(serial.objectives)
    return {
        "tasks": count,
        "jobs": jobs,
        "time_limit_s": time_limit_s,
        "serial_s": serial.wall_s,
        "batch_s": batch.wall_s,
        "speedup": round(serial.wall_s / batch.wall_s, 3),
        "same_objectives": serial.objectives == batch.objectives,
        "without_plan": sum(value is None for value in serial.objectives.values()),
        "parent_cpu_ms_per_task": round(1000 * batch.parent_s / count, 2),
        "idle_ms_per_task": round(1000 * (jobs * batch.wall_s - batch.busy_s) / count, 2),
        "busy_s": round(batch.busy_s, 1),
        "peak_mib": batch.peak_mib,
        "load": round(load, 2),
    }


def commit() -> str:
    """Commit, with a ``+`` if ``src`` was changed."""
    words = ["git", "-C", str(ROOT)]
    head = subprocess.run([*words, "rev-parse", "--short", "HEAD"], check=True, capture_output=True, text=True).stdout
    changed = subprocess.run([*words, "diff", "--quiet", "HEAD", "--", "src"], check=False).returncode
    return head.strip() + ("+" if changed else "")


def main() -> None:
    """Generate, measure, print and record."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        folder, results = given.child
        time_limit_s = given.time_limit
        run = in_a_batch(folder, results, time_limit_s, given.jobs) if given.jobs else None
        print(json.dumps(run or serially(folder, results, time_limit_s)))
        return
    from outreach_optimizer.generate import dump_instance, generate  # noqa: PLC0415 - not in the child

    with tempfile.TemporaryDirectory() as name:
        for seed in range(1, given.count + 1):
            (Path(name) / f"{given.preset}-{seed:04}.json").write_text(
                dump_instance(generate(given.preset, seed)), encoding="utf-8"
            )
        for _ in range(given.rounds):
            facts = {"preset": given.preset, **compared(Path(name), given.jobs, given.time_limit)}
            facts |= {"commit": commit(), "host": platform.processor() or platform.machine()}
            line = json.dumps(facts | {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")})
            print(line, flush=True)
            with given.results.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


if __name__ == "__main__":
    main()
