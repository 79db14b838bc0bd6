"""`site_open`: no duties at sites that are not in use."""

import numpy as np

from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away the sessions of sites whose status is not held."""
    instance = space.instance
    status = [instance.site_by_id[session.site].status for session in instance.sessions]
    closed = np.array([held not in instance.rules.held_statuses for held in status], dtype=np.bool_)
    space.duty[closed] = False
