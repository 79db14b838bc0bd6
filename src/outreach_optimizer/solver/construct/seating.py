"""From a draft to a schedule: the guests' cells as appointments."""

import numpy as np

from outreach_optimizer.instance import Appointment, Duty
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import Board, Draft

Booking = tuple[int, int, int, int]
"""Session, start, caseworker, client."""


def schedule_of(board: Board, draft: Draft) -> Schedule:
    """Everybody at the hour and with the caseworker of the seat. A session with too few guests is given up."""
    instance = board.instance
    booked = sorted(_bookings(board, draft))
    counts = np.bincount([s for s, *_ in booked], minlength=len(instance.sessions))
    held = draft.crew.any(axis=1) & ((counts >= instance.rules.min_load) | board.pinned.any(axis=1))
    duties = [
        Duty.model_construct(session=instance.sessions[s].id, caseworker=instance.caseworkers[w].id)
        for s, w in np.argwhere(draft.crew & held[:, None]).tolist()
    ]
    appointments = [
        Appointment.model_construct(
            client=instance.clients[c].id,
            session=instance.sessions[s].id,
            caseworker=instance.caseworkers[w].id,
            start=start,
        )
        for s, start, w, c in booked
        if held[s]
    ]
    return Schedule(duties=tuple(duties), appointments=tuple(appointments))


def _bookings(board: Board, draft: Draft) -> list[Booking]:
    instance, guests = board.instance, draft.guests
    cells = guests.cells
    booked = [(pin.session, pin.start, pin.worker, pin.client) for pin in guests.pins]
    grids = [session.slot_starts(instance.slot_min) for session in instance.sessions]
    for p in np.flatnonzero(guests.cell >= 0).tolist():
        cell = int(guests.cell[p])
        s = int(cells.session[cell])
        place, slot = divmod(cell - int(cells.first[s]), int(cells.slots[s]))
        worker = int(cells.worker[cells.duty[s] + place])
        for c in board.parties.members[p].tolist():
            if c >= 0:
                booked.append((s, grids[s][slot], worker, c))
                slot += instance.clients[c].slots
    return booked
