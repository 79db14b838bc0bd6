"""Put engine, journal and folder together: what is due, what is written, what is told."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from typing import NamedTuple

from filelock import FileLock, Timeout

from outreach_optimizer.batch.engine import Engine, Event, Tell
from outreach_optimizer.batch.journal import Journal, Record, opened, records, sha256_of
from outreach_optimizer.batch.task import SOLVED, TRANSIENT, Outcome, Settled, Task
from outreach_optimizer.errors import EngineError, InputError, Problem
from outreach_optimizer.files import read_kept
from outreach_optimizer.saving import check_writable, remove_leftovers, write_text, writing

JOURNAL = "journal.jsonl"
LOCK = ".lock"
PLANS, METRICS = "plans", "metrics"
OWN = (JOURNAL, PLANS, METRICS, "results.csv", "results.xlsx")
"""What a batch writes into its folder."""


class Row(NamedTuple):
    """A task, without its payload, and its outcome, without the plan, which is in a file."""

    task: Task
    outcome: Outcome
    tries: int


class Batch(NamedTuple):
    """Rows in the order of the tasks, whether none is missing, and why the engine was lost, if it was."""

    rows: Sequence[Row]
    complete: bool
    lost: Problem | None = None

    @property
    def all_solved(self) -> bool:
        """Whether every task has a plan."""
        return self.complete and all(row.outcome.status in SOLVED for row in self.rows)


@contextmanager
def locked(folder: Path, *, resume: bool) -> Iterator[None]:
    """Have a folder for results to ourselves; the system gives it back when this process ends, however it does.

    Parameters
    ----------
    resume
        Go on with the results that are there; without it there may be none.

    Raises
    ------
    InputError
        The folder cannot be written, another batch uses it, or it holds results that would be overwritten.
    """
    check_writable(folder / JOURNAL)
    lock = FileLock(folder / LOCK)
    with writing(folder / LOCK):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise InputError([Problem("batch_locked", file=str(folder))]) from None
    try:
        there = [name for name in OWN if (folder / name).exists()]
        if there and not resume:
            raise InputError([Problem("batch_has_results", facts={"names": there}, file=str(folder))])
        for used in (folder, folder / PLANS, folder / METRICS):
            remove_leftovers(used)
        yield
    finally:
        lock.release()


def run_batch(tasks: Iterable[Task | Settled], engine: Engine, folder: Path, tell: Tell, stopped: Flag) -> Batch:
    """Solve what is not known yet; every result is on disk when it is told.

    Parameters
    ----------
    folder
        Is `locked`. What its journal says is not solved again, as long as the files are what it says.
    tell
        Told are also tasks that are known from before, and those that need no engine, of which ``tries`` is 0.

    Raises
    ------
    InputError
        The folder cannot be written any more, or its journal is damaged.
    """
    known = records(folder / JOURNAL)
    with opened(folder / JOURNAL) as journal:
        work = _Work(folder, known, journal, tell, stopped)
        try:
            engine.run(work.due(tasks), work.hear, stopped)
        except EngineError as error:
            return work.batch()._replace(lost=error.problem)
        return work.batch()


class _Work:
    """The state of a batch: what is known, rows so far."""

    def __init__(self, folder: Path, known: dict[str, Record], journal: Journal, tell: Tell, stopped: Flag) -> None:
        self._folder, self._journal, self._tell, self._stopped = folder, journal, tell, stopped
        self._by_name = known
        self._by_key = {record.key: record for record in known.values()}
        self._rows: dict[str, Row | None] = {}
        self._drawn = False

    def due(self, tasks: Iterable[Task | Settled]) -> Iterator[Task]:
        """Tasks that an engine must solve; the others are told on the way."""
        for one in tasks:
            if self._stopped.is_set():
                return
            if isinstance(one, Settled):
                self._rows[one.task.name] = None
                self._write(one.task, one.outcome, 0)
                self._pass_on(Event("finished", one.task, 0, one.outcome))
            else:
                self._rows[one.name] = None
                if not self._remembered(one):
                    yield one
        self._drawn = True

    def hear(self, event: Event) -> None:
        """Write what an engine has found."""
        if event.outcome is not None:
            self._record(event.task, event.outcome, event.tries)
        self._pass_on(event)

    def batch(self) -> Batch:
        """All rows so far."""
        rows = [row for row in self._rows.values() if row is not None]
        return Batch(rows, complete=self._drawn and len(rows) == len(self._rows))

    def _remembered(self, task: Task) -> bool:
        """Whether a task is known from before, maybe under another name; then it is told."""
        record = self._by_name.get(task.name)
        if record is None or record.key != task.key:
            record = self._by_key.get(task.key)
        if record is None or record.outcome.status in TRANSIENT or not self._intact(record):
            return False
        if record.name != task.name:
            plan = read_kept(self._folder / PLANS / f"{record.name}.json")
            self._record(task, record.outcome.replace(plan=plan), record.tries)
        self._pass_on(Event("kept", task, record.tries, record.outcome))
        return True

    def _intact(self, record: Record) -> bool:
        texts = {name: read_kept(self._folder / name) for name in record.files}
        return all(text is not None and sha256_of(text) == record.files[name] for name, text in texts.items())

    def _record(self, task: Task, outcome: Outcome, tries: int) -> None:
        """Write the files of a result, then its line in the journal."""
        files = {name: sha256_of(text) for name, text in self._write(task, outcome, tries).items()}
        record = Record(key=task.key, name=task.name, tries=tries, outcome=outcome.replace(plan=None), files=files)
        self._journal.add(record)
        self._by_key[task.key] = record

    def _write(self, task: Task, outcome: Outcome, tries: int) -> Mapping[str, str]:
        """Write the files of a result; give their texts."""
        plan = f"{PLANS}/{task.name}.json"
        figures = {"name": task.name, "labels": dict(task.labels), "key": task.key, "tries": tries}
        figures |= outcome.model_dump(mode="json", exclude={"plan", "terms"})
        figures["terms"] = {name: term._asdict() for name, term in outcome.terms.items()}
        texts = {f"{METRICS}/{task.name}.json": json.dumps(figures, ensure_ascii=False, indent=1) + "\n"}
        if outcome.plan is not None:
            texts[plan] = outcome.plan
        else:
            with writing(self._folder / plan):
                (self._folder / plan).unlink(missing_ok=True)
        for name, text in texts.items():
            # Without waiting for the disk: the journal has their hashes, so a file that is lost is noticed.
            write_text(self._folder / name, text, synced=False)
        return texts

    def _pass_on(self, event: Event) -> None:
        """Tell what happened; what has come out becomes a row. Nobody needs payload and plan any more."""
        task, outcome = event.task._replace(payload=""), event.outcome
        if outcome is not None:
            outcome = outcome.replace(plan=None)
            self._rows[task.name] = Row(task, outcome, event.tries)
        self._tell(event._replace(task=task, outcome=outcome))
