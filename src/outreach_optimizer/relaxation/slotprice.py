"""The best price of a slot: guests and caseworkers then choose each by themselves, for less than any crew together."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.amounts import Ints, Mask
from outreach_optimizer.relaxation.offers import NOBODY, Offer

LONGEST_SEARCH = 60
"""Prices of a slot that are tried for one session at the most."""


class AtPrice(NamedTuple):
    """A session at one price of a slot.

    Parameters
    ----------
    cost
        Least cost by size of the crew, from the least size on.
    slope
        By how much it grows with the price.
    guests
        What guests bring whoever is on duty.
    caseworkers
        Price of each, less what guests bring who come only, or rather, if they are on duty.
    seat
        Price of a slot with each, for these guests.
    """

    cost: Ints
    slope: Ints
    guests: int
    caseworkers: Ints
    seat: Ints


class BySize(NamedTuple):
    """For one size of the crew: the best lower bound that was found, and where."""

    size: int
    cost: int
    at: AtPrice
    price: int


class _Free(NamedTuple):
    """Guests for whom all caseworkers are alike."""

    value: Ints
    slots: Ints


class _Own(NamedTuple):
    """Guests who would rather, or can only, meet one caseworker, in the order of these.

    Parameters
    ----------
    soft
        Whether they may meet another one, which costs more.
    whose
        Position of the caseworker.
    start
        Per caseworker: where the guests begin, and where the last ones end.
    """

    value: Ints
    slots: Ints
    soft: Mask
    whose: Ints
    start: Ints


def best_slot_prices(offer: Offer) -> list[BySize]:
    """Bounds of the cost of a session, guests included, for each size of the crew.

    The cost at a price is concave in the price. The search follows the size that is cheapest, between two prices at
    which the slopes differ, to where the tangents meet.
    """
    groups = _groups(offer)
    top = int((-(offer.value // offer.slots)).max(initial=0))  # nobody wants to pay more
    tried = {price: _at(offer, groups, price) for price in (0, top)}
    sizes = range(len(tried[0].cost))
    low, high = [0 for _ in sizes], [top for _ in sizes]
    best = [max(tried, key=lambda price: int(tried[price].cost[k])) for k in sizes]
    for _ in range(LONGEST_SEARCH):
        k = min(sizes, key=lambda k: int(tried[best[k]].cost[k]))
        price = _meeting(tried, low[k], high[k], k, int(tried[best[k]].cost[k]))
        if price is None:
            break
        tried[price] = _at(offer, groups, price)
        for n in sizes:
            if tried[price].cost[n] > tried[best[n]].cost[n]:
                best[n] = price
            if low[n] < price < high[n]:
                low[n], high[n] = (price, high[n]) if tried[price].slope[n] > 0 else (low[n], price)
    return [BySize(offer.least + k, int(tried[best[k]].cost[k]), tried[best[k]], best[k]) for k in sizes]


def _meeting(tried: Mapping[int, AtPrice], low: int, high: int, k: int, best: int) -> int | None:
    """Price between two at which their tangents meet; None if nothing better than the best can lie there."""
    ground, slope = int(tried[low].cost[k]), int(tried[low].slope[k])
    ceiling, fall = int(tried[high].cost[k]), int(tried[high].slope[k])
    if high - low < 2 or slope <= 0 or fall >= 0:
        return None
    rise = ceiling - ground - fall * (high - low)
    if slope * rise <= (best - ground) * (slope - fall):
        return None
    return low + min(max(rise // (slope - fall), 1), high - low - 1)


def _groups(offer: Offer) -> tuple[_Free, _Own]:
    """Guests for whom all caseworkers are alike, and all others."""
    soft = (offer.tied == NOBODY) & (offer.own != NOBODY)
    whose = np.where(soft, offer.own, offer.tied)
    free, bound = np.flatnonzero(whose == NOBODY), np.flatnonzero(whose != NOBODY)
    bound = bound[np.argsort(whose[bound], kind="stable")]
    start = np.searchsorted(whose[bound], np.arange(len(offer.caseworkers) + 1))
    own = _Own(offer.value[bound], offer.slots[bound], soft[bound], whose[bound], start)
    return _Free(offer.value[free], offer.slots[free]), own


def _at(offer: Offer, groups: tuple[_Free, _Own], price: int) -> AtPrice:
    free, own = groups
    value = free.value + price * free.slots
    guests, filled = int(np.minimum(value, 0).sum()), int(free.slots[value < 0].sum())
    value = own.value + price * own.slots
    apart = np.where(own.soft, np.minimum(value + offer.other, 0), 0)
    guests += int(apart.sum())
    filled += int(own.slots[apart < 0].sum())
    gain = np.minimum(value, 0) - apart
    seat, seated = _seats(offer, own, gain)
    priced = np.minimum(gain + seat[own.whose] * own.slots, 0)
    caseworkers = offer.caseworkers + _by_caseworker(priced, own.start) - seat * offer.seats
    more = _by_caseworker(np.where(apart < 0, 0, seated), own.start)
    order = np.argsort(caseworkers, kind="stable")[: offer.most]
    room = offer.room[offer.least : offer.most + 1]
    cost = np.cumsum(caseworkers[order])[offer.least - 1 :] + guests - price * room
    slope = np.cumsum(more[order])[offer.least - 1 :] + filled - room
    return AtPrice(cost, slope, guests, caseworkers, seat)


def _seats(offer: Offer, own: _Own, gain: Ints) -> tuple[Ints, Ints]:
    """Per caseworker: price of a slot at which no more are wanted than there are; per guest: the slots taken.

    Where more are wanted, the last one of those who gain least per slot may be cut in two.
    """
    seat = np.zeros(len(offer.caseworkers), dtype=np.int64)
    seated = np.where(gain < 0, own.slots, 0)
    crowded = _by_caseworker(seated, own.start) > offer.seats
    if not crowded.any():
        return seat, seated
    order = np.lexsort((gain / own.slots, own.whose))  # the caseworkers stay where they are
    slots = seated[order]
    filled = np.cumsum(slots)
    before = filled - slots - np.concatenate([[0], filled])[own.start[own.whose]]
    seated[order] = np.clip(offer.seats - before, 0, slots)
    left = np.flatnonzero((gain < 0) & (seated < own.slots))
    np.maximum.at(seat, own.whose[left], -(gain[left] // own.slots[left]))
    return seat, seated


def _by_caseworker(amounts: Ints, start: Ints) -> Ints:
    sums = np.concatenate([[0], np.cumsum(amounts)])
    return np.asarray(sums[start[1:]] - sums[start[:-1]])
