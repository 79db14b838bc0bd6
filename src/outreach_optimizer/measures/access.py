"""How many slots of a consultation people have within reach, shared with all others who reach them (2SFCA).

References
----------
Luo and Wang (2003), doi:10.1068/b29120; the weights that fall with the way: Dai (2010),
doi:10.1016/j.healthplace.2010.06.012. How far the catchment reaches matters most: Chen and Jia (2019).
"""

import math

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def access_2sfca(people: Numbers, slots: Numbers, minutes: Numbers, catchment_min: float) -> Numbers:
    """Slots per person that each home reaches, where everything within the catchment counts the same.

    Parameters
    ----------
    people
        Of each home.
    slots
        Of each site, per period.
    minutes
        Homes x sites, one way; infinite or NaN where there is none.
    """
    return _two_steps(people, slots, (minutes <= catchment_min).astype(np.float64))


def gaussian_access_2sfca(people: Numbers, slots: Numbers, minutes: Numbers, catchment_min: float) -> Numbers:
    """The same, where what is near counts more: 1 at 0 minutes, 0 at the border of the catchment."""
    edge = math.exp(-0.5)
    weights = (np.exp(-0.5 * (minutes / catchment_min) ** 2) - edge) / (1 - edge)
    return _two_steps(people, slots, np.where(minutes <= catchment_min, weights, 0.0))


def _two_steps(people: Numbers, slots: Numbers, weights: Numbers) -> Numbers:
    """Slots per person in reach of each site; then their sum over the sites in reach of each home."""
    demand = people @ weights
    ratios = np.divide(slots, demand, out=np.zeros_like(demand), where=demand > 0)
    reached: Numbers = weights @ ratios
    return reached
