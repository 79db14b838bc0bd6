"""Crews one by one, where that is quick: who can meet whom, and who is the own caseworker, counts exactly then.

Slots with a member of the crew are wanted by those who can meet nobody else of it, or would rather meet this one. Where
more are wanted than there are, a slot with that member has a price.
"""

from functools import lru_cache
from itertools import combinations
from math import comb

import numpy as np

from outreach_optimizer.relaxation.amounts import Ints, Mask
from outreach_optimizer.relaxation.knapsack import cheapest_guests, last_price
from outreach_optimizer.relaxation.offers import NOBODY, Offer
from outreach_optimizer.relaxation.slotprice import BySize

MOST_CREWS = 20_000
"""Of one size; where there are more, none is tried."""
MOST_TRIED = 512
"""Crews of one size that are tried before the bound of the next one must do."""
TOGETHER = 16
"""Crews that are tried at once."""
TRIES = 2
"""Prices of slots with members that are tried for a crew."""
UNKNOWN = 2**62
"""More than any crew costs."""
UNABLE = 2**60
"""Cost of meeting somebody who is not able to help."""


def by_crews(offer: Offer, found: BySize) -> int:
    """Lower bound of the cost of a session with a crew of one size, at least that of the best price of a slot.

    At that price every crew has two bounds of its own: guests of all, whoever is on duty, and each member alone with
    the guests who gain most, as far as there are slots with this member. Crews are tried from the lowest one on, until
    no later one can be cheaper than the cheapest so far.
    """
    count = len(offer.caseworkers)
    if comb(count, found.size) > MOST_CREWS:
        return found.cost
    crews = _crews(count, found.size)
    room = int(offer.room[found.size])
    bounds = found.at.caseworkers[crews].sum(axis=1) + found.at.guests - found.price * room
    bounds = np.maximum(bounds, _alone(offer, found.price)[crews].sum(axis=1) - found.price * room)
    order = np.argsort(bounds, kind="stable")
    cheapest = UNKNOWN
    for begin in range(0, len(order), TOGETHER):
        bound = int(bounds[order[begin]])
        if cheapest <= bound:
            break
        if begin >= MOST_TRIED:
            return bound
        here = order[begin : begin + TOGETHER]
        costs = np.maximum(bounds[here], _costs(offer, crews[here], room, cheapest))
        cheapest = min(cheapest, int(costs.min()))
    return cheapest


@lru_cache(maxsize=256)
def _crews(count: int, size: int) -> Ints:
    return np.array(list(combinations(range(count), size)), dtype=np.int64).reshape(-1, size)


def _alone(offer: Offer, price: int) -> Ints:
    """Per caseworker: lower bound of the price, and of the guests for all slots with this one who pay for them."""
    meeting = _meeting(offer, np.arange(len(offer.caseworkers))[:, None])
    seat, _ = _seats(offer, meeting, np.full(len(meeting), price, dtype=np.int64))
    paid = np.where(meeting[:, 0] < UNABLE, _values(offer, meeting, seat) + price * offer.slots, 0)
    return np.asarray(offer.caseworkers - seat[:, 0] * offer.seats + np.minimum(0, paid).sum(axis=1))


def _costs(offer: Offer, crews: Ints, room: int, enough: int) -> Ints:
    """Per crew: lower bound of the price of its members, and of the cheapest guests who can meet one of them.

    Guests are chosen at some prices of slots with the members, and the dearest choice counts: at no prices and, where
    slots are short then and the crew is cheaper than ``enough``, at those which fit what the last guest pays for a slot
    once those have gone elsewhere who find none.
    """
    meeting, members = _meeting(offer, crews), offer.caseworkers[crews].sum(axis=1)
    values = _values(offer, meeting, np.zeros_like(crews))
    costs: Ints = members + cheapest_guests(values, offer.slots, room)
    seat, _ = _seats(offer, meeting, last_price(values, offer.slots, room))
    rows = np.flatnonzero(seat.any(axis=1) & (costs < enough))
    if not len(rows):
        return costs
    meeting, members = meeting[rows], members[rows]
    _, seated = _seats(offer, meeting, np.zeros(len(rows), dtype=np.int64))
    for _ in range(TRIES):
        seat, seated = _seats(offer, meeting, last_price(seated, offer.slots, room))
        values = _values(offer, meeting, seat)
        paid = members - seat.sum(axis=1) * offer.seats
        costs[rows] = np.maximum(costs[rows], paid + cheapest_guests(values, offer.slots, room))
    return costs


def _meeting(offer: Offer, crews: Ints) -> Ints:
    """Crews × members × guests: what it costs to meet this one; `UNABLE` where that is impossible."""
    able: Mask = offer.able[:, crews][offer.need].transpose(1, 2, 0)
    other = (offer.own != NOBODY) & (offer.own != crews[:, :, None])
    return np.asarray(np.where(able, np.where(other, offer.other, 0), UNABLE))


def _values(offer: Offer, meeting: Ints, seat: Ints) -> Ints:
    """Crews × guests: cost with the cheapest member, a slot with whom costs ``seat``."""
    least = (meeting + seat[:, :, None] * offer.slots).min(axis=1)
    return np.asarray(np.where(least < UNABLE, offer.value + least, 0))


def _seats(offer: Offer, meeting: Ints, prices: Ints) -> tuple[Ints, Ints]:
    """Crews × members: price of a slot with each at which no more are wanted than there are; 0 where there are enough.

    A guest claims slots with a member for what is gained over the best of the others, where any slot has a price. The
    best claims per slot come first; the first one that does not find all its slots says the price. Also what guests
    cost (crews × guests) if those without slots go to another member.
    """
    best, second = _two_least(meeting)
    value = offer.value + prices[:, None] * offer.slots
    gain = np.minimum(0, value + second) - np.minimum(0, value + best)
    seat, least = np.zeros(meeting.shape[:2], dtype=np.int64), best
    for member in range(meeting.shape[1]):
        mine = np.where(meeting[:, member] == best, gain, 0)
        near = np.flatnonzero(mine.any(axis=0))
        mine, slots = mine[:, near], offer.slots[near]
        if (np.where(mine > 0, slots, 0).sum(axis=1) <= offer.seats).all():
            continue
        order = np.argsort(-mine / slots, axis=1, kind="stable")
        ranked = np.take_along_axis(mine, order, axis=1)
        over = (np.cumsum(slots[order] * (ranked > 0), axis=1) > offer.seats) & (ranked > 0)
        seat[:, member] = np.where(over, -(-ranked // slots[order]), 0).max(axis=1)
        lost = np.zeros(over.shape, dtype=np.bool_)
        np.put_along_axis(lost, order, over, axis=1)
        least = least.copy()
        least[:, near] = np.where(lost, second[:, near], least[:, near])
    return seat, np.where(least < UNABLE, offer.value + least, 0)


def _two_least(meeting: Ints) -> tuple[Ints, Ints]:
    """Crews × guests: what the cheapest and the second cheapest member cost."""
    first = meeting.argmin(axis=1)[:, None]
    others = meeting.copy()
    np.put_along_axis(others, first, UNABLE, axis=1)
    return meeting.min(axis=1), others.min(axis=1)
