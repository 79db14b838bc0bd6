"""`network`: no pairs of a case that needs the central systems and a site without a good link."""

import numpy as np

from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away sessions at sites with a weak data link from clients whose case needs it."""
    instance = space.instance
    needs = np.array([client.network for client in instance.clients], dtype=np.bool_)
    offers = np.array([instance.site_by_id[s.site].network_ok for s in instance.sessions], dtype=np.bool_)
    space.pair &= ~needs[:, None] | offers[None, :]
