"""How many to invite to a number of slots that everybody who comes can use, from the rates of those who are asked."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np

from outreach_optimizer.showup.counts import ROUNDING, Headcount, Pmf, headcount, headcount_of


class Size(NamedTuple):
    """A row of the table: how many to invite, and what is to be expected then.

    ``one_more`` is the risk with one invitation more.
    """

    capacity: int
    rate: float
    risk_limit: float
    invited: int
    expected: Headcount
    one_more: float


def chance_size(rate: float, capacity: int, risk: float) -> int:
    """Largest number of people with the same rate of whom more than ``capacity`` come with at most this probability.

    Raises
    ------
    ValueError
        A rate that is not above 0 or a risk of 1: any number could be invited.

    References
    ----------
    domain C.2, chance constraint.
    """
    if rate <= 0 or risk >= 1 - ROUNDING:
        raise ValueError((rate, risk))
    return chance_prefix(repeat(rate), capacity, risk)


def chance_prefix(rates: Iterable[float], capacity: int, risk: float) -> int:
    """How many of these people can be invited, in this order, at that risk.

    The risk never falls when somebody is added, so the first who is too many ends the search; with another order the
    answer can be another.
    """
    invited = 0
    for at_most in _at_most(rates, capacity):
        if 1 - at_most > risk + ROUNDING:
            return invited
        invited += 1
    return invited


def chance_table(rates: Sequence[float], capacities: Sequence[int], risks: Sequence[float]) -> list[Size]:
    """`chance_size` for all combinations, by capacity, then rate, then risk."""
    return [_size(rate, capacity, risk) for capacity in capacities for rate in rates for risk in risks]


def newsvendor_cost(pmf: Pmf, capacity: int, idle_cost: float, overflow_cost: float) -> float:
    """Expected cost of slots left idle and of people too many, for any distribution of the number who come."""
    expected = headcount_of(pmf, capacity)
    return idle_cost * expected.idle + overflow_cost * expected.overflow


def newsvendor_size(rates: Iterable[float], capacity: int, idle_cost: float, overflow_cost: float) -> int:
    """How many of these people to invite, in this order, at the lowest expected cost; the most if several are best.

    One more pays as long as all slots are taken with a probability of at most
    ``idle_cost / (idle_cost + overflow_cost)``: one more person changes the cost by their rate times ``overflow_cost *
    P(S >= c) - idle_cost * P(S < c)``, so whether it pays does not depend on their rate.

    Parameters
    ----------
    rates
        May be endless, as ``itertools.repeat(0.65)``, if the rates are not 0.

    Raises
    ------
    ValueError
        Overflow costs nothing, or next to nothing: any number could be invited.

    References
    ----------
    domain C.2, newsvendor.
    """
    if overflow_cost <= ROUNDING * (idle_cost + overflow_cost):
        raise ValueError(overflow_cost)
    limit = idle_cost / (idle_cost + overflow_cost)
    invited, full = 0, float(capacity <= 0)
    for below in _at_most(rates, capacity - 1):
        if full > limit + ROUNDING:
            return invited
        invited, full = invited + 1, 1 - below
    return invited


def _at_most(rates: Iterable[float], capacity: int) -> Iterator[float]:
    """Probability that at most ``capacity`` come, of the first, the first two, the first three …."""
    pmf = np.zeros(max(0, capacity + 1))
    pmf[:1] = 1
    for rate in rates:
        moved = pmf[:-1] * rate
        pmf *= 1 - rate
        pmf[1:] += moved
        yield float(pmf.sum())


def _size(rate: float, capacity: int, risk: float) -> Size:
    invited = chance_size(rate, capacity, risk)
    more = headcount([rate] * (invited + 1), capacity)
    return Size(capacity, rate, risk, invited, headcount([rate] * invited, capacity), more.risk)
