"""Run presets and published sets, each run in a fresh process, and append one JSON line per run.

    python benchmarks/run.py --presets month --seeds 1-20 --workers 2 --time-limit 60
    python benchmarks/run.py --set month quarter --seeds 1-3 --peers
    python benchmarks/run.py --set holmberg diaz --bench ../shared/data/bench --peers highs scip --record
    python benchmarks/run.py --seeds 1-20 --overbooking session:0.05
    python benchmarks/run.py --summary

Runs that the result file has already, for the same commit, settings and machine, are not repeated. What contradicts
the archive ends the campaign with exit code 1. README.md has the protocol.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import archive
from measure import KEYS, OURS, Task, measure
from outreach_optimizer.generate import PRESETS
from published import FAMILIES, files
from summary import summarize

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "runs.jsonl"
ARCHIVE = HERE / "best_known.json"
BENCH = HERE.parents[1] / "shared" / "data" / "bench"
GRACE_S = 240  # a run may take so much longer than its limit, making its instance included, before it is ended
PEERS: Mapping[str, tuple[int, ...]] = {
    "cp-sat": (2, 8), "highs": (1,), "scip": (1,), "cbc": (2,), "by-hand": (1,), "timefold": (1,),
}  # fmt: skip
"""Peers and the workers that they get; HiGHS and SCIP search in one thread, whatever they are asked."""


def tasks(chosen: argparse.Namespace) -> Iterator[Task]:
    """Everything that was asked for; peers run directly after ours, under the same load of the machine."""
    for what in chosen.sets:
        published = [(what, path) for path in files(chosen.bench, what)] if what in FAMILIES else []
        if what in FAMILIES and not published:
            raise SystemExit(f"{chosen.bench} has no files of {what}. Maybe: --bench FOLDER")
        yield from _tasks_of(published, chosen)
        if what in PRESETS:
            for seed in chosen.seeds or (1, 2, 3):
                for overbooking, risk in chosen.overbooking:
                    first = Task(OURS, what, seed, 0, chosen.time_limit, overbooking, risk)
                    yield from _solvers(first, chosen)
    yield from _tasks_of(chosen.files, chosen)


def _tasks_of(published: list[tuple[str, Path]], chosen: argparse.Namespace) -> Iterator[Task]:
    for family, path in published:
        if not chosen.instances or path.stem in chosen.instances:
            for seed in chosen.seeds or (0,):
                first = Task(OURS, family, seed, 0, chosen.time_limit, instance=path.stem, path=str(path.resolve()))
                yield from _solvers(first, chosen)


def _solvers(task: Task, chosen: argparse.Namespace) -> Iterator[Task]:
    """A task for us and for every peer."""
    task = task._replace(memory_gib=chosen.memory_gib)
    keep = "" if chosen.keep is None else str(chosen.keep.resolve())
    yield from (task._replace(workers=workers, keep=keep) for workers in chosen.workers)
    for peer in () if chosen.peers is None else chosen.peers or PEERS:
        # Timefold would need our rules said once more, in its language.
        if peer != "timefold" or task.preset in FAMILIES:
            yield from (task._replace(solver=peer, workers=workers) for workers in PEERS[peer])


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
        return {"status": "CRASH", "error": (ended.stderr.strip().splitlines() or [f"exit {ended.returncode}"])[-1]}
    return dict(json.loads(ended.stdout.splitlines()[-1]))


def surroundings() -> Mapping[str, object]:
    """Where and with what is measured."""
    versions = {}
    for name in ("outreach-optimizer", "ortools", "numpy", "pydantic", "PuLP", "timefold"):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "commit": _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "src") else ""),
        "host": f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores",
        "python": sys.version.split()[0],
        "cores": os.cpu_count(),
        "versions": versions,
    }


def _processor() -> str:
    """Kind of processor, as far as Linux tells."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "processor")


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=HERE.parent, capture_output=True, text=True, check=False).stdout.strip()


