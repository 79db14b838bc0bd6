"""What a search may take, and how it ends; light, so that a search loads only what it needs."""

import time
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.solver.plans import Accepted
from outreach_optimizer.solver.result import Progress, minutes, relative_gap

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

OnProgress = Callable[[Progress], None]


class Found(NamedTuple):
    """End of a search; ``bound_micro`` in millionths of a minute."""

    best: Accepted | None
    bound_micro: int
    infeasible: bool
    interrupted: bool


class Effort(NamedTuple):
    """What a search may take, since when, and whom it tells."""

    begin: float
    time_limit_s: float
    workers: int
    seed: int
    on_progress: OnProgress | None
    stop: Event | None

    @property
    def asked(self) -> bool:
        """Whether the search is to end."""
        return self.stop is not None and self.stop.is_set()

    def tell(self, best: Accepted | None, bound_micro: int) -> None:
        """Tell the plan and the bound that are known."""
        if self.on_progress is not None:
            objective_micro = best.report.objective_micro if best is not None else None
            gap = relative_gap(objective_micro, bound_micro)
            seconds = time.monotonic() - self.begin
            self.on_progress(Progress(seconds, minutes(objective_micro), minutes(bound_micro), gap))

    def solver(self, time_limit_s: float, *, large: bool = False) -> "cp_model.CpSolver":
        """CP-SAT with a part of the time."""
        from outreach_optimizer.solver.portfolio import new_solver  # noqa: PLC0415 - not all searches need CP-SAT

        return new_solver(workers=self.workers, seed=self.seed, time_limit_s=time_limit_s, large=large)


class Searched(NamedTuple):
    """End of a search, the prices that certify a bound, and the seconds that went into building models."""

    found: Found
    prices: Prices
    build_s: float
