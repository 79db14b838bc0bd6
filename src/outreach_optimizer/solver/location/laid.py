"""A node of a location problem as machine code reads it, and arrays that machine code fills in.

Compiled functions get all their arrays from here: making some, or adding whole ones, takes long to compile.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.guests import LARGEST_TABLE
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.solver.location.problem import Location, Node


class Pairs(NamedTuple):
    """Pairs of a node by session; where those of each session begin, and where the last ones end."""

    start: Ints
    client: Ints
    slots: Ints
    cost: Floats


class Sessions(NamedTuple):
    """Slots and cost of each session, what is held for sure or not at all, how many may be, slots of all clients."""

    room: Ints
    setup: Floats
    opened: Mask
    closed: Mask
    most: int
    load: int


class Seen(NamedTuple):
    """What an evaluation fills in: per session value, slot price and whether it is taken, per pair how much comes.

    Parameters
    ----------
    ratio
        Per pair: value of a slot.
    order
        Pairs of each session: first those that pay, as many as `pays` says, the best ratio first.
    cut
        Sessions that have a guest in parts.
    by_value
        Sessions, the cheapest first, when last sorted.
    free, worth, long, now, top
        What a knapsack decides: which, what each brings and takes, whether it is in, now and at best.
    best, took
        Tables of the dynamic programs, and what they decide.
    """

    value: Floats
    slot_price: Floats
    taken: Mask
    amount: Floats
    ratio: Floats
    order: Ints
    pays: Ints
    cut: Mask
    by_value: Ints
    free: Ints
    worth: Floats
    long: Ints
    now: Mask
    top: Mask
    best: Floats
    took: Mask


class Way(NamedTuple):
    """Prices on the way: now, the best, the direction and the slopes; what came and was taken in the last steps.

    Parameters
    ----------
    came
        Remembered steps × pairs.
    taken, slot_price
        Steps × sessions.
    more
        Per undecided session: what it costs more, with the best prices, to hold it, or not to if it is taken.
    """

    now: Floats
    top: Floats
    along: Floats
    slope: Floats
    top_slope: Floats
    came: Mask
    taken: Mask
    slot_price: Floats
    more: Floats


def lay(problem: Location, node: Node, steps: int, remembered: int) -> tuple[Pairs, Sessions, Seen, Way]:
    """A node as compiled functions read it, and what they fill in."""
    session, client = problem.session[node.pairs], problem.client[node.pairs]
    number, count, clients = len(problem.room), len(node.pairs), len(problem.slots)
    start = np.searchsorted(session, np.arange(number + 1))
    load = round(problem.load)
    room = np.rint(np.minimum(problem.room, load)).astype(np.int64)
    pairs = Pairs(start, client, np.rint(problem.slots).astype(np.int64)[client], problem.cost[node.pairs])
    sessions = Sessions(room, problem.setup, node.opened, node.closed, problem.most, load)
    widest, longest = int(np.diff(start).max(initial=0)), 1 + min(int(room.sum()), LARGEST_TABLE)
    most = max(widest, number)
    seen = Seen(
        value=np.zeros(number),
        slot_price=np.zeros(number),
        taken=np.zeros(number, dtype=np.bool_),
        amount=np.zeros(count),
        ratio=np.zeros(count),
        order=np.arange(count),
        pays=np.zeros(number, dtype=np.int64),
        cut=np.zeros(number, dtype=np.bool_),
        by_value=np.arange(number),
        free=np.empty(most, dtype=np.int64),
        worth=np.empty(most),
        long=np.empty(most, dtype=np.int64),
        now=np.empty(most, dtype=np.bool_),
        top=np.empty(most, dtype=np.bool_),
        best=np.empty(longest),
        took=np.empty(min(most * longest, LARGEST_TABLE), dtype=np.bool_),
    )
    way = Way(
        now=node.prices.copy(),
        top=node.prices.copy(),
        along=np.zeros(clients),
        slope=np.zeros(clients),
        top_slope=np.zeros(clients),
        came=np.zeros((remembered, count), dtype=np.bool_),
        taken=np.zeros((steps, number), dtype=np.bool_),
        slot_price=np.zeros((steps, number)),
        more=np.zeros(number),
    )
    return pairs, sessions, seen, way
