"""Whole numbers of millionths of a minute that cannot overflow."""

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.instance import Instance

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]


def cost_cap(instance: Instance) -> int:
    """The most that any cost counts, so that sums over all clients, sessions and ways stay far below 2⁶³.

    A cost that counts less than it is only weakens the bound.
    """
    return int(2**57 // (len(instance.clients) + len(instance.sessions) + 1))


def priced(amounts_milli: Ints, weight_milli: int, cap: int) -> Ints:
    """Thousandths of a unit at thousandths of a weight, at most ``cap``."""
    if not weight_milli:
        return np.zeros_like(amounts_milli)
    prices: Ints = np.minimum(np.minimum(amounts_milli, cap // weight_milli + 1) * weight_milli, cap)
    return prices
