"""The search: from an instance to a schedule that the checker has accepted.

What is asked for is imported then: a process that only solves a part of a problem would wait for all else.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outreach_optimizer.solver.result import Progress, Result, Status
    from outreach_optimizer.solver.search import solve

__all__ = ["Progress", "Result", "Status", "solve"]


def __getattr__(name: str) -> object:
    """A public name, from the module that has it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "search" if name == "solve" else "result"
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
