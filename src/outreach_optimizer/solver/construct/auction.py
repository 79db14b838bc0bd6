"""Seats by auction, as machine code (Bertsekas 1988): parties bid for cells of crews until nobody wants another one.

Every cell has a price. A party without a seat takes the cheapest one for it, all told, and raises its price to where
the second best would do as well; whoever sat there looks for another one. So hours, caseworkers, and talks of several
slots count from the beginning, and a good guess of the prices leaves little to be settled.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.construct.cells import Cells, Wishes
from outreach_optimizer.solver.dual.kernel import compiled, inlined
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

FREE = -1
NOWHERE = -1
LEAST_GAIN = 1e5
"""An exchange that brings less is left; millionths of a minute."""
PATIENCE = 1e6
"""By so much, for each cell that was left before, somebody without a seat comes before those who have one."""
MOST_PASSED = 30
"""Cells that are left one after the other because of one that was free; the last one stays so."""


class Hall(NamedTuple):
    """Who sits where, changed in place. After the parties there are reserves, which keep one cell of a session free.

    Parameters
    ----------
    price, holder
        Per cell: millionths of a minute, infinite where nobody can come; and the party or reserve, or `FREE`.
    least
        Per session: its lowest price.
    seat
        Per party and reserve: first cell, or `NOWHERE`.
    chosen
        Per party: its option, or `NOWHERE`.
    pays
        Per party: cost of its invitation with the prices of its cells, or of leaving it out.
    reserve
        Per reserve: its session.
    """

    price: Floats
    holder: Ints
    least: Floats
    seat: Ints
    chosen: Ints
    pays: Floats
    reserve: Ints


@inlined
def missed(need: Ints, own: Ints, able: Mask, other: float, worker: Ints, party: int, duty: int) -> float:
    """Cost of those who miss the own caseworker with this one; infinite if somebody cannot be met."""
    total = 0.0
    for place in range(need.shape[1]):
        if need[party, place] < 0:
            break
        if not able[need[party, place], duty]:
            total = np.inf
            break
        if own[party, place] >= 0 and own[party, place] != worker[duty]:
            total += other
    return total


class Bid(NamedTuple):
    """The best seat of a party: its first cell or `NOWHERE`, option, cost, and that of the second best."""

    cell: int
    option: int
    cost: float
    second: float


@compiled
def auction(cells: Cells, wishes: Wishes, hall: Hall, step: float, most_bids: int) -> int:
    """Let all parties and reserves bid in turns, beginning with nobody seated; how many bids there were.

    Parameters
    ----------
    step
        By which a bid is at least higher than the last one; nobody misses more per slot in the end.
    """
    parties, number = len(wishes.slots), len(hall.seat)
    waiting = np.arange(number + 1)
    begin, end, bids = 0, number, 0
    while begin != end and bids < most_bids:
        bidder = waiting[begin]
        begin = (begin + 1) % (number + 1)
        bids += 1
        bid = _of_party(bidder, cells, wishes, hall) if bidder < parties else _of_reserve(bidder - parties, cells, hall)
        if bid.cell == NOWHERE:
            continue
        slots = wishes.slots[bidder] if bidder < parties else 1
        for cell in range(bid.cell, bid.cell + slots):
            other = hall.holder[cell]
            if other != FREE:
                leave(other, wishes, hall)
                waiting[end] = other
                end = (end + 1) % (number + 1)
        raised = (bid.second - bid.cost) / slots + step
        take(bidder, bid, raised, wishes, hall)
        _see_least(cells.session[bid.cell], cells, hall)
    return bids


@compiled
def keep_free(cells: Cells, wishes: Wishes, hall: Hall) -> None:
    """Seat reserves that still wait where bids ended early: whoever sits in the cheapest cell makes room."""
    parties = len(wishes.slots)
    for bidder in range(parties, len(hall.seat)):
        if hall.seat[bidder] == NOWHERE:
            best = NOWHERE
            s = hall.reserve[bidder - parties]
            for cell in range(cells.first[s], cells.first[s + 1]):
                open_to_all = hall.holder[cell] < parties and hall.price[cell] < np.inf
                if open_to_all and (best == NOWHERE or hall.price[cell] < hall.price[best]):
                    best = cell
            if best != NOWHERE:
                if hall.holder[best] != FREE:
                    leave(hall.holder[best], wishes, hall)
                take(bidder, Bid(best, NOWHERE, 0.0, 0.0), 0.0, wishes, hall)


@compiled
def _of_party(party: int, cells: Cells, wishes: Wishes, hall: Hall) -> Bid:
    """The best seat; leaving the party out counts as another one."""
    slots, price, begins = wishes.slots[party], hall.price, wishes.begins
    need, own, able, other, worker = wishes.need, wishes.own, wishes.able, wishes.other, cells.worker
    best, option, cost, second = NOWHERE, NOWHERE, wishes.out[party], np.inf
    for at in range(wishes.start[party], wishes.start[party + 1]):
        s = wishes.session[at]
        if wishes.cost[at] + slots * hall.least[s] >= second:
            continue
        hours = wishes.hours[at]
        for duty in range(cells.duty[s], cells.duty[s + 1]):
            here = wishes.cost[at] + missed(need, own, able, other, worker, party, duty)
            if here == np.inf:
                continue
            first = cells.first[s] + (duty - cells.duty[s]) * cells.slots[s]
            for slot in range(cells.slots[s] - slots + 1):
                if begins[hours, slot]:
                    total = here
                    for cell in range(first + slot, first + slot + slots):
                        total += price[cell]
                    if total < cost:
                        best, option, cost, second = first + slot, at, total, cost
                    elif total < second:
                        second = total
    return Bid(best, option, cost, second)


@compiled
def _of_reserve(number: int, cells: Cells, hall: Hall) -> Bid:
    """The cheapest cell of the session."""
    s = hall.reserve[number]
    best, cost, second = NOWHERE, np.inf, np.inf
    for cell in range(cells.first[s], cells.first[s + 1]):
        if hall.price[cell] < cost:
            best, cost, second = cell, hall.price[cell], cost
        elif hall.price[cell] < second:
            second = hall.price[cell]
    return Bid(best, NOWHERE, cost, min(second, 1e15))


@compiled
def leave(bidder: int, wishes: Wishes, hall: Hall) -> None:
    """Give up a seat."""
    slots = wishes.slots[bidder] if bidder < len(wishes.slots) else 1
    for cell in range(hall.seat[bidder], hall.seat[bidder] + slots):
        hall.holder[cell] = FREE
    hall.seat[bidder] = NOWHERE
    if bidder < len(wishes.slots):
        hall.chosen[bidder], hall.pays[bidder] = NOWHERE, wishes.out[bidder]


@compiled
def take(bidder: int, bid: Bid, raised: float, wishes: Wishes, hall: Hall) -> None:
    """Sit down, and raise the price of each cell."""
    slots = wishes.slots[bidder] if bidder < len(wishes.slots) else 1
    for cell in range(bid.cell, bid.cell + slots):
        hall.holder[cell] = bidder
        hall.price[cell] += raised
    hall.seat[bidder] = bid.cell
    if bidder < len(wishes.slots):
        hall.chosen[bidder], hall.pays[bidder] = bid.option, bid.cost + raised * slots


@compiled
def look_again(cells: Cells, hall: Hall) -> None:
    """See the lowest price of every session after prices were changed."""
    for s in range(len(cells.slots)):
        _see_least(s, cells, hall)


@compiled
def _see_least(s: int, cells: Cells, hall: Hall) -> None:
    least = np.inf
    for cell in range(cells.first[s], cells.first[s + 1]):
        least = min(least, hall.price[cell])
    hall.least[s] = least


@compiled
def fill(cells: Cells, wishes: Wishes, hall: Hall, by_session: Ints, party: Ints, start: Ints, step: float) -> None:
    """Give cells that were left to those who gain most by them, and the cells that these leave to others.

    Parameters
    ----------
    by_session
        Options, sorted by session; ``party`` says whose they are, ``start`` where those of each session begin.
    step
        By which a bid is at least higher than what the next one would pay.
    """
    need, own, able, other, worker = wishes.need, wishes.own, wishes.able, wishes.other, cells.worker
    free = [(cell, 0) for cell in range(len(hall.price)) if hall.holder[cell] == FREE and hall.price[cell] < np.inf]
    while len(free) > 0:
        cell, passed = free.pop()
        if hall.holder[cell] != FREE or passed > MOST_PASSED:
            continue
        s = cells.session[cell]
        duty, slot = divmod(cell - cells.first[s], cells.slots[s])
        duty += cells.duty[s]
        best, gain, new, new_gain, second = NOWHERE, 0.0, NOWHERE, 0.0, 0.0
        for place in range(start[s], start[s + 1]):
            at, bidder = by_session[place], party[place]
            if wishes.slots[bidder] != 1 or not wishes.begins[wishes.hours[at], slot]:
                continue
            brings = hall.pays[bidder] - wishes.cost[at] - missed(need, own, able, other, worker, bidder, duty)
            if hall.seat[bidder] == NOWHERE and brings > new_gain:
                new, new_gain = at, brings
            if brings > gain:
                best, gain, second = at, brings, gain
            elif brings > second:
                second = brings
        if new != NOWHERE and new_gain >= gain - PATIENCE * passed:
            best, gain, second = new, new_gain, min(second, new_gain)
        if best == NOWHERE or gain <= step:
            hall.price[cell] = 0.0
            continue
        bidder = int(np.searchsorted(wishes.start, best, side="right")) - 1
        before = hall.seat[bidder]
        if before != NOWHERE:
            leave(bidder, wishes, hall)
            free.append((before, passed + 1))
        hall.price[cell] = 0.0
        cost = wishes.cost[best] + missed(need, own, able, other, worker, bidder, duty)
        take(bidder, Bid(cell, best, cost, 0.0), max(0.0, second - step), wishes, hall)


@compiled
def exchange(cells: Cells, wishes: Wishes, hall: Hall, cost: Floats, rounds: int) -> None:
    """Let those without a seat take cells that are left, or the ones of others whom it costs less to leave out.

    Parameters
    ----------
    cost
        Per party, what it costs where it is, without prices; kept up to date.
    rounds
        Times that all of them try.
    """
    parties = len(wishes.slots)
    for cell in range(len(hall.price)):
        holder = hall.holder[cell]
        if hall.price[cell] < np.inf:
            hall.price[cell] = (
                0.0 if holder == FREE else np.inf if holder >= parties else wishes.out[holder] - cost[holder]
            )
    look_again(cells, hall)
    for _ in range(rounds):
        waiting = [party for party in range(parties) if hall.seat[party] == NOWHERE]
        found = False
        while len(waiting) > 0:
            party = waiting.pop()
            bid = _of_party(party, cells, wishes, hall)
            if bid.cell == NOWHERE or bid.cost > wishes.out[party] - LEAST_GAIN:
                continue
            found = True
            cost[party] = bid.cost
            for cell in range(bid.cell, bid.cell + wishes.slots[party]):
                cost[party] -= hall.price[cell]
            for cell in range(bid.cell, bid.cell + wishes.slots[party]):
                other = hall.holder[cell]
                if other != FREE:
                    _give_way(other, wishes, hall, cost)
                    waiting.append(other)
            take(party, bid, 0.0, wishes, hall)
            for cell in range(bid.cell, bid.cell + wishes.slots[party]):
                hall.price[cell] = wishes.out[party] - cost[party]
            _see_least(cells.session[bid.cell], cells, hall)
        if not found:
            break


@compiled
def _give_way(party: int, wishes: Wishes, hall: Hall, cost: Floats) -> None:
    """Leave cells that cost nothing from then on."""
    for cell in range(hall.seat[party], hall.seat[party] + wishes.slots[party]):
        hall.price[cell] = 0.0
    leave(party, wishes, hall)
    cost[party] = wishes.out[party]


@compiled
def costs_of(cells: Cells, wishes: Wishes, hall: Hall, cost: Floats) -> None:
    """Fill in what each party costs where it sits, or out of any seat, without prices."""
    need, own, able, other, worker = wishes.need, wishes.own, wishes.able, wishes.other, cells.worker
    for party in range(len(wishes.slots)):
        cost[party] = wishes.out[party]
        if hall.seat[party] != NOWHERE and hall.chosen[party] != NOWHERE:
            s = cells.session[hall.seat[party]]
            duty = cells.duty[s] + (hall.seat[party] - cells.first[s]) // cells.slots[s]
            cost[party] = wishes.cost[hall.chosen[party]] + missed(need, own, able, other, worker, party, duty)
