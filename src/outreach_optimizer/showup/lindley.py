"""Consultations of random length: workload of one caseworker on a grid of whole minutes.

Exact for the law of lengths that is given: the grid is as long as everybody's longest consultation. Several
caseworkers are several lanes.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.showup.counts import Pmf, Rates, less, mean

NEGLIGIBLE = 1e-15
"""Probability that laws without an end may lose at the end."""


class Workload(NamedTuple):
    """Expected figures of a lane, in minutes.

    Parameters
    ----------
    waits_min
        Expected waiting of every person booked, given that they come, by interval.
    idle_by_interval_min
        Expected minutes without a client.
    tardiness
        Distribution of the minutes from the end of the last interval until the last client has left.
    expected_shows
        Of all booked.
    waiting_min
        Expected waiting summed over the people who come.
    """

    waits_min: tuple[tuple[float, ...], ...]
    idle_by_interval_min: tuple[float, ...]
    tardiness: Pmf
    expected_shows: float
    waiting_min: float

    @property
    def mean_wait_min(self) -> float:
        """Expected waiting of somebody who comes."""
        return self.waiting_min / self.expected_shows if self.expected_shows else 0.0

    @property
    def idle_min(self) -> float:
        """Expected minutes without a client until the end of the last interval."""
        return sum(self.idle_by_interval_min)

    @property
    def tardiness_min(self) -> float:
        """Expected minutes after the end of the last interval."""
        return mean(self.tardiness)


def workload(bookings: Sequence[Rates], law: Pmf, interval_min: int) -> Workload:
    """Follow the work that is there at the beginning of each interval.

    Those booked to the same interval are seen in random order, before those of later intervals.

    Parameters
    ----------
    bookings
        Rates of the people booked to the beginning of each interval.
    law
        Probability of a consultation of 0, 1, 2 … minutes.
    interval_min
        Whole minutes between two beginnings.

    Raises
    ------
    ValueError
        The interval is shorter than a minute.

    References
    ----------
    domain C.4, Lindley's recursion ``W' = (W + work that comes - interval)+``; Kaandorp and Koole (2007), Optimal
    outpatient appointment scheduling, doi:10.1007/s10729-007-9015-x.
    """
    if interval_min < 1:
        raise ValueError(interval_min)
    lengths = np.trim_zeros(law, "b")
    length = mean(lengths)
    waits, idle, shows, waiting = [], [], 0.0, 0.0
    work: Pmf = np.ones(1)
    for rates in bookings:
        expected, present = float(sum(rates)), mean(work)
        # Each of the others who comes is seen before with probability one half.
        of_interval = tuple(present + length * (expected - float(rate)) / 2 for rate in rates)
        waiting += sum(float(rate) * wait for rate, wait in zip(rates, of_interval, strict=True))
        waits.append(of_interval)
        shows += expected
        work = _with_arrivals(work, rates, lengths)
        idle.append(float(work[:interval_min] @ np.arange(interval_min, 0, -1)[: len(work)]))
        work = less(work, interval_min)
    return Workload(tuple(waits), tuple(idle), work, shows, waiting)


def poisson_law(mean_min: float) -> Pmf:
    """Poisson distribution up to the minute after which less than 1e-15 is left; the rest is shared in proportion.

    Raises
    ------
    ValueError
        The mean is negative.
    """
    if mean_min < 0:
        raise ValueError(mean_min)
    last = int(mean_min + 12 * math.sqrt(mean_min) + 40)
    minutes = range(last + 1)
    law = np.exp([k * math.log(mean_min) - mean_min - math.lgamma(k + 1) for k in minutes]) if mean_min else np.ones(1)
    return _cut(law)


def gamma_law(mean_min: float, sd_min: float) -> Pmf:
    """Gamma distribution rounded to the nearest minute.

    Minute k has the probability of ``[k - 1/2, k + 1/2)``, so the mean changes very little and the variance rises by
    about 1/12. Cut off like the Poisson distribution.

    Raises
    ------
    ValueError
        Mean or standard deviation is not positive.
    """
    if min(mean_min, sd_min) <= 0:
        raise ValueError((mean_min, sd_min))
    shape, scale = (mean_min / sd_min) ** 2, sd_min**2 / mean_min
    last = math.ceil(mean_min + 12 * sd_min + 40 * scale)
    parts = math.ceil(1 / sd_min)
    nodes, weights = np.polynomial.legendre.leggauss(16)
    x = (0.5 + np.arange(last * parts)[:, np.newaxis] / parts + (nodes + 1) / (2 * parts)) / scale
    log_density = (shape - 1) * np.log(x) - x
    # The density is scaled so that it cannot overflow: the sum of the law shows by how much.
    top = max(float(log_density.max()), _log_first(shape, 0.5 / scale))
    first = math.exp(_log_first(shape, 0.5 / scale) - top) * scale
    others = (np.exp(log_density - top) @ weights).reshape(last, parts).sum(axis=1) / (2 * parts)
    return _cut(np.append(first, others))


def two_clients_cost(interval: float, rate: float, wait_cost: float, server_cost: float, speed: float = 1.0) -> float:
    """Expected cost of two clients, the second invited ``interval`` after the first; exponential consultations.

    The second waits while the first is seen; the server is paid until both have left, and at least until the second
    was invited.

    Parameters
    ----------
    rate
        Probability of coming of each of them.
    wait_cost, server_cost
        Per unit of time.
    speed
        Consultations per unit of time.

    References
    ----------
    domain C.4; Hassin and Mendel (2008), Scheduling arrivals to queues: A single-server model with no-shows,
    doi:10.1287/mnsc.1070.0802.
    """
    still = math.exp(-speed * interval) / speed
    return wait_cost * rate**2 * still + server_cost * (interval + rate * still + rate / speed)


def two_clients_interval(rate: float, wait_cost: float, server_cost: float, speed: float = 1.0) -> float:
    """The interval of the lowest cost: ``ln+(p + p² c_w / c_s) / speed``; 0 says to invite both at once.

    References
    ----------
    domain C.4, Hassin and Mendel (2008).
    """
    return math.log(max(1.0, rate * (1 + rate * wait_cost / server_cost))) / speed


def _with_arrivals(work: Pmf, rates: Rates, lengths: Pmf) -> Pmf:
    """Distribution of the work when those who come have brought theirs."""
    for rate in rates:
        brought = np.convolve(work, lengths) * rate
        brought[: len(work)] += work * (1 - rate)
        work = brought
    return work


def _log_first(shape: float, limit: float) -> float:
    """Logarithm of the lower incomplete gamma function, by its series of positive terms."""
    term = total = 1 / shape
    n = 0
    while term > total * 1e-17:
        n += 1
        term *= limit / (shape + n)
        total += term
    return shape * math.log(limit) - limit + math.log(total)


def _cut(law: Pmf) -> Pmf:
    """Without the minutes at the end that have next to no probability, which the others share."""
    beyond = np.cumsum(law[::-1])[::-1]
    kept = law[beyond > NEGLIGIBLE]
    cut: Pmf = kept / kept.sum()
    return cut
