"""Ranges of paired differences whose people come in clusters: neighbors share a road, so they are no separate proof.

Whole clusters are drawn again, with all their people. Clusters are few, of unequal size and skewed (a new site helps
one town a lot and the others not at all), so plain percentiles are far too narrow; which method is used where was
chosen by measuring how often the truth lies inside (`benchmarks/bootstrap_coverage.py`, docs/evaluation.md, "Ranges").

Households live in one settlement, so clusters of settlements keep their members together.
"""

import math
from collections.abc import Hashable, Sequence
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.measures.burden import p90

Statistic = Literal["mean", "p90"]
Numbers = Sequence[float] | NDArray[np.float64]
Floats = NDArray[np.float64]
RESAMPLES = 1999
MIN_CLUSTERS = 5
"""With fewer, nothing can be said about other people."""
PART = 0.9
"""Of the P90."""


class PairedInterval(NamedTuple):
    """A figure and the range in which it lies in ``level`` of all cases; None where the clusters are too few.

    ``leading_share`` is the part of all savings and losses that one cluster brings. Where it is above a half the
    range rests on that cluster and contains the truth less often than it promises.
    """

    estimate: float
    low: float | None
    high: float | None
    level: float
    people: int
    clusters: int
    leading_share: float


class Clustered(NamedTuple):
    """Numbers per person and the cluster of each, with the people of each cluster."""

    values: Floats
    members: NDArray[np.intp]
    sizes: Floats


def paired_interval(
    differences: Numbers,
    cluster_ids: Sequence[Hashable],
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    statistic: Statistic = "mean",
    resamples: int = RESAMPLES,
) -> PairedInterval:
    """Range of the mean or of the P90 of differences, one per person.

    Mean: bootstrap-t with the jackknife's standard error, with bounded ends. P90 (nearest rank): the values at which
    the share of people below differs from 0.9 by no more than chance allows (Woodruff), by the same bootstrap.

    Parameters
    ----------
    cluster_ids
        Settlement of each person, or the month if each number is one of a month.

    References
    ----------
    Hall (1988), doi:10.1214/aos/1176350933; Cameron, Gelbach and Miller (2008), doi:10.1162/rest.90.3.414; Woodruff
    (1952), doi:10.1080/01621459.1952.10483443.
    """
    people = _clustered(differences, cluster_ids)
    clusters = len(people.sizes)
    estimate = float(people.values.mean()) if statistic == "mean" else p90(people.values)
    low: float | None = None
    high: float | None = None
    if clusters >= MIN_CLUSTERS:
        weights = _weights(clusters, rng, resamples)
        bounds = _mean_bounds if statistic == "mean" else _p90_bounds
        low, high = bounds(people, weights, level)
    return PairedInterval(estimate, low, high, level, len(people.values), clusters, _leading_share(people))


def paired_change(
    before: Numbers,
    after: Numbers,
    cluster_ids: Sequence[Hashable],
    rng: np.random.Generator,
    *,
    level: float = 0.95,
    statistic: Statistic = "mean",
    resamples: int = RESAMPLES,
) -> PairedInterval:
    """Range of the statistic before minus the statistic after, of the same people.

    For the mean this is `paired_interval` of the differences. The P90 of one is not that of the other's person, so both
    are drawn again together; the spread of what comes out, times Student's quantile for clusters of unequal size, is
    the range.
    """
    if statistic == "mean":
        saved = np.asarray(before, dtype=np.float64) - np.asarray(after, dtype=np.float64)
        return paired_interval(saved, cluster_ids, rng, level=level, resamples=resamples)
    first, second = _clustered(before, cluster_ids), _clustered(after, cluster_ids)
    clusters = len(first.sizes)
    leading = _leading_share(first._replace(values=first.values - second.values))
    estimate = p90(first.values) - p90(second.values)
    if clusters < MIN_CLUSTERS:
        return PairedInterval(estimate, None, None, level, len(first.values), clusters, leading)
    weights = _weights(clusters, rng, resamples)
    drawn = _drawn_p90(first, weights) - _drawn_p90(second, weights)
    half = _student(level, first.sizes) * float(drawn.std()) * math.sqrt(clusters / (clusters - 1))
    return PairedInterval(estimate, estimate - half, estimate + half, level, len(first.values), clusters, leading)


def _clustered(values: Numbers, cluster_ids: Sequence[Hashable]) -> Clustered:
    """Number the clusters in the order of their first member, so that no hash decides anything."""
    numbers: dict[Hashable, int] = {}
    members = np.array([numbers.setdefault(cluster, len(numbers)) for cluster in cluster_ids], dtype=np.intp)
    sizes = np.bincount(members, minlength=len(numbers)).astype(np.float64)
    return Clustered(np.asarray(values, dtype=np.float64), members, sizes)


