"""Valid inequalities: who can only come in one part of a session competes for the slots of that part.

Proof. For a stretch of the session, the appointments of clients all of whose starts keep them inside the stretch
occupy slots inside it, unless the session is overbooked. One caseworker has room for as many slots there as fit
without overlap between the breaks.
"""

from outreach_optimizer.instance import Session
from outreach_optimizer.model.rows import write_row
from outreach_optimizer.model.variables import Model

NEEDS = frozenset({"on_duty", "one_booking", "session_window"})


def strengthen(model: Model) -> None:
    """Per session and stretch from the first start to the last end of a kind of client that cannot use it all."""
    slot_min = model.instance.slot_min
    for s, session in enumerate(model.instance.sessions):
        if model.overbooked(s):
            continue
        lengths = [model.instance.clients[c].slots for c in model.clients_in[s]]
        crew, spans = [literal.index for literal in model.crew(s)], []
        for c, slots in zip(model.clients_in[s], lengths, strict=True):
            starts = model.space.starts(c, s)
            spans.append((starts[0], starts[-1] + slots * slot_min))
        guests = list(zip(model.guests[s], lengths, spans, strict=True))
        for first, last in sorted(set(spans)):
            room = _room(session, (first, last), slot_min)
            if room < model.slots(s):
                inside = [(index, slots) for index, slots, span in guests if first <= span[0] and span[1] <= last]
                indices, weights = [index for index, _ in inside], [slots for _, slots in inside]
                write_row(model.cp, [*crew, *indices], [*[-room] * len(crew), *weights], high=0)


def _room(session: Session, stretch: tuple[int, int], slot_min: int) -> int:
    """Slots that one caseworker can work inside a stretch of the day."""
    inside = ((max(begin, stretch[0]), min(end, stretch[1])) for begin, end in session.blocks())
    return sum(max(0, end - begin) // slot_min for begin, end in inside)
