"""`household`: one session, and times without a gap."""

from itertools import permutations

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Members are not invited to different sessions; with bookings, the times that they cover are connected."""
    rows = {client.id: c for c, client in enumerate(model.instance.clients)}
    for ids in model.instance.households.values():
        members = [rows[client] for client in ids]
        if not model.single:
            _one_session(model, members)
        for one, other in permutations(members, 2):
            _same_session(model, one, other)
        if model.exact:
            for s in sorted({s for c in members for s in model.sessions_of[c]}):
                _no_gap(model, [c for c in members if (c, s) in model.invited], s)


def _same_session(model: Model, one: int, other: int) -> None:
    """Where the one is invited, the other is invited nowhere else."""
    for s in model.sessions_of[one]:
        elsewhere = [model.invited[other, r] for r in model.sessions_of[other] if r != s]
        if model.single:
            model.cp.add_at_most_one([model.invited[one, s], *elsewhere])
        else:
            for literal in elsewhere:
                model.cp.add_at_most_one([model.invited[one, s], literal])


def _one_session(model: Model, members: list[int]) -> None:
    """Without the rule of one invitation, even one member must stay in one session."""
    for c in members:
        model.cp.add_at_most_one(model.invited[c, s] for s in model.sessions_of[c])


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
