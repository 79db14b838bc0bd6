"""A location problem at prices of its clients: every session chooses its guests, then the sessions are chosen.

Beyond the relaxation that certifies, everybody is invited: where leaving somebody out costs more than a plan that is
known, sessions have room for all together, which is a knapsack of its own.
"""

import math
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.ascent import Relaxed
from outreach_optimizer.solver.dual.guests import whole_guests
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

NEXT = 0.2
"""Part of the range of values of the sessions taken by which others are looked at, too: they may be taken next."""
EXPECTING = ("expected_idle", "expected_wait", "expected_overtime")


class Location(NamedTuple):
    """Costs in millionths of a minute, whole numbers.

    Parameters
    ----------
    session, client, cost
        Per pair, sorted by session.
    slots, out
        Per client: slots of the consultation, cost of not inviting.
    room, setup
        Per session: slots that guests may fill, cost of holding it with its crew.
    most
        Sessions that may be held.
    load
        Slots of all clients.
    grid
        What every cost is a multiple of.
    """

    session: Ints
    client: Ints
    cost: Floats
    slots: Floats
    out: Floats
    room: Floats
    setup: Floats
    most: int
    load: float
    grid: int


class Node(NamedTuple):
    """A part of all plans: pairs that may be used, sessions that are held or not in any of them; best prices."""

    pairs: Ints
    opened: Mask
    closed: Mask
    prices: Floats
    bound: float


class View(NamedTuple):
    """A node at some prices.

    Parameters
    ----------
    bound
        Infinite if there is no plan.
    base
        Cost of the sessions that are taken.
    value
        Per session: cost of holding it, guests included.
    taken
        Sessions that are taken.
    wanted, amount
        Pairs that pay, and how much of each comes.
    slot_price
        Per session.
    """

    bound: float
    base: float
    value: Floats
    taken: Mask
    wanted: Ints
    amount: Floats
    slot_price: Floats


def location_of(relaxed: Relaxed) -> Location | None:
    """The location problem that an instance is, or None if it has more to decide."""
    instance, prepared, known = relaxed.instance, relaxed.prepared, relaxed.facts
    rules, weights = instance.rules, instance.weights
    everybody = (prepared.offered >= 0).sum(axis=1)
    alike = (prepared.most == 0) | ((prepared.least == everybody) & (prepared.most == everybody))
    more = (
        relaxed.calendars.sites,
        relaxed.routes.shapes,
        np.isfinite(relaxed.limits).any(),
        weights.staff_balance,
        instance.published,
        instance.households,
        instance.pins.duties,
        instance.pins.appointments,
        rules.min_load > 1,
        (known.own >= 0).any(),
        any(getattr(weights, term) for term in EXPECTING),
        any(worker.max_minutes is not None for worker in instance.caseworkers),
        not alike.all(),
        not len(prepared.cost),
    )
    if any(bool(part) for part in more):
        return None
    crew = np.where(prepared.offered >= 0, relaxed.routes.lone, 0.0).sum(axis=1)
    setup = known.setup + crew
    amounts = np.concatenate([prepared.cost, setup, known.out]).astype(np.int64)
    return Location(
        session=prepared.session,
        client=prepared.client,
        cost=prepared.cost,
        slots=known.slots.astype(np.float64),
        out=known.out.astype(np.float64),
        room=prepared.room[np.arange(len(setup)), prepared.most],
        setup=setup,
        most=len(setup) if rules.max_sessions is None else rules.max_sessions,
        load=float(known.slots.sum()),
        grid=max(1, math.gcd(*np.unique(amounts).tolist())),
    )


def roomy(problem: Location) -> bool:
    """Whether every session has room for everybody."""
    return bool((problem.room[problem.session] >= problem.load).all())


def root_of(problem: Location) -> Node:
    """Everything is open; nobody pays."""
    number = len(problem.room)
    prices = np.full(len(problem.slots), np.inf)
    np.minimum.at(prices, problem.client, problem.cost)
    closed = np.ones(number, dtype=np.bool_)
    closed[problem.session] = False
    prices = np.where(np.isfinite(prices), prices, problem.out)
    return Node(np.arange(len(problem.cost)), np.zeros(number, dtype=np.bool_), closed, prices, -np.inf)


def view(problem: Location, node: Node, prices: Floats, *, taken_only: bool = False) -> View:
    """Evaluate a node; prices are whole numbers, so that all sums are exact.

    Parameters
    ----------
    taken_only
        The value of a session that is not taken may be too low: then its guests may be cut in two. The bound and what
        is taken are the same, up to sessions that cost the same.
    """
    client, session = problem.client[node.pairs], problem.session[node.pairs]
    value = problem.cost[node.pairs] - prices[client]
    pays = np.flatnonzero(value < 0)

    def needed(cost: Floats) -> Mask:
        total = cost + problem.setup
        taken = choose(problem, total, node.opened, node.closed)[1]
        if not taken.any():
            return taken
        worst, best = total[taken].max(), total[taken].min()
        return np.asarray(taken | (total <= worst + NEXT * (worst - best)))

    slots = problem.slots[client[pays]]
    guests = whole_guests(session[pays], value[pays], slots, problem.room, needed if taken_only else None)
    total = guests.cost + problem.setup
    base, taken = choose(problem, total, node.opened, node.closed)
    return View(float(prices.sum()) + base, base, total, taken, node.pairs[pays], guests.amount, guests.slot_price)


def choose(problem: Location, value: Floats, opened: Mask, closed: Mask) -> tuple[float, Mask]:
    """The cheapest sessions with room for all, as many as may be held; a lower bound if both limits bind."""
    taken = opened | ((value < 0) & ~closed)
    too_many = int(taken.sum()) - problem.most
    if too_many > 0:
        free = np.flatnonzero(taken & ~opened)
        if too_many > len(free):
            return np.inf, taken
        taken[free[np.argsort(value[free], kind="stable")[len(free) - too_many :]]] = False
        return float(value[taken].sum()), taken
    missing = problem.load - float(problem.room[taken].sum())
    if missing <= 0:
        return float(value[taken].sum()), taken
    more = _cover(problem, value, np.flatnonzero(~taken & ~closed), missing)
    if more is None:
        return np.inf, taken
    taken[more] = True
    return float(value[taken].sum()), taken


def _cover(problem: Location, value: Floats, free: Ints, missing: float) -> Ints | None:
    """The cheapest sessions with so much room together, by a dynamic program; None if there are none."""
    room = np.rint(problem.room[free]).astype(np.int64)
    if room.sum() < missing:
        return None
    unit = max(1, math.gcd(*room.tolist()))
    room, need = room // unit, -(-int(np.ceil(missing)) // unit)
    best = np.full(need + 1, np.inf)
    best[0] = 0.0
    took = []
    for s, length in zip(free.tolist(), np.minimum(room, need).tolist(), strict=True):
        with_session = np.empty(need + 1)
        with_session[length:] = best[: need + 1 - length]
        with_session[:length] = best[0]
        with_session += value[s]
        took.append(with_session < best)
        np.minimum(best, with_session, out=best)
    chosen, at = [], need
    for place in reversed(range(len(free))):
        if took[place][at]:
            chosen.append(int(free[place]))
            at = max(0, at - int(room[place]))
    return np.array(chosen, dtype=np.int64)
