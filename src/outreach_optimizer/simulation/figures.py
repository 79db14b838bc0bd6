"""Means of a simulation, how far chance may move them, and whether an exact figure agrees."""

import math
from collections.abc import Mapping
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CONFIDENCE = 0.95
"""Of a single interval."""
FAMILY_CONFIDENCE = 0.999
"""Of all intervals together."""
ROUNDING = 1e-9
"""Of exact figures, relative where they are above 1."""


class Sums(NamedTuple):
    """What is remembered of a whole-numbered figure; exact, so that the size of blocks does not matter."""

    samples: int = 0
    total: int = 0
    squares: int = 0

    def with_values(self, values: NDArray[np.int64] | NDArray[np.bool_]) -> "Sums":
        """Sums with more values."""
        return self.with_sums(values.size, values)

    def with_sums(self, samples: int, values: NDArray[np.int64] | NDArray[np.bool_]) -> "Sums":
        """Sums with more samples, of which all but these values are zero."""
        numbers = values.astype(np.float64)
        # Whole numbers of this size are exact in floating point, and cannot overflow.
        return Sums(
            self.samples + samples, self.total + int(numbers.sum()), self.squares + int(np.dot(numbers, numbers))
        )


class Figure(NamedTuple):
    """A simulated mean beside the exact expectation.

    Parameters
    ----------
    exact
        What mathematics says.
    mean
        What the simulation says.
    error
        Standard error of the mean, s / √n.
    samples
        Values of which it is the mean.
    jump
        By how much one person who comes or does not may move a value.
    """

    exact: float
    mean: float
    error: float
    samples: int
    jump: float

    def interval(self) -> tuple[float, float]:
        """Normal interval of 95 % confidence for the expectation."""
        half = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * self.error
        return self.mean - half, self.mean + half

    @property
    def inside(self) -> bool:
        """Whether the exact value lies in the interval; one of twenty does not, by chance."""
        low, high = self.interval()
        slack = ROUNDING * max(1, abs(self.exact))
        return low - slack <= self.exact <= high + slack


class Family(NamedTuple):
    """All figures that are compared, by name, and those among them that differ by more than chance.

    Parameters
    ----------
    z
        Standard errors that each figure may be off.
    outside
        Figures whose exact value lies outside of their own interval of 95 %.
    differing
        Figures that disagree.
    """

    figures: Mapping[str, Figure]
    z: float
    outside: tuple[str, ...]
    differing: tuple[str, ...]


def figure(exact: float, sums: Sums, jump: float) -> Figure:
    """Mean and standard error; at least one sample."""
    n, total, squares = sums
    variance = (n * squares - total * total) / (n * (n - 1)) if n > 1 else 0.0
    return Figure(exact, total / n, math.sqrt(variance / n), n, jump)


def family(figures: Mapping[str, Figure]) -> Family:
    """Compare many figures at once, so that chance alone makes any of them differ in one of 1000 simulations at most.

    With m figures each has its share δ = 0.001 / m (Bonferroni, hence whatever their dependence) and may be off by
    ``z s / √n + ln(2 / δ) jump / n`` with the normal quantile z of ``1 - δ / 2``. The second part is for what happens
    so rarely that s does not tell: an event seen in none of n replications has, at confidence ``1 - δ / 2``, a
    probability of at most ``ln(2 / δ) / n``.

    References
    ----------
    The form is that of empirical Bernstein bounds: Maurer and Pontil (2009), arXiv:0907.3740, theorem 4.
    """
    share = (1 - FAMILY_CONFIDENCE) / max(1, len(figures))
    z, rare = NormalDist().inv_cdf(1 - share / 2), math.log(2 / share)
    differing = []
    for name, one in figures.items():
        allowed = z * one.error + rare * one.jump / one.samples + ROUNDING * max(1, abs(one.exact))
        # Not a number differs from everything.
        if not abs(one.exact - one.mean) <= allowed:
            differing.append(name)
    outside = tuple(name for name, one in figures.items() if not one.inside)
    return Family(figures, z, outside, tuple(differing))
