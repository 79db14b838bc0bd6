"""From a draft to a schedule: seats for the guests of every session, and who finds none takes one that is left."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Appointment, Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import LEAST_PRICE, Board, Draft, drafted
from outreach_optimizer.solver.construct.exchange import exchange
from outreach_optimizer.solver.construct.hours import Hours
from outreach_optimizer.solver.construct.parties import Parties, costs_with
from outreach_optimizer.solver.construct.seats import Booking, Seats, Table, missed_own, seat, squeeze, table_of
from outreach_optimizer.solver.dual.prepared import Floats, Ints

ROUNDS = 4
"""Times that guests are invited anew because some found no seat."""


class _Seated(NamedTuple):
    """Tables with their seats, the options of parties that found none there, and what all invitations cost."""

    tables: dict[int, tuple[Table, Seats]]
    lost: list[int]
    cost: float


def schedule_of(board: Board, draft: Draft, *, rounds: int = ROUNDS) -> Schedule:
    """Seat everybody. A session in which too few find a seat is given up.

    A flow of guests knows no hours, so some find no seat. As long as that pays, all are invited anew, but not again to
    where they found none.
    """
    best = seated = _seated(board, draft)
    taboo: list[int] = []
    for _ in range(rounds):
        if not seated.lost:
            break
        taboo += seated.lost
        price = np.maximum(draft.guests.worth.session, LEAST_PRICE)
        seated = _seated(board, drafted(board, draft.crew, price, price, taboo=taboo))
        best = seated if seated.cost < best.cost else best
    return _schedule(board, best.tables)


def _seated(board: Board, draft: Draft) -> _Seated:
    instance, parties = board.instance, board.parties
    hours, costs = Hours(instance), costs_with(parties, board.known, draft.crew)
    invited: dict[int, list[int]] = {}
    for p in np.flatnonzero(draft.guests.option >= 0).tolist():
        invited.setdefault(int(parties.session[draft.guests.option[p]]), []).append(p)
    tables: dict[int, tuple[Table, Seats]] = {}
    lost: list[int] = []
    for s in np.flatnonzero(draft.crew.any(axis=1)).tolist():
        here = invited.get(s, [])
        table = table_of(instance, board.known, hours, s, np.flatnonzero(draft.crew[s]).tolist())
        taken = draft.guests.option[here]
        worth = parties.out[here] - costs[taken]
        tables[s] = table, seat(table, [_clients(parties, p) for p in here], worth)
        lost += [here[place] for place in tables[s][1].lost]
    option = draft.guests.option.copy()
    option[lost] = -1
    _fill(board, costs, tables, option)
    exchange(board, hours, costs, tables, option)
    chosen = option >= 0
    away = sum(missed_own(table, seats.booked) for table, seats in tables.values())
    cost = float(costs[option[chosen]].sum() + parties.out[~chosen].sum() + board.known.other * away)
    return _Seated(tables, draft.guests.option[lost].tolist(), cost)


def _schedule(board: Board, seated: dict[int, tuple[Table, Seats]]) -> Schedule:
    instance = board.instance
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


def _fill(board: Board, costs: Floats, seated: dict[int, tuple[Table, Seats]], option: Ints) -> None:
    """Seats that are left go to those who are dearest to leave out, each where it costs least; changes ``option``."""
    instance, parties = board.instance, board.parties
    left = np.zeros(len(instance.sessions), dtype=np.int64)
    for s, (table, seats) in seated.items():
        taken = sum(instance.clients[c].slots for c, _, _ in seats.booked)
        left[s] = board.known.room[s] * len(table.crew) - instance.rules.walk_in_reserve - taken
    for p in sorted(np.flatnonzero(option < 0).tolist(), key=lambda p: (-parties.out[p] / parties.slots[p], p)):
        options = np.arange(parties.start[p], parties.start[p + 1])
        options = options[(left[parties.session[options]] >= parties.slots[p]) & (costs[options] < parties.out[p])]
        for place in options[np.argsort(costs[options], kind="stable")].tolist():
            s = int(parties.session[place])
            table, seats = seated[s]
            found = squeeze(table, seats.room, _clients(parties, p))
            if found is not None:
                seats.booked.extend(found)
                left[s] -= parties.slots[p]
                option[p] = place
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
