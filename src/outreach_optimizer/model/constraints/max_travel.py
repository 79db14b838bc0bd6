"""`max_travel`: no pairs farther apart than the limit."""

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.model.pairs import one_way_milli_min
from outreach_optimizer.model.space import Space
from outreach_optimizer.travel import UNKNOWN


def narrow(space: Space) -> None:
    """Take away sessions whose way is unknown or too long."""
    ways = one_way_milli_min(space.instance)
    space.pair &= (ways != UNKNOWN) & (ways <= np.int64(milli(space.instance.rules.max_travel_min)))
