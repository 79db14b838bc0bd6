"""`skills`: only caseworkers who can do what the client needs."""

import numpy as np

from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away caseworkers who lack a skill or a language."""
    offers = [(frozenset(w.skills), frozenset(w.languages)) for w in space.instance.caseworkers]
    for c, client in enumerate(space.instance.clients):
        if client.skills or client.languages:
            skills, languages = frozenset(client.skills), frozenset(client.languages)
            space.able[c] &= np.array([skills <= o[0] and languages <= o[1] for o in offers], dtype=np.bool_)
