"""The cheapest guests of a session, for many crews at once: exact where that is quick, from below where it is not."""

import numpy as np

from outreach_optimizer.relaxation.amounts import Ints

LARGEST_TABLE = 20_000_000
"""Steps of a dynamic program beyond which the fractional knapsack must do."""


def cheapest_guests(values: Ints, slots: Ints, capacity: int) -> Ints:
    """Least sum of values of guests whose slots do not exceed a capacity, or less.

    Parameters
    ----------
    values
        Crews × guests; what is positive is never chosen.
    slots
        Per guest, positive.

    Returns
    -------
    Ints
        Per crew, at most 0.
    """
    values = np.minimum(values, 0)
    if capacity <= 0 or not len(slots):
        return np.zeros(len(values), dtype=np.int64)
    if slots.sum() <= capacity:
        return np.asarray(values.sum(axis=1))
    if slots.max() <= 2:
        return _ones_and_twos(values[:, slots == 1], values[:, slots == 2], capacity)
    if values.size * (capacity + 1) <= LARGEST_TABLE:
        return _table(values, slots, capacity)
    return _fractional(values, slots, capacity)


def _ones_and_twos(ones: Ints, twos: Ints, capacity: int) -> Ints:
    """Among guests of one length the cheapest go first: try every number of the longer ones."""
    short, long = _sums(ones, capacity), _sums(twos, capacity // 2)
    pairs = np.arange(long.shape[1])
    rest = np.minimum(capacity - 2 * pairs, short.shape[1] - 1)
    return np.asarray((long + short[:, rest]).min(axis=1))


def _sums(values: Ints, most: int) -> Ints:
    """Sums of the 0, 1, 2 … smallest of each row, ``most`` at the most."""
    most = min(most, values.shape[1])
    if most < values.shape[1]:
        values = np.partition(values, most - 1, axis=1)[:, :most] if most else values[:, :0]
    sums = np.zeros((len(values), most + 1), dtype=np.int64)
    np.cumsum(np.sort(values, axis=1), axis=1, out=sums[:, 1:])
    return sums


def _table(values: Ints, slots: Ints, capacity: int) -> Ints:
    """Dynamic program over the capacity."""
    best = np.zeros((len(values), capacity + 1), dtype=np.int64)
    for guest, length in enumerate(slots):
        if length <= capacity:
            best[:, length:] = np.minimum(best[:, length:], best[:, :-length] + values[:, guest, None])
    return best[:, capacity]


def last_price(values: Ints, slots: Ints, capacity: int) -> Ints:
    """Per row of values: what the first guest would pay for a slot who does not come whole; 0 if all do."""
    near = np.flatnonzero((values < 0).any(axis=0))
    if not len(near):
        return np.zeros(len(values), dtype=np.int64)
    values, slots = np.minimum(values[:, near], 0), slots[near]
    order = np.argsort(values / slots, axis=1)
    over = np.cumsum(slots[order], axis=1) > capacity
    guest = np.take_along_axis(order, np.argmax(over, axis=1)[:, None], axis=1)
    price = -np.take_along_axis(values, guest, axis=1) // slots[guest]
    return np.where(over.any(axis=1), price[:, 0], 0)


def _fractional(values: Ints, slots: Ints, capacity: int) -> Ints:
    """Each slot has a price, the same for all: any price gives a lower bound, that of the last guest who fits the best.

    The order may suffer from rounding, the bound does not.
    """
    order = np.argsort(values / slots, axis=1)
    filled = np.cumsum(slots[order], axis=1)
    last = np.minimum((filled <= capacity).sum(axis=1), len(slots) - 1)
    guest = np.take_along_axis(order, last[:, None], axis=1)
    price = -np.take_along_axis(values, guest, axis=1) // slots[guest]
    bounds = [np.minimum(values + p * slots, 0).sum(axis=1) - p[:, 0] * capacity for p in (price, price + 1)]
    return np.asarray(np.maximum(*bounds))
