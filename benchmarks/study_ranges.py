"""How often the ranges of studies contain the truth: Student's, which they use, beside the bootstrap of comparisons.

    python benchmarks/study_ranges.py [REPETITIONS]

A seed's difference is, by world: ``normal`` (around 0.5, deviation 1), ``skewed`` (exponential around 1), ``counts``
(Poisson around 0.5) or ``rare`` (one person less with probability 0.2, else none), as counts of invitations are.
"""

import sys
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.scenarios.bootstrap import paired_interval
from outreach_optimizer.study.effects import mean_over_seeds

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]
WORLDS: Mapping[str, tuple[float, Draw]] = {
    "normal": (0.5, lambda rng, seeds: rng.normal(0.5, 1, seeds)),
    "skewed": (1.0, lambda rng, seeds: rng.exponential(1, seeds)),
    "counts": (0.5, lambda rng, seeds: rng.poisson(0.5, seeds).astype(np.float64)),
    "rare": (-0.2, lambda rng, seeds: -(rng.random(seeds) < 0.2).astype(np.float64)),
}
SEEDS = (5, 10, 20)


def coverage(world: str, seeds: int, repetitions: int) -> tuple[float, float]:
    """Parts of the repetitions in which Student's range and that of the bootstrap contain the truth."""
    truth, draw = WORLDS[world]
    rng = np.random.default_rng(seeds)
    student = bootstrap = 0
    for _ in range(repetitions):
        values = draw(rng, seeds)
        own = mean_over_seeds(values.tolist(), range(seeds))
        other = paired_interval(values, range(seeds), rng)
        student += own is not None and contains(own.low, own.high, truth)
        bootstrap += contains(other.low, other.high, truth)
    return student / repetitions, bootstrap / repetitions


def contains(low: float | None, high: float | None, truth: float) -> bool:
    """Whether a range holds a number, rounding aside."""
    return low is not None and high is not None and low - 1e-9 <= truth <= high + 1e-9


def main() -> None:
    """Print a line for each world and number of seeds."""
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    print("| differences | seeds | Student | bootstrap |\n|---|---|---|---|")
    for world in WORLDS:
        for seeds in SEEDS:
            student, bootstrap = coverage(world, seeds, repetitions)
            print(f"| {world} | {seeds} | {100 * student:.0f} % | {100 * bootstrap:.0f} % |")


if __name__ == "__main__":
    main()
