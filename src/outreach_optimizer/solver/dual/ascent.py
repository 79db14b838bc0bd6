"""Better and better prices: subgradient steps towards a target, shorter when they stop paying."""

import time
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.solver.dual.calendar import Calendars, Held, calendars_of, hold_within
from outreach_optimizer.solver.dual.prepared import Floats, Prepared, prepare
from outreach_optimizer.solver.dual.routes import Routes, drive, routes_of
from outreach_optimizer.solver.dual.sessions import Values, evaluate

FRESH = 0.7
"""Part of a direction that is the last subgradient; the rest is the direction before."""
FIRST_STEP = 0.2
CALM = 0.5
"""Part of a slot price that stays from step to step; the rest is what the guests of the last step say."""
SHORTER = 0.7
PATIENCE = 20
"""Steps without progress after which steps get shorter."""
PROGRESS = 1e-4
"""Part of what is missing to the target that counts as progress."""
LAST_STEP = 1e-3
"""Steps so short end the ascent."""


class Relaxed(NamedTuple):
    """The relaxation of an instance, ready for evaluation."""

    instance: Instance
    facts: Facts
    prepared: Prepared
    routes: Routes
    calendars: Calendars
    limits: Floats


class Point(NamedTuple):
    """Prices in millionths of a minute: per client, per duty (sessions × columns), and per duty of a caseworker."""

    clients: Floats
    duties: Floats
    workers: Floats


class Outcome(NamedTuple):
    """The relaxation at a point: its bound, sessions, and the subgradient."""

    bound: float
    values: Values
    session_cost: Floats
    held: Held
    slope: Point


class Ascent(NamedTuple):
    """Best point, its bound, and how many steps it took."""

    point: Point
    bound: float
    steps: int


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


def first_point(relaxed: Relaxed) -> Point:
    """An invitation is worth what it costs at least: nobody pays, nobody is paid."""
    clients = relaxed.facts.out.astype(np.float64)
    np.minimum.at(clients, relaxed.prepared.client, relaxed.prepared.cost)
    return Point(clients, relaxed.routes.lone, np.zeros(len(relaxed.limits)))


def point_at(relaxed: Relaxed, prices: Prices) -> Point:
    """The point of whole prices, minutes and budget left out."""
    offered, lone = relaxed.prepared.offered, relaxed.routes.lone
    given = np.take_along_axis(prices.duties, np.maximum(offered, 0), axis=1).astype(np.float64)
    return Point(
        np.minimum(prices.clients, relaxed.facts.out).astype(np.float64),
        np.where(relaxed.routes.chosen, given, lone),
        np.where(np.isfinite(relaxed.limits), np.maximum(0, prices.caseworkers), 0).astype(np.float64),
    )


def look(relaxed: Relaxed, point: Point, *, one_by_one: bool = True, slot_price: Floats | None = None) -> Outcome:
    """Evaluate the relaxation; ``slot_price`` as in `evaluate`."""
    prepared, known = relaxed.prepared, relaxed.facts
    duties = duty_prices(relaxed, point)
    values = evaluate(prepared, point.clients, duties, one_by_one=one_by_one, slot_price=slot_price)
    session_cost = values.cost + known.setup
    held = hold_within(relaxed.calendars, session_cost, relaxed.instance.rules.max_sessions)
    driving, driven = drive(relaxed.routes, np.where(relaxed.routes.chosen, point.duties, 0.0))
    limited = np.isfinite(relaxed.limits)
    bound = float(point.clients.sum() + np.minimum(0, known.out - point.clients).sum())
    bound += held.cost + driving - float((point.workers[limited] * relaxed.limits[limited]).sum())
    return Outcome(bound, values, session_cost, held, _slope(relaxed, point, values, held, driven))


def duty_prices(relaxed: Relaxed, point: Point) -> Floats:
    """Sessions × columns: what a caseworker on duty costs, infinite where nobody is."""
    offered = relaxed.prepared.offered
    return point.duties + np.where(offered >= 0, point.workers[offered], np.inf)


