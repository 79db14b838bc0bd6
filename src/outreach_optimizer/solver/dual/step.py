"""A step of prices for large instances: the kernel over all sessions, by threads, and what its choices miss.

Importing this module imports numba, which takes a quarter of a second.
"""

from concurrent.futures import Executor
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.ascent import Relaxed, duty_prices, exceeded, mask_of, paid_for_limits
from outreach_optimizer.solver.dual.calendar import hold_within
from outreach_optimizer.solver.dual.kernel import Crews, Found, Pairs, Prices, evaluate
from outreach_optimizer.solver.dual.prepared import NEVER, Floats, Prepared
from outreach_optimizer.solver.dual.routes import drive
from outreach_optimizer.solver.dual.volume import Point, Seen

SPANS = 16
"""Parts of the sessions with about as many pairs each, which threads take in turns."""


class Laid(NamedTuple):
    """Facts as the kernel reads them, and the spans of sessions that threads take."""

    pairs: Pairs
    crews: Crews
    spans: tuple[tuple[int, int], ...]


def lay(prepared: Prepared) -> Laid:
    """Lay out the pairs in as little memory as possible, since every step reads all of them."""
    number, columns = prepared.offered.shape
    start = np.searchsorted(prepared.session, np.arange(number + 1))
    alone = prepared.alone >= 0
    pairs = Pairs(
        start,
        prepared.client.astype(np.int32),
        prepared.slots.astype(np.int32),
        np.where(alone, prepared.alone, prepared.own).astype(np.int32),
        prepared.cost,
        np.where(alone, NEVER, prepared.missed),
    )
    room = np.zeros((number, columns + 1))
    known = min(room.shape[1], prepared.room.shape[1])
    room[:, :known] = prepared.room[:, :known]
    cuts = np.unique(np.searchsorted(start, np.linspace(0, start[-1], SPANS + 1)[1:-1]))
    ends = [0, *(cut for cut in cuts.tolist() if 0 < cut < number), number]
    return Laid(pairs, Crews(prepared.least, prepared.most, room, prepared.seats), tuple(pairwise(ends)))


def find(laid: Laid, prices: Prices, threads: Executor) -> Found:
    """Evaluate every session."""
    number, columns = prices.duties.shape
    width = 1 + min(int(laid.crews.room.max(initial=0.0)), int(np.diff(laid.pairs.start).max(initial=0)))
    found = Found(
        np.full(number, np.inf),
        np.zeros((number, columns), dtype=np.bool_),
        np.zeros(number),
        np.zeros((number, width), dtype=np.int32),
        np.zeros((number, width)),
    )

    def fill_in(span: tuple[int, int]) -> None:
        evaluate(*span, laid.pairs, laid.crews, prices, found)

    list(threads.map(fill_in, laid.spans))
    return found


def step_at(relaxed: Relaxed, laid: Laid, point: Point, slot_price: Floats, threads: Executor) -> Seen:
    """Evaluate the relaxation; crews cost what they do at the new slot prices, so the bound is one."""
    prepared, known = relaxed.prepared, relaxed.facts
    found = find(laid, Prices(point.clients, duty_prices(relaxed, point), slot_price), threads)
    held = hold_within(relaxed.calendars, found.cost + known.setup, relaxed.instance.rules.max_sessions)
    driven = drive(relaxed.routes, np.where(relaxed.routes.chosen, point.duties, 0.0))
    bound = float(point.clients.sum() + np.minimum(0, known.out - point.clients).sum()) + held.cost + driven.cost
    bound -= paid_for_limits(relaxed, point)
    used = mask_of(held.sessions, len(prepared.least))
    guests, amounts = found.guest[used].ravel(), found.amount[used].ravel()
    clients = 1.0 - np.bincount(guests, weights=amounts, minlength=len(point.clients)).astype(np.float64)
    clients[(point.clients >= known.out) & (clients > 0)] = 0.0
    duty = found.crew & used[:, None]
    counts = np.bincount(prepared.offered[duty], minlength=len(point.workers)).astype(np.float64)
    over = exceeded(counts, relaxed.limits, point.workers)
    missed = np.where(relaxed.routes.chosen, duty - driven.duties, 0.0)
    return Seen(bound, Point(clients, missed, over), found.slot_price, used, found.crew)
