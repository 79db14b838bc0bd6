"""`client_excess`: a price per invitation, convex in the way."""

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.model.pairs import one_way_milli_min
from outreach_optimizer.model.variables import Model
from outreach_optimizer.travel import UNKNOWN, nearest_milli_min


def price(model: Model) -> None:
    """Minutes beyond comfort and squared regret, in whole thousandths."""
    ways = one_way_milli_min(model.instance)
    comfort = milli(model.instance.rules.comfort_travel_min)
    nearest = nearest_milli_min(model.instance)[:, None]
    regret = np.where(nearest == UNKNOWN, 0, np.maximum(ways - nearest, 0))
    excess = np.maximum(ways - comfort, 0) + regret * regret // comfort
    model.price_pairs("client_excess", np.where(ways == UNKNOWN, 0, excess))
