"""Processes of this machine, each of which solves one task at a time and may die without harm to the others.

Every process has a connection of its own, so it is known which task died with it: that one gets another try, and
nothing else is lost. Processes are reused; small tasks are sent one ahead, so that none waits for the next one.
"""

import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Flag
from typing import NamedTuple

from outreach_optimizer.batch.engine import TRIES, TRIES_KILLED, Event, Tell
from outreach_optimizer.batch.memory import available_mib, machine_mib, resident_mib
from outreach_optimizer.batch.task import Outcome, Status, Task, refused
from outreach_optimizer.batch.worker import GOODBYE, OUT_OF_MEMORY, READY, serve
from outreach_optimizer.errors import EngineError, Problem

LOOK_S = 0.1
"""How often the stop flag is looked at."""
GUARD_S = 1.0
"""How often time and memory of processes are looked at."""
AHEAD_BYTES = 50_000
"""Tasks up to this size are sent ahead: they fit into the connection's buffer, so sending never waits."""
LEAST_AVAILABLE_MIB = 512
"""Available memory below which nothing new begins while something else is running."""
MEMORY_SHARE = 0.9
"""Of the machine, for all processes together."""
START_TIMEOUT_S = 120
COMPLAINT = 300
"""Characters of what a process printed that are shown."""
STARTS = 20
"""Processes that may fail to start one after the other before the engine counts as lost."""
GOODBYE_S = 5
"""For a process to end by itself."""


class Limits(NamedTuple):
    """What a task may take."""

    timeout_s: float
    """From its begin until its process is ended."""
    memory_mib: float
    """Of its process."""


class Local:
    """An engine of so many processes."""

    def __init__(self, jobs: int, limits: Limits) -> None:
        self.jobs = jobs
        self.limits = limits

    def run(self, tasks: Iterable[Task], tell: Tell, stopped: Flag) -> None:
        """Solve tasks as `Engine` says.

        Raises
        ------
        EngineError
            Processes cannot be started.
        """
        with TemporaryDirectory(prefix="outreach-", ignore_cleanup_errors=True) as folder:
            run = _Run(self.jobs, self.limits, iter(tasks), tell, Path(folder))
            try:
                while run.goes_on() and not stopped.is_set():
                    run.step()
            finally:
                run.dismiss()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_of(jobs: int) -> float:
    """MiB that each of so many processes may take."""
    return MEMORY_SHARE * machine_mib() / jobs


class _Worker:
    """A process, its connection and the tasks that it holds: the first one is being solved, if it is ready."""

    def __init__(self, complaints: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.complaints = complaints
        self.held: deque[Task] = deque()
        self.ready = False
        self.resident_mib = 0.0
        self.since = time.monotonic()
        """When it began what it is doing."""
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(theirs, complaints), daemon=True)
        try:
            with _deaf():
                self.process.start()
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid or 0

    def complaint(self) -> str:
        """What it printed, as one line."""
        with suppress(OSError):
            return " ".join(self.complaints.read_text(encoding="utf-8", errors="replace").split())[:COMPLAINT]
        return ""

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.kill()
        self.process.join()
        self.connection.close()