def run_all(chosen: argparse.Namespace) -> None:
    """Run what is not yet in the result file; Ctrl-C loses the run at hand only."""
    here, done = surroundings(), {key_of(run) for run in lines(chosen.results)}
    known = archive.load(chosen.archive)
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    for task in (task for task in tasks(chosen) if key_of({**task._asdict(), **here}) not in done):
        load = round(os.getloadavg()[0], 2)
        about = {name: value for name, value in task._asdict().items() if name in KEYS}
        run = {**about, **in_fresh_process(task), **here, "load": load}
        with chosen.results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(run) + "\n")
        shown = ("solver", "name", "workers", "status", "objective_min", "gap", "wall_s", "peak_mib", "error")
        print(*(f"{name}={run[name]}" for name in shown if run.get(name) is not None), flush=True)
        if "name" in run:
            archive.verify(known, run)
            known = archive.recorded(known, run)
            if chosen.record:
                archive.save(chosen.archive, known)


def key_of(run: Mapping[str, object]) -> tuple[object, ...]:
    """What makes two runs the same."""
    return tuple(run.get(name, Task._field_defaults.get(name)) for name in (*KEYS, "commit", "host"))


def lines(path: Path) -> list[dict[str, object]]:
    """Runs of a result file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def numbers(text: str) -> list[int]:
    """Numbers of ``1-3`` or ``7``."""
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def rules_of(text: str) -> tuple[str, float]:
    """Kind and risk of ``session:0.05`` or ``none``."""
    kind, _, risk = text.partition(":")
    return kind, float(risk or 0.05)


def file_of(text: str) -> tuple[str, Path]:
    """Family and path of ``holmberg:folder/p71``."""
    family, _, path = text.partition(":")
    if family not in FAMILIES or not Path(path).is_file():
        raise argparse.ArgumentTypeError(f"needed is FAMILY:PATH with one of {', '.join(FAMILIES)}")
    return family, Path(path)


def options() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    every = (*PRESETS, *FAMILIES)
    parser.add_argument("--set", "--presets", dest="sets", nargs="+", choices=every, help="default: month")
    parser.add_argument("--seeds", type=numbers, help="7 or 1-20; default: 1-3 for presets, 0 for published sets")
    parser.add_argument("--workers", nargs="+", type=int, default=[2])
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument(
        "--overbooking", nargs="+", type=rules_of, default=[("none", 0.05)], help="none, session:0.05, slots:0.10 …"
    )
    parser.add_argument("--bench", type=Path, default=BENCH, help="folder with the published sets")
    parser.add_argument("--instances", nargs="+", help="only these of the published sets: p1 p2 …")
    parser.add_argument(
        "--files", nargs="+", type=file_of, default=[], metavar="FAMILY:PATH", help="published instances elsewhere"
    )
    parser.add_argument("--peers", nargs="*", choices=PEERS, help="all of them, or only these")
    parser.add_argument("--memory-gib", type=float, default=12, help="address space of a run; 0: no limit")
    parser.add_argument("--keep", type=Path, help="folder for our instances and plans")
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--archive", type=Path, default=ARCHIVE, help="best known objectives and bounds")
    parser.add_argument("--record", action="store_true", help="write what is new to the archive")
    parser.add_argument("--summary", action="store_true", help="only tell what the result file has")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser


def main() -> int:
    """Read the command line; exit code 1 if statements contradict each other."""
    chosen = options().parse_args()
    if chosen.sets is None:
        chosen.sets = [] if chosen.files else ["month"]
    try:
        if chosen.one:
            print(json.dumps(measure(Task(**json.loads(chosen.one)))))
        elif chosen.summary:
            summarize(lines(chosen.results), archive.load(chosen.archive))
        else:
            run_all(chosen)
    except archive.Contradiction as contradiction:
        print(f"CONTRADICTION {contradiction}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
