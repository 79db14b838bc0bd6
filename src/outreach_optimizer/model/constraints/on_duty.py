"""`on_duty`: no talk without the caseworker, no invitation without a session."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """A booking implies the duty of its caseworker; an invitation implies that the session is held."""
    for (_, s, w, _), literal in model.booked.items():
        model.imply(literal.index, model.duty[s, w].index)
    held = {s: literal.index for s, literal in model.held.items()}
    for (_, s), literal in model.invited.items():
        model.imply(literal.index, held[s])
