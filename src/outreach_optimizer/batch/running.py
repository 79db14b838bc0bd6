"""Put engine, journal and folder together: who is due, what is written, what is told."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event as Flag
from typing import NamedTuple

from outreach_optimizer.batch.engine import Engine, Event
from outreach_optimizer.batch.task import SOLVED, Outcome, Settled, Task
from outreach_optimizer.files import write_text


class Row(NamedTuple):
    """A task with its outcome, the text of the plan left out; it is in ``plans/NAME.json``."""

    task: Task
    outcome: Outcome
    tries: int
    kept: bool = False
    """Known from an earlier run."""


class Batch(NamedTuple):
    """A finished or stopped batch: rows in the order of the tasks, and whether none is missing."""

    rows: Sequence[Row]
    complete: bool

    @property
    def all_solved(self) -> bool:
        """Whether every task has a plan."""
        return self.complete and all(row.outcome.status in SOLVED for row in self.rows)


def run_batch(
    tasks: Iterable[Task | Settled],
    engine: Engine,
    folder: Path,
    stopped: Flag,
    tell: Callable[[Event], None],
) -> Batch:
    """Solve what is due and write plans, figures and table into a folder.

    Raises
    ------
    InputError
        The folder cannot be used.
    EngineError
        The engine is lost; what is finished is written.
    """
    order: list[str] = []
    rows: dict[str, Row] = {}

    def take(task: Task, outcome: Outcome, tries: int) -> None:
        if outcome.plan is not None:
            write_text(folder / "plans" / f"{task.name}.json", outcome.plan)
        write_text(folder / "metrics" / f"{task.name}.json", outcome.replace(plan=None).model_dump_json() + "\n")
        rows[task.name] = Row(task._replace(payload=""), outcome.replace(plan=None), tries)

    def due() -> Iterator[Task]:
        for task in tasks:
            if isinstance(task, Settled):
                order.append(task.task.name)
                take(task.task, task.outcome, 0)
                tell(Event("finished", task.task, 0, task.outcome))
            else:
                order.append(task.name)
                yield task

    def told(event: Event) -> None:
        if event.outcome is not None:
            take(event.task, event.outcome, event.tries)
        tell(event)

    engine.run(due(), told, stopped)
    return Batch([rows[name] for name in order if name in rows], complete=not stopped.is_set())
