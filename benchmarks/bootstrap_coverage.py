"""How often the ranges of `scenarios/bootstrap.py` contain the truth, on people made up around a known one.

    python benchmarks/bootstrap_coverage.py [REPETITIONS]

Settlements are of unequal size (log-normal, median 4, the largest of 20 has about 20 people). What a site saves there
is, by world: ``even`` (normal around 5 minutes), ``half`` (nothing in half of them, exponential in the others) or
``rare`` (nothing in nine of ten). Half of the people have no car and save 1.8 times as much. ``p90`` is the P90 of
savings, ``p90 change`` that of trips before minus that of trips after. The truth comes from 400,000 settlements.
"""

import sys
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.measures import p90
from outreach_optimizer.scenarios.bootstrap import PairedInterval, paired_change, paired_interval

World = Literal["even", "half", "rare"]
Figure = Literal["mean", "p90", "p90 change"]
Floats = NDArray[np.float64]
WORLDS: tuple[World, ...] = ("even", "half", "rare")
FIGURES: tuple[Figure, ...] = ("mean", "p90", "p90 change")
CLUSTERS = (12, 20, 40)
NO_CAR = 1.8
TRUE_CLUSTERS = 400_000


class People(NamedTuple):
    """Minutes before and after of each person, and the settlement."""

    before: Floats
    after: Floats
    settlements: NDArray[np.intp]


class Coverage(NamedTuple):
    """Part of the repetitions whose range contains the truth; width in minutes of the median and of a wide range.

    One range in twenty is wider than ``wide_min``.
    """

    share: float
    width_min: float
    wide_min: float


def people(world: World, clusters: int, rng: np.random.Generator) -> People:
    """Make up people."""
    sizes = np.maximum(1, np.round(rng.lognormal(1.3, 0.9, clusters))).astype(int)
    settlements = np.repeat(np.arange(clusters), sizes)
    if world == "even":
        saved = rng.normal(5, 4, clusters)
    elif world == "half":
        saved = np.where(rng.random(clusters) < 0.5, 0, rng.exponential(10, clusters))
    else:
        saved = np.where(rng.random(clusters) < 0.1, rng.exponential(20, clusters), 0)
    way = np.where(rng.random(len(settlements)) < 0.5, 1, NO_CAR)
    before = (25 + rng.exponential(12, clusters))[settlements] * way + rng.normal(0, 3, len(settlements))
    after = before - saved[settlements] * way - rng.normal(0, 2, len(settlements))
    return People(before, after, settlements)


def value(found: People, figure: Figure) -> float:
    """Work the figure out."""
    if figure == "p90 change":
        return p90(found.before) - p90(found.after)
    saved = found.before - found.after
    return float(saved.mean()) if figure == "mean" else p90(saved)


def interval(found: People, figure: Figure, rng: np.random.Generator, resamples: int) -> PairedInterval:
    """Range of the figure."""
    settlements = found.settlements.tolist()
    if figure == "p90 change":
        return paired_change(found.before, found.after, settlements, rng, statistic="p90", resamples=resamples)
    return paired_interval(found.before - found.after, settlements, rng, statistic=figure, resamples=resamples)


def coverage(
    world: World, figure: Figure, clusters: int, truth: float, *, repetitions: int, resamples: int = 1999, seed: int = 1
) -> Coverage:
    """Draw people and their range again and again."""
    rng, inside, widths = np.random.default_rng(seed), 0, []
    for _ in range(repetitions):
        found = interval(people(world, clusters, rng), figure, rng, resamples)
        if found.low is not None and found.high is not None:
            inside += found.low <= truth <= found.high
            widths.append(found.high - found.low)
    return Coverage(inside / repetitions, float(np.median(widths)), float(np.quantile(widths, 0.95)))


def true_value(world: World, figure: Figure, clusters: int = TRUE_CLUSTERS) -> float:
    """Figure of so many settlements that chance plays no role."""
    return value(people(world, clusters, np.random.default_rng(2027)), figure)


def main(arguments: Sequence[str]) -> None:
    """Print a table: worlds and figures by number of settlements."""
    repetitions = int(arguments[0]) if arguments else 500
    print(f"nominal 95 %, {repetitions} repetitions, 1999 resamples; covered (width in minutes: median, 95 % quantile)")
    print("| world | figure | truth | " + " | ".join(f"{count} settlements" for count in CLUSTERS) + " |")
    print("|---" * (3 + len(CLUSTERS)) + "|")
    for world in WORLDS:
        for figure in FIGURES:
            truth = true_value(world, figure)
            found = [coverage(world, figure, count, truth, repetitions=repetitions) for count in CLUSTERS]
            cells = " | ".join(f"{100 * row.share:.1f} % ({row.width_min:.1f}, {row.wide_min:.1f})" for row in found)
            print(f"| {world} | {figure} | {truth:.2f} min | {cells} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
