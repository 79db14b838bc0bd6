"""How many of the invited come: exact distributions of independent shows, and what follows for a number of slots."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pmf = NDArray[np.float64]
"""Probabilities of 0, 1, 2 …, in this order."""
Rates = Sequence[float] | NDArray[np.float64]
"""Probability of coming of each invited person."""


ROUNDING = 1e-9
"""Of probabilities."""


class Headcount(NamedTuple):
    """Expected numbers for ``capacity`` slots: who comes, who is served, slots left idle, people too many.

    ``served = shows - overflow`` and ``idle = capacity - served``; ``risk`` is the probability that anybody is too
    many.
    """

    shows: float
    served: float
    idle: float
    overflow: float
    risk: float


def shows_pmf(rates: Rates) -> Pmf:
    """Poisson-binomial distribution of the number of people who come, by convolution.

    References
    ----------
    domain C.1; Hong (2013), On computing the distribution function for the Poisson binomial distribution,
    doi:10.1016/j.csda.2012.10.006.
    """
    pmf: Pmf = np.ones(1)
    for rate in rates:
        pmf = np.convolve(pmf, (1 - rate, rate))
    return pmf


def shows_pmfs(rates: NDArray[np.float64]) -> Pmf:
    """Distributions of many groups of the same size at once.

    Parameters
    ----------
    rates
        One row per person, any shape behind it for the groups; a rate of 0 stands for nobody.

    Returns
    -------
    Pmf
        One row more than ``rates``: probability of 0, 1, 2 … people, then the shape of the groups.
    """
    people, *groups = rates.shape
    pmfs = np.zeros((people + 1, *groups))
    pmfs[0] = 1
    for person, come in enumerate(rates):
        moved = pmfs[: person + 1] * come
        pmfs[: person + 1] *= 1 - come
        pmfs[1 : person + 2] += moved
    return pmfs


def mean(pmf: Pmf) -> float:
    """Expectation of a number with this distribution."""
    return float(pmf @ np.arange(len(pmf)))


def less(pmf: Pmf, taken: int) -> Pmf:
    """Distribution of what is left of a number when ``taken`` are taken away, or all if there are not so many."""
    taken = min(taken, len(pmf) - 1)
    left = pmf[taken:].copy()
    left[0] += pmf[:taken].sum()
    return left


def tail(pmf: Pmf, capacity: int) -> float:
    """Probability of more than ``capacity``."""
    return float(pmf[max(0, capacity + 1) :].sum())


def headcount(rates: Rates, capacity: int) -> Headcount:
    """Expected idle slots, overflow and people served when everybody who comes can use any slot.

    References
    ----------
    domain C.1.
    """
    return headcount_of(shows_pmf(rates), capacity)


def headcount_of(pmf: Pmf, capacity: int) -> Headcount:
    """The same for any distribution of the number of people who come."""
    counts = np.arange(len(pmf))
    shows = mean(pmf)
    idle = float(pmf @ np.maximum(0, capacity - counts))
    overflow = float(pmf @ np.maximum(0, counts - capacity))
    return Headcount(shows, shows - overflow, idle, overflow, tail(pmf, capacity))


def central_range(pmf: Pmf, share: float = 0.9) -> tuple[int, int]:
    """Numbers between which the count lies with probability of at least ``share``, as much cut off on either side.

    Raises
    ------
    ValueError
        The share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(share)
    cumulated = np.cumsum(pmf)
    cut = (1 - share) / 2
    low = int(np.searchsorted(cumulated, cut, side="right"))
    high = int(np.searchsorted(cumulated, 1 - cut - 1e-12, side="left"))
    return min(low, len(pmf) - 1), min(high, len(pmf) - 1)
