"""Pairs that pay at given prices, and slots with caseworkers whom more want to meet than can."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Prepared


class Wanted(NamedTuple):
    """Pairs that cost less than nothing at given prices, sorted by session."""

    pair: Ints
    session: Ints
    value: Floats
    slots: Floats
    own: Ints
    missed: Floats
    need: Ints
    able: Ints


class Seated(NamedTuple):
    """Pairs and caseworkers where slots with caseworkers have a price, ``seat``, sessions × columns."""

    wanted: Wanted
    workers: Floats
    seat: Floats


def wanted_at(prepared: Prepared, clients: Floats) -> Wanted:
    """Pairs that pay at a price per client."""
    value = prepared.cost - clients[prepared.client]
    pair = np.flatnonzero(value < 0)
    return Wanted(
        pair,
        prepared.session[pair],
        value[pair],
        prepared.slots[pair],
        prepared.own[pair],
        prepared.missed[pair],
        prepared.need[pair],
        prepared.able[pair],
    )


def seated_at(prepared: Prepared, wanted: Wanted, workers: Floats, slot_price: Floats) -> Seated:
    """Price slots with a caseworker so that at a price per slot no more of them are wanted than there are.

    Who wants to meet this one pays the price, or meets another one; and what is paid for all slots is subtracted from
    what the caseworker costs.
    """
    number, columns = prepared.offered.shape
    seat = np.zeros(number * columns)
    here = wanted.value + slot_price[wanted.session] * wanted.slots
    gain = np.minimum(0, here + wanted.missed) - np.minimum(0, here)
    some = np.flatnonzero((wanted.own >= 0) & (gain > 0))
    key = wanted.session[some] * columns + wanted.own[some]
    claimed = np.bincount(key, weights=wanted.slots[some], minlength=number * columns)
    crowded = (claimed.reshape(number, columns) > prepared.seats[:, None]).ravel()[key]
    if not crowded.any():
        return Seated(wanted, workers, seat.reshape(number, columns))
    some, key = some[crowded], key[crowded]
    slots, ratio = wanted.slots[some], gain[some] / wanted.slots[some]
    left = _in_turn(key, -ratio, slots, prepared.seats[key // columns]) < slots
    np.maximum.at(seat, key[left], ratio[left])
    paid = seat[wanted.session * columns + np.maximum(wanted.own, 0)] * wanted.slots
    paid = np.where(wanted.own >= 0, np.minimum(paid, wanted.missed), 0.0)
    seat = seat.reshape(number, columns)
    return Seated(
        wanted._replace(value=wanted.value + paid, missed=wanted.missed - paid),
        workers - seat * prepared.seats[:, None],
        seat,
    )


def seated_with(prepared: Prepared, wanted: Wanted, some: Ints) -> Floats:
    """Slots of some wanted pairs with the caseworker who matters, if on duty: the cheapest pairs come first."""
    key = wanted.session[some] * prepared.offered.shape[1] + wanted.own[some]
    ratio = wanted.value[some] / wanted.slots[some]
    return _in_turn(key, ratio, wanted.slots[some], prepared.seats[wanted.session[some]])


def _in_turn(key: Ints, ratio: Floats, slots: Floats, seats: Ints) -> Floats:
    """Slots that each gets of those of the key, the lowest ratio first."""
    order = np.argsort(ratio + key * (2 * float(np.abs(ratio).max(initial=1.0))))
    key, slots = key[order], slots[order]
    filled = np.cumsum(slots)
    before = filled - slots - np.r_[0.0, filled][np.searchsorted(key, key)]
    got = np.empty(len(key))
    got[order] = np.clip(seats[order] - before, 0, slots)
    return got
