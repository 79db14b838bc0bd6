"""Better prices for large instances: few options of each client, and the slot prices of the step before.

The bound of a step counts these options only; what the prices are worth is for `relaxation.bound` to say.
"""

from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.ascent import Relaxed, duty_prices, exceeded, mask_of, paid_for_limits
from outreach_optimizer.solver.dual.calendar import hold_within
from outreach_optimizer.solver.dual.prepared import NEVER, Floats, Ints, Mask
from outreach_optimizer.solver.dual.routes import drive
from outreach_optimizer.solver.dual.volume import Ascent, Point, Seen, climb

BAND = 20e6
"""Reduced cost per slot up to which somebody may become a guest while a session looks for the price of its slots."""
NARROW = 8e6
"""The same where sessions have so many guests that their prices hardly jump, and every option takes time."""
LINE = 8e6
"""Reduced cost per slot below which a guest comes for sure."""
NEAR = 40e6
"""Reduced cost per slot up to which options count at all; millionths of a minute."""
MOST_STEPS = 10_000
PATIENCE = 8
"""Steps without a better bound after which steps get shorter."""


class Options(NamedTuple):
    """Pairs that count, sorted by session.

    Parameters
    ----------
    own
        Column of the only caseworker whose presence matters, or -1.
    missed
        What the absence of that one costs; `prepared.NEVER` if nobody else is able.
    """

    session: Ints
    client: Ints
    cost: Floats
    slots: Floats
    own: Ints
    missed: Floats


def options_of(relaxed: Relaxed, point: Point, slot_price: Floats) -> Options:
    """Options near the best one of each client, at the prices of a point."""
    prepared, known = relaxed.prepared, relaxed.facts
    reduced = prepared.cost + slot_price[prepared.session] * prepared.slots
    least = known.out.astype(np.float64)
    np.minimum.at(least, prepared.client, reduced)
    kept = np.flatnonzero(reduced <= np.maximum(least, point.clients)[prepared.client] + NEAR * prepared.slots)
    alone = prepared.alone[kept]
    return Options(
        prepared.session[kept],
        prepared.client[kept],
        prepared.cost[kept],
        prepared.slots[kept],
        np.where(alone >= 0, alone, prepared.own[kept]),
        np.where(alone >= 0, NEVER, prepared.missed[kept]),
    )


def step_at(relaxed: Relaxed, options: Options, point: Point, slot_price: Floats, *, band: float) -> Seen:
    """Evaluate the options: crews at the old slot prices, guests up to the last slot, crews again at the new ones."""
    prepared, known = relaxed.prepared, relaxed.facts
    value = options.cost - point.clients[options.client]
    kept = np.flatnonzero(value + slot_price[options.session] * options.slots < band * options.slots)
    near = Options(
        options.session[kept],
        options.client[kept],
        options.cost[kept],
        options.slots[kept],
        options.own[kept],
        options.missed[kept],
    )
    value = value[kept]
    workers = duty_prices(relaxed, point)
    crew, _ = _crews(relaxed, near, value, workers, slot_price)
    amount, slot_price = _fill(relaxed, near, value, crew, guess=slot_price, band=band)
    crew, cost = _crews(relaxed, near, value, workers, slot_price)
    held = hold_within(relaxed.calendars, cost + known.setup, relaxed.instance.rules.max_sessions)
    driven = drive(relaxed.routes, np.where(relaxed.routes.chosen, point.duties, 0.0))
    bound = float(point.clients.sum() + np.minimum(0, known.out - point.clients).sum()) + held.cost + driven.cost
    bound -= paid_for_limits(relaxed, point)
    used = mask_of(held.sessions, len(prepared.least))
    comes = np.flatnonzero(amount)
    placed = np.where(used[near.session[comes]], amount[comes], 0.0)
    clients = 1.0 - np.bincount(near.client[comes], weights=placed, minlength=len(point.clients)).astype(np.float64)
    clients[(point.clients >= known.out) & (clients > 0)] = 0.0
    duty = crew & used[:, None]
    counts = np.bincount(prepared.offered[duty], minlength=len(point.workers)).astype(np.float64)
    over = exceeded(counts, relaxed.limits, point.workers)
    missed = np.where(relaxed.routes.chosen, duty - driven.duties, 0.0)
    return Seen(bound, Point(clients, missed, over), slot_price, used, crew)


def _crews(relaxed: Relaxed, near: Options, value: Floats, workers: Floats, slot_price: Floats) -> tuple[Mask, Floats]:
    """Best crew of each session at its slot price, and its cost with the guests that pay at that price."""
    prepared = relaxed.prepared
    number, columns = prepared.offered.shape
    here = value + slot_price[near.session] * near.slots
    pays = np.flatnonzero(here < 0)
    session, own, here = near.session[pays], near.own[pays], here[pays]
    absent = np.minimum(0.0, here + near.missed[pays])
    fixed = np.bincount(session, weights=absent, minlength=number)
    tied = own >= 0
    key = session[tied] * columns + own[tied]
    presence = np.bincount(key, weights=(here - absent)[tied], minlength=number * columns)
    total = workers + presence.reshape(number, columns)
    order = np.argsort(total, axis=1, kind="stable")
    rising = np.cumsum(np.take_along_axis(total, order, axis=1), axis=1)
    sizes = np.arange(1, columns + 1)
    room = np.pad(prepared.room, ((0, 0), (0, max(0, columns + 1 - prepared.room.shape[1]))))[:, 1 : columns + 1]
    allowed = (sizes[None, :] >= prepared.least[:, None]) & (sizes[None, :] <= prepared.most[:, None])
    cost = np.where(allowed, rising - slot_price[:, None] * room, np.inf)
    best = cost.argmin(axis=1)
    crew = np.zeros(total.shape, dtype=np.bool_)
    np.put_along_axis(crew, order, sizes[None, :] <= (best + 1)[:, None], axis=1)
    least = cost[np.arange(number), best]
    return crew & np.isfinite(least)[:, None], fixed + least


