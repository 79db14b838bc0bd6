"""Valid inequalities: long consultations cannot be cut at a break.

Proof. Between two breaks, one caseworker has room for ``floor(slots of the part / length)`` consultations of at least
that length, and none reaches over a break.
"""

from outreach_optimizer.model.variables import Model

NEEDS = frozenset({"on_duty", "one_booking", "session_window"})


def strengthen(model: Model) -> None:
    """Per session and length, where whole consultations leave slots unused."""
    slot_min, clients = model.instance.slot_min, model.instance.clients
    for s, session in enumerate(model.instance.sessions):
        parts = [(end - begin) // slot_min for begin, end in session.blocks()]
        for length in sorted({clients[c].slots for c in model.clients_in[s]} - {1}):
            room = sum(part // length for part in parts)
            if room * length < sum(parts):
                long = [(model.invited[c, s], 1) for c in model.clients_in[s] if clients[c].slots >= length]
                model.add_sum([*long, *((literal, -room) for literal in model.crew(s))], high=0)
