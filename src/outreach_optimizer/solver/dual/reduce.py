"""What a good plan cannot contain: invitations and duties with which the bound exceeds what such a plan costs."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.bound import bound_of, session_values
from outreach_optimizer.relaxation.prices import Prices, sound
from outreach_optimizer.relaxation.sites import NEVER as IMPOSSIBLE
from outreach_optimizer.solver.dual.ascent import Relaxed, driven_at, duty_prices, look, prices_at
from outreach_optimizer.solver.dual.calendar import NEVER, Calendars, Held, hold, hold_within, side_by_side
from outreach_optimizer.solver.dual.one_by_one import pairs_at
from outreach_optimizer.solver.dual.prepared import Floats, Mask, Prepared
from outreach_optimizer.solver.dual.routes import Months
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
    values
        Per session: what it costs at least at the prices, with a price of a session if their number is limited.
    prices
        Certify the bound.
    """

    bound: int
    pairs: Floats
    duties: Floats
    sessions: Floats
    values: Floats
    prices: Prices


class Kept(NamedTuple):
    """Clients × sessions and sessions × caseworkers that a plan may use."""

    pair: Mask
    duty: Mask


class _With(NamedTuple):
    """What sessions cost at least with something, crew and guests; and the price of one of a limited number.

    Parameters
    ----------
    duties
        Sessions × columns: with this caseworker on duty.
    pairs
        Per pair: with this client among the guests.
    """

    duties: Floats
    pairs: Floats
    budget: float


def regret(relaxed: Relaxed, point: Point, *, compiled: bool = False) -> Regret:
    """Look at every invitation and duty, at the best price per slot of each session.

    A plan with client c in session s holds s, with some crew, and c among the guests. At a price per slot guests are
    independent of each other, so that c costs at least its own reduced cost more than the best choice of the others.

    Parameters
    ----------
    compiled
        By machine code where crews are few everywhere: each crew has prices of slots of its own.
    """
    point = Point(*(np.rint(part) for part in point))  # what follows is compared with a bound at whole prices
    found_with = _by_crews(relaxed, point)[0] if compiled and few_crews(relaxed) else _by_slot_price(relaxed, point)
    prices = sound(relaxed.instance, prices_at(relaxed, point, found_with.budget))
    certified = session_values(relaxed.facts, prices)
    found = bound_of(relaxed.instance, relaxed.facts, prices, certified)
    values = np.where(certified >= IMPOSSIBLE // 2, NEVER, certified.astype(np.float64))
    return _counted(relaxed, found_with, values, prices, certified=found.micro, raw=float(sum(found)))


def quick_regret(relaxed: Relaxed, point: Point, months: Months | None) -> Regret:
    """The same by machine code throughout, so that nothing certifies the bound; where crews are few everywhere.

    Parameters
    ----------
    months
        As in `ascent.look`.
    """
    known = relaxed.facts
    found_with, values, held = _by_crews(relaxed, point)
    _, ways = driven_at(relaxed, point, months)
    raw = float(point.clients.sum() + np.minimum(0, known.out - point.clients).sum()) + held.cost + ways
    prices = prices_at(relaxed, point, held.budget)
    return _counted(relaxed, found_with, values + held.budget, prices, certified=max(0, int(raw - ROUNDING)), raw=raw)


def few_crews(relaxed: Relaxed) -> bool:
    """Whether crews are one or two everywhere."""
    return len(relaxed.prepared.few) == np.count_nonzero(relaxed.prepared.most)


def _counted(relaxed: Relaxed, found: _With, values: Floats, prices: Prices, *, certified: int, raw: float) -> Regret:
    """Regrets from what sessions cost, ``values``, and what they cost with something.

    They are counted from ``raw``, the sum of the parts of the bound, which is below the bound where that is no less
    than 0 by itself.
    """
    session, held = relaxed.prepared.session, _forced(relaxed.calendars, values)
    fixed = relaxed.facts.setup + found.budget - values
    duties = held[:, None] + np.maximum(0.0, found.duties + fixed[:, None])
    pairs = held[session] + np.maximum(0.0, found.pairs + fixed[session])
    unsure = certified - raw + ROUNDING
    return Regret(certified, pairs - unsure, duties - unsure, held - unsure, values, prices)


def _by_crews(relaxed: Relaxed, point: Point) -> tuple[_With, Floats, Held]:
    """By machine code, crew by crew; also what each session costs at least, without its budget, and which are held."""
    from outreach_optimizer.solver.dual.step import bounds_with  # noqa: PLC0415 - numba, of no use to small instances

    duties, pairs = bounds_with(relaxed, point)
    values = np.minimum(duties.min(axis=1, initial=np.inf) + relaxed.facts.setup, NEVER)
    held = hold_within(relaxed.calendars, values, relaxed.instance.rules.max_sessions)
    return _With(duties, pairs, held.budget), values, held


def _by_slot_price(relaxed: Relaxed, point: Point) -> _With:
    """At one price of a slot per session."""
    prepared, outcome = relaxed.prepared, look(relaxed, point)
    slot_price, workers = outcome.values.slot_price, duty_prices(relaxed, point)
    seated = seated_at(prepared, wanted_at(prepared, point.clients), workers, slot_price)
    best = _best_with(relaxed, seated, slot_price)
    return _With(best, _of_pairs(prepared, point, best, slot_price, seated.seat), outcome.held.budget)


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
