"""Solve a variant once: what was solved before comes from the store, what is solved now goes there."""

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from threading import Event
from typing import Literal, NamedTuple

from pydantic import ValidationError

from outreach_optimizer.checker import Report, check
from outreach_optimizer.errors import StoppedError
from outreach_optimizer.fields import Frozen
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.figures import Interval, Saying, Solved, Verdict, crosswise
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver import Progress, solve

VERSIONS = ("outreach-optimizer", "ortools", "numpy", "pydantic")
TOLERANCE_MIN = 1e-6
"""Objectives are exact multiples of this; smaller differences are rounding of the JSON."""
SLOWEST = 0.25
"""Power of time by which a gap shrinks, at least, when further time is guessed."""


class Store(NamedTuple):
    """Where finished searches are kept; keys are file names without their ending."""

    read: Callable[[str], str | None]
    write: Callable[[str, str], None]


class Step(NamedTuple):
    """What is being worked on: ``scenario.step.CODE``."""

    number: int
    saying: Saying
    progress: Progress | None = None


class Effort(NamedTuple):
    """How long and how each variant may be searched, and who is told."""

    time_limit_s: float = 20
    workers: int = 2
    seed: int = 0
    store: Store | None = None
    stop: Event | None = None
    tell: Callable[[Step], None] | None = None


class Kept(Frozen):
    """A finished search as it is stored."""

    format: Literal["outreach-search"] = "outreach-search"
    key: str
    status: Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "NO_RESULT"]
    objective_min: float | None
    bound_min: float | None
    gap: float | None
    seconds: float
    schedule: Schedule | None
    gaps: tuple[tuple[float, float], ...] = ()
    """Seconds and gap (minutes) whenever one of both sides got better."""


class Attempt(NamedTuple):
    """A variant with the best plan for it, and how far that is proven."""

    instance: Instance
    solved: Solved
    schedule: Schedule | None
    report: Report | None
    gaps: Sequence[tuple[float, float]] = ()


class Solver:
    """Solves instances, each only once; the state is what is known already and how many steps were taken."""

    def __init__(self, effort: Effort) -> None:
        self.effort = effort
        self.seconds = 0.0
        self.steps = 0
        self._known: dict[str, Attempt] = {}

    def attempt(self, instance: Instance, saying: Saying, *, part: float = 1) -> Attempt:
        """Solve an instance, or remember how it was solved.

        Parameters
        ----------
        saying
            What is being worked on, for the progress.
        part
            Of the time limit.

        Raises
        ------
        StoppedError
            The user ended the work; what was finished is stored.
        """
        effort = self.effort._replace(time_limit_s=self.effort.time_limit_s * part)
        key = search_key(instance, effort)
        # A proof holds whatever time was allowed.
        known = self._known.get(key) or self._known.get(instance.digest)
        if known is None:
            self.steps += 1
            known = _remembered(instance, effort, key) or self._search(instance, effort, key, saying)
            self.seconds += known.solved.seconds
            self._known[key] = known
            if known.solved.status == "OPTIMAL":
                self._known[instance.digest] = known
        return known

    def _search(self, instance: Instance, effort: Effort, key: str, saying: Saying) -> Attempt:
        if effort.stop is not None and effort.stop.is_set():
            raise StoppedError
        gaps: list[tuple[float, float]] = []
        number, begin = self.steps, time.monotonic()

        def tell(progress: Progress) -> None:
            if progress.objective_min is not None and progress.bound_min is not None:
                gaps.append((progress.seconds, progress.objective_min - progress.bound_min))
            if effort.tell is not None:
                effort.tell(Step(number, saying, progress))

        if effort.tell is not None:
            effort.tell(Step(number, saying))
        result = solve(
            instance,
            time_limit_s=effort.time_limit_s,
            workers=effort.workers,
            seed=effort.seed,
            on_progress=tell,
            stop=effort.stop,
        )
        if result.interrupted or (effort.stop is not None and effort.stop.is_set()):
            raise StoppedError
        kept = Kept(
            key=key,
            status=result.status.value,
            objective_min=result.objective_min,
            bound_min=result.bound_min,
            gap=result.gap,
            seconds=round(time.monotonic() - begin, 3),
            schedule=result.schedule,
            gaps=tuple(gaps[-20:]),
        )
        if effort.store is not None:
            effort.store.write(key, kept.model_dump_json(exclude_defaults=True) + "\n")
        return _attempt(instance, kept, result.report, reused=False)


