"""What an engine promises."""

from collections.abc import Callable, Iterable
from threading import Event as Flag
from typing import Literal, NamedTuple, Protocol

from outreach_optimizer.batch.task import Outcome, Task

TRIES = 2
"""How often a task is begun whose process fails; then it is set aside."""
TRIES_KILLED = 6
"""The same if somebody else has ended the process, which says nothing about the task unless it goes on so."""


class Event(NamedTuple):
    """Something that happened to a task.

    Parameters
    ----------
    kind
        ``started``, also once more after ``retried`` (its process died, it gets another try); in the end
        ``finished``, or ``set_aside`` after too many failures. ``kept`` comes from no engine: known from before.
    tries
        How often it was started.
    outcome
        In the end.
    """

    kind: Literal["started", "retried", "finished", "set_aside", "kept"]
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
