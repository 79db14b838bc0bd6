"""What can go wrong, and whose turn it is then.

::

    OutreachError
    ├── InputError   a file or an option is wrong: the user can repair it
    ├── ModelError   the model was built or used wrongly: our bug
    ├── CheckError   solver and checker disagree: our bug
    ├── EngineError  a batch has lost the machines or processes that it runs on
    └── StoppedError the user has ended work that consists of many searches

Infeasible and out of time are a `solver.Status`, not an exception.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong in the input, told so that it can be found and repaired.

    Parameters
    ----------
    code
        Name of the sentence in ``texts/``, table ``problem``.
    pointer
        JSON pointer (RFC 6901) into the file; empty for the file as a whole.
    found
        The value that stands there, shortened to one line; None if nothing stands there.
    facts
        What the sentence needs: what is allowed, the other party of a contradiction …
    file
        Path of the file as the user wrote it, or the name of the command line option.
    """

    code: str
    pointer: str = ""
    found: object = None
    facts: Mapping[str, object] = {}
    file: str = ""


class OutreachError(Exception):
    """Base of everything that this package raises."""


class InputError(OutreachError):
    """The input cannot be used; ``problems`` names every reason, not just the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.file}{p.pointer}: {p.code}" for p in self.problems))


class ModelError(OutreachError):
    """The model was built or used in a way that it does not allow."""


class CheckError(OutreachError):
    """The checker refuses, or prices differently, what the solver found."""


class EngineError(OutreachError):
    """What a batch runs on is lost: the cluster cannot be reached, or no process can be started."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


class StoppedError(OutreachError):
    """The user has ended the work before its result; nothing is wrong."""
