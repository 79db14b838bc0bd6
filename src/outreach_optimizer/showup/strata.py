"""Show-up rates of groups of clients, such as site, mode and distance, from those who came: never of one person.

Few invitations say little, so the rate of a stratum is drawn towards what is known of all (empirical Bayes).
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)

MEANS = np.arange(1, 100) / 100
STRENGTHS = 10 ** (np.arange(31) / 10)
"""Grid on which a prior is looked for: expected rate, and how many invitations it is worth, from 1 to 1000."""


class Beta(NamedTuple):
    """Beta distribution: as if ``a`` people had come before and ``b`` had stayed away."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """Expected rate."""
        return self.a / (self.a + self.b)


PRIOR = Beta(6.5, 3.5)
"""Mean 0.65, worth 10 invitations (domain C.6)."""


class Stratum(NamedTuple, Generic[Key]):
    """Of ``invited`` people ``came`` have come: posterior mean of their rate and its credible interval."""

    key: Key
    came: int
    invited: int
    rate: float
    low: float
    high: float


class Row(NamedTuple):
    """Predicted rates from ``low`` (included) to ``high``: how many were expected, how many came."""

    low: float
    high: float
    invited: int
    expected: float
    came: int


def estimate(
    counts: Mapping[Key, tuple[int, int]], prior: Beta = PRIOR, share: float = 0.95
) -> tuple[Stratum[Key], ...]:
    """Rate of each stratum, in the order of ``counts``.

    Parameters
    ----------
    counts
        How many came, and how many were invited.
    prior
        What is known without counts: `PRIOR`, or `fitted_prior` of these or older counts.
    share
        Probability of the credible interval; as much lies below it as above.

    Raises
    ------
    ValueError
        More came than were invited, fewer than nobody came, or the share is not between 0 and 1.

    References
    ----------
    domain C.6: ``(k + a) / (n + a + b)``.
    """
    result = []
    for key, (came, invited) in counts.items():
        if not 0 <= came <= invited:
            raise ValueError((key, came, invited))
        posterior = Beta(prior.a + came, prior.b + invited - came)
        result.append(Stratum(key, came, invited, posterior.mean, *credible_interval(posterior, share)))
    return tuple(result)


def fitted_prior(counts: Mapping[Key, tuple[int, int]]) -> Beta:
    """Prior under which the counts of all strata are most probable, on a grid of means and strengths.

    Few or small strata say little of how rates differ, and the most probable prior alone would then be extreme. So its
    mean m and its strength s are weighted beforehand by ``m ** 6.5 * (1 - m) ** 3.5 * exp(-ln(s / 10) ** 2 / 2)``:
    without any counts the result is `PRIOR`.

    References
    ----------
    domain C.6; Casella (1985), An introduction to empirical Bayes data analysis, doi:10.1080/00031305.1985.10479400.
    """
    came = np.array([k for k, _ in counts.values()], dtype=int)
    invited = np.array([n for _, n in counts.values()], dtype=int)
    best, highest = PRIOR, -math.inf
    for strength in STRENGTHS:
        a, b = MEANS * strength, (1 - MEANS) * strength
        likelihood = _log_rising(a, came) + _log_rising(b, invited - came) - _log_rising(np.array([strength]), invited)
        weight = PRIOR.a * np.log(MEANS) + PRIOR.b * np.log1p(-MEANS) - math.log(strength / sum(PRIOR)) ** 2 / 2
        found = int(np.argmax(likelihood + weight))
        if (likelihood + weight)[found] > highest:
            best, highest = Beta(float(a[found]), float(b[found])), float((likelihood + weight)[found])
    return best


def credible_interval(beta: Beta, share: float = 0.95) -> tuple[float, float]:
    """Quantiles between which the rate lies with this probability, as much below as above; see `quantile`.

    Raises
    ------
    ValueError
        The share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(share)
    return quantile(beta, (1 - share) / 2), quantile(beta, (1 + share) / 2)


def quantile(beta: Beta, probability: float) -> float:
    """Rate that is not exceeded with this probability, by bisection; error below 1e-12 up to a + b = 10 000."""
    low, high = 0.0, 1.0
    for _ in range(52):
        middle = (low + high) / 2
        low, high = (middle, high) if below(beta, middle) < probability else (low, middle)
    return (low + high) / 2


def below(beta: Beta, rate: float) -> float:
    """Probability that a rate with this distribution is lower: the regularized incomplete beta function.

    References
    ----------
    DLMF 8.17.22, https://dlmf.nist.gov/8.17.E22 (continued fraction), evaluated by Lentz's method.
    """
    if not 0 < rate < 1:
        return float(rate >= 1)
    a, b = beta
    if rate > (a + 1) / (a + b + 2):
        return 1 - below(Beta(b, a), 1 - rate)
    log_front = a * math.log(rate) + b * math.log1p(-rate) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(log_front) / a / _fraction(a, b, rate)


def brier(rates: Sequence[float], came: Sequence[bool]) -> float:
    """Mean squared difference of predicted rates and what happened: 0 is perfect, 0.25 is a coin.

    Raises
    ------
    ValueError
        Nothing was predicted, or not as much as happened.
    """
    if not rates or len(rates) != len(came):
        raise ValueError((len(rates), len(came)))
    return float(np.mean((np.asarray(rates) - np.asarray(came)) ** 2))


def brier_left_out(counts: Mapping[Key, tuple[int, int]], prior: Beta = PRIOR) -> float:
    """Brier score of the rate of a stratum for each person invited, estimated without that person.

    Raises
    ------
    ValueError
        Nobody was invited.
    """
    total = sum(invited for _, invited in counts.values())
    if not total:
        raise ValueError(dict(counts))
    lost = 0.0
    for came, invited in counts.values():
        others = prior.a + prior.b + invited - 1
        lost += came * (1 - (prior.a + came - 1) / others) ** 2
        lost += (invited - came) * ((prior.a + came) / others) ** 2
    return lost / total


def calibration(rates: Sequence[float], came: Sequence[bool], bins: int = 10) -> list[Row]:
    """Predictions by equal ranges of the rate, without empty ones: a good one has ``came`` near ``expected``."""
    predicted, happened = np.asarray(rates, dtype=float), np.asarray(came, dtype=bool)
    # A rate on a border belongs above it, in spite of rounding, and 1 to the last range.
    of_bin = np.minimum((predicted * bins + 1e-9).astype(int), bins - 1)
    return [
        Row(
            number / bins,
            (number + 1) / bins,
            int((of_bin == number).sum()),
            float(predicted[of_bin == number].sum()),
            int(happened[of_bin == number].sum()),
        )
        for number in np.unique(of_bin).tolist()
    ]


def _log_rising(start: NDArray[np.float64], lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum over the lengths of ``log(start * (start + 1) * … * (start + length - 1))``."""
    steps = np.arange(lengths.max(initial=0))
    reaching = (lengths[:, np.newaxis] > steps).sum(axis=0)
    total: NDArray[np.float64] = np.log(start[:, np.newaxis] + steps) @ reaching
    return total


def _fraction(a: float, b: float, rate: float) -> float:
    """Continued fraction ``1 + d1 / (1 + d2 / (1 + …))`` of the incomplete beta function."""
    value = upper = 1.0
    lower = 0.0
    for n in range(1, 10_000):
        m = n // 2
        if n % 2:
            term = -(a + m) * (a + b + m) * rate / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * rate / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / (1 + term * lower)
        upper = 1 + term / upper
        value *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return value
