"""What the solver says."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from outreach_optimizer.checker import MICRO, Report
from outreach_optimizer.schedule import Schedule


class Status(StrEnum):
    """How a run ended; only `OPTIMAL` is a proof that nothing better exists."""

    OPTIMAL = "OPTIMAL"
    FEASIBLE = "FEASIBLE"
    INFEASIBLE = "INFEASIBLE"
    NO_RESULT = "NO_RESULT"


class Progress(NamedTuple):
    """A moment of the search; minutes, None where nothing is known yet."""

    seconds: float
    objective_min: float | None
    bound_min: float | None
    gap: float | None


class Result(NamedTuple):
    """A schedule that the checker has accepted, how good it is and where it comes from.

    Parameters
    ----------
    schedule, report
        None unless the status is OPTIMAL or FEASIBLE.
    objective_min, bound_min, gap
        Minutes; no schedule that keeps every rule costs less than the bound. None where unknown.
    seconds
        Wall-clock per stage: ``build`` (models, also those built on the way), ``solve`` (all other search), ``check``.
    sha256
        Digest of the instance.
    interrupted
        The caller's stop event ended the search.
    """

    status: Status
    schedule: Schedule | None
    report: Report | None
    objective_min: float | None
    bound_min: float | None
    gap: float | None
    seconds: Mapping[str, float]
    versions: Mapping[str, str]
    seed: int
    workers: int
    sha256: str
    interrupted: bool = False


def minutes(micro: int | None) -> float | None:
    """Minutes of millionths of a minute."""
    return None if micro is None else micro / MICRO


def relative_gap(objective_micro: int | None, bound_micro: int | None) -> float | None:
    """``(objective - bound) / objective``; 0 where both agree, None where one is unknown."""
    if objective_micro is None or bound_micro is None:
        return None
    if objective_micro <= bound_micro:
        return 0.0
    return (objective_micro - bound_micro) / abs(objective_micro) if objective_micro else 1.0
