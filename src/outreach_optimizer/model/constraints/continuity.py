"""`continuity`: only the own caseworker for hard clients."""

import numpy as np

from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away every caseworker but the own one of a client with hard continuity."""
    ids = np.array([caseworker.id for caseworker in space.instance.caseworkers], dtype=object)
    for c, client in enumerate(space.instance.clients):
        if client.continuity == "hard":
            space.able[c] &= ids == client.caseworker
