"""A Dask cluster of processes on this machine, as the README starts it, but on free ports."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

START_S = 120
"""For a scheduler to say its address and for workers to come, on a busy machine."""
DASK = (sys.executable, "-m", "dask")
QUIET = ("--no-dashboard", "--dashboard-address", "127.0.0.1:0")


class Nodes(NamedTuple):
    """Scheduler and workers; each worker is a nanny that starts its process anew when that one dies."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]
    folder: Path

    def add_worker(self, path: Path | None = None) -> None:
        """Start a worker; modules in ``path`` go before its own."""
        command = [*DASK, "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", *QUIET]
        self.workers.append(started([*command, "--local-directory", str(self.folder)], path))

    def processes(self) -> list[psutil.Process]:
        """What solves: the children of the nannies."""
        found = []
        for worker in self.workers:
            try:
                found += [
                    child
                    for child in psutil.Process(worker.pid).children()
                    if "spawn_main" in " ".join(child.cmdline())
                ]
            except psutil.NoSuchProcess:
                continue
        return found


def started(command: Sequence[str], path: Path | None = None) -> subprocess.Popen[bytes]:
    env = os.environ | ({} if path is None else {"PYTHONPATH": str(path)})
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env)


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Nodes]:
    place = folder / "scheduler.json"
    command = [*DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", *QUIET, "--scheduler-file", str(place)]
    nodes = Nodes("", started(command), [], folder)
    try:
        until = time.monotonic() + START_S
        while not place.exists() or not place.read_text(encoding="utf-8").strip():
            assert time.monotonic() < until
            assert nodes.scheduler.poll() is None
            time.sleep(0.05)
        nodes = nodes._replace(address=json.loads(place.read_text(encoding="utf-8"))["address"])
        for _ in range(workers):
            nodes.add_worker()
        yield nodes
    finally:
        for process in (*nodes.workers, nodes.scheduler):
            process.send_signal(signal.SIGTERM)
        for process in (*nodes.workers, nodes.scheduler):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
