"""The relaxation at given prices, and better and better prices of it."""

from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.relaxation.months import NO_LIMIT, limits_of
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.solver.dual.calendar import Calendars, Held, calendars_of, hold_within
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask, Prepared, prepare
from outreach_optimizer.solver.dual.routes import (
    Driven,
    Months,
    Routes,
    drive,
    drive_months,
    months_of,
    routes_of,
)
from outreach_optimizer.solver.dual.sessions import Values, evaluate
from outreach_optimizer.solver.dual.volume import Ascent, Point, Seen, climb

PATIENCE = 4
"""Steps without a better bound after which steps get shorter."""
CALM = 0.5
"""Part of a slot price that stays from step to step; the rest is what the guests of the last step say."""


class Relaxed(NamedTuple):
    """The relaxation of an instance, ready for evaluation.

    Parameters
    ----------
    limits
        Per caseworker: duties at the most; infinite where there is no limit.
    """

    instance: Instance
    facts: Facts
    prepared: Prepared
    routes: Routes
    calendars: Calendars
    limits: Floats


class Outcome(NamedTuple):
    """The relaxation at a point: its bound, sessions, and the subgradient."""

    bound: float
    values: Values
    session_cost: Floats
    held: Held
    slope: Point


def relax(instance: Instance) -> Relaxed:
    """Lay out the relaxation of an instance."""
    known = facts(instance)
    prepared = prepare(known)
    limits = [np.inf if worker.max_duties is None else worker.max_duties for worker in instance.caseworkers]
    return Relaxed(
        instance,
        known,
        prepared,
        routes_of(prepared, known.days, len(instance.caseworkers)),
        calendars_of(instance, (known.most > 0).tolist()),
        np.array(limits, dtype=np.float64),
    )


def whole_months(relaxed: Relaxed) -> Months | None:
    """Everybody's months for `look`; None where nobody has a limit, so that each day is for itself."""
    limits = limits_of(relaxed.instance)
    if (np.minimum(limits.duties, limits.minutes) >= NO_LIMIT).all():
        return None
    return months_of(relaxed.prepared, relaxed.facts.days, limits)


def first_point(relaxed: Relaxed) -> Point:
    """An invitation is worth what it costs at least: nobody pays, nobody is paid."""
    clients = relaxed.facts.out.astype(np.float64)
    np.minimum.at(clients, relaxed.prepared.client, relaxed.prepared.cost)
    nothing = np.zeros(len(relaxed.limits))
    return Point(clients, relaxed.routes.lone, nothing)


def point_at(relaxed: Relaxed, prices: Prices) -> Point:
    """The point of whole prices, the budget left out."""
    offered, lone = relaxed.prepared.offered, relaxed.routes.lone
    given = np.take_along_axis(prices.duties, np.maximum(offered, 0), axis=1).astype(np.float64)
    return Point(
        np.minimum(prices.clients, relaxed.facts.out).astype(np.float64),
        np.where(relaxed.routes.chosen, given, lone),
        np.where(np.isfinite(relaxed.limits), np.maximum(0, prices.caseworkers), 0).astype(np.float64),
    )


def look(
    relaxed: Relaxed,
    point: Point,
    *,
    one_by_one: bool = True,
    months: Months | None = None,
    slot_price: Floats | None = None,
) -> Outcome:
    """Evaluate the relaxation; ``slot_price`` as in `evaluate`.

    Parameters
    ----------
    months
        What each caseworker drives in all keeps the limits, and every duty has a price of its own. None: each day is
        for itself, a duty on a day without a choice costs what the way there costs, and limits of duties have a price.
        The best point of months is better, that of days is nearer.
    """
    prepared, known = relaxed.prepared, relaxed.facts
    duties = duty_prices(relaxed, point)
    values = evaluate(prepared, point.clients, duties, one_by_one=one_by_one, slot_price=slot_price)
    session_cost = values.cost + known.setup
    held = hold_within(relaxed.calendars, session_cost, relaxed.instance.rules.max_sessions)
    bound = float(point.clients.sum() + np.minimum(0, known.out - point.clients).sum()) + held.cost
    driven, ways = driven_at(relaxed, point, months)
    return Outcome(
        bound + ways, values, session_cost, held, _slope(relaxed, point, values, held, driven, daily=months is None)
    )


def duty_prices(relaxed: Relaxed, point: Point) -> Floats:
    """Sessions × columns: what a caseworker on duty costs, infinite where nobody is."""
    offered = relaxed.prepared.offered
    return point.duties + np.where(offered >= 0, point.workers[offered], np.inf)


