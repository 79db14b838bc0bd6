"""`changes`: a constant, taken back step by step where the published appointment is kept."""

from outreach_optimizer.model.variables import Model

ELSEWHERE, OTHER_START, OTHER_CASEWORKER = 5000, 1000, 500


def price(model: Model) -> None:
    """A published client costs 5; staying in the session saves all but 1 for the start and 0.5 for the caseworker."""
    instance = model.instance
    if not instance.weights.changes:
        return
    c_of = {client.id: c for c, client in enumerate(instance.clients)}
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {caseworker.id: w for w, caseworker in enumerate(instance.caseworkers)}
    for published in instance.published:
        if published.client not in c_of:
            continue
        share = 1 if published.notified else 10
        model.price("changes", [], constant_milli=ELSEWHERE // share)
        c, s, w = c_of[published.client], s_of.get(published.session), w_of.get(published.caseworker)
        if s is None or (c, s) not in model.invited:
            continue
        stays = (-ELSEWHERE + OTHER_START + OTHER_CASEWORKER) // share
        same_start = model.starts_at(c, s, published.start)
        same_caseworker = None if w is None else model.meets(c, s, w)
        model.price("changes", [(model.invited[c, s], stays)])
        if same_start is not None:
            model.price("changes", [(same_start, -OTHER_START // share)])
        if same_caseworker is not None:
            model.price("changes", [(same_caseworker, -OTHER_CASEWORKER // share)])
