"""Guests trade places, as machine code: for what bids in steps leave, and the holes of long talks that gave way.

Bids never lower a price, and they end within a step of the best seats for each slot. After them everybody looks once
more, at true costs: for a free place, for somebody to change places with, for somebody who is cheaper to leave out.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.construct.auction import FREE, LEAST_GAIN, NOWHERE, Bid, Hall, leave, missed, take
from outreach_optimizer.solver.construct.cells import Cells, Wishes
from outreach_optimizer.solver.dual.kernel import compiled
from outreach_optimizer.solver.dual.prepared import Floats, Ints

NOBODY, SEVERAL = -1, -2
"""Who is in the cells that a party looks at, if it is not just one."""


class Options(NamedTuple):
    """Options of the wishes, sorted by session and party; whose they are, and where those of each session begin."""

    option: Ints
    party: Ints
    start: Ints


class Trade(NamedTuple):
    """The best place of a party: option or `NOWHERE`, first cell, cost; who is there, or `NOBODY`.

    Whoever is there goes where the party was, by an option and at a cost of its own, or nowhere.
    """

    option: int
    cell: int
    cost: float
    other: int
    theirs: int
    their_cost: float


@compiled
def trade(cells: Cells, wishes: Wishes, hall: Hall, cost: Floats, options: Options, least: int, rounds: int) -> int:
    """Let each party take the place that saves most, in turn until nobody gains; how many did.

    Parameters
    ----------
    cost
        Per party, what it costs where it is, without prices; kept up to date.
    least
        Parties that a session needs: if it has no more, all of them stay.
    rounds
        Times that all of them look.
    """
    parties, traded = len(wishes.slots), 0
    guests = np.zeros(len(cells.slots), dtype=np.int64)
    for party in range(parties):
        if hall.seat[party] != NOWHERE:
            guests[cells.session[hall.seat[party]]] += 1
    for _ in range(rounds):
        before = traded
        for party in range(parties):
            best = _best(cells, wishes, hall, cost, options, guests, least, party)
            if best.option != NOWHERE:
                _change(cells, wishes, hall, cost, guests, party, best)
                traded += 1
        if traded == before:
            break
    return traded


@compiled
def _best(
    cells: Cells, wishes: Wishes, hall: Hall, cost: Floats, options: Options, guests: Ints, least: int, party: int
) -> Trade:
    """The place that saves most; it is no dearer for the party itself: else the other one finds it."""
    slots, seat, here = wishes.slots[party], hall.seat[party], cost[party]
    need, own, able, other_cost, worker = wishes.need, wishes.own, wishes.able, wishes.other, cells.worker
    at, my_duty, my_slot = NOWHERE, NOWHERE, NOWHERE
    if seat != NOWHERE:
        at = cells.session[seat]
        my_duty, my_slot = divmod(seat - cells.first[at], cells.slots[at])
        my_duty += cells.duty[at]
    stays = seat != NOWHERE and guests[at] <= least
    best, saved = Trade(NOWHERE, NOWHERE, 0.0, NOBODY, NOWHERE, 0.0), LEAST_GAIN
    for option in range(wishes.start[party], wishes.start[party + 1]):
        if wishes.cost[option] >= here - LEAST_GAIN:
            break
        s, hours = wishes.session[option], wishes.hours[option]
        for duty in range(cells.duty[s], cells.duty[s + 1]):
            there = wishes.cost[option] + missed(need, own, able, other_cost, worker, party, duty)
            if there >= here - LEAST_GAIN:
                continue
            first = cells.first[s] + (duty - cells.duty[s]) * cells.slots[s]
            for cell in range(first, first + cells.slots[s] - slots + 1):
                if not wishes.begins[hours, cell - first]:
                    continue
                other = _holder(cells, hall, party, cell, slots)
                if other == SEVERAL or (stays and s != at and (other == NOBODY or other >= len(wishes.slots))):
                    continue
                if other == NOBODY:
                    if here - there > saved:
                        best, saved = Trade(option, cell, there, NOBODY, NOWHERE, 0.0), here - there
                    continue
                if other >= len(wishes.slots):
                    if s == at and slots == 1 and here - there > saved:
                        best, saved = Trade(option, cell, there, other, NOWHERE, 0.0), here - there
                    continue
                out = here - there + cost[other] - wishes.out[other]
                if out > saved and not (stays if s != at else guests[s] <= least):
                    best, saved = Trade(option, cell, there, other, NOWHERE, wishes.out[other]), out
                if seat == NOWHERE or wishes.slots[other] > slots or (s == at and abs(cell - seat) < slots):
                    continue
                theirs = hall.chosen[other] if s == at else _option_at(options, other, at)
                if theirs == NOWHERE or wishes.cost[theirs] >= here - there + cost[other] - saved:
                    continue
                if not wishes.begins[wishes.hours[theirs], my_slot]:
                    continue
                their_cost = wishes.cost[theirs] + missed(need, own, able, other_cost, worker, other, my_duty)
                both = here - there + cost[other] - their_cost
                if both > saved:
                    best, saved = Trade(option, cell, there, other, theirs, their_cost), both
    return best


@compiled
def _holder(cells: Cells, hall: Hall, party: int, cell: int, slots: int) -> int:
    """Who is in some cells besides the party itself; closed ones count as several."""
    found = NOBODY
    for place in range(cell, cell + slots):
        holder = hall.holder[place]
        if cells.closed[place]:
            return SEVERAL
        if holder not in (FREE, party, found):
            if found != NOBODY:
                return SEVERAL
            found = holder
    return found


@compiled
def _option_at(options: Options, party: int, session: int) -> int:
    """The option of a party in a session, or `NOWHERE`."""
    start, end = options.start[session], options.start[session + 1]
    place = start + np.searchsorted(options.party[start:end], party)
    return options.option[place] if place < end and options.party[place] == party else NOWHERE


@compiled
def _change(cells: Cells, wishes: Wishes, hall: Hall, cost: Floats, guests: Ints, party: int, to: Trade) -> None:
    """Seat a party in another place, and whoever was there where it was, or nowhere."""
    seat = hall.seat[party]
    if seat != NOWHERE:
        guests[cells.session[seat]] -= 1
        leave(party, wishes, hall)
    if to.other != NOBODY:
        if to.other < len(wishes.slots):
            guests[cells.session[to.cell]] -= 1
            cost[to.other] = to.their_cost
        leave(to.other, wishes, hall)
    take(party, Bid(to.cell, to.option, to.cost, 0.0), 0.0, wishes, hall)
    cost[party] = to.cost
    guests[cells.session[to.cell]] += 1
    if to.theirs != NOWHERE or to.other >= len(wishes.slots):
        take(to.other, Bid(seat, to.theirs, to.their_cost, 0.0), 0.0, wishes, hall)
        if to.other < len(wishes.slots):
            guests[cells.session[seat]] += 1
