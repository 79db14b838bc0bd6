"""From runs to findings: groups for the panels, paired differences between levels, what is missing.

Every seed is the same town and the same people on both sides of a difference (common random numbers), so differences
are taken seed by seed. Pairs of one seed at other levels of the other factors are no separate proof: they count as
their mean. Ranges are Student's; that they hold what they promise, and that the bootstrap of the comparisons does not
where most differences are 0, is measured (`benchmarks/study_ranges.py`, docs/studies.md).
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from statistics import fmean, stdev
from typing import NamedTuple

from outreach_optimizer.scenarios.bootstrap import MIN_CLUSTERS, student_quantile
from outreach_optimizer.scenarios.figures import Interval, crosswise
from outreach_optimizer.study.design import levels_of, size, varied
from outreach_optimizer.study.findings import (
    Dot,
    Effect,
    Failure,
    Findings,
    Group,
    LevelMean,
    Mean,
    Measured,
    Panel,
    Run,
    Series,
    Verdict,
)
from outreach_optimizer.study.layout import axes_of
from outreach_optimizer.study.spec import Level, MeasureName, StudySpec

LEVEL = 0.95
"""Of all ranges."""
NOWHERE: tuple[None] = (None,)
"""Levels of an axis without a factor."""
Place = tuple[Hashable, ...]
"""Seed and levels of a run, as far as they matter."""


class Pair(NamedTuple):
    """Two runs that differ in one factor only."""

    before: Run
    after: Run


def findings_of(spec: StudySpec, runs: Sequence[Run]) -> Findings:
    """What the runs of a study show; runs that are missing altogether count as not done."""
    factors, axes = varied(spec), axes_of(spec)
    measures = tuple(_measured(spec, name, runs) for name in spec.page.measures)
    gaps = [gap for run in runs if (gap := run.values.get("gap")) is not None]
    return Findings(
        title=spec.title,
        factors=levels_of(spec),
        scenario_titles={scenario.id: scenario.title for scenario in spec.scenarios.scenarios},
        axes=axes,
        averaged=tuple(name for name in factors if name not in axes.values()),
        seeds=spec.seeds,
        time_limit_s=spec.time_limit_s,
        planned=size(spec),
        done=len(runs),
        solved=sum(bool(run.values) for run in runs),
        optimal=sum(run.status == "OPTIMAL" for run in runs),
        widest_gap=max(gaps, default=None),
        measures=measures,
        largest=_largest(measures[0].effects),
        failures=tuple(_failures(factors, runs)),
    )


def _measured(spec: StudySpec, measure: MeasureName, runs: Sequence[Run]) -> Measured:
    factors = varied(spec)
    return Measured(
        measure=measure,
        panels=tuple(_panels(spec, measure, runs)),
        means=tuple(
            LevelMean(factor=name, level=level, mean=_level_mean(name, level, measure, runs))
            for name, levels in factors.items()
            for level in levels
        ),
        effects=tuple(
            _effect(name, level, levels[0], measure, runs) for name, levels in factors.items() for level in levels[1:]
        ),
    )


def _panels(spec: StudySpec, measure: MeasureName, runs: Sequence[Run]) -> Iterator[Panel]:
    factors, axes = varied(spec), axes_of(spec)
    shown = tuple(axes.values())
    hidden = size(spec) // len(spec.seeds)
    for name in shown:
        hidden //= len(factors[name])
    values: dict[Place, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        value = run.values.get(measure)
        if value is not None:
            values[tuple(run.levels[name] for name in shown)][run.seed].append(value)

    def group(x: Level | None, color: Level | None, column: Level | None, row: Level | None) -> Group:
        at = {"x": x, "color": color, "columns": column, "rows": row}
        by_seed = values.get(tuple(at[axis] for axis in axes), {})
        # A mean over some of the hidden levels would not be comparable with one over all of them.
        dots = tuple(
            Dot(seed=seed, value=sum(by_seed[seed]) / hidden)
            for seed in spec.seeds
            if len(by_seed.get(seed, ())) == hidden
        )
        mean = mean_over_seeds([dot.value for dot in dots], [dot.seed for dot in dots])
        return Group(level=x, dots=dots, mean=mean)

    xs, colors, columns, rows = (
        factors[axes[axis]] if axis in axes else NOWHERE for axis in ("x", "color", "columns", "rows")
    )
    for row in rows:
        for column in columns:
            series = tuple(
                Series(level=color, groups=tuple(group(x, color, column, row) for x in xs)) for color in colors
            )
            yield Panel(row=row, column=column, series=series)


def _level_mean(factor: str, level: Level, measure: MeasureName, runs: Sequence[Run]) -> Mean | None:
    known = [
        (value, run.seed)
        for run in runs
        if run.levels[factor] == level and (value := run.values.get(measure)) is not None
    ]
    return mean_over_seeds([value for value, _ in known], [seed for _, seed in known])


def _effect(factor: str, level: Level, base: Level, measure: MeasureName, runs: Sequence[Run]) -> Effect:
    pairs = _pairs(factor, level, base, runs)
    changes = [(pair, change) for pair in pairs if (change := _change(pair, measure)) is not None]
    seeds = [pair.after.seed for pair, _ in changes]
    difference = mean_over_seeds([change for _, change in changes], seeds)
    least = most = difference
    claimed = [pair for pair, _ in changes] if measure == "objective_min" else []
    certified = _certified(claimed)
    if certified:
        least, most = (
            mean_over_seeds([one.low for one in certified], seeds),
            mean_over_seeds([one.high for one in certified], seeds),
        )
    verdict: Verdict = "few" if least is None or most is None else _verdict(least.low, most.high)
    if claimed and not certified and verdict != "few":
        verdict = "open"
    return Effect(
        factor=factor,
        level=level,
        base=base,
        difference=difference,
        pairs=len(changes),
        missing=len(pairs) - len(changes),
        proven=Interval(low=least.value, high=most.value) if certified and least and most else None,
        verdict=verdict,
    )


def _pairs(factor: str, level: Level, base: Level, runs: Sequence[Run]) -> list[Pair]:
    """Runs at two levels of a factor that agree in everything else."""
    sides: dict[Level, dict[Place, Run]] = {level: {}, base: {}}
    for run in runs:
        if run.levels[factor] in sides:
            others = (value for name, value in run.levels.items() if name != factor)
            sides[run.levels[factor]][run.seed, *others] = run
    return [Pair(sides[base][place], run) for place, run in sides[level].items() if place in sides[base]]


def _change(pair: Pair, measure: MeasureName) -> float | None:
    before, after = pair.before.values.get(measure), pair.after.values.get(measure)
    return None if before is None or after is None else after - before


def _certified(pairs: Sequence[Pair]) -> list[Interval]:
    """Of each pair, where the difference of the two best possible plans lies; empty where a bound is unknown."""
    ranges = [
        crosswise(after.bound_min, after.values["objective_min"], before.bound_min, before.values["objective_min"])
        for before, after in pairs
    ]
    known = [one for one in ranges if one is not None]
    return known if len(known) == len(ranges) else []


def _verdict(low: float | None, high: float | None) -> Verdict:
    if low is None or high is None:
        return "few"
    if low == high == 0:
        return "same"
    if low > 0:
        return "larger"
    return "smaller" if high < 0 else "open"


def mean_over_seeds(values: Sequence[float], seeds: Sequence[int]) -> Mean | None:
    """Mean over the seeds of the mean of each, with Student's range."""
    by_seed: dict[int, list[float]] = defaultdict(list)
    for value, seed in zip(values, seeds, strict=True):
        by_seed[seed].append(value)
    if not by_seed:
        return None
    means = [fmean(members) for members in by_seed.values()]
    mean, count = fmean(means), len(means)
    if count < MIN_CLUSTERS:
        return Mean(value=mean, low=None, high=None, seeds=count)
    half = student_quantile(LEVEL, count - 1) * stdev(means) / math.sqrt(count)
    return Mean(value=mean, low=mean - half, high=mean + half, seeds=count)


def _largest(effects: Sequence[Effect]) -> Effect | None:
    known = [effect for effect in effects if effect.difference is not None]
    clear = [effect for effect in known if effect.verdict in ("larger", "smaller")]
    return max(clear or known, key=_amount, default=None)


def _amount(effect: Effect) -> float:
    return 0.0 if effect.difference is None else abs(effect.difference.value)


def _failures(factors: Mapping[str, Sequence[Level]], runs: Sequence[Run]) -> Iterator[Failure]:
    """Runs without a plan, those of one combination of levels together."""
    seeds: dict[tuple[str, str | None, tuple[Level, ...]], list[int]] = defaultdict(list)
    for run in runs:
        if not run.values:
            seeds[run.status, run.reason, tuple(run.levels[name] for name in factors)].append(run.seed)
    for (status, reason, levels), failed in seeds.items():
        together = dict(zip(factors, levels, strict=True))
        yield Failure(status=status, reason=reason, levels=together, seeds=tuple(failed))
