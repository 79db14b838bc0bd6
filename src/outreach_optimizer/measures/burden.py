"""How long people travel: headline figures, each of them no worse when one trip gets shorter."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.measures.inequality import gini

Minutes = Sequence[float] | NDArray[np.float64]
"""One number per person."""
KOLM_KAPPA = 0.05
"""Aversion to long trips, per minute: of two trips, the one 14 min longer weighs twice as much (ln 2 / 0.05)."""
ROUNDING = 1e-9


class Burden(NamedTuple):
    """What ``people`` travel one way, in minutes; shares are parts of 1.

    ``p90_min`` is the nearest rank. ``gini`` is scale-free and rises when the shortest trips get shorter: never a
    headline.
    """

    people: int
    mean_min: float
    median_min: float
    p90_min: float
    worst_min: float
    share_15: float
    share_30: float
    share_45: float
    kolm_ede_min: float
    gini: float


def burden(minutes: Minutes) -> Burden | None:
    """Sum up trips; None without any.

    References
    ----------
    docs/evaluation.md, "Burden"; Marsh and Schilling (1994), doi:10.1016/0377-2217(94)90200-3.
    """
    # Sorted, so that the order of people changes no last digit.
    values = np.sort(np.asarray(minutes, dtype=np.float64))
    if not values.size:
        return None
    return Burden(
        people=values.size,
        mean_min=float(values.mean()),
        median_min=float(np.median(values)),
        p90_min=p90(values),
        worst_min=float(values.max()),
        share_15=share_within(values, 15),
        share_30=share_within(values, 30),
        share_45=share_within(values, 45),
        kolm_ede_min=kolm_ede(values),
        gini=gini(values),
    )


def p90(minutes: Minutes) -> float:
    """Nearest rank: the smallest value that at least nine of ten do not exceed."""
    values = np.sort(np.asarray(minutes, dtype=np.float64))
    return float(values[math.ceil(0.9 * len(values) - ROUNDING) - 1])


def quantile_linear(minutes: Minutes, part: float) -> float:
    """Quantile between two ranks by linear interpolation, as spreadsheets do it."""
    return float(np.quantile(np.asarray(minutes, dtype=np.float64), part))


def share_within(minutes: Minutes, limit_min: float) -> float:
    """Part of 1 whose trip takes ``limit_min`` or less."""
    return float((np.asarray(minutes, dtype=np.float64) <= limit_min).mean())


def kolm_ede(minutes: Minutes, kappa: float = KOLM_KAPPA) -> float:
    """Equally distributed equivalent of Kolm and Pollak for a bad: ``ln(mean(exp(kappa t))) / kappa``.

    If everybody travelled this long, it would be as bad as it is. Never below the mean, never above the worst.

    Parameters
    ----------
    kappa
        Aversion to inequality, per minute, above 0.
    """
    values = np.asarray(minutes, dtype=np.float64)
    longest = float(values.max())
    # The largest term is taken out so that long ways do not overflow.
    return longest + math.log(np.exp(kappa * (values - longest)).mean()) / kappa


def tail_mean(minutes: Minutes, part: float = 0.9) -> float:
    """Mean of the worst ``1 - part`` of all (CVaR); a person on the border counts in part.

    References
    ----------
    Rockafellar and Uryasev (2000), doi:10.21314/JOR.2000.038.
    """
    values = np.sort(np.asarray(minutes, dtype=np.float64))
    people = (1 - part) * len(values)
    reach = np.clip(people - np.arange(len(values))[::-1], 0, 1)
    return float(reach @ values / people)
