"""How unevenly trips are spread. All of these are free of scale: secondary figures, never headlines.

The trap: in (4, 6, 7, 9, 10, 12, 15, 18, 25, 44) shorten the trip of 12 minutes to 2. Nobody is worse off, the mean
falls from 15 to 14, and Gini *rises* from 0.379 to 0.436. Whoever reports it has to say so.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Values = Sequence[float] | NDArray[np.float64]


def gini(values: Values) -> float:
    """Gini coefficient, ``sum((2i - n - 1) t_(i)) / (n sum(t))``; 0 where nobody travels."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    total = ordered.sum()
    ranks = 2 * np.arange(1, len(ordered) + 1) - len(ordered) - 1
    return float(ranks @ ordered / (len(ordered) * total)) if total else 0.0


def hoover(values: Values) -> float:
    """Part of all minutes that would have to change hands for equal trips; 0 where nobody travels."""
    numbers = np.asarray(values, dtype=np.float64)
    total = numbers.sum()
    return float(np.abs(numbers - numbers.mean()).sum() / (2 * total)) if total else 0.0


def theil_t(values: Values) -> float:
    """Theil's T, ``mean(t/m ln(t/m))`` with the mean m; a trip of 0 minutes adds nothing."""
    shares = np.asarray(values, dtype=np.float64)
    if not shares.any():
        return 0.0
    shares = shares / shares.mean()
    return float((shares * np.log(np.where(shares > 0, shares, 1))).mean())


def theil_l(values: Values) -> float:
    """Theil's L, ``mean(ln(m/t))`` (mean log deviation); infinite if a trip takes 0 minutes."""
    numbers = np.asarray(values, dtype=np.float64)
    if not numbers.any():
        return 0.0
    return float(np.log(numbers.mean() / numbers).mean()) if numbers.min() > 0 else float("inf")


def atkinson(values: Values, epsilon: float) -> float:
    """Atkinson's index, ``1 - mean(t^(1-e))^(1/(1-e)) / m``, with the geometric mean for ``epsilon`` 1.

    References
    ----------
    Atkinson (1970), doi:10.1016/0022-0531(70)90039-6.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not numbers.any():
        return 0.0
    if epsilon >= 1 and numbers.min() <= 0:
        return 1.0
    power = 1 - epsilon
    level = np.exp(np.log(numbers).mean()) if epsilon == 1 else (numbers**power).mean() ** (1 / power)
    return float(1 - level / numbers.mean())


def jain(values: Values) -> float:
    """Jain's index, ``sum(t)^2 / (n sum(t^2))``: 1 if all are equal, 1/n if one has everything."""
    numbers = np.asarray(values, dtype=np.float64)
    squares = (numbers**2).sum()
    return float(numbers.sum() ** 2 / (len(numbers) * squares)) if squares else 1.0
