"""What a good plan cannot contain: invitations and duties with which the bound exceeds what such a plan costs."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.bound import bound, session_values
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.relaxation.sites import NEVER as IMPOSSIBLE
from outreach_optimizer.solver.dual.ascent import Relaxed, duty_prices, look, prices_at
from outreach_optimizer.solver.dual.calendar import NEVER, Calendars, hold, side_by_side
from outreach_optimizer.solver.dual.one_by_one import pairs_at
from outreach_optimizer.solver.dual.prepared import Floats, Mask, Prepared
from outreach_optimizer.solver.dual.sessions import at_slot_price
from outreach_optimizer.solver.dual.volume import Point
from outreach_optimizer.solver.dual.wanted import Seated, Wanted, seated_at, wanted_at

FORCED = 1e15
"""Makes a session worth holding; more than all costs together."""
ROUNDING = 1e3
"""Millionths of a minute that floating-point sums may be wrong."""


class Regret(NamedTuple):
    """By how much the bound rises at least, millionths of a minute, infinite where something is impossible.

    Parameters
    ----------
    bound
        The certified bound.
    pairs
        Per pair of the facts: if the client is invited to the session.
    duties
        Sessions × columns: if the caseworker is on duty.
    sessions
        Per session: if it is held.
    prices
        Certify the bound.
    """

    bound: int
    pairs: Floats
    duties: Floats
    sessions: Floats
    prices: Prices


class Kept(NamedTuple):
    """Clients × sessions and sessions × caseworkers that a plan may use."""

    pair: Mask
    duty: Mask


def regret(relaxed: Relaxed, point: Point) -> Regret:
    """Look at every invitation and duty, at the best price per slot of each session.

    A plan with client c in session s holds s, with some crew, and c among the guests. At a price per slot guests are
    independent of each other, so that c costs at least its own reduced cost more than the best choice of the others.
    """
    point = Point(*(np.rint(part) for part in point))  # what follows is compared with a bound at whole prices
    known, outcome = relaxed.facts, look(relaxed, point)
    prices = prices_at(relaxed, point, outcome.held.budget)
    found = bound(relaxed.instance, prices)
    certified, raw = found.micro, sum(found)
    values = session_values(known, prices).astype(np.float64)
    values[values >= IMPOSSIBLE // 2] = NEVER
    held = _forced(relaxed.calendars, values)
    slot_price, workers = outcome.values.slot_price, duty_prices(relaxed, point)
    seated = seated_at(relaxed.prepared, wanted_at(relaxed.prepared, point.clients), workers, slot_price)
    best = _best_with(relaxed, seated, slot_price) + known.setup[:, None] + outcome.held.budget
    duties = held[:, None] + np.maximum(0.0, best - values[:, None])
    pairs = _of_pairs(relaxed.prepared, point, best, slot_price, seated.seat)
    pairs = held[relaxed.prepared.session] + np.maximum(0.0, pairs - values[relaxed.prepared.session])
    # Regrets are counted from the sum of the parts, which is below the bound where that is no less than 0 by itself.
    unsure = certified - raw + ROUNDING
    return Regret(certified, pairs - unsure, duties - unsure, held - unsure, prices)


def kept(relaxed: Relaxed, regretted: Regret, most: float) -> Kept:
    """What may be in a plan that costs at most so much more than the bound. Pinned ones always are."""
    instance, prepared = relaxed.instance, relaxed.prepared
    pair = np.zeros((len(instance.clients), len(instance.sessions)), dtype=np.bool_)
    chosen = regretted.pairs <= most
    pair[prepared.client[chosen], prepared.session[chosen]] = True
    duty = np.zeros((len(instance.sessions), len(instance.caseworkers)), dtype=np.bool_)
    rows, places = np.nonzero(regretted.duties <= most)
    duty[rows, prepared.offered[rows, places]] = True
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    c_of = {client.id: c for c, client in enumerate(instance.clients)}
    for pin in instance.pins.duties:
        duty[s_of[pin.session], w_of[pin.caseworker]] = True
    for appointment in instance.pins.appointments:
        duty[s_of[appointment.session], w_of[appointment.caseworker]] = True
        pair[c_of[appointment.client], s_of[appointment.session]] = True
    return Kept(pair, duty)


def _forced(calendars: Calendars, values: Floats) -> Floats:
    """Per session: what holding it costs more than the best choice."""
    found = np.full(len(values), np.inf)
    free = calendars.free[values[calendars.free] < NEVER / 2]
    found[free] = np.maximum(0.0, values[free])
    for options in calendars.sites:
        alone = side_by_side((options,), np.zeros(0, dtype=np.int64), len(values))
        base = hold(alone, values).cost
        for s in np.unique(options.members[options.members < len(values)]).tolist():
            if values[s] >= NEVER / 2:
                continue
            if not options.complete:
                found[s] = 0.0
                continue
            forced = values.copy()
            forced[s] -= FORCED
            found[s] = max(0.0, hold(alone, forced).cost + FORCED - base)
    return found


def _best_with(relaxed: Relaxed, seated: Seated, slot_price: Floats) -> Floats:
    """Sessions × columns: least cost of crew and guests with each caseworker on duty, at these prices of slots."""
    prepared = relaxed.prepared
    best = _with_rank(prepared, seated.wanted, seated.workers, slot_price)
    if len(prepared.few):
        columns = prepared.offered.shape[1]
        low = pairs_at(prepared, seated.wanted, seated.workers, slot_price).reshape(-1, columns, columns)
        best[prepared.few] = np.minimum(low.min(axis=1), low.min(axis=2))
    return best


def _with_rank(prepared: Prepared, wanted: Wanted, workers: Floats, slot_price: Floats) -> Floats:
    """The same for crews of any size, where who is able does not count: each takes the place of the last one."""
    priced = at_slot_price(prepared, wanted, workers, slot_price)
    order = np.argsort(priced.workers, axis=1, kind="stable")
    rank = np.argsort(order, axis=1, kind="stable")
    rising = np.cumsum(np.take_along_axis(priced.workers, order, axis=1), axis=1)
    best = np.full(rank.shape, np.inf)
    for size in range(1, min(int(prepared.most.max(initial=0)), rank.shape[1]) + 1):
        others = rising[:, size - 2] if size > 1 else np.zeros(len(rank))
        cost = np.where(rank < size, rising[:, size - 1][:, None], others[:, None] + priced.workers)
        cost = cost - (slot_price * prepared.room[:, size])[:, None]
        allowed = (prepared.least <= size) & (size <= prepared.most)
        best = np.where(allowed[:, None], np.minimum(best, cost), best)
    return best + priced.fixed[:, None]


def _of_pairs(prepared: Prepared, point: Point, best: Floats, slot_price: Floats, seat: Floats) -> Floats:
    """Per pair: least cost of the session with the client among the guests, who meets the own caseworker or not."""
    whose = prepared.session, np.maximum(prepared.own, 0)
    able = np.repeat(best.min(axis=1, initial=np.inf)[:, None], prepared.needs, axis=1)
    if len(prepared.few):
        able[prepared.few] = np.where(prepared.able_of > 0, best[prepared.few][:, None, :], np.inf).min(axis=2)
    value = prepared.cost - point.clients[prepared.client] + slot_price[prepared.session] * prepared.slots
    soft = prepared.own >= 0
    alone = able[prepared.session, prepared.need] + np.maximum(0.0, value + prepared.missed)
    own = best[whose] + np.maximum(0.0, value + seat[whose] * prepared.slots)
    return np.where(soft, np.minimum(alone, own), alone)
