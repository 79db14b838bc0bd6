"""Clients × sessions matrices that several encoders read."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.instance import Instance
from outreach_optimizer.travel import client_ways


@lru_cache(maxsize=4)
def one_way_milli_min(instance: Instance) -> NDArray[np.int64]:
    """One-way thousandths of a minute, clients × sessions; ``travel.UNKNOWN`` where no number is known."""
    sites = np.array([instance.site_columns[session.site] for session in instance.sessions], dtype=np.int64)
    ways: NDArray[np.int64] = client_ways(instance).milli_min[:, sites]
    return ways