def _slope(relaxed: Relaxed, point: Point, values: Values, held: Held, driven: Floats) -> Point:
    """What the prices miss: clients not placed, duties not driven, limits exceeded; 0 where a price is at its end."""
    prepared = relaxed.prepared
    used = np.zeros(len(prepared.least), dtype=np.bool_)
    used[held.sessions] = True
    placed = np.where(used[values.wanted.session], values.amount, 0.0)
    at = prepared.client[values.wanted.pair]
    clients = 1.0 - np.bincount(at, weights=placed, minlength=len(point.clients)).astype(np.float64)
    clients[(point.clients >= relaxed.facts.out) & (clients > 0)] = 0.0
    duty = values.crew & used[:, None]
    duties = np.where(relaxed.routes.chosen, duty - driven, 0.0)
    counts = np.bincount(prepared.offered[duty], minlength=len(point.workers)).astype(np.float64)
    workers = np.where(np.isfinite(relaxed.limits), counts - relaxed.limits, 0.0)
    workers[(point.workers <= 0) & (workers < 0)] = 0.0
    return Point(clients, duties, workers)


def ascend(
    relaxed: Relaxed,
    *,
    until: float,
    steps: int,
    start: Point | None = None,
    target: float | None = None,
    first_step: float = FIRST_STEP,
    on_better: Callable[[float], None] | None = None,
    stop: Event | None = None,
) -> Ascent:
    """Raise the bound until time (``time.monotonic``) or steps are over, or steps get too short.

    Parameters
    ----------
    target
        Cost of a plan, millionths of a minute; unknown: guessed from what the bound gained so far.
    on_better
        Called with the bound when it is better than before.
    stop
        When set, the same as ``until``.
    """
    point = start or first_point(relaxed)
    best, outcome_bound = point, -np.inf
    step, stalled, number = first_step, 0, 0
    along: Point | None = None
    slot_price, best_slot_price = None, None
    reach = target
    for number in range(1, steps + 1):  # noqa: B007 - told at the end
        outcome = look(relaxed, point, slot_price=slot_price)
        fitting = outcome.values.slot_price
        slot_price = fitting if slot_price is None else CALM * slot_price + (1 - CALM) * fitting
        missing = (reach if reach is not None else _guess(relaxed, outcome_bound)) - outcome_bound
        if outcome.bound > outcome_bound:
            stalled = 0 if outcome.bound > outcome_bound + PROGRESS * missing else stalled + 1
            best, outcome_bound, best_slot_price = point, outcome.bound, slot_price
            if on_better is not None:
                on_better(outcome_bound)
        else:
            stalled += 1
        if stalled >= PATIENCE:
            step, stalled, point, along, slot_price = step * SHORTER, 0, best, None, best_slot_price
            if step < LAST_STEP:
                break
            continue
        if time.monotonic() > until or (stop is not None and stop.is_set()):
            break
        goal = reach if reach is not None else _guess(relaxed, outcome_bound)
        along = _mix(outcome.slope, along)
        norm = sum(float((part * part).sum()) for part in along)
        if norm <= 0:
            break
        point = _step(relaxed, point, along, step * max(goal - outcome.bound, 1e-4 * abs(goal)) / norm)
    return Ascent(best, outcome_bound, number)


def _guess(relaxed: Relaxed, bound: float) -> float:
    """A cost that a good plan may have."""
    worst = float(relaxed.facts.out.sum())
    return worst if not np.isfinite(bound) else bound + 0.1 * (worst - bound)


def _mix(slope: Point, along: Point | None) -> Point:
    if along is None:
        return slope
    return Point(*(FRESH * new + (1 - FRESH) * old for new, old in zip(slope, along, strict=True)))


def _step(relaxed: Relaxed, point: Point, along: Point, length: float) -> Point:
    return Point(
        np.minimum(point.clients + length * along.clients, relaxed.facts.out),
        point.duties + length * along.duties,
        np.maximum(0.0, point.workers + length * along.workers),
    )


def prices_at(relaxed: Relaxed, point: Point, budget: float) -> Prices:
    """Whole prices for the certificate."""
    known, prepared = relaxed.facts, relaxed.prepared
    duties = np.zeros(known.duty.shape, dtype=np.int64)
    rows, places = np.nonzero(prepared.offered >= 0)
    duties[rows, prepared.offered[rows, places]] = np.rint(point.duties[rows, places]).astype(np.int64)
    nothing = np.zeros(len(relaxed.limits), dtype=np.int64)
    workers = np.rint(point.workers).astype(np.int64)
    return Prices(np.rint(point.clients).astype(np.int64), duties, workers, nothing, nothing, round(budget))
