"""`continuity`: a price per invitation, taken back where the own caseworker is met."""

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Soft clients cost one, unless they meet their own caseworker."""
    if not model.instance.weights.continuity:
        return
    amounts: list[tuple[IntVar, int]] = []
    rows = {caseworker.id: w for w, caseworker in enumerate(model.instance.caseworkers)}
    for c, client in enumerate(model.instance.clients):
        if client.continuity != "soft":
            continue
        own = None if client.caseworker is None else rows[client.caseworker]
        for s in model.sessions_of[c]:
            amounts.append((model.invited[c, s], 1000))
            met = None if own is None else model.meets(c, s, own)
            if met is not None:
                amounts.append((met, -1000))
    model.price("continuity", amounts)
