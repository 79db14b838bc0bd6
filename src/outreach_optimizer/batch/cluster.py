"""The workers of a Dask cluster that somebody else has started; nothing is started here.

Every task goes to a worker that was chosen here and is free, so it is known which tasks died with a worker: those get
another try, and Dask has nothing to schedule anew. Workers that come later are used. Before its first task a worker
imports what it needs, which takes longer than many a task: a worker that dies meanwhile costs no task a try.
"""

import math
import time
from asyncio import CancelledError
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from importlib.metadata import version
from queue import Empty, SimpleQueue
from threading import Event as Flag
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, cast
from uuid import uuid4

from outreach_optimizer.batch.connection import connected, is_here
from outreach_optimizer.batch.engine import TRIES, TRIES_KILLED, Event, Tell
from outreach_optimizer.batch.sending import Parcel, packed, unpacked
from outreach_optimizer.batch.task import VERSIONS, Outcome, Status, Task, refused
from outreach_optimizer.errors import EngineError, Problem

if TYPE_CHECKING:
    from distributed import Client, Future
    from distributed.client import VersionsDict

PATIENCE_S = 60
"""Without any worker until the cluster counts as lost."""
LOOK_S = 0.5
"""How often is looked which workers there are."""
LISTEN_S = 0.1
"""How often the stop flag is looked at."""


class Terms(NamedTuple):
    """How tasks are given away.

    Parameters
    ----------
    timeout_s
        From the begin of a task until its worker is ended.
    round_homes
        Round homes before they are sent; None: if the cluster or one of its workers is another machine.
    patience_s
        Without any worker until the cluster counts as lost.
    """

    timeout_s: float
    round_homes: bool | None = None
    patience_s: float = PATIENCE_S


class Cluster:
    """An engine at an address such as ``127.0.0.1:8786`` or ``tls://planner:8786``."""

    def __init__(self, address: str, terms: Terms, say: Callable[[bool], None]) -> None:
        self.address = address
        self.terms = terms
        self.say = say
        """Told before the first task leaves: whether homes are rounded."""

    def run(self, tasks: Iterable[Task], tell: Tell, stopped: Flag) -> None:
        """Solve tasks as `Engine` says.

        Raises
        ------
        InputError
            There is no cluster at the address, or the extra is not installed.
        EngineError
            The cluster has gone, has no workers or another version of the program.
        """
        with connected(self.address) as client:
            run = _Run(client, self, iter(tasks), tell)
            try:
                while run.goes_on() and not stopped.is_set():
                    run.step()
            finally:
                run.dismiss()


class _Held(NamedTuple):
    """A task that a worker has."""

    task: Task
    parcel: Parcel
    worker: str
    future: "Future[str]"
    since: float


