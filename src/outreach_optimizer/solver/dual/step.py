"""A step of prices for large instances: the kernel over all sessions, by threads, and what its choices miss.

Importing this module imports numba, which takes a quarter of a second.
"""

from concurrent.futures import Executor
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.ascent import Relaxed, driven_at, duties_missed, duty_prices, mask_of
from outreach_optimizer.solver.dual.calendar import hold_within
from outreach_optimizer.solver.dual.crew_kernel import evaluate_crews, regret_crews
from outreach_optimizer.solver.dual.kernel import Crews, Found, Pairs, Prices, evaluate
from outreach_optimizer.solver.dual.prepared import NEVER, Floats, Ints, Mask, Prepared
from outreach_optimizer.solver.dual.routes import Months
from outreach_optimizer.solver.dual.volume import Point, Seen

SPANS = 16
"""Parts of the sessions with about as many pairs each, which threads take in turns, if there are several."""


class Laid(NamedTuple):
    """Facts as the kernels read them.

    Parameters
    ----------
    able
        Per pair: who is able to meet the client, as bits over the columns.
    few
        Sessions with few crews, which are looked at one by one.
    spans
        Sessions that threads take in turns.
    """

    pairs: Pairs
    able: Ints
    crews: Crews
    few: Mask
    spans: tuple[tuple[int, int], ...]


def lay(prepared: Prepared, threads: int = 1) -> Laid:
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
    spans = SPANS if threads > 1 else 1
    cuts = np.unique(np.searchsorted(start, np.linspace(0, start[-1], spans + 1)[1:-1]))
    ends = [0, *(cut for cut in cuts.tolist() if 0 < cut < number), number]
    crews = Crews(prepared.least, prepared.most, room, prepared.seats)
    return Laid(pairs, prepared.able, crews, mask_of(prepared.few, number), tuple(pairwise(ends)))


def find(laid: Laid, prices: Prices, threads: Executor) -> Found:
    """Evaluate every session."""
    number, columns = prices.duties.shape
    few = bool(laid.few.any())
    width = 1 + min(int(laid.crews.room.max(initial=0.0)), int(np.diff(laid.pairs.start).max(initial=0)))
    found = Found(
        np.full(number, np.inf),
        np.zeros((number, columns), dtype=np.bool_),
        np.zeros(number),
        np.zeros((number, width), dtype=np.int32),
        np.zeros((number, width)),
    )

    def fill_in(span: tuple[int, int]) -> None:
        evaluate(*span, laid.few, laid.pairs, laid.crews, prices, found)
        if few:
            evaluate_crews(*span, laid.few, laid.pairs, laid.able, laid.crews, prices, found)

    list(threads.map(fill_in, laid.spans))
    return found


def priced_at(relaxed: Relaxed, point: Point, slot_price: Floats) -> Prices:
    """A point as the kernels read it."""
    return Prices(point.clients, duty_prices(relaxed, point), slot_price)


def bounds_with(relaxed: Relaxed, point: Point) -> tuple[Floats, Floats]:
    """Lower bounds of sessions with few crews: with each duty (sessions × columns), and with each pair.

    Crew and guests count; infinite where they are impossible, and in other sessions.
    """
    laid, number = lay(relaxed.prepared), len(relaxed.prepared.least)
    prices = priced_at(relaxed, point, np.zeros(number))
    with_duty, with_pair = np.full(prices.duties.shape, np.inf), np.full(len(laid.able), np.inf)
    regret_crews(0, number, laid.few, laid.pairs, laid.able, laid.crews, prices, with_duty, with_pair)
    return with_duty, with_pair


def step_at(
    relaxed: Relaxed, laid: Laid, point: Point, slot_price: Floats, threads: Executor, *, months: Months | None = None
) -> Seen:
    """Evaluate the relaxation; crews cost what they do at the new slot prices, so the bound is one.

    ``months`` as in `ascent.look`.
    """
    prepared, known = relaxed.prepared, relaxed.facts
    found = find(laid, priced_at(relaxed, point, slot_price), threads)
    held = hold_within(relaxed.calendars, found.cost + known.setup, relaxed.instance.rules.max_sessions)
    driven, ways = driven_at(relaxed, point, months)
    bound = float(point.clients.sum() + np.minimum(0, known.out - point.clients).sum()) + held.cost + ways
    used = mask_of(held.sessions, len(prepared.least))
    guests, amounts = found.guest[used].ravel(), found.amount[used].ravel()
    clients = 1.0 - np.bincount(guests, weights=amounts, minlength=len(point.clients)).astype(np.float64)
    clients[(point.clients >= known.out) & (clients > 0)] = 0.0
    duty = found.crew & used[:, None]
    missed, over = duties_missed(relaxed, point, duty, driven, daily=months is None)
    return Seen(bound, Point(clients, missed, over), found.slot_price, used, found.crew)