def _totals(people: Clustered) -> Floats:
    """Sum of each cluster."""
    return np.bincount(people.members, people.values, len(people.sizes)).astype(np.float64)


def _leading_share(people: Clustered) -> float:
    totals = np.abs(_totals(people))
    return float(totals.max() / totals.sum()) if totals.any() else 0.0


def _weights(clusters: int, rng: np.random.Generator, resamples: int) -> Floats:
    """How often each cluster is drawn: resamples x clusters."""
    return rng.multinomial(clusters, np.full(clusters, 1 / clusters), resamples).astype(np.float64)


def _mean_bounds(people: Clustered, weights: Floats, level: float) -> tuple[float, float]:
    totals = _totals(people)
    mean = totals.sum() / people.sizes.sum()
    error = _jackknife_error(totals, people.sizes)
    studentized = _studentized(totals, people.sizes, weights)
    if error == 0 or not studentized.size:
        return float(mean), float(mean)
    low, high = np.quantile(studentized, ((1 - level) / 2, (1 + level) / 2))
    # Where one cluster brings nearly everything, resamples without it seem to be sure of nothing and stretch the range
    # beyond all reason; no end lies farther out than both the farthest resample and Student's range.
    drawn, half = (weights @ totals) / (weights @ people.sizes), _student(level, people.sizes) * error
    farthest = min(drawn.min(), mean - half), max(drawn.max(), mean + half)
    return float(max(mean - high * error, farthest[0])), float(min(mean - low * error, farthest[1]))


def _p90_bounds(people: Clustered, weights: Floats, level: float) -> tuple[float, float]:
    """Values where the share below lies around 0.9 as far as the share itself is uncertain."""
    values = np.unique(people.values)
    shares = np.searchsorted(np.sort(people.values), values, side="right") / len(people.values)
    below = _totals(people._replace(values=(people.values <= p90(people.values)).astype(np.float64)))
    studentized = np.abs(_studentized(below, people.sizes, weights))
    critical = float(np.quantile(studentized, level)) if studentized.size else 0.0
    half = max(critical, _student(level, people.sizes)) * _jackknife_error(below, people.sizes)
    first = int(np.searchsorted(shares, PART - half - 1e-9))
    last = int(np.searchsorted(shares, PART + half + 1e-9, side="right"))
    return float(values[min(first, len(values) - 1)]), float(values[min(last, len(values) - 1)])


def _drawn_p90(people: Clustered, weights: Floats) -> Floats:
    """P90 (nearest rank) of each resample."""
    order = np.argsort(people.values, kind="stable")
    counts = np.cumsum(weights[:, people.members[order]], axis=1)
    ranks = (counts < PART * counts[:, -1:] - 1e-9).sum(axis=1)
    drawn: Floats = people.values[order][ranks]
    return drawn


def _studentized(totals: Floats, sizes: Floats, weights: Floats) -> Floats:
    """Distance of each resample's mean from the mean, in its own standard errors; those without an error left out."""
    clusters, people = len(sizes), weights @ sizes
    means = (weights @ totals) / people
    spread = weights @ totals**2 - 2 * means * (weights @ (totals * sizes)) + means**2 * (weights @ sizes**2)
    errors = np.sqrt(np.maximum(spread, 0) * clusters / (clusters - 1)) / people
    fine = errors > 1e-6 * max(float(errors.max()), 1e-12)
    distances: Floats = (means[fine] - totals.sum() / sizes.sum()) / errors[fine]
    return distances


def _jackknife_error(totals: Floats, sizes: Floats) -> float:
    """Standard error of the mean per person from leaving out one cluster at a time."""
    left = (totals.sum() - totals) / (sizes.sum() - sizes)
    return math.sqrt((len(sizes) - 1) / len(sizes) * float(((left - left.mean()) ** 2).sum()))


def _student(level: float, sizes: Floats) -> float:
    """Student's quantile; as many degrees of freedom as clusters of equal size would be worth these, less one."""
    return student_quantile(level, max(2.0, float(sizes.sum() ** 2 / (sizes**2).sum()) - 1))


def student_quantile(level: float, free: float) -> float:
    """Number of standard errors to each side of a mean, for so many degrees of freedom.

    References
    ----------
    Abramowitz and Stegun (1964), 26.7.5 (the expansion around the normal quantile).
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / free**power for power, term in enumerate(terms, 1))
