"""`on_duty`: no talk without the caseworker, no invitation without a session."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """A booking implies the duty of its caseworker; an invitation implies that the session is held."""
    for (_, s, w, _), literal in model.booked.items():
        model.cp.add_implication(literal, model.duty[s, w])
    for (_, s), literal in model.invited.items():
        model.cp.add_implication(literal, model.held[s])
