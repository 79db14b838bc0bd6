"""What a study shows: frozen models that are its JSON for machines and all that the page renders.

Differences are level minus first level of the factor. Minutes, euros and counts as the key figures have them; ``gap``
and ``share_*`` are parts of 1.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from outreach_optimizer.fields import Frozen
from outreach_optimizer.scenarios.figures import Interval
from outreach_optimizer.study.layout import Axis
from outreach_optimizer.study.spec import Level, MeasureName

Verdict = Literal["larger", "smaller", "same", "open", "few"]
"""``open``: chance or proof gaps could explain it; ``few``: too few seeds to tell; ``same``: no run differs."""


class Run(NamedTuple):
    """A run and what came out of it.

    Parameters
    ----------
    status
        Of the outcome: OPTIMAL, FEASIBLE, …
    bound_min
        No plan costs less.
    values
        By measure; empty without a plan.
    reason
        Why there is no plan, as a sentence.
    """

    levels: Mapping[str, Level]
    seed: int
    status: str
    bound_min: float | None
    values: Mapping[str, float | None]
    reason: str | None = None


class Mean(Frozen):
    """Mean over seeds with the range in which the mean over all seeds there could be lies in 95 % of all studies."""

    value: float
    low: float | None
    """None, as `high`, with too few seeds."""
    high: float | None
    seeds: int


class Dot(Frozen):
    """What one seed gave; the mean over the factors that no axis shows."""

    seed: int
    value: float


class Group(Frozen):
    """All seeds at one level of the horizontal axis."""

    level: Level | None
    dots: tuple[Dot, ...]
    mean: Mean | None
    """None without a dot."""


class Series(Frozen):
    """Groups of one color."""

    level: Level | None
    groups: tuple[Group, ...]


class Panel(Frozen):
    """One of the small multiples."""

    row: Level | None
    column: Level | None
    series: tuple[Series, ...]


class Effect(Frozen):
    """A level of a factor against the first one: same seed and same other levels on both sides."""

    factor: str
    level: Level
    base: Level
    difference: Mean | None
    """None where no pair has a plan on both sides."""
    pairs: int
    missing: int
    """Pairs of which one side has no plan."""
    proven: Interval | None
    """Of the objective only: where the mean difference of the best possible plans of these pairs lies, certified."""
    verdict: Verdict


class LevelMean(Frozen):
    """Mean of all runs at a level."""

    factor: str
    level: Level
    mean: Mean | None


class Measured(Frozen):
    """Everything about one measure."""

    measure: MeasureName
    panels: tuple[Panel, ...]
    means: tuple[LevelMean, ...]
    effects: tuple[Effect, ...]


class Failure(Frozen):
    """Runs without a plan for the same reason."""

    status: str
    reason: str | None
    levels: Mapping[str, Level]
    """What these runs have in common among the varied factors."""
    seeds: tuple[int, ...]


class Findings(Frozen):
    """A study and its results."""

    title: str | None
    factors: Mapping[str, tuple[Level, ...]]
    scenario_titles: Mapping[str, str]
    axes: Mapping[Axis, str]
    averaged: tuple[str, ...]
    """Varied factors that no axis shows."""
    seeds: tuple[int, ...]
    time_limit_s: float
    planned: int
    """Runs of the design."""
    done: int
    """Runs that have ended, with a plan or without."""
    solved: int
    optimal: int
    widest_gap: float | None
    measures: tuple[Measured, ...]
    largest: Effect | None
    """Largest effect on the first measure, of those that are clear if any is."""
    failures: tuple[Failure, ...]
