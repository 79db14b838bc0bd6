"""What runs on a worker of a cluster: `work`, as long as somebody waits for it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread, Timer

from distributed import Worker, get_worker

from outreach_optimizer.batch.work import work

LOOK_S = 0.5
"""How often a task looks whether it is still wanted."""
OVERTIME = 75
"""Exit code of a worker whose task took too long."""


def ready() -> None:
    """Do nothing; a worker that has done it has imported all that solving needs."""


def answered(payload: str, timeout_s: float) -> str:
    """JSON of an `Outcome`.

    Parameters
    ----------
    timeout_s
        After so long this process ends itself, because nothing else can end a search that does not listen.
    """
    watchdog = Timer(timeout_s, os._exit, [OVERTIME])
    watchdog.daemon = True
    watchdog.start()
    try:
        with _until_canceled() as stop:
            return work(payload, stop)
    finally:
        watchdog.cancel()


@contextmanager
def _until_canceled() -> Iterator[Event]:
    """Event that is set when the task at hand is canceled."""
    worker, stop, done = get_worker(), Event(), Event()
    key = str(worker.get_current_task())

    def look() -> None:
        while not done.wait(LOOK_S):
            if not _wanted(worker, key):
                stop.set()
                return

    thread = Thread(target=look, name="canceled?", daemon=True)
    thread.start()
    try:
        yield stop
    finally:
        done.set()
        thread.join()


def _wanted(worker: Worker, key: str) -> bool:
    task = worker.state.tasks.get(key)
    return task is not None and task.state == "executing"