def driven_at(relaxed: Relaxed, point: Point, months: Months | None) -> tuple[Driven, float]:
    """Who drives where, and what that adds to the bound; ``months`` as in `look`."""
    if months is not None:
        driven = drive_months(months, duty_prices(relaxed, point))
        return driven, driven.cost
    driven = drive(relaxed.routes, np.where(relaxed.routes.chosen, point.duties, 0.0))
    return driven, driven.cost - paid_for_limits(relaxed, point)


def paid_for_limits(relaxed: Relaxed, point: Point) -> float:
    """What the limits of duties cost at their prices."""
    limited = np.isfinite(relaxed.limits)
    return float((point.workers[limited] * relaxed.limits[limited]).sum())


def _slope(relaxed: Relaxed, point: Point, values: Values, held: Held, driven: Driven, *, daily: bool) -> Point:
    """What the prices miss: clients not placed, duties not driven, limits exceeded; 0 where a price is at its end."""
    prepared = relaxed.prepared
    used = mask_of(held.sessions, len(prepared.least))
    placed = np.where(used[values.wanted.session], values.amount, 0.0)
    at = prepared.client[values.wanted.pair]
    clients = 1.0 - np.bincount(at, weights=placed, minlength=len(point.clients)).astype(np.float64)
    clients[(point.clients >= relaxed.facts.out) & (clients > 0)] = 0.0
    missed, over = duties_missed(relaxed, point, values.crew & used[:, None], driven, daily=daily)
    return Point(clients, missed, over)


def duties_missed(relaxed: Relaxed, point: Point, duty: Mask, driven: Driven, *, daily: bool) -> tuple[Floats, Floats]:
    """Duties (sessions × columns) that are not driven to, and by how much each caseworker's limit is exceeded."""
    prepared = relaxed.prepared
    offered = prepared.offered >= 0
    missed = np.where(offered, duty - driven.duties, 0.0)
    counted, limits = (duty, relaxed.limits) if daily else (missed, np.where(np.isfinite(relaxed.limits), 0.0, np.inf))
    counts = np.bincount(prepared.offered[offered], weights=counted[offered], minlength=len(point.workers))
    over = exceeded(counts.astype(np.float64), limits, point.workers)
    return np.where(relaxed.routes.chosen, missed, 0.0) if daily else missed, over


def exceeded(amount: Floats, limit: Floats, price: Floats) -> Floats:
    """By how much limits are exceeded; 0 where a price is at its end."""
    over = np.where(np.isfinite(limit), amount - limit, 0.0)
    over[(price <= 0) & (over < 0)] = 0.0
    return over


def ascend(
    relaxed: Relaxed,
    *,
    until: float,
    steps: int,
    start: Point | None = None,
    target: float | None = None,
    patience: int = PATIENCE,
    months: Months | None = None,
    on_better: Callable[[float], None] | None = None,
    stop: Event | None = None,
) -> Ascent:
    """Raise the bound; see `volume.climb`, and `look` for ``months``."""
    slot_price: Floats | None = None

    def see(point: Point) -> Seen:
        nonlocal slot_price
        outcome = look(relaxed, point, slot_price=slot_price, months=months)
        fitting = outcome.values.slot_price
        slot_price = fitting if slot_price is None else CALM * slot_price + (1 - CALM) * fitting
        held = mask_of(outcome.held.sessions, len(fitting))
        return Seen(outcome.bound, outcome.slope, slot_price, held, outcome.values.crew)

    return climb(
        see,
        first_point(relaxed) if start is None else start,
        relaxed.facts.out.astype(np.float64),
        until=until,
        steps=steps,
        target=target,
        patience=patience,
        on_better=on_better,
        stop=stop,
    )


def mask_of(sessions: Ints, number: int) -> Mask:
    """True for these of so many sessions."""
    mask = np.zeros(number, dtype=np.bool_)
    mask[sessions] = True
    return mask


def prices_at(relaxed: Relaxed, point: Point, budget: float) -> Prices:
    """Whole prices for the certificate."""
    known, prepared = relaxed.facts, relaxed.prepared
    duties = np.zeros(known.duty.shape, dtype=np.int64)
    rows, places = np.nonzero(prepared.offered >= 0)
    duties[rows, prepared.offered[rows, places]] = np.rint(point.duties[rows, places]).astype(np.int64)
    return Prices(
        clients=np.rint(point.clients).astype(np.int64),
        duties=duties,
        caseworkers=np.rint(point.workers).astype(np.int64),
        balance=np.zeros(len(relaxed.limits), dtype=np.int64),
        budget=round(budget),
    )