def search_key(instance: Instance, effort: Effort) -> str:
    """Name under which a search is stored: what it was about, how it was done, by which versions."""
    facts = [instance.digest, effort.time_limit_s, effort.workers, effort.seed, *map(version, VERSIONS)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]


def saving_of(before: Attempt, after: Attempt) -> Interval | None:
    """Certified saving of the best plan after against the best plan before, minutes of the objective."""
    solved, changed = before.solved, after.solved
    return crosswise(solved.bound_min, solved.objective_min, changed.bound_min, changed.objective_min)


def verdict_of(saving: Interval | None) -> Verdict:
    """What a certified interval says: a sign only if zero lies outside."""
    if saving is None or (saving.low <= 0 <= saving.high and saving.low < saving.high):
        return "not_decided"
    if saving.low == saving.high == 0:
        return "same"
    return "better" if saving.low > 0 else "worse"


def further_s(before: Attempt, after: Attempt, saving: Interval | None) -> float | None:
    """Guess of further seconds until the sign is known; None if it is, or if the two plans cost the same.

    Gaps are taken to go on shrinking with the power of time with which they have shrunk in these very searches.
    """
    if saving is None or verdict_of(saving) != "not_decided":
        return None
    if before.solved.objective_min is None or after.solved.objective_min is None:
        return None
    width = saving.high - saving.low
    apart = abs(before.solved.objective_min - after.solved.objective_min)
    # The plans' difference decides once both gaps together are smaller.
    spent = before.solved.seconds + after.solved.seconds
    if apart <= TOLERANCE_MIN or apart >= width:
        return None
    power = min(_power(before.gaps), _power(after.gaps))
    return round(spent * (math.pow(width / apart, 1 / power) - 1), 1)


def _power(gaps: Sequence[tuple[float, float]]) -> float:
    """Power of time with which a gap has shrunk over the second half of a search; 1 if too little is known."""
    known = [(seconds, gap) for seconds, gap in gaps if seconds > 0 and gap > 0]
    if len(known) < 2 or known[0][0] == known[-1][0]:
        return 1.0
    (first_s, first), (last_s, last) = known[len(known) // 2 - 1], known[-1]
    if first_s == last_s or last >= first:
        return SLOWEST
    return max(SLOWEST, math.log(first / last) / math.log(last_s / first_s))


def _remembered(instance: Instance, effort: Effort, key: str) -> Attempt | None:
    """Stored search, if its plan still keeps every rule and costs what it says; a damaged file counts as none."""
    text = None if effort.store is None else effort.store.read(key)
    if text is None:
        return None
    try:
        kept = Kept.model_validate_json(text)
    except ValidationError:
        return None
    if kept.key != key:
        return None
    if kept.schedule is None:
        return _attempt(instance, kept, None, reused=True)
    report = check(instance, kept.schedule)
    if report.violations or not _honest(kept, report.objective_min):
        return None
    return _attempt(instance, kept, report, reused=True)


def _honest(kept: Kept, objective_min: float) -> bool:
    """Whether a stored search says what its plan costs, and no more about its bound than can be."""
    if kept.objective_min is None or kept.bound_min is None:
        return False
    proven = abs(kept.objective_min - kept.bound_min) <= TOLERANCE_MIN
    return (
        abs(objective_min - kept.objective_min) <= TOLERANCE_MIN
        and kept.bound_min <= kept.objective_min + TOLERANCE_MIN
        and proven == (kept.status == "OPTIMAL")
    )


def _attempt(instance: Instance, kept: Kept, report: Report | None, *, reused: bool) -> Attempt:
    solved = Solved(
        status=kept.status,
        objective_min=kept.objective_min,
        bound_min=kept.bound_min,
        gap=kept.gap,
        seconds=kept.seconds,
        reused=reused,
        sha256=instance.digest,
    )
    return Attempt(instance, solved, kept.schedule, report, kept.gaps)
