"""Valid inequalities: who can only come in one part of a session competes for the slots of that part.

Proof. For a stretch of the session, the appointments of clients all of whose starts keep them inside the stretch
occupy slots inside it, unless the session is overbooked. One caseworker has room for as many slots there as fit
without overlap between the breaks.
"""

from outreach_optimizer.instance import Session
from outreach_optimizer.model.variables import Model

NEEDS = frozenset({"on_duty", "one_booking", "session_window"})


def strengthen(model: Model) -> None:
    """Per session and stretch from the first start to the last end of a kind of client that cannot use it all."""
    slot_min = model.instance.slot_min
    for s, session in enumerate(model.instance.sessions):
        if model.overbooked(s):
            continue
        spans: dict[int, tuple[int, int]] = {}
        for c in model.clients_in[s]:
            starts = model.space.starts(c, s)
            spans[c] = starts[0], starts[-1] + model.instance.clients[c].slots * slot_min
        for stretch in sorted(set(spans.values())):
            room = _room(session, stretch, slot_min)
            if room < model.slots(s):
                inside = [c for c, span in spans.items() if stretch[0] <= span[0] and span[1] <= stretch[1]]
                load = [(model.invited[c, s], model.instance.clients[c].slots) for c in inside]
                model.add_sum([*load, *((literal, -room) for literal in model.crew(s))], high=0)


def _room(session: Session, stretch: tuple[int, int], slot_min: int) -> int:
    """Slots that one caseworker can work inside a stretch of the day."""
    inside = ((max(begin, stretch[0]), min(end, stretch[1])) for begin, end in session.blocks())
    return sum(max(0, end - begin) // slot_min for begin, end in inside)
