r"""Linear conditions around a chance constraint: one that suffices, one that is necessary.

``T(p) = P(S > K)`` for independent shows with probabilities ``p_1 … p_n``. Let ``R`` be the count without two persons i
and j, and ``C = P(R = K-1) - P(R = K)``. As a function of the two, ``T = A + B (p_i + p_j) + C p_i p_j``.

Lemma. If every ``p`` is at least ``floor = 1 - sqrt(1 - 4 risk)`` and ``T <= risk``, then ``C >= 0`` for every pair.
Proof. Suppose ``P(R = K-1) < P(R = K)``. R is log-concave, hence rises up to K, so its mode is at least K and its mean
above K-1 (Darroch 1964); its median lies within ln 2 of the mean (Hamza 1995), hence ``P(R >= K-1) >= 1/2``. Since
``P(R = K-1) < P(R = K) <= P(R >= K)``, ``P(R >= K) > 1/4``. Then ``T > (1 - (1-p_i)(1-p_j)) / 4 >= risk``.

Sufficient. Give a person the weight ``w(p) = p - b p²``, increasing on [floor, 1] and ``b >= 0``. Among all
``p in [low, high]^n`` with ``T = risk``, take one of least total weight. Moving two that differ and are inside the
range along constant weight, T is a quadratic in ``p_i + p_j`` with the leading coefficient ``C/2 >= 0``, so in one of
the two directions it does not fall, and where it rises a weight can be lowered: the least total weight is found where
all that are inside the range are equal. These cases are few. Every set of n that weighs less keeps the risk.

Necessary. Give a person the weight ``v(p)``, linear between knots and increasing. Among all sets with ``T <= risk``
take one of greatest total weight. Two that are not at knots can be moved along constant total weight (apart within one
stretch, else one up and one down): T is concave along the way because ``C >= 0``, so in one of the two directions it
does not rise until one of them reaches a knot. So all but one are at knots, and the last one is where ``T = risk``,
which is linear in it. A set of n that weighs more breaks the risk.

References
----------
Hoeffding (1956), On the distribution of the number of successes in independent trials, doi:10.1214/aoms/1177728178
(the case b = 0). Gleser (1975), same title, doi:10.1214/aop/1176996466. Darroch (1964), doi:10.1214/aoms/1177703287.
Hamza (1995), The smallest uniform upper bound on the distance between the mean and the median of the binomial and
Poisson distributions, doi:10.1016/0167-7152(94)00090-U.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import combinations_with_replacement
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
MOST_SETS = 20_000
"""Sets of knots that are tried for one number of people."""
KNOTS = 9
ROUNDING = 1e-9
TYPICAL_RATE = 0.65


class Bracket(NamedTuple):
    """Limits of total weights by the number of people, for numbers above the capacity.

    Parameters
    ----------
    curvature
        ``b`` of the weight ``p - b p²``.
    knots
        Where both weights are equal; the second one is linear in between. People below the first knot count as if they
        were there (sufficient) or not at all (necessary).
    sufficient, necessary
        By number of people: total weight up to which the risk is surely kept, above which it is surely broken.
        Numbers that are missing always break it.
    """

    curvature: float
    knots: tuple[float, ...]
    sufficient: Mapping[int, float]
    necessary: Mapping[int, float]

    def weight_of(self, *, safe: bool) -> Callable[[float], float]:
        """Weight of a person by the rate: for the sufficient condition (safe) or the necessary one, at most as much."""
        knots = np.array(self.knots)
        if safe:
            return lambda rate: max(rate, self.knots[0]) - self.curvature * max(rate, self.knots[0]) ** 2
        return lambda rate: float(np.interp(rate, knots, knots - self.curvature * knots**2))

    def by_number(self, *, safe: bool) -> Mapping[int, float]:
        """Limits of the sufficient or the necessary condition."""
        return self.sufficient if safe else self.necessary


def floor_of(risk: float) -> float:
    """Least probability for which the conditions hold; risks above 1/4 have none."""
    return 1 - math.sqrt(max(0.0, 1 - 4 * risk))


def curvature_of(capacity: int, risk: float) -> float:
    """Curvature for which both conditions are tight: a normal approximation says how much variance is worth.

    Any curvature below 1/2, for which the weight rises up to 1, is correct.
    """
    if not risk:
        return 0.0
    spread = math.sqrt(max(1, capacity) * (1 - TYPICAL_RATE))
    steep = NormalDist().inv_cdf(1 - risk) / (2 * spread)
    return min(0.45, steep / (1 + steep))


@lru_cache(maxsize=256)
def bracket(capacity: int, risk: float, curvature: float, span: tuple[float, float], most: int) -> Bracket:
    """Conditions for up to ``most`` people with probabilities within ``span``; without risk nobody is too many.

    Raises
    ------
    ValueError
        The span begins below `floor_of`, is empty, or ends above 1.
    """
    low, high = span
    if not floor_of(risk) <= low < high <= 1:
        raise ValueError(span)
    sufficient, necessary = {}, {}
    knots = np.linspace(low, high, KNOTS)
    for people in range(capacity + 1, most + 1 if risk else 0):
        if _tails(np.full((1, people), low), capacity)[0] > risk:
            break
        sufficient[people] = _least_weight(people, capacity, risk, span, curvature) - ROUNDING
        necessary[people] = _greatest_weight(people, capacity, risk, knots, curvature) + ROUNDING
    return Bracket(curvature, tuple(knots.tolist()), sufficient, necessary)


def _least_weight(people: int, capacity: int, risk: float, span: tuple[float, float], curvature: float) -> float:
    """Least total weight with ``T = risk``: some at the lower end, some at the upper end, all others equal."""
    low, high = span
    ends = np.array([(down, up) for up in range(people + 1) for down in range(people - up + 1)])
    place = np.arange(people)[None, :]

    def tails(middle: Vector) -> Vector:
        rates = np.where(place < ends[:, :1], low, np.where(place < ends.sum(axis=1)[:, None], high, middle[:, None]))
        return _tails(rates, capacity)

    below, above = np.full(len(ends), low), np.full(len(ends), high)
    crossing = (tails(below) <= risk) & (tails(above) >= risk)
    ends, below, above = ends[crossing], below[crossing], above[crossing]
    for _ in range(48):
        middle = (below + above) / 2
        kept = tails(middle) <= risk
        below, above = np.where(kept, middle, below), np.where(kept, above, middle)
    weights = np.array([low, high]) - curvature * np.array([low, high]) ** 2
    inside = (people - ends.sum(axis=1)) * (below - curvature * below**2)
    totals: Vector = ends @ weights + inside
    # If not even the upper end breaks the risk, nothing does.
    return float(totals.min()) if len(totals) else people * float(weights[1])


def _greatest_weight(people: int, capacity: int, risk: float, knots: Vector, curvature: float) -> float:
    """Greatest total weight with ``T <= risk``: all but one at knots."""
    while len(knots) > 2 and math.comb(people + len(knots) - 2, people - 1) > MOST_SETS:
        knots = knots[::2] if len(knots) % 2 else np.linspace(knots[0], knots[-1], len(knots) - 1)
    weights = knots - curvature * knots**2
    sets = np.array(list(combinations_with_replacement(range(len(knots)), people - 1)), dtype=np.int64)
    pmf = _pmfs(knots[sets.reshape(len(sets), people - 1)], capacity)
    spare, step = risk - pmf[:, -1], pmf[:, capacity]
    last = np.where(spare >= step, 1.0, spare / np.maximum(step, 1e-300))
    possible = (spare >= 0) & (last >= knots[0])
    totals = weights[sets[possible]].sum(axis=1) + np.interp(last[possible], knots, weights)
    return float(totals.max())


def _tails(rates: Vector, capacity: int) -> Vector:
    """Probability of more than ``capacity``, for each row of rates."""
    tails: Vector = _pmfs(rates, capacity)[:, -1]
    return tails


def _pmfs(rates: Vector, capacity: int) -> Vector:
    """Probabilities of 0 … ``capacity`` and of more, for each row of rates."""
    pmf: Vector = np.zeros((len(rates), capacity + 2))
    pmf[:, 0] = 1
    for rate in rates.T[:, :, None]:
        moved = pmf * rate
        pmf -= moved
        pmf[:, 1:] += moved[:, :-1]
        pmf[:, -1] += moved[:, -1]
    return pmf
