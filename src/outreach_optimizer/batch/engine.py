"""What an engine promises, and the simplest one."""

from collections.abc import Callable, Iterable
from threading import Event as Flag
from typing import Literal, NamedTuple, Protocol

from outreach_optimizer.batch.task import Outcome, Task
from outreach_optimizer.batch.work import work


class Event(NamedTuple):
    """Something that happened to a task.

    Parameters
    ----------
    kind
        ``started``, also once more after ``retried`` (its process died, it gets a second try); in the end
        ``finished``, or ``set_aside`` after the second failure.
    tries
        How often it was started.
    outcome
        In the end.
    """

    kind: Literal["started", "retried", "finished", "set_aside"]
    task: Task
    tries: int
    outcome: Outcome | None = None


Tell = Callable[[Event], None]


class Engine(Protocol):
    """Something that solves tasks."""

    def run(self, tasks: Iterable[Task], tell: Tell, stopped: Flag) -> None:
        """Solve tasks until all are told or a flag is set; then nothing of them goes on.

        Tasks are drawn as they are needed, from a generator that reads files. Drawing and telling happen in the
        caller's thread; what ``tell`` raises ends the run.

        Raises
        ------
        EngineError
            The engine itself is lost, not only one of its workers.
        """
        ...


class Serial:
    """Solves one task after the other in this process."""

    def run(self, tasks: Iterable[Task], tell: Tell, stopped: Flag) -> None:
        """Solve tasks."""
        for task in tasks:
            if stopped.is_set():
                return
            tell(Event("started", task, 1))
            outcome = Outcome.model_validate_json(work(task.payload, stopped))
            if stopped.is_set():
                return
            tell(Event("finished", task, 1, outcome))
