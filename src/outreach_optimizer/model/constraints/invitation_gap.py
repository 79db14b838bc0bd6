"""`invitation_gap`: no pairs too soon after the last summons, and none after too many misses."""

import numpy as np

from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away sessions too close to the last Meldeaufforderung, or all after too many misses in a row."""
    rules = space.instance.rules
    days = np.array([session.date.toordinal() for session in space.instance.sessions], dtype=np.int64)
    for c, client in enumerate(space.instance.clients):
        if client.invitation == "voluntary":
            continue
        if client.consecutive_misses >= rules.max_consecutive_misses:
            space.pair[c] = False
        if client.last_invitation is not None:
            space.pair[c] &= days >= client.last_invitation.toordinal() + rules.invitation_gap_days
