"""What each session costs at given prices: its crew, and guests up to the last slot, of whom one may be cut in two.

Two bounds of the same minimum. A price per slot makes guests and caseworkers independent of each other: good for any
number of crews. Where crews are few, the promising ones are looked at one by one, which also counts who is able.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.guests import whole_guests
from outreach_optimizer.solver.dual.prepared import WORD, Floats, Ints, Mask, Prepared

STEPS = 7
"""Halvings of the range of a slot price."""
CREWS = 10
"""Crews of a session looked at one by one."""


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


class Values(NamedTuple):
    """Sessions at given prices.

    Parameters
    ----------
    cost
        Per session: lower bound of crew and guests; infinite where no crew is possible.
    crew
        Sessions × columns: who is on duty in the session if it is held.
    wanted
        Pairs that pay.
    amount
        Per wanted pair: how much of it is invited if the session is held.
    slot_price
        Per session: what one more slot would be worth.
    """

    cost: Floats
    crew: Mask
    wanted: Wanted
    amount: Floats
    slot_price: Floats


class Seated(NamedTuple):
    """Pairs and caseworkers where slots with caseworkers have a price, ``seat``, sessions × columns."""

    wanted: Wanted
    workers: Floats
    seat: Floats


class _Priced(NamedTuple):
    """At prices per slot: bound, fixed part, caseworkers and the best crew."""

    bound: Floats
    fixed: Floats
    workers: Floats
    crew: Mask
    demand: Floats
    room: Floats


def evaluate(
    prepared: Prepared, clients: Floats, workers: Floats, *, one_by_one: bool, slot_price: Floats | None = None
) -> Values:
    """Bound of every session.

    Parameters
    ----------
    clients
        Price per client.
    workers
        Sessions × columns: price of each who may be on duty, infinite where nobody is.
    one_by_one
        Look at crews where they are few.
    slot_price
        Price of a slot in each session, at which crews are chosen to be looked at where they are few everywhere; found
        anew by default.
    """
    wanted = wanted_at(prepared, clients)
    if one_by_one and without_choice(prepared):
        return _whole(prepared, wanted, workers)
    if one_by_one and slot_price is not None and len(prepared.few) == np.count_nonzero(prepared.most):
        cost, crew = np.full(len(prepared.least), np.inf), np.zeros(prepared.offered.shape, dtype=np.bool_)
    else:
        slot_price, priced = _slot_prices(prepared, wanted, workers)
        cost, crew = priced.bound, priced.crew
    if one_by_one and len(prepared.few):
        cost, crew = cost.copy(), crew.copy()
        rows = prepared.few
        cost[rows], crew[rows] = _look(prepared, wanted, workers, slot_price)
    amount, slot_price = _fill(prepared, wanted, crew)
    return Values(cost, crew, wanted, amount, slot_price)


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


def _in_turn(key: Ints, ratio: Floats, slots: Floats, seats: Ints) -> Floats:
    """Slots that each gets of those of the key, the lowest ratio first."""
    order = np.argsort(ratio + key * (2 * float(np.abs(ratio).max(initial=1.0))))
    key, slots = key[order], slots[order]
    filled = np.cumsum(slots)
    before = filled - slots - np.r_[0.0, filled][np.searchsorted(key, key)]
    got = np.empty(len(key))
    got[order] = np.clip(seats[order] - before, 0, slots)
    return got


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


def without_choice(prepared: Prepared) -> bool:
    """Whether every session takes all its caseworkers or none, and some consultations take more than two slots."""
    everybody = (prepared.offered >= 0).sum(axis=1)
    alike = (prepared.most == 0) | ((prepared.least == everybody) & (prepared.most == everybody))
    return bool(alike.all()) and bool(prepared.slots.max(initial=0.0) > 2)


def _whole(prepared: Prepared, wanted: Wanted, workers: Floats) -> Values:
    """Sessions whose crew is no choice: nobody is cut in two, as far as tables are small."""
    crew = (prepared.offered >= 0) & (prepared.most > 0)[:, None]
    room = prepared.room[np.arange(len(crew)), prepared.most]
    chosen = whole_guests(wanted.session, wanted.value, wanted.slots, room)
    paid = np.where(crew, workers, 0.0).sum(axis=1)
    cost = np.where(prepared.most > 0, chosen.cost + paid, np.inf)
    return Values(cost, crew, wanted, chosen.amount, chosen.slot_price)


def _slot_prices(prepared: Prepared, wanted: Wanted, workers: Floats) -> tuple[Floats, _Priced]:
    """The best of some prices per slot, by halving where demand and room cross."""
    number = len(prepared.least)
    low, high = np.zeros(number), np.zeros(number)
    np.maximum.at(high, wanted.session, -wanted.value / wanted.slots)
    best, price = at_slot_price(prepared, wanted, workers, low), low.copy()
    crowded = best.demand > best.room
    high = np.where(crowded, high, 0.0)
    for _ in range(STEPS):
        middle = (low + high) / 2
        found = at_slot_price(prepared, wanted, workers, middle)
        crowded = found.demand > found.room
        low, high = np.where(crowded, middle, low), np.where(crowded, high, middle)
        better = found.bound > best.bound
        price = np.where(better, middle, price)
        best = _better(better, found, best)
    return price, best


def _better(rows: Mask, one: _Priced, other: _Priced) -> _Priced:
    """The one in these sessions, the other elsewhere."""
    return _Priced(
        np.where(rows, one.bound, other.bound),
        np.where(rows, one.fixed, other.fixed),
        np.where(rows[:, None], one.workers, other.workers),
        np.where(rows[:, None], one.crew, other.crew),
        np.where(rows, one.demand, other.demand),
        np.where(rows, one.room, other.room),
    )


def at_slot_price(prepared: Prepared, wanted: Wanted, workers: Floats, slot_price: Floats) -> _Priced:
    """Guests and caseworkers, each by itself."""
    wanted, workers, _ = seated_at(prepared, wanted, workers, slot_price)
    number, columns = prepared.offered.shape
    here = wanted.value + slot_price[wanted.session] * wanted.slots
    soft = wanted.own >= 0
    missed = np.minimum(0, here + wanted.missed)
    saved = np.minimum(0, here) - missed
    fixed = np.bincount(wanted.session, weights=missed, minlength=number).astype(np.float64)
    key = wanted.session * columns + np.maximum(wanted.own, 0)
    presence = np.bincount(key, weights=np.where(soft, saved, 0.0), minlength=number * columns)
    total = workers + presence.reshape(number, columns)
    crew, cheapest, room = _cheapest(prepared, total, slot_price)
    present = crew.ravel()[key] & soft
    comes = here + np.where(present, 0.0, wanted.missed) < 0
    demand = np.bincount(wanted.session, weights=np.where(comes, wanted.slots, 0.0), minlength=number)
    return _Priced(fixed + cheapest, fixed, total, crew, demand.astype(np.float64), room)


def _cheapest(prepared: Prepared, total: Floats, slot_price: Floats) -> tuple[Mask, Floats, Floats]:
    """Crew of the cheapest, of the best size, paid for its room."""
    order = np.argsort(total, axis=1, kind="stable")
    rising = np.cumsum(np.take_along_axis(total, order, axis=1), axis=1)
    sizes = np.arange(1, rising.shape[1] + 1)
    room = prepared.room[:, 1 : rising.shape[1] + 1]
    if room.shape[1] < rising.shape[1]:
        room = np.pad(room, ((0, 0), (0, rising.shape[1] - room.shape[1])))
    allowed = (sizes[None, :] >= prepared.least[:, None]) & (sizes[None, :] <= prepared.most[:, None])
    cost = np.where(allowed, rising - slot_price[:, None] * room, np.inf)
    if not cost.shape[1]:
        nothing = np.zeros(len(total))
        return np.zeros(total.shape, dtype=np.bool_), nothing + np.inf, nothing
    best = cost.argmin(axis=1)
    rows = np.arange(len(total))
    crew = np.zeros(total.shape, dtype=np.bool_)
    np.put_along_axis(crew, order, sizes[None, :] <= (best + 1)[:, None], axis=1)
    return crew & np.isfinite(cost[rows, best])[:, None], cost[rows, best], room[rows, best]


def _look(prepared: Prepared, wanted: Wanted, workers: Floats, slot_price: Floats) -> tuple[Floats, Mask]:
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
    seated[soft] = _seated(prepared, wanted, soft)
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


def _seated(prepared: Prepared, wanted: Wanted, some: Ints) -> Floats:
    """Slots of some wanted pairs with the caseworker who matters, if on duty: the cheapest pairs come first."""
    key = wanted.session[some] * prepared.offered.shape[1] + wanted.own[some]
    ratio = wanted.value[some] / wanted.slots[some]
    return _in_turn(key, ratio, wanted.slots[some], prepared.seats[wanted.session[some]])


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


def _fill(prepared: Prepared, wanted: Wanted, crew: Mask) -> tuple[Floats, Floats]:
    """Amount of each wanted pair with a given crew, and what one more slot would be worth."""
    number, columns = crew.shape
    powers = np.int64(1) << np.minimum(np.arange(columns), 62)
    bits = np.where(crew, powers[None, :], 0).sum(axis=1) if columns <= 62 else np.full(number, -1)
    present = (wanted.own >= 0) & (
        crew.ravel()[wanted.session * columns + np.maximum(wanted.own, 0)] if columns else False
    )
    able = wanted.able & bits[wanted.session] != 0
    apart = wanted.value + wanted.missed
    soft = np.flatnonzero(present & able)
    seated = np.where(present, 0.0, wanted.slots)
    seated[soft] = _seated(prepared, wanted, soft)
    first = np.flatnonzero(able & (np.where(present, wanted.value, apart) < 0))
    second = soft[(apart[soft] < 0) & (seated[soft] < wanted.slots[soft])]
    size = np.r_[seated[first], wanted.slots[second] - seated[second]]
    value = np.r_[np.where(present, wanted.value, apart)[first], apart[second]]
    comes = np.r_[first, second]
    session, ratio = wanted.session[comes], value / wanted.slots[comes]
    spread = 2 * float(np.abs(ratio).max(initial=1.0))
    order = np.argsort(ratio + session * spread)
    comes, session, size, ratio = comes[order], session[order], size[order], ratio[order]
    filled = np.cumsum(size)
    start = np.searchsorted(session, np.arange(number))
    before = filled - size - (np.r_[0.0, filled][start])[session]
    room = prepared.room[np.arange(number), np.minimum(crew.sum(axis=1), prepared.room.shape[1] - 1)]
    taken = np.clip(room[session] - before, 0, size)
    amount = np.bincount(comes, weights=taken, minlength=len(wanted.pair)) / wanted.slots
    slot_price = np.zeros(number)
    cut = taken < size
    np.maximum.at(slot_price, session[cut], -ratio[cut])
    return amount, slot_price
