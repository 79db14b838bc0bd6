"""Crews one by one, where they are few: who is able to meet whom counts exactly then."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import WORD, Floats, Ints, Mask, Prepared
from outreach_optimizer.solver.dual.wanted import Wanted, seated_at, seated_with

CREWS = 10
"""Crews of a session looked at one by one."""


def look_at_crews(prepared: Prepared, wanted: Wanted, workers: Floats, slot_price: Floats) -> tuple[Floats, Mask]:
    """The crews that are best at the slot price, one by one. The others are taken to be dearer, so this is no bound."""
    few, columns = prepared.few, prepared.offered.shape[1]
    seated = seated_at(prepared, wanted, workers, slot_price)
    low = pairs_at(prepared, seated.wanted, seated.workers, slot_price)
    looked = min(CREWS, low.shape[1])
    chosen = np.argpartition(low, looked - 1, axis=1)[:, :looked]
    here = np.arange(len(few))[:, None]
    first, second = chosen // columns, chosen % columns
    bits = np.int64(1) << first | np.int64(1) << second
    size = np.where(first == second, 1, 2)
    paid = workers[few[:, None], first] + np.where(first == second, 0.0, workers[few[:, None], second])
    guests = _padded(prepared, wanted)
    room = prepared.room[few[:, None], np.minimum(size, prepared.room.shape[1] - 1)]
    found = np.where(np.isfinite(low[here, chosen]), paid + _guests(guests, bits, room), np.inf)
    best = found.argmin(axis=1)
    crew = bits[here[:, 0], best][:, None] >> np.arange(columns)[None, :] & 1
    return found[here[:, 0], best], crew.astype(np.bool_)


def pairs_at(prepared: Prepared, wanted: Wanted, workers: Floats, slot_price: Floats) -> Floats:
    """Sessions with few crews × pairs of columns: bound of a crew of two, or of one on the diagonal.

    At a price per slot guests are independent of each other. A guest with a need comes if one of the two or the other
    is able: the able first ones plus the able second ones minus those counted twice.
    """
    few, needs = prepared.few, prepared.able_of.shape[1]
    number, columns = prepared.offered.shape
    here = wanted.value + slot_price[wanted.session] * wanted.slots
    comes = np.flatnonzero(here < 0)
    here, session, own = here[comes], wanted.session[comes], wanted.own[comes]
    missed = np.minimum(0, here + wanted.missed[comes])
    of_need = np.bincount(session * needs + wanted.need[comes], weights=missed, minlength=number * needs)
    of_need = of_need.reshape(number, needs)[few]
    mine = np.flatnonzero(own >= 0)
    key = session[mine] * columns + own[mine]
    presence = np.bincount(key, weights=here[mine] - missed[mine], minlength=number * columns)
    alone = workers[few] + presence.reshape(number, columns)[few]
    alone += np.matmul(of_need[:, None, :], prepared.able_of)[:, 0, :]
    shared = prepared.able_of[:, prepared.shared]
    both = np.matmul((shared * of_need[:, prepared.shared, None]).transpose(0, 2, 1), shared)
    room = np.pad(prepared.room, ((0, 0), (0, max(0, 3 - prepared.room.shape[1]))))[few]
    low = alone[:, :, None] + alone[:, None, :] - both - (slot_price[few] * room[:, 2])[:, None, None]
    low = np.where((prepared.most[few] >= 2)[:, None, None], low, np.inf)
    low[:, np.tri(columns, dtype=np.bool_)] = np.inf
    single = alone - (slot_price[few] * room[:, 1])[:, None]
    diagonal = np.arange(columns)
    low[:, diagonal, diagonal] = np.where((prepared.least[few] <= 1)[:, None], single, np.inf)
    return np.asarray(low.reshape(len(few), -1))


class _Guests(NamedTuple):
    """Wanted pairs of the sessions with few crews, a row per session, the cheapest slots first.

    Who would rather meet the own caseworker stands there twice, with the own one and without.

    Parameters
    ----------
    ratio
        Cost per slot.
    own
        The own caseworker as a bit over the columns, or 0.
    absent, present
        Slots without and with the own one on duty, who has seats for the cheapest ones only.
    """

    ratio: Floats
    able: Ints
    own: Ints
    absent: Floats
    present: Floats


def _padded(prepared: Prepared, wanted: Wanted) -> _Guests:
    """Those who may come with some crew: who cannot be among the best, whoever is on duty, is left out."""
    keep = np.flatnonzero(wanted.value / wanted.slots <= _last_ratio(prepared, wanted)[wanted.session])
    soft = keep[wanted.own[keep] >= 0]
    seated = np.zeros(len(wanted.pair))
    seated[soft] = seated_with(prepared, wanted, soft)
    apart = soft[wanted.value[soft] + wanted.missed[soft] < 0]
    value = np.r_[wanted.value[keep], wanted.value[apart] + wanted.missed[apart]]
    absent = np.r_[np.where(wanted.own[keep] >= 0, 0.0, wanted.slots[keep]), wanted.slots[apart]]
    present = np.r_[seated[keep], wanted.slots[apart] - seated[apart]]
    keep = np.r_[keep, apart]
    row_of = np.full(len(prepared.least), len(prepared.few), dtype=np.int64)
    row_of[prepared.few] = np.arange(len(prepared.few))
    row, ratio = row_of[wanted.session[keep]], value / wanted.slots[keep]
    order = np.argsort(ratio + row * (2 * float(np.abs(ratio).max(initial=1.0))))
    order = order[: np.count_nonzero(row < len(prepared.few))]
    row, keep = row[order], keep[order]
    place = np.arange(len(row)) - np.searchsorted(row, np.arange(len(prepared.few)))[row]
    shape = len(prepared.few), max(1, int(place.max(initial=0)) + 1)
    guests = _Guests(
        np.zeros(shape),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape, dtype=np.int64),
        np.zeros(shape),
        np.zeros(shape),
    )
    own = np.where(wanted.own[keep] >= 0, np.int64(1) << np.maximum(wanted.own[keep], 0), 0)
    sources = ratio[order], wanted.able[keep], own, absent[order], present[order]
    for target, source in zip(guests, sources, strict=True):
        target[row, place] = source
    return guests


def _last_ratio(prepared: Prepared, wanted: Wanted) -> Floats:
    """Per session: cost per slot beyond which nobody comes: it is full of people whom anybody can meet."""
    number = len(prepared.least)
    value = wanted.value + wanted.missed
    everybody = (np.int64(1) << np.minimum((prepared.offered >= 0).sum(axis=1), WORD)) - 1
    sure = np.flatnonzero((wanted.able == everybody[wanted.session]) & (value < 0))
    session, slots = wanted.session[sure], wanted.slots[sure]
    ratio = value[sure] / slots
    order = np.argsort(ratio + session * (2 * float(np.abs(ratio).max(initial=1.0))))
    session, slots, ratio = session[order], slots[order], ratio[order]
    filled = np.cumsum(slots)
    start = np.r_[0.0, filled][np.searchsorted(session, np.arange(number))]
    full = np.flatnonzero(filled - start[session] >= prepared.room.max(axis=1)[session])
    last = np.zeros(number)
    np.minimum.at(last, session[full], ratio[full])
    return last


def _guests(guests: _Guests, bits: Ints, room: Floats) -> Floats:
    """Cost of the guests of some crews (sessions × crews), up to the last slot."""
    crew = bits[:, :, None]
    size = np.where(guests.own[:, None, :] & crew != 0, guests.present[:, None, :], guests.absent[:, None, :])
    size *= guests.able[:, None, :] & crew != 0
    before = np.cumsum(size, axis=2) - size
    taken = np.clip(room[:, :, None] - before, 0, size)
    return np.asarray((taken * guests.ratio[:, None, :]).sum(axis=2))
