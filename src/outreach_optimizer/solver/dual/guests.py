"""The cheapest guests of many sessions at once, as whole people: in parts first, and a table for what that leaves.

Who is far from the price of a slot is in or out in every best choice; the table is only for the few others.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

LARGEST_TABLE = 4_000_000
"""Cells of a table, guests times sessions times slots, beyond which a guest may be cut in two."""
EXACT = 1e-6
"""Millionths of a minute below which a difference is rounding."""


class Chosen(NamedTuple):
    """Amount of each guest and cost of the sessions; what one more slot is worth."""

    amount: Floats
    cost: Floats
    slot_price: Floats


class _Open(NamedTuple):
    """Guests who are neither in nor out, by session: positions sorted by session, rows and places in a table."""

    guest: Ints
    row: Ints
    place: Ints
    room: Ints
    sessions: Ints


def whole_guests(
    session: Ints,
    value: Floats,
    slots: Floats,
    room: Floats,
    needed: Callable[[Floats], Mask] | None = None,
) -> Chosen:
    """Choose guests of each session within its room at the least cost.

    Parameters
    ----------
    session, value, slots
        Per guest, sorted by session; all values are negative.
    room
        Per session.
    needed
        Which sessions are of interest if they cost so much; others may keep a guest in parts, and so a cost that is too
        low. By default all.
    """
    number = len(room)

    def cost_of(values: Floats) -> Floats:
        return np.bincount(session, weights=values, minlength=number).astype(np.float64)

    if (np.bincount(session, weights=slots, minlength=number) <= room).all():
        return Chosen(np.ones(len(value)), cost_of(value), np.zeros(number))
    ratio = value / slots
    order = np.lexsort((ratio, session))
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    session, value, slots, ratio = session[order], value[order], slots[order], ratio[order]
    part = _parts(session, slots, room)
    slot_price = np.zeros(number)
    np.maximum.at(slot_price, session[part < 1], -ratio[part < 1])
    cut = np.zeros(number, dtype=np.bool_)
    cut[session[(part > 0) & (part < 1)]] = True
    while True:
        cost = cost_of(value * part)
        now = cut if needed is None else cut & needed(cost)
        if not now.any():
            return Chosen(part[back], cost, slot_price)
        left = _undecided(session, value, slots, part, room, slot_price, now)
        if left is not None:
            _by_table(value, slots, part, left)
        cut &= ~now


def _parts(session: Ints, slots: Floats, room: Floats) -> Floats:
    """How much of each guest comes, the best value per slot first."""
    filled = np.cumsum(slots)
    first = np.searchsorted(session, np.arange(len(room)))
    before = filled - slots - np.r_[0.0, filled][first][session]
    return np.asarray(np.clip(room[session] - before, 0, slots) / slots)


def _undecided(  # noqa: PLR0917 - arrays of the same guests
    session: Ints, value: Floats, slots: Floats, part: Floats, room: Floats, slot_price: Floats, cut: Mask
) -> _Open | None:
    """Set whoever is in or out in every best choice of sessions that cut a guest; the rest is open.

    At the price of a slot each guest has a reduced cost; whoever is on the other side than the fractional choice says
    costs at least that more than it, so that a reduced cost beyond the gap to a whole choice decides.
    """
    number = len(room)
    loss = np.bincount(session, weights=np.where(part < 1, -value * part, 0.0), minlength=number)
    spare = room - np.bincount(session, weights=np.where(part == 1, slots, 0.0), minlength=number)
    gain = np.zeros(number)
    fits = (part < 1) & (slots <= spare[session])
    np.minimum.at(gain, session[fits], value[fits])
    gap = loss + gain + EXACT
    reduced = value + slot_price[session] * slots
    open_ = cut[session] & (np.abs(reduced) <= gap[session])
    settled = np.where(cut[session] & ~open_, reduced < 0, part)
    used = np.bincount(session, weights=np.where(open_, 0.0, slots * settled), minlength=number)
    guest = np.flatnonzero(open_)
    sessions, row = np.unique(session[guest], return_inverse=True)
    counts = np.bincount(row)
    place = np.arange(len(guest)) - (np.cumsum(counts) - counts)[row]
    wanted = np.bincount(row, weights=slots[guest])
    left = np.minimum(np.rint(room[sessions] - used[sessions]), wanted).astype(np.int64)
    if int(counts.max()) * len(sessions) * (int(left.max()) + 1) > LARGEST_TABLE:
        return None
    part[:] = settled
    return _Open(guest, row, place, left, sessions)


def _by_table(value: Floats, slots: Floats, part: Floats, left: _Open) -> None:
    """Decide the open guests by a dynamic program over slots, all sessions at once."""
    rows, places, width = len(left.sessions), int(left.place.max()) + 1, int(left.room.max()) + 1
    worth = np.zeros((places, rows))
    long = np.full((places, rows), width, dtype=np.int64)
    worth[left.place, left.row] = value[left.guest]
    long[left.place, left.row] = np.minimum(np.rint(slots[left.guest]), width)
    best = np.full((rows, 2 * width), np.inf)  # the first half stands for too little room
    best[:, width:] = 0.0
    flat, start = best.ravel(), np.arange(rows)[:, None] * 2 * width + width + np.arange(width)[None, :]
    took: list[Mask] = []
    for place in range(places):
        with_guest = flat[start - long[place][:, None]] + worth[place][:, None]
        better = with_guest < best[:, width:]
        np.copyto(best[:, width:], with_guest, where=better)
        took.append(better)
    at, comes, here = left.room.copy(), np.zeros((places, rows)), np.arange(rows)
    for place in reversed(range(places)):
        chosen = took[place][here, at]
        comes[place] = chosen
        at -= np.where(chosen, long[place], 0)
    part[left.guest] = comes[left.place, left.row]
