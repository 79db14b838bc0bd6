"""Whoever finds no seat takes the one of somebody who is cheaper to leave out.

A flow of guests knows no hours: those who come only in the morning may be too many. They cannot move to a free seat, as
there is hardly any, but guests who are worth little are everywhere.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.construct.draft import Board
from outreach_optimizer.solver.construct.hours import Hours
from outreach_optimizer.solver.construct.seats import Seats, Table
from outreach_optimizer.solver.dual.prepared import Floats, Ints

LEAST_GAIN = 1e6
"""Millionths of a minute; an exchange that brings less is left."""


class Place(NamedTuple):
    """An option of a party and a cell of its session that somebody has, and what giving it to the party brings."""

    option: int
    worker: int
    time: int
    gain: float


def exchange(
    board: Board, hours: Hours, costs: Floats, tables: Mapping[int, tuple[Table, Seats]], option: Ints
) -> None:
    """Exchange guests as long as that pays; changes the seats and ``option``, per party the one that is taken or -1.

    Only talks of one slot of clients who come alone are exchanged, and nobody who is pinned.
    """
    parties, pinned = board.parties, {pin.client for pin in board.instance.pins.appointments}
    alone = np.flatnonzero((parties.slots == 1) & ((parties.members >= 0).sum(axis=1) == 1))
    alone = alone[[board.instance.clients[c].id not in pinned for c in parties.members[alone, 0].tolist()]]
    party_of = dict(zip(parties.members[alone, 0].tolist(), alone.tolist(), strict=True))
    worth = _worth(board, costs, tables, option, party_of)
    waiting = [p for p in alone.tolist() if option[p] < 0]
    waiting.sort(key=lambda p: (parties.out[p], p))
    while waiting:
        p = waiting.pop()
        c = int(parties.members[p, 0])
        found = _best(board, hours, costs, tables, worth=worth, p=p)
        if found is None:
            continue
        table, seats = tables[int(parties.session[found.option])]
        other = int(seats.room.cells[found.worker, found.time])
        worker, start = table.crew[found.worker], seats.room.starts[found.time]
        seats.room.cells[found.worker, found.time] = c
        seats.booked[seats.booked.index((other, worker, start))] = (c, worker, start)
        worth[c], worth[other] = worth[other] + found.gain, np.inf
        option[p], option[party_of[other]] = found.option, -1
        waiting.append(party_of[other])


def _worth(
    board: Board,
    costs: Floats,
    tables: Mapping[int, tuple[Table, Seats]],
    option: Ints,
    party_of: Mapping[int, int],
) -> Floats:
    """Per client, what it would cost to leave this one out; infinite for those who stay. The last one is nobody."""
    worth = np.full(len(board.instance.clients) + 1, np.inf)
    for table, seats in tables.values():
        for c, w, _ in seats.booked:
            p = party_of.get(c)
            if p is not None:
                own = int(board.known.own[c])
                missed = board.known.other if own != w and own in table.own else 0
                worth[c] = board.parties.out[p] - costs[option[p]] - missed
    return worth


def _best(
    board: Board, hours: Hours, costs: Floats, tables: Mapping[int, tuple[Table, Seats]], *, worth: Floats, p: int
) -> Place | None:
    """The exchange that brings most, or None if none pays."""
    parties, known = board.parties, board.known
    c, best = int(parties.members[p, 0]), Place(-1, -1, -1, LEAST_GAIN)
    options = np.arange(parties.start[p], parties.start[p + 1])
    for place in options[np.argsort(costs[options], kind="stable")].tolist():
        gain = float(parties.out[p] - costs[place])
        if gain <= best.gain:
            break
        s = int(parties.session[place])
        if s not in tables:
            continue
        table, seats = tables[s]
        lost = worth[seats.room.cells]
        lost[~table.able[known.need[c]]] = np.inf
        lost[:, ~np.array(hours.of(c, s))] = np.inf
        own = table.own.get(int(known.own[c]), -1)
        if own >= 0:
            lost[np.arange(len(lost)) != own] += known.other
        worker, time = divmod(int(lost.argmin()), lost.shape[1])
        if gain - lost[worker, time] > best.gain:
            best = Place(place, worker, time, float(gain - lost[worker, time]))
    return best if best.option >= 0 else None
