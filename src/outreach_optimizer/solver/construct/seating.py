"""From a draft to a schedule: seats for the guests of every session, and who finds none takes one that is left."""

import numpy as np

from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import Board, Draft
from outreach_optimizer.solver.construct.hours import Hours
from outreach_optimizer.solver.construct.parties import Parties, costs_with
from outreach_optimizer.solver.construct.seats import Booking, Seats, Table, seat, squeeze, table_of


def schedule_of(board: Board, draft: Draft) -> Schedule:
    """Seat everybody. A session in which too few find a seat is given up."""
    instance, parties = board.instance, board.parties
    hours = Hours(instance)
    invited: dict[int, list[int]] = {}
    for p in np.flatnonzero(draft.guests.option >= 0).tolist():
        invited.setdefault(int(parties.session[draft.guests.option[p]]), []).append(p)
    seated: dict[int, tuple[Table, Seats]] = {}
    waiting = np.flatnonzero(draft.guests.option < 0).tolist()
    for s in np.flatnonzero(draft.crew.any(axis=1)).tolist():
        here = invited.get(s, [])
        table = table_of(instance, board.known, hours, s, np.flatnonzero(draft.crew[s]).tolist())
        seated[s] = table, seat(table, [_clients(parties, p) for p in here])
        waiting += [here[place] for place in seated[s][1].lost]
    _fill(board, draft, seated, waiting)
    duties: list[Duty] = []
    appointments: list[Appointment] = []
    for s, (table, seats) in seated.items():
        if len(seats.booked) >= instance.rules.min_load or board.pinned[s].any():
            duties += [
                Duty.model_construct(session=instance.sessions[s].id, caseworker=instance.caseworkers[w].id)
                for w in table.crew
            ]
            appointments += _appointments(instance, s, seats.booked)
    return Schedule(duties=tuple(duties), appointments=tuple(appointments))


def _clients(parties: Parties, p: int) -> list[int]:
    return [c for c in parties.members[p].tolist() if c >= 0]


def _fill(board: Board, draft: Draft, seated: dict[int, tuple[Table, Seats]], waiting: list[int]) -> None:
    """Seats that are left go to those who are dearest to leave out, each where it costs least."""
    instance, parties = board.instance, board.parties
    left = np.zeros(len(instance.sessions), dtype=np.int64)
    for s, (table, seats) in seated.items():
        taken = sum(instance.clients[c].slots for c, _, _ in seats.booked)
        left[s] = board.known.room[s] * len(table.crew) - instance.rules.walk_in_reserve - taken
    costs = costs_with(parties, board.known, draft.crew)
    for p in sorted(waiting, key=lambda p: (-parties.out[p] / parties.slots[p], p)):
        options = np.arange(parties.start[p], parties.start[p + 1])
        options = options[(left[parties.session[options]] >= parties.slots[p]) & (costs[options] < parties.out[p])]
        for option in options[np.argsort(costs[options], kind="stable")].tolist():
            s = int(parties.session[option])
            table, seats = seated[s]
            found = squeeze(table, seats.room, _clients(parties, p))
            if found is not None:
                seats.booked.extend(found)
                left[s] -= parties.slots[p]
                break


def _appointments(instance: Instance, s: int, booked: list[Booking]) -> list[Appointment]:
    return [
        Appointment.model_construct(
            client=instance.clients[c].id,
            session=instance.sessions[s].id,
            caseworker=instance.caseworkers[w].id,
            start=start,
        )
        for start, w, c in sorted((start, w, c) for c, w, start in booked)
    ]
