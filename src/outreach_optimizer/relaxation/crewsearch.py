"""Crews one by one, where that is quick: who can meet whom, and who is the own caseworker, counts exactly then."""

from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np

from outreach_optimizer.relaxation.amounts import Ints
from outreach_optimizer.relaxation.knapsack import cheapest_guests
from outreach_optimizer.relaxation.offers import NOBODY, Offer
from outreach_optimizer.relaxation.slotprice import BySize

MOST_CREWS = 20_000
"""Of one size; where there are more, none is tried."""
MOST_TRIED = 512
"""Crews of one size that are tried before the bound of the next one must do."""
TOGETHER = 16
"""Crews that are tried at once."""
UNKNOWN = 2**62
"""More than any crew costs."""


def by_crews(offer: Offer, found: BySize) -> int:
    """Lower bound of the cost of a session with a crew of one size, at least that of the best price of a slot.

    At that price every crew has a bound of its own. Crews are tried from the lowest one on, until no later one can be
    cheaper than the cheapest so far. Slots with a caseworker whom more want to meet keep the price that they have
    there, or are free, whichever makes a crew dearer.
    """
    count = len(offer.caseworkers)
    if comb(count, found.size) > MOST_CREWS:
        return found.cost
    crews = _crews(count, found.size)
    room = int(offer.room[found.size])
    bounds = found.at.caseworkers[crews].sum(axis=1) + found.at.guests - found.price * room
    order = np.argsort(bounds, kind="stable")
    cheapest = UNKNOWN
    for begin in range(0, len(order), TOGETHER):
        bound = int(bounds[order[begin]])
        if cheapest <= bound:
            break
        if begin >= MOST_TRIED:
            return bound
        some = crews[order[begin : begin + TOGETHER]]
        costs = _costs(offer, found.at.seat, some, room)
        if found.at.seat.any():
            costs = np.maximum(costs, _costs(offer, np.zeros_like(found.at.seat), some, room))
        cheapest = min(cheapest, int(costs.min()))
    return cheapest


@lru_cache(maxsize=256)
def _crews(count: int, size: int) -> Ints:
    return np.array(list(combinations(range(count), size)), dtype=np.int64).reshape(-1, size)


def _costs(offer: Offer, seat: Ints, crews: Ints, room: int) -> Ints:
    """Per crew: the price of its members, and the cheapest guests who can meet one of them."""
    able = np.asarray(offer.able[:, crews].any(axis=2))[offer.need].T
    soft = (offer.tied == NOBODY) & (offer.own != NOBODY)
    whose = np.where(soft, offer.own, offer.tied)
    present = np.asarray((whose[:, None, None] == crews).any(axis=2)).T
    paid = np.where(whose == NOBODY, 0, seat[whose] * offer.slots)
    with_own = np.where(soft, np.minimum(paid, offer.other), paid)
    extra = np.where(present, with_own[None, :], np.where(soft, offer.other, 0)[None, :])
    values = np.where(able, offer.value[None, :] + extra, 0)
    members = offer.caseworkers - seat * offer.seats
    return np.asarray(members[crews].sum(axis=1) + cheapest_guests(values, offer.slots, room))
