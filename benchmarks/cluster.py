"""A cluster of two workers on this machine against a plain loop: throughput, overhead, killed workers, rounded homes.

    python benchmarks/cluster.py --preset tiny --tasks 300 --kills 20

Needs the extra ``[cluster]``. The kill run has a worker killed whenever between 1 and 4 seconds have gone by.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import psutil

from outreach_optimizer.batch.cluster import Cluster, Terms
from outreach_optimizer.batch.engine import Event
from outreach_optimizer.batch.task import Order, Outcome, Task, task_of
from outreach_optimizer.batch.work import work
from outreach_optimizer.generate import dump_instance, generate

DASK = (sys.executable, "-m", "dask")
QUIET = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
WORKERS = 2
TIMEOUT_S = 600
PAUSES_S = (1.0, 4.0)


def main() -> None:
    """Print a JSON document."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--tasks", type=int, default=300)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--time-limit", type=float, default=60)
    given = parser.parse_args()
    tasks = [_task(given.preset, seed, given.time_limit) for seed in range(1, given.tasks + 1)]
    begin = time.perf_counter()
    serial = {task.name: Outcome.model_validate_json(work(task.payload)) for task in tasks}
    told: dict[str, object] = {"tasks": len(tasks), "serial_s": round(time.perf_counter() - begin, 1)}
    with tempfile.TemporaryDirectory() as folder, _cluster(Path(folder)) as (address, nannies):
        _solved(address, tasks[:WORKERS])  # workers have imported what they need
        begin, own = time.perf_counter(), time.process_time()
        found = _solved(address, tasks)
        told["cluster_s"] = round(time.perf_counter() - begin, 1)
        told["parent_ms_per_task"] = round(1000 * (time.process_time() - own) / len(tasks), 1)
        told["same_objectives"] = _objectives(found) == {name: o.objective_min for name, o in serial.items()}
        told["peak_mib_of_a_worker"] = max(e.outcome.peak_mib or 0 for e in found.values() if e.outcome)
        told |= _killed(address, tasks, nannies, given.kills, serial)
        told |= _rounded(address, tasks, serial)
    print(json.dumps(told))


def _task(preset: str, seed: int, time_limit_s: float) -> Task:
    order = Order(instance=dump_instance(generate(preset, seed)), time_limit_s=time_limit_s)
    return task_of(f"{preset}-{seed}", {}, order)


def _solved(address: str, tasks: Sequence[Task], *, round_homes: bool = False) -> dict[str, Event]:
    """Last event of each task."""
    ended: dict[str, Event] = {}

    def tell(event: Event) -> None:
        if event.outcome is not None:
            ended[event.task.name] = event

    Cluster(address, Terms(TIMEOUT_S, round_homes), lambda _: None).run(iter(tasks), tell, Flag())
    return ended


def _objectives(ended: dict[str, Event]) -> dict[str, float | None]:
    return {name: event.outcome.objective_min if event.outcome else None for name, event in ended.items()}


def _killed(
    address: str, tasks: Sequence[Task], nannies: Sequence[int], kills: int, serial: dict[str, Outcome]
) -> dict[str, object]:
    """The same with workers that are killed at random times."""
    chance, over, done = random.Random(0), Flag(), 0  # noqa: S311 - no secret

    def kill() -> None:
        nonlocal done
        while done < kills and not over.wait(chance.uniform(*PAUSES_S)):
            victims = [child for nanny in nannies for child in psutil.Process(nanny).children() if _solves(child)]
            if victims:
                chance.choice(victims).kill()
                done += 1

    killer = Thread(target=kill)
    killer.start()
    begin = time.perf_counter()
    ended = _solved(address, tasks)
    seconds = time.perf_counter() - begin
    over.set()
    killer.join()
    found = _objectives(ended)
    return {
        "kills": done,
        "killed_s": round(seconds, 1),
        "killed_results": sum(event.kind == "finished" for event in ended.values()),
        "killed_set_aside": sum(event.kind == "set_aside" for event in ended.values()),
        "killed_same_objectives": all(found[n] in (None, o.objective_min) for n, o in serial.items()),
    }


def _rounded(address: str, tasks: Sequence[Task], serial: dict[str, Outcome]) -> dict[str, object]:
    """What rounding homes costs: objective above the one for exact homes, and gap that can be proven, parts of 1."""
    ended = _solved(address, tasks, round_homes=True)
    dearer, gaps = [], []
    for name, event in ended.items():
        exact, outcome = serial[name].objective_min, event.outcome
        if outcome is not None and outcome.objective_min is not None and exact:
            dearer.append(outcome.objective_min / exact - 1)
            gaps.append(outcome.gap or 0.0)
    return {
        "rounded_results": len(dearer),
        "rounded_dearer_median": round(statistics.median(dearer), 5),
        "rounded_dearer_max": round(max(dearer), 5),
        "rounded_gap_median": round(statistics.median(gaps), 5),
    }


def _solves(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # it has just died, of the last kill
        return False


def _started(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*DASK, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def _cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Address of a scheduler and process ids of the nannies, each of which looks after a worker."""
    place = folder / "scheduler.json"
    scheduler = _started("scheduler", *QUIET, "--port", "0", "--scheduler-file", str(place))
    while not place.exists() or not place.read_text(encoding="utf-8").strip():
        time.sleep(0.1)
    address = json.loads(place.read_text(encoding="utf-8"))["address"]
    options = (*QUIET, "--nthreads", "1", "--local-directory", str(folder))
    workers = [_started("worker", address, *options) for _ in range(WORKERS)]
    try:
        yield address, [worker.pid for worker in workers]
    finally:
        for process in (*workers, scheduler):
            process.terminate()
        for process in (*workers, scheduler):
            process.wait()


if __name__ == "__main__":
    main()
