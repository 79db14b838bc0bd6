"""`client_travel`: a price per invitation."""

import numpy as np

from outreach_optimizer.model.pairs import one_way_milli_min
from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """There and back; unknown ways count nothing."""
    model.price_pairs("client_travel", 2 * np.maximum(one_way_milli_min(model.instance), 0))
