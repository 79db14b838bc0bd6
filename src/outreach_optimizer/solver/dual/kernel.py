"""Crew and guests of every session at given prices, as machine code: all pairs count, however many there are.

A session is evaluated by itself: its crew at the price that a slot had, guests up to the last slot for that crew, which
gives a new price, and the crew at that one. Threads share the sessions, and what they find does not depend on them.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

Shorts = NDArray[np.int32]
Function = TypeVar("Function", bound=Callable[..., object])

FALL = 2e6
"""By how much a slot is thought to become cheaper at the most; millionths of a minute. If more, more is looked at."""


def compiled(function: Function) -> Function:
    """Machine code of a function, kept on disk for later runs where numba finds a folder that it may write to."""
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast("Function", numba.njit(nogil=True)(function))


def inlined(function: Function) -> Function:
    """Written out wherever compiled functions call it: passing many arrays takes longer than what little it does."""
    return cast("Function", numba.njit(inline="always")(function))


class Pairs(NamedTuple):
    """Clients whom sessions may invite; what a pair is, `prepared.Prepared` says.

    Parameters
    ----------
    start
        Where the pairs of each session begin, and where the last ones end.
    """

    start: Ints
    client: Shorts
    slots: Shorts
    own: Shorts
    cost: Floats
    missed: Floats


class Crews(NamedTuple):
    """Sizes of crews.

    Parameters
    ----------
    least, most
        Per session.
    room
        Sessions × crew sizes, as wide as the largest crew.
    seats
        Per session: slots that can be spent with one caseworker.
    """

    least: Ints
    most: Ints
    room: Floats
    seats: Ints


class Prices(NamedTuple):
    """Per client, per duty (sessions × columns, infinite where nobody is), and per slot of a session."""

    clients: Floats
    duties: Floats
    slots: Floats


class Found(NamedTuple):
    """What the evaluation fills in.

    Parameters
    ----------
    cost
        Per session: crew and guests at the new price of a slot.
    crew
        Sessions × columns.
    slot_price
        Per session: what one more slot would be worth.
    guest, amount
        Sessions × slots and one more: who comes with the crew at the old price, and how much of them; 0 for nobody.
    """

    cost: Floats
    crew: Mask
    slot_price: Floats
    guest: Shorts
    amount: Floats


class Near(NamedTuple):
    """Memory for one session after the other.

    Parameters
    ----------
    pair, value
        Pairs that may count at the price of a slot, and their cost minus the price of the client.
    guest, ratio
        Those of them who want to come with the crew, and what they cost per slot.
    total
        Per column: what somebody on duty costs.
    rising
        Columns, the cheapest first.
    claimed
        Per column: slots of those who would rather, or can only, meet this one.
    gain
        Columns × seats and one more: what these slots gain most, falling.
    seat
        Per column: what one more of them would gain; 0 where there are no more.
    """

    pair: Shorts
    value: Floats
    guest: Shorts
    ratio: Floats
    total: Floats
    rising: Shorts
    claimed: Shorts
    gain: Floats
    seat: Floats


@compiled
def evaluate(first: int, last: int, few: Mask, pairs: Pairs, crews: Crews, prices: Prices, found: Found) -> None:
    """Fill in what is found in those sessions from ``first`` to before ``last`` which have more than a few crews."""
    most, columns, seats = 0, prices.duties.shape[1], 0
    for s in range(first, last):
        most = max(most, pairs.start[s + 1] - pairs.start[s])
        seats = max(seats, crews.seats[s])
    near = Near(
        np.empty(most, np.int32),
        np.empty(most),
        np.empty(most, np.int32),
        np.empty(most),
        np.empty(columns),
        np.empty(columns, np.int32),
        np.empty(columns, np.int32),
        np.empty((columns, seats + 1)),
        np.empty(columns),
    )
    for s in range(first, last):
        if few[s]:
            continue
        price, fall = prices.slots[s], FALL
        while True:
            limit = min(0.0, fall - price)
            number = _collect(s, limit, pairs, prices, near)
            size = _crew(s, price, number, pairs, crews, prices, near, found)
            wanting = _line_up(s, limit, number, pairs, near, found)
            whole, left = _first_in_line(wanting, crews.room[s, size], pairs.slots, near)
            if whole < wanting or limit == 0.0:
                break
            fall *= 2
        _invite(s, whole, left, wanting, pairs, near, found)
        _crew(s, found.slot_price[s], number, pairs, crews, prices, near, found)


@compiled
def _collect(s: int, limit: float, pairs: Pairs, prices: Prices, near: Near) -> int:
    """How many pairs cost less per slot than the limit: these are put down."""
    begin, end, number = pairs.start[s], pairs.start[s + 1], 0
    client, cost, slots = pairs.client[begin:end], pairs.cost[begin:end], pairs.slots[begin:end]
    for at in range(end - begin):
        value = cost[at] - prices.clients[client[at]]
        if value < limit * slots[at]:
            near.pair[number], near.value[number] = begin + at, value
            number += 1
    return number


@compiled
def _crew(
    s: int, price: float, number: int, pairs: Pairs, crews: Crews, prices: Prices, near: Near, found: Found
) -> int:
    """Size of the best crew at a price per slot, at which guests are independent of each other; 0 if there is none."""
    columns, fixed, seats, crowded = len(near.total), 0.0, crews.seats[s], False
    for column in range(columns):
        near.total[column] = prices.duties[s, column]
        near.seat[column], near.claimed[column] = 0.0, 0
        found.crew[s, column] = False
    for at in range(number):
        pair = near.pair[at]
        here = near.value[at] + price * pairs.slots[pair]
        if here < 0:
            absent, own = min(0.0, here + pairs.missed[pair]), pairs.own[pair]
            fixed += absent
            if own >= 0:
                near.total[own] += here - absent
                near.claimed[own] += pairs.slots[pair]
                crowded |= near.claimed[own] > seats
    if crowded:
        _seats(s, price, number, pairs, seats, prices, near)
    size, best, paid = 0, np.inf, 0.0
    for members in range(1, min(crews.most[s], columns) + 1):
        cheapest = 0
        for column in range(1, columns):
            if near.total[column] < near.total[cheapest]:
                cheapest = column
        near.rising[members - 1] = cheapest
        paid += near.total[cheapest]
        near.total[cheapest] = np.inf
        cost = paid - price * crews.room[s, members]
        if members >= crews.least[s] and cost < best:
            size, best = members, cost
    for place in range(size):
        found.crew[s, near.rising[place]] = True
    found.cost[s] = fixed + best
    return size


@compiled
def _seats(s: int, price: float, number: int, pairs: Pairs, seats: int, prices: Prices, near: Near) -> None:
    """Price the seats with caseworkers whom more want to meet than can: only the best claims count."""
    for column in range(len(near.total)):
        if near.claimed[column] > seats:
            near.total[column], near.gain[column] = prices.duties[s, column], 0.0
    for at in range(number):
        pair = near.pair[at]
        own = pairs.own[pair]
        if own >= 0 and near.claimed[own] > seats:
            here, slots, best = near.value[at] + price * pairs.slots[pair], pairs.slots[pair], near.gain[own]
            gain = (min(0.0, here + pairs.missed[pair]) - min(0.0, here)) / slots
            for _ in range(slots):
                if gain <= best[seats]:
                    break
                place = seats
                while place > 0 and best[place - 1] < gain:
                    best[place] = best[place - 1]
                    place -= 1
                best[place] = gain
    for column in range(len(near.total)):
        if near.claimed[column] > seats:
            near.seat[column] = near.gain[column, seats]
            for place in range(seats):
                near.total[column] -= near.gain[column, place]


@compiled
def _line_up(s: int, limit: float, number: int, pairs: Pairs, near: Near, found: Found) -> int:
    """How many want to come with the crew, and cost less per slot than the limit.

    Who wants to meet just one caseworker pays what that one's last seat is worth, or meets another one.
    """
    wanting = 0
    for at in range(number):
        pair, value = near.pair[at], near.value[at]
        own = pairs.own[pair]
        if own >= 0:
            if not found.crew[s, own]:
                value += pairs.missed[pair]
            else:
                value += min(pairs.missed[pair], near.seat[own] * pairs.slots[pair])
        ratio = value / pairs.slots[pair]
        if ratio < limit:
            near.guest[wanting], near.ratio[wanting] = pair, ratio
            wanting += 1
    return wanting


@compiled
def _first_in_line(wanting: int, room: float, slots: Shorts, near: Near) -> tuple[int, float]:
    """Put those first who fit, then the cheapest of the others; how many fit, and the slots that they leave.

    Sorting is not needed: as in quickselect, only the part where the last slot must be is divided again, by its middle
    into cheaper ones, equal ones, and dearer ones.
    """
    guest, ratio = near.guest, near.ratio
    first, last, left = 0, wanting, room
    while first < last:
        middle = ratio[(first + last) // 2]
        cheaper, at, dearer, below, equal = first, first, last, 0, 0
        while at < dearer:
            if ratio[at] < middle:
                below += slots[guest[at]]
                guest[at], guest[cheaper] = guest[cheaper], guest[at]
                ratio[at], ratio[cheaper] = ratio[cheaper], ratio[at]
                cheaper, at = cheaper + 1, at + 1
            elif ratio[at] > middle:
                dearer -= 1
                guest[at], guest[dearer] = guest[dearer], guest[at]
                ratio[at], ratio[dearer] = ratio[dearer], ratio[at]
            else:
                equal += slots[guest[at]]
                at += 1
        if below > left:
            last = cheaper
        elif below + equal > left:
            first, left = cheaper, left - below
            while slots[guest[first]] <= left:
                left -= slots[guest[first]]
                first += 1
            return first, left
        else:
            first, left = dearer, left - below - equal
    return first, left


@compiled
def _invite(s: int, whole: int, left: float, wanting: int, pairs: Pairs, near: Near, found: Found) -> None:
    """Put down the guests and the new price of a slot: what the first one would pay who does not come whole."""
    for place in range(whole):
        found.guest[s, place] = pairs.client[near.guest[place]]
        found.amount[s, place] = 1.0
    found.slot_price[s] = 0.0
    if whole < wanting:
        pair = near.guest[whole]
        found.guest[s, whole] = pairs.client[pair]
        found.amount[s, whole] = left / pairs.slots[pair]
        found.slot_price[s] = -near.ratio[whole]
