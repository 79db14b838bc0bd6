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
    """

    cost: Ints
    slope: Ints
    guests: int
    caseworkers: Ints


class BySize(NamedTuple):
    """For one size of the crew: the best lower bound that was found, and where."""

    size: int
    cost: int
    at: AtPrice
    price: int


class _Group(NamedTuple):
    """Guests in the order of a caseworker to whom they belong, and where those of each begin."""

    value: Ints
    slots: Ints
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


def _groups(offer: Offer) -> tuple[_Group, _Group, _Group]:
    """Guests for whom all caseworkers are alike, who would rather meet the own one, and who can meet one only."""
    tied = offer.tied != NOBODY
    soft = ~tied & (offer.own != NOBODY)
    return (
        _group(offer, ~tied & ~soft, np.zeros_like(offer.own)),
        _group(offer, soft, offer.own),
        _group(offer, tied, offer.tied),
    )


def _group(offer: Offer, who: Mask, whose: Ints) -> _Group:
    members = np.flatnonzero(who)
    members = members[np.argsort(whose[members], kind="stable")]
    start = np.searchsorted(whose[members], np.arange(len(offer.caseworkers) + 1))
    return _Group(offer.value[members], offer.slots[members], start)


def _at(offer: Offer, groups: tuple[_Group, _Group, _Group], price: int) -> AtPrice:
    free, soft, tied = groups
    value = free.value + price * free.slots
    guests, filled = int(np.minimum(value, 0).sum()), int(free.slots[value < 0].sum())
    value = soft.value + price * soft.slots
    apart = value + offer.other
    guests += int(np.minimum(apart, 0).sum())
    filled += int(soft.slots[apart < 0].sum())
    gain = _by_caseworker(np.minimum(value, 0) - np.minimum(apart, 0), soft.start)
    more = _by_caseworker(np.where((value < 0) & (apart >= 0), soft.slots, 0), soft.start)
    value = tied.value + price * tied.slots
    gain += _by_caseworker(np.minimum(value, 0), tied.start)
    more += _by_caseworker(np.where(value < 0, tied.slots, 0), tied.start)
    caseworkers = offer.caseworkers + gain
    order = np.argsort(caseworkers, kind="stable")[: offer.most]
    room = offer.room[offer.least : offer.most + 1]
    cost = np.cumsum(caseworkers[order])[offer.least - 1 :] + guests - price * room
    slope = np.cumsum(more[order])[offer.least - 1 :] + filled - room
    return AtPrice(cost, slope, guests, caseworkers)


def _by_caseworker(amounts: Ints, start: Ints) -> Ints:
    sums = np.concatenate([[0], np.cumsum(amounts)])
    return np.asarray(sums[start[1:]] - sums[start[:-1]])
