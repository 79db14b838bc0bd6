"""What each session costs at given prices: its crew, and guests up to the last slot, of whom one may be cut in two.

Two bounds of the same minimum. A price per slot makes guests and caseworkers independent of each other: good for any
number of crews. Where crews are few, the promising ones are looked at one by one, which also counts who is able.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.guests import whole_guests
from outreach_optimizer.solver.dual.one_by_one import look_at_crews
from outreach_optimizer.solver.dual.prepared import Floats, Mask, Prepared
from outreach_optimizer.solver.dual.wanted import Wanted, seated_at, seated_with, wanted_at

STEPS = 7
"""Halvings of the range of a slot price."""


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
        cost[rows], crew[rows] = look_at_crews(prepared, wanted, workers, slot_price)
    amount, slot_price = _fill(prepared, wanted, crew)
    return Values(cost, crew, wanted, amount, slot_price)


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
    seated[soft] = seated_with(prepared, wanted, soft)
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
