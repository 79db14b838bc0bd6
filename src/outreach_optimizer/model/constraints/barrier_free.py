"""`barrier_free`: no pairs of a client in need and a building with barriers."""

import numpy as np

from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away sessions in buildings with barriers from clients who need none."""
    instance = space.instance
    needs = np.array([client.barrier_free for client in instance.clients], dtype=np.bool_)
    offers = np.array([instance.site_by_id[s.site].barrier_free for s in instance.sessions], dtype=np.bool_)
    space.pair &= ~needs[:, None] | offers[None, :]