@contextmanager
def _deaf() -> Iterator[None]:
    """Start a process that never hears Ctrl-C, not even before it can say so itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Run:
    """The state of a run: tasks that wait, how often each was begun, processes."""

    def __init__(self, jobs: int, limits: Limits, source: Iterator[Task], tell: Tell, folder: Path) -> None:
        self._jobs, self._limits, self._source, self._tell, self._folder = jobs, limits, source, tell, folder
        self._waiting: deque[Task] = deque()
        self._tries: Counter[str] = Counter()
        self._workers: list[_Worker] = []
        self._drained = False
        self._hired = self._failed_starts = 0
        self._guarded = time.monotonic()
        self._draw(1)

    def goes_on(self) -> bool:
        """Whether a task is not yet told."""
        return bool(self._waiting) or any(worker.held for worker in self._workers)

    def step(self) -> None:
        """Start processes, hand out tasks, hear what came back, end what takes too much."""
        self._hire()
        self._hand_out()
        self._draw(self._jobs + 1)
        speaking = wait([worker.connection for worker in self._workers], LOOK_S)
        for worker in list(self._workers):
            if worker.connection in speaking:
                self._hear(worker)
        if time.monotonic() - self._guarded > GUARD_S:
            self._guard()
            self._guarded = time.monotonic()

    def dismiss(self) -> None:
        """End all processes: those that do nothing by a goodbye, the others at once."""
        idle = [worker for worker in self._workers if worker.ready and not worker.held]
        for worker in idle:
            with suppress(OSError):
                worker.connection.send_bytes(GOODBYE)
        until = time.monotonic() + GOODBYE_S
        for worker in idle:
            worker.process.join(max(0, until - time.monotonic()))
        for worker in self._workers:
            worker.end()

    def _draw(self, count: int) -> None:
        while not self._drained and len(self._waiting) < count:
            task = next(self._source, None)
            if task is None:
                self._drained = True
            else:
                self._waiting.append(task)

    def _hire(self) -> None:
        tasks = len(self._waiting) + sum(len(worker.held) for worker in self._workers)
        while len(self._workers) < min(self._jobs, tasks):
            self._hired += 1
            try:
                self._workers.append(_Worker(self._folder / f"{self._hired}.txt"))
            except OSError as error:
                self._start_failed(error.strerror or str(error))
                return

    def _start_failed(self, reason: str) -> None:
        self._failed_starts += 1
        if self._failed_starts == STARTS:
            raise EngineError(Problem("batch_no_process", facts={"reason": reason}))

    def _hand_out(self) -> None:
        short = available_mib() < LEAST_AVAILABLE_MIB
        for worker in self._workers:
            if not worker.ready:
                continue
            if not worker.held and self._waiting and not (short and any(other.held for other in self._workers)):
                self._send(worker)
                self._begin(worker)
            # The last tasks are not sent ahead: whoever is free first takes them.
            ahead = len(worker.held) == 1 and len(self._waiting) > self._jobs and not short
            if ahead and len(self._waiting[0].payload) < AHEAD_BYTES:
                self._send(worker)

    def _send(self, worker: _Worker) -> None:
        task = self._waiting.popleft()
        worker.held.append(task)
        with suppress(OSError):  # it has died, maybe of this very task, which is heard next
            worker.connection.send_bytes(task.payload.encode())

    def _begin(self, worker: _Worker) -> None:
        task, worker.since = worker.held[0], time.monotonic()
        self._tries[task.name] += 1
        self._tell(Event("started", task, self._tries[task.name]))

    def _hear(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv_bytes()
        except (EOFError, OSError):
            worker.process.join(GOODBYE_S)
            self._lose(worker, *self._reason(worker), most=TRIES_KILLED if self._killed(worker) else TRIES)
            return
        if message == READY:
            worker.ready, self._failed_starts = True, 0
            return
        task = worker.held.popleft()
        if worker.held:
            self._begin(worker)
        self._tell(Event("finished", task, self._tries.pop(task.name), Outcome.model_validate_json(message)))

    def _guard(self) -> None:
        resident = resident_mib([worker.pid for worker in self._workers])
        for worker in list(self._workers):
            worker.resident_mib = resident[worker.pid]
            busy, limit_s = worker.held or not worker.ready, self._limits.timeout_s if worker.ready else START_TIMEOUT_S
            if busy and time.monotonic() - worker.since > limit_s:
                self._lose(worker, "TIMEOUT", Problem("batch_timeout", facts={"seconds": limit_s}))
            elif worker.held and worker.resident_mib > self._limits.memory_mib:
                facts = {"limit": round(self._limits.memory_mib)}
                self._lose(worker, "OUT_OF_MEMORY", Problem("batch_memory", facts=facts))

    def _reason(self, worker: _Worker) -> tuple[Status, Problem]:
        """Why a process has ended by itself."""
        code = worker.process.exitcode
        if code == OUT_OF_MEMORY:
            return "OUT_OF_MEMORY", Problem("batch_memory_refused")
        how = str(code)
        if code is not None and code < 0:
            with suppress(ValueError):
                how = signal.Signals(-code).name
        complaint = worker.complaint()
        return "CRASHED", Problem("batch_crashed", found=complaint or None, facts={"how": how})

    def _killed(self, worker: _Worker) -> bool:
        """Whether somebody else has ended a process, and not the system because memory was short."""
        modest = worker.resident_mib < self._limits.memory_mib / 2 and available_mib() > LEAST_AVAILABLE_MIB
        return modest and worker.process.exitcode == -getattr(signal, "SIGKILL", 0)

    def _lose(self, worker: _Worker, status: Status, problem: Problem, *, most: int = TRIES) -> None:
        """Give up a process: its task gets another try or is set aside, the one sent ahead goes back."""
        worker.end()
        self._workers.remove(worker)
        if not worker.ready and most == TRIES:
            self._start_failed(worker.complaint())
        if not worker.held:
            return
        task, *others = worker.held
        self._waiting.extendleft(reversed(others))
        tries = self._tries[task.name]
        if tries < most:
            self._waiting.appendleft(task)
            self._tell(Event("retried", task, tries))
        else:
            del self._tries[task.name]
            told = problem._replace(facts={**problem.facts, "tries": tries})
            self._tell(Event("set_aside", task, tries, refused(status, [told])))
