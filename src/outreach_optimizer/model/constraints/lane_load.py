"""`lane_load`: bookings are counted; waiting is a matter of who comes before whom.

Coarse grain: guests who can come in a stretch of the session only compete for what may be booked there; the rest is
left to the seating. Exact grain: also not one of the smallest sets of bookings with which somebody waits too long.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.instance import Appointment
from outreach_optimizer.model.variables import Model
from outreach_optimizer.outlook import expected, lines

TOLERANCE = 1e-6
DOUBLE = 2
"""Bookings of a slot and caseworker in a session whose clients wait in one line."""
Key = tuple[int, int, int, int]


def encode(model: Model) -> None:
    """Bookings per slot and caseworker, and waiting."""
    for s in model.held:
        if model.overbooked(s) and model.exact:
            limit_bookings(model, s)
            _limit_waits(model, s)
        elif model.overbooked(s):
            _limit_stretches(model, s)


def limit_bookings(model: Model, s: int) -> None:
    """Exact grain: so many consultations of one slot per slot and caseworker."""
    starts, allowed = model.instance.sessions[s].slot_starts(model.instance.slot_min), allowed_bookings(model, s)
    cells: dict[tuple[int, int], list[IntVar]] = {}
    for c in model.clients_in[s]:
        if model.instance.clients[c].slots == 1:
            for w, start, literal in model.bookings[c, s]:
                slot = min(sum(other < start for other in starts), len(starts) - 1)
                cells.setdefault((w, slot), []).append(literal)
    for (w, slot), literals in cells.items():
        model.add_sum([*((literal, 1) for literal in literals), (model.duty[s, w], -allowed[slot])], high=0)


def allowed_bookings(model: Model, s: int) -> tuple[int, ...]:
    """Consultations of one slot that a caseworker may have at a time, by slot."""
    session = model.instance.sessions[s]
    if model.instance.overbooking_of(session) == "session":
        return (DOUBLE,) * model.slots(s)
    return model.instance.template_of(session)


def _limit_stretches(model: Model, s: int) -> None:
    """Per stretch from the first to the last start of a kind of client."""
    starts, allowed = model.instance.sessions[s].slot_starts(model.instance.slot_min), allowed_bookings(model, s)
    short = [c for c in model.clients_in[s] if model.instance.clients[c].slots == 1]
    spans = {c: (model.space.starts(c, s)[0], model.space.starts(c, s)[-1]) for c in short}
    for first, last in sorted(set(spans.values())):
        inside = [c for c in short if first <= spans[c][0] and spans[c][1] <= last]
        room = sum(most for start, most in zip(starts, allowed, strict=True) if first <= start <= last)
        if all(start in starts for start in (first, last)):
            guests = [(model.invited[c, s], 1) for c in inside]
            model.add_sum([*guests, *((literal, -room) for literal in model.crew(s))], high=0)


def _limit_waits(model: Model, s: int) -> None:
    crew = model.crew_of[s]
    keys: list[Key] = [(c, s, w, start) for c in model.clients_in[s] for w, start, _ in model.bookings[c, s]]
    for size in range(len(crew) + 1):
        for present in combinations(crew, size):
            more = [model.duty[s, w] for w in crew if w not in present]
            for bookings in _too_long(model, s, present, keys):
                model.cp.add_bool_or([*(~model.booked[key] for key in bookings), *more])


def _too_long(model: Model, s: int, crew: Sequence[int], keys: Sequence[Key]) -> Iterator[frozenset[Key]]:
    """Smallest sets of bookings of different clients with which somebody waits too long for a crew."""
    found: list[frozenset[Key]] = []
    for number in range(1, len(model.clients_in[s]) + 1):
        for chosen in map(frozenset, combinations(keys, number)):
            single = len({c for c, *_ in chosen}) == number
            if single and not any(smaller <= chosen for smaller in found) and _waits(model, s, crew, chosen):
                found.append(chosen)
                yield chosen


def _waits(model: Model, s: int, crew: Sequence[int], chosen: frozenset[Key]) -> bool:
    instance, session = model.instance, model.instance.sessions[s]
    appointments = [
        Appointment(
            client=instance.clients[c].id, session=session.id, caseworker=instance.caseworkers[w].id, start=start
        )
        for c, _, w, start in sorted(chosen)
    ]
    present = [instance.caseworkers[w].id for w in crew]
    longest = (
        max(expected(instance, session, one).waits_min.values(), default=0.0)
        for one in lines(instance, session, present, appointments)
    )
    return max(longest, default=0.0) > instance.rules.max_wait_min + TOLERANCE
