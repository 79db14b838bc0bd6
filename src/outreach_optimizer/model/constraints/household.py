"""`household`: one session, and times without a gap."""

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """A household visits at most one session; with bookings, the times that it covers are connected."""
    rows = {client.id: c for c, client in enumerate(model.instance.clients)}
    for name, ids in model.instance.households.items():
        members = [rows[client] for client in ids]
        visits = []
        for s in sorted({s for c in members for s in model.sessions_of[c]}):
            guests = [c for c in members if (c, s) in model.invited]
            visits.append(_visit(model, name, guests, s))
            if model.exact:
                _no_gap(model, guests, s)
        model.cp.add_at_most_one(visits)


def _visit(model: Model, name: str, guests: list[int], s: int) -> IntVar:
    """Literal that is true if any of the guests is invited to a session."""
    if len(guests) == 1:
        return model.invited[guests[0], s]
    visit = model.cp.new_bool_var(f"visit[{name},{model.instance.sessions[s].id}]")
    for c in guests:
        model.imply(model.invited[c, s].index, visit.index)
    return visit


def _no_gap(model: Model, members: list[int], s: int) -> None:
    """Between two moments at which somebody is advised, somebody is advised.

    Elementary intervals run between neighboring starts and ends. A booking covers the elementary intervals from its
    start to its end; ``begun`` and ``done`` rise once each, and an interval is covered exactly between the two.
    """
    spans: list[tuple[int, int, IntVar]] = []
    for c in members:
        length = model.instance.clients[c].slots * model.instance.slot_min
        spans += [(start, start + length, literal) for _, start, literal in model.bookings[c, s]]
    moments = sorted({moment for start, end, _ in spans for moment in (start, end)})
    begun_before, done_before = None, None
    for moment in moments[:-1]:
        covering = [literal for start, end, literal in spans if start <= moment < end]
        begun, done = model.cp.new_bool_var(f"begun[{s},{moment}]"), model.cp.new_bool_var(f"done[{s},{moment}]")
        for literal in covering:
            model.cp.add_implication(literal, begun)
            model.cp.add_implication(literal, ~done)
        model.cp.add_bool_or([*covering, ~begun, done])
        if begun_before is not None and done_before is not None:
            model.cp.add_implication(begun_before, begun)
            model.cp.add_implication(done_before, done)
        begun_before, done_before = begun, done
