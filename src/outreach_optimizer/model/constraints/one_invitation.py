"""`one_invitation`: at most one literal of a client."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """At most one booking (exact) or invitation (coarse) per client."""
    for c, sessions in enumerate(model.sessions_of):
        if model.exact:
            model.cp.add_at_most_one(literal for s in sessions for _, _, literal in model.bookings[c, s])
        else:
            model.cp.add_at_most_one(model.invited[c, s] for s in sessions)
