"""`continuity`: a price per invitation, taken back where the own caseworker is met."""

from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Soft clients cost one, unless they meet their own caseworker."""
    if not model.instance.weights.continuity:
        return
    rows = {caseworker.id: w for w, caseworker in enumerate(model.instance.caseworkers)}
    for c, client in enumerate(model.instance.clients):
        if client.continuity != "soft":
            continue
        own = None if client.caseworker is None else rows[client.caseworker]
        for s in model.sessions_of[c]:
            model.price("continuity", [(model.invited[c, s], 1000)])
            met = None if own is None else model.meets(c, s, own)
            if met is not None:
                model.price("continuity", [(met, -1000)])