class _Run:
    """The state of a run: tasks that are ready to be sent, those that workers have, workers and their threads."""

    def __init__(self, client: "Client", cluster: Cluster, source: Iterator[Task], tell: Tell) -> None:
        self._client, self._cluster, self._terms = client, cluster, cluster.terms
        self._source, self._tell = source, tell
        self._ready: deque[tuple[Task, Parcel]] = deque()
        self._again: deque[tuple[Task, Parcel]] = deque()
        self._held: dict[str, _Held] = {}
        self._heard: SimpleQueue[tuple[str, str | Exception]] = SimpleQueue()
        self._tries: Counter[str] = Counter()
        self._threads: dict[str, int] = {}
        self._checked: set[str] = set()
        self._woken: set[str] = set()
        self._awake: set[str] = set()
        self._round_homes: bool | None = None
        self._drained = False
        self._looked = -math.inf
        self._served = time.monotonic()

    def goes_on(self) -> bool:
        """Whether a task is not yet told."""
        return not self._drained or bool(self._ready or self._again or self._held)

    def step(self) -> None:
        """Look which workers are there, hand out tasks, pack the next one, hear what came back."""
        if time.monotonic() - self._looked > LOOK_S:
            self._look()
        self._hand_out()
        packing = not self._drained and len(self._ready) < sum(self._threads.values())
        if packing:
            self._pack()
        with suppress(Empty):
            self._hear(*self._heard.get(timeout=0.001 if packing else LISTEN_S))
            while True:
                self._hear(*self._heard.get_nowait())

    def dismiss(self) -> None:
        """Give up what workers have; they stay."""
        if self._client.status == "running":
            self._client.cancel([held.future for held in self._held.values()], force=True)

    def _look(self) -> None:
        """See which workers have come and gone."""
        self._there()
        try:
            threads = self._client.nthreads()
            self._check(set(threads))
        except (OSError, TimeoutError) as error:
            raise EngineError(Problem("cluster_lost", found=self._cluster.address)) from error
        if self._round_homes is None and threads:
            here = all(map(is_here, (self._cluster.address, *threads)))
            self._round_homes = not here if self._terms.round_homes is None else self._terms.round_homes
            self._cluster.say(self._round_homes)
        if self._terms.round_homes is None and not self._round_homes:
            # Exact homes stay on this machine, whoever comes later.
            threads = {worker: count for worker, count in threads.items() if is_here(worker)}
        there = self._checked & set(threads)
        self._wake(there)
        threads = {worker: count for worker, count in threads.items() if worker in self._awake}
        self._threads = threads
        self._looked = time.monotonic()
        if threads:
            self._served = self._looked
        elif not there and self._looked - self._served > self._terms.patience_s:
            facts = {"seconds": round(self._terms.patience_s)}
            raise EngineError(Problem("cluster_no_workers", found=self._cluster.address, facts=facts))
        for key, held in list(self._held.items()):
            if held.worker not in threads:
                self._gone(key, held)

    def _there(self) -> None:
        if self._client.status != "running":
            raise EngineError(Problem("cluster_lost", found=self._cluster.address))

    def _check(self, workers: AbstractSet[str]) -> None:
        """See that scheduler and new workers have the same program, before anything is sent that would break them."""
        self._checked &= workers
        if workers <= self._checked:
            return
        told = cast("VersionsDict", self._client.get_versions(packages=list(VERSIONS)))
        wanted = {name: version(name) for name in VERSIONS}
        for place, facts in (("scheduler", told["scheduler"]), *told["workers"].items()):
            found = {name: facts["packages"][name] for name in VERSIONS}
            if None in found.values():
                raise EngineError(Problem("cluster_without_program", found=place))
            if found != wanted:
                versions = {"there": _listed(found), "here": _listed(wanted)}
                raise EngineError(Problem("cluster_version", found=place, facts=versions))
        self._checked |= set(told["workers"])

    def _wake(self, workers: AbstractSet[str]) -> None:
        """Have new workers import what they need, whatever else they do; until then they get no task."""
        for worker in workers - self._woken:
            self._woken.add(worker)
            Thread(target=self._wait_for, args=(worker,), name=f"wake {worker}", daemon=True).start()

    def _wait_for(self, worker: str) -> None:
        """Wait until a worker is ready; in a thread of its own."""
        from outreach_optimizer.batch.remote import ready  # noqa: PLC0415 - needs the extra

        try:
            self._client.run(ready, workers=[worker])
        except (OSError, CancelledError):
            self._woken.discard(worker)  # it has died; if not, it is asked again
            return
        except Exception:  # noqa: BLE001, S110 - what is wrong with it is said of its first task
            pass
        self._awake.add(worker)
        self._looked = -math.inf

    def _pack(self) -> None:
        """Make the next task ready to be sent."""
        task = next(self._source, None)
        if task is None:
            self._drained = True
            return
        parcel = packed(task, round_homes=bool(self._round_homes))
        if isinstance(parcel, Outcome):
            self._tell(Event("finished", task, 1, parcel))
        else:
            self._ready.append((task, parcel))

    def _hand_out(self) -> None:
        used = Counter(held.worker for held in self._held.values())
        places = sorted((n, worker) for worker, count in self._threads.items() for n in range(used[worker], count))
        for _, worker in places:
            # What was lost waits for the others: tried at once, one task would be there whenever a worker dies.
            waiting = self._again if self._drained and not self._ready else self._ready
            if waiting:
                self._send(*waiting.popleft(), worker)

    def _send(self, task: Task, parcel: Parcel, worker: str) -> None:
        from outreach_optimizer.batch.remote import answered  # noqa: PLC0415 - needs the extra

        key = f"outreach-{uuid4().hex}"
        future = self._client.submit(
            answered,
            parcel.payload,
            self._terms.timeout_s,
            key=key,
            workers=[worker],
            allow_other_workers=False,
            pure=False,
        )
        self._tries[task.name] += 1
        self._held[key] = _Held(task, parcel, worker, future, time.monotonic())
        future.add_done_callback(self._listen)
        self._tell(Event("started", task, self._tries[task.name]))

    def _listen(self, future: "Future[str]") -> None:
        """Fetch what came of a task; called in a thread of the client."""
        key = str(future.key)
        try:
            self._heard.put((key, future.result()))
        except CancelledError as error:
            self._heard.put((key, RuntimeError(str(error))))
        except Exception as error:  # noqa: BLE001 - whatever has happened on the worker
            self._heard.put((key, error))

    def _hear(self, key: str, answer: str | Exception) -> None:
        held = self._held.get(key)
        if held is None:
            return
        if isinstance(answer, Exception):
            self._there()
        if isinstance(answer, MemoryError):
            self._lose(key, "OUT_OF_MEMORY", Problem("batch_memory_refused"))
        elif isinstance(answer, Exception):
            self._lose(key, "CRASHED", Problem("batch_crashed", facts={"how": str(answer)[:200]}))
        else:
            del self._held[key]
            outcome = unpacked(held.parcel, answer)
            self._tell(Event("finished", held.task, self._tries.pop(held.task.name), outcome))

    def _gone(self, key: str, held: _Held) -> None:
        """Take a task back from a worker that is no longer there; if time was not up, nobody here can say why."""
        if time.monotonic() - held.since > self._terms.timeout_s:
            self._lose(key, "TIMEOUT", Problem("batch_timeout", facts={"seconds": self._terms.timeout_s}))
        else:
            self._lose(key, "CRASHED", Problem("batch_crashed", facts={"how": held.worker}), most=TRIES_KILLED)

    def _lose(self, key: str, status: Status, problem: Problem, *, most: int = TRIES) -> None:
        """Take a task back from its worker: it gets another try or is set aside."""
        held = self._held.pop(key)
        held.future.cancel(force=True)
        tries = self._tries[held.task.name]
        if tries < most:
            self._again.append((held.task, held.parcel))
            self._tell(Event("retried", held.task, tries))
        else:
            del self._tries[held.task.name]
            told = problem._replace(facts={**problem.facts, "tries": tries})
            self._tell(Event("set_aside", held.task, tries, refused(status, [told])))


def _listed(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())
