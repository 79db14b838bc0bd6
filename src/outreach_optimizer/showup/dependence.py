"""People who come or stay away together: a bus is canceled, it snows. Stress figures beside independent shows.

Everybody keeps their rate of coming; only how the shows hang together is changed. The distributions go where
`shows_pmf` goes: into `tail`, `headcount_of` and `central_range`.
"""

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.showup.counts import Pmf, Rates, shows_pmf, shows_pmfs


def common_shock(rates: Rates, chance: float, factor: float = 0.0) -> Pmf:
    """With probability ``chance`` all rates are multiplied by ``factor``, otherwise they are higher for it.

    Who would come with a rate above 1 on other days comes with 1 then, and a little more often in the shock.

    Parameters
    ----------
    chance
        At least 0, below 1.
    factor
        From 0, nobody comes, to 1, no shock.

    Raises
    ------
    ValueError
        Chance or factor is out of range.

    References
    ----------
    domain C.1, dependence.
    """
    if not (0 <= chance < 1 and 0 <= factor <= 1):
        raise ValueError((chance, factor))
    own = np.asarray(rates, dtype=float)
    otherwise = np.minimum(1.0, own * (1 - chance * factor) / (1 - chance))
    shocked = np.clip((own - (1 - chance) * otherwise) / chance, 0, 1) if chance else otherwise
    pmf: Pmf = chance * shows_pmf(shocked) + (1 - chance) * shows_pmf(otherwise)
    return pmf


def beta_binomial(invited: int, rate: float, correlation: float) -> Pmf:
    """Count of people with the same rate, any two of whom come with this correlation.

    The common rate has a beta distribution with mean ``rate`` and ``a + b = 1 / correlation - 1``. Exact for all
    correlations from 0, independent, to 1, all or none.

    Raises
    ------
    ValueError
        The correlation is out of range.

    References
    ----------
    domain C.1, dependence; the recursion is Pólya's urn.
    """
    if not 0 <= correlation <= 1:
        raise ValueError(correlation)
    pmf: Pmf = np.ones(1)
    come = np.array([rate])
    for asked in range(1, invited + 1):
        pmf = np.append(pmf * (1 - come), 0.0) + np.append(0.0, pmf * come)
        came = np.arange(asked + 1)
        come = ((1 - correlation) * rate + correlation * came) / (1 - correlation + correlation * asked)
    return pmf


def beta_mixture(rates: Rates, correlation: float) -> Pmf:
    """Beta-binomial distribution for people with different rates.

    One effect U for all has a beta distribution whose mean m is the mean of the rates, with ``a + b = 1 / correlation
    - 1``. Given U, somebody comes with ``rate * U / m`` if their rate is at most m, otherwise they stay away with
    ``(1 - rate) * (1 - U) / (1 - m)``: straight lines through their own rate. Two people of rate m come with this
    correlation, others with less; equal rates give `beta_binomial`.

    The count is a polynomial in U of the degree of the number of people, so Gauss quadrature is exact.

    Parameters
    ----------
    correlation
        At least 0, below 1.

    Raises
    ------
    ValueError
        The correlation is out of range.

    References
    ----------
    domain C.1, dependence; Golub and Welsch (1969), Calculation of Gauss quadrature rules,
    doi:10.1090/S0025-5718-69-99647-1.
    """
    if not 0 <= correlation < 1:
        raise ValueError(correlation)
    own = np.asarray(rates, dtype=float)
    center = float(own.mean()) if len(own) else 0.0
    if center in {0.0, 1.0}:
        return shows_pmf(own)
    nodes, weights = _beta_nodes(center, correlation, len(own) // 2 + 1)
    below, above = np.outer(own / center, nodes), 1 - np.outer((1 - own) / (1 - center), 1 - nodes)
    pmfs = shows_pmfs(np.where((own <= center)[:, np.newaxis], below, above))
    pmf: Pmf = pmfs @ weights
    return pmf


def _beta_nodes(center: float, correlation: float, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gauss quadrature for a beta distribution: nodes between 0 and 1, weights of sum 1."""
    # Recursion of the Jacobi polynomials with exponents b - 1 and a - 1, moved from [-1, 1] to [0, 1]. Everything is
    # multiplied by the correlation, so that a and b may be endless.
    n, both = np.arange(1, size), 1 - correlation
    total = (2 * n - 2) * correlation + both
    skew = (2 * center - 1) * both * (both - 2 * correlation)
    middle = np.append(center, 0.5 + skew / (2 * total * (total + 2 * correlation)))
    square = n * correlation * ((n - 1) * correlation + center * both) * ((n - 1) * correlation + (1 - center) * both)
    # The first one has a factor above and below that can be 0.
    square[1:] *= (n[1:] - 2) * correlation + both
    square[1:] /= total[1:] ** 2 * (total[1:] - correlation) * (total[1:] + correlation)
    square[:1] /= both**2
    matrix = np.diag(middle) + np.diag(np.sqrt(square), 1) + np.diag(np.sqrt(square), -1)
    nodes, vectors = np.linalg.eigh(matrix)
    return np.clip(nodes, 0, 1), vectors[0] ** 2