def _fill(
    relaxed: Relaxed, near: Options, value: Floats, crew: Mask, *, guess: Floats, band: float
) -> tuple[Floats, Floats]:
    """Amount of each option with a given crew, and what one more slot would be worth.

    Parameters
    ----------
    guess
        Per session, about that. Far below it everybody comes, if there is room for all of them; the others stand in
        line.
    band
        A price falls no further than this below the guess: who would come then is not among the options.
    """
    prepared = relaxed.prepared
    number, columns = crew.shape
    room = prepared.room[np.arange(number), np.minimum(crew.sum(axis=1), prepared.room.shape[1] - 1)]
    wants = np.flatnonzero(value < 0)
    session, own, slots = near.session[wants], near.own[wants], near.slots[wants]
    absent = (own >= 0) & ~crew.ravel()[session * columns + np.maximum(own, 0)]
    ratio = (value[wants] + np.where(absent, near.missed[wants], 0.0)) / slots
    sure = ratio < -(guess + LINE)[session]
    taken = np.bincount(session, weights=np.where(sure, slots, 0.0), minlength=number)
    sure &= (taken <= room)[session]
    room = np.where(taken <= room, room - taken, room)
    amount = np.zeros(len(value))
    amount[wants[sure]] = 1.0
    line = np.flatnonzero((ratio < 0) & ~sure)
    session, slots, ratio, wants = session[line], slots[line], ratio[line], wants[line]
    apart = 2 * np.abs(ratio).max(initial=0.0) + 1
    order = np.argsort(session * apart + ratio, kind="stable")
    session, slots, ratio = session[order], slots[order], ratio[order]
    filled = np.cumsum(slots)
    before = filled - slots - np.r_[0.0, filled][np.searchsorted(session, np.arange(number))][session]
    part = np.clip(room[session] - before, 0, slots) / slots
    amount[wants[order]] = part
    # Where there is room for all, others would come at a price below the band.
    slot_price = np.maximum(0.0, guess - band)
    cut = part < 1
    slot_price[session[cut]] = 0.0
    np.maximum.at(slot_price, session[cut], -ratio[cut])
    return amount, slot_price


def ascend_large(
    relaxed: Relaxed,
    start: Point,
    slot_price: Floats,
    *,
    target: float | None,
    until: float,
    steps: int = MOST_STEPS,
    band: float = BAND,
    on_better: Callable[[float], None] | None = None,
    stop: Event | None = None,
) -> Ascent:
    """Raise the bound of the options near the best point so far; see `volume.climb`.

    Parameters
    ----------
    band
        Reduced cost per slot up to which somebody may become a guest in a step.
    """
    options = options_of(relaxed, start, slot_price)

    def renew(point: Point, slot_price: Floats) -> None:
        nonlocal options
        options = options_of(relaxed, point, slot_price)

    def see(point: Point) -> Seen:
        nonlocal slot_price
        seen = step_at(relaxed, options, point, slot_price, band=band)
        slot_price = seen.slot_price
        return seen

    out = relaxed.facts.out.astype(np.float64)
    return climb(
        see,
        start,
        out,
        until=until,
        steps=steps,
        target=target,
        patience=PATIENCE,
        renew=renew,
        on_better=on_better,
        stop=stop,
    )


def level_point(relaxed: Relaxed) -> tuple[Point, Floats]:
    """Prices as if one price per slot held everywhere: the one at which as many slots are wanted as there are."""
    prepared, known = relaxed.prepared, relaxed.facts
    least = np.full(len(known.out), np.inf)
    np.minimum.at(least, prepared.client, prepared.cost)
    per_slot = np.where(np.isfinite(least), (known.out - least) / known.slots, 0.0)
    order = np.argsort(-per_slot, kind="stable")
    wanted = np.cumsum(known.slots[order])
    usual = float(np.median(known.room[known.most > 0])) if (known.most > 0).any() else 0.0
    duties = float(np.minimum(relaxed.limits, known.duty.any(axis=1).sum()).sum())
    seats = min(duties * usual, float((known.room * known.most).sum()))
    last = int(np.searchsorted(wanted, seats))
    price = max(0.0, float(per_slot[order[min(last, len(order) - 1)]])) if len(order) else 0.0
    clients = np.minimum(known.out.astype(np.float64), least + price * known.slots)
    drive_cost = np.where(prepared.offered >= 0, relaxed.routes.lone, np.inf)
    cheapest = np.full(len(relaxed.limits), np.inf)
    rows, places = np.nonzero(prepared.offered >= 0)
    np.minimum.at(cheapest, prepared.offered[rows, places], drive_cost[rows, places])
    workers = np.where(
        np.isfinite(relaxed.limits) & np.isfinite(cheapest), np.maximum(0.0, 0.95 * price * usual - cheapest), 0.0
    )
    return Point(clients, relaxed.routes.lone, workers), np.full(len(known.most), price)
