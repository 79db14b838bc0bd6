"""Parts of a search in processes of their own, as many at a time as there are workers.

Python runs one thread at a time, and most of the work on a part of a large instance is Python. Without workers there
is no process: tasks are done here, one after the other, so that nothing races.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock, local
from types import TracebackType
from typing import IO, Any, ParamSpec, Self, TypeVar, cast

from outreach_optimizer.errors import ModelError

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

PROGRAM = "outreach_optimizer.solver.apart_process"

_Worker = tuple[subprocess.Popen[bytes], IO[bytes]]
"""A process and the file that takes its complaints."""


class Apart:
    """Workers, each of them a process that starts with its first task. Use it in a ``with`` statement.

    Parameters
    ----------
    workers
        Number of processes; 0: tasks are done where they are submitted.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="apart") if workers else None
        self._here, self._lock, self._ended = local(), Lock(), False
        self._processes: list[_Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all processes, whatever they do."""
        with self._lock:
            self._ended = True
            for process, _ in self._processes:
                process.kill()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for process, complaints in self._processes:
            with suppress(OSError), process:  # a task that was being handed over breaks off
                pass
            complaints.close()

    def submit(
        self, work: Callable[Given, Answer | None], *arguments: Given.args, **named: Given.kwargs
    ) -> "Future[Answer | None]":
        """Have a function of a module called; the answer is None if the work was ended before."""
        if self._threads is None:
            done: Future[Answer | None] = Future()
            done.set_result(work(*arguments, **named))
            return done
        task = (f"{work.__module__}:{work.__name__}", arguments)
        # Written here and not in the thread, as whoever submits may change what an argument remembers meanwhile.
        return self._threads.submit(self._ask, pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL))

    def _ask(self, task: bytes) -> Any:  # noqa: ANN401 - whatever the function returns
        worker = self._process()
        if worker is None:
            return None
        process, complaints = worker
        told, asked = cast("IO[bytes]", process.stdout), cast("IO[bytes]", process.stdin)  # both are pipes
        try:
            asked.write(task)
            asked.flush()
            return pickle.load(told)  # noqa: S301 - written by our own program
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            if self._ended:
                return None
            complaints.seek(0)
            raise ModelError(f"a part of the search ended: {complaints.read().decode()[-500:]}") from error

    def _process(self) -> _Worker | None:
        """The process of this thread; None once all have ended."""
        if not hasattr(self._here, "worker"):
            with self._lock:
                if self._ended:
                    return None
                complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
                process = subprocess.Popen(  # noqa: S603 - our program
                    [sys.executable, "-P", "-m", PROGRAM],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=complaints,
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                    start_new_session=True,  # Ctrl-C is for us, not for the parts
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
                )
                self._here.worker = process, complaints
                self._processes.append(self._here.worker)
        worker: _Worker = self._here.worker
        return worker
