"""A plan and prices from nothing: prices, sessions, crews and guests in turns, then seats."""

import time
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import Board, Draft, board_of, first_draft, improved
from outreach_optimizer.solver.construct.extend import extended
from outreach_optimizer.solver.construct.prices import point_of
from outreach_optimizer.solver.construct.seating import schedule_of
from outreach_optimizer.solver.dual.ascent import Point, Relaxed
from outreach_optimizer.solver.dual.calendar import NEVER, hold_within
from outreach_optimizer.solver.dual.large import Rise, ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import Floats, Mask, usual

SHARES = (0.25, 0.55, 0.8, 1.0)
"""Parts of the time at which the first prices, the first draft, the second prices and the second draft are over."""
SHARES_ONCE = (0.45, 1.0)
"""The same where there is time for one draft only."""
OFTEN = 0.5
"""How often the relaxation holds a session that a plan holds."""
WORTH = 2e9
"""Weight of how often, against the rhythm of a site; millionths of a minute."""


class Constructed(NamedTuple):
    """A plan that the checker accepts, the best prices so far, and their bound, which counts some options only.

    Parameters
    ----------
    slot_price
        Per session, at these prices.
    """

    schedule: Schedule
    point: Point
    bound: float
    slot_price: Floats


def construct(
    relaxed: Relaxed,
    *,
    until: float,
    on_better: Callable[[Schedule], None] | None = None,
    stop: Event | None = None,
    passes: int = 2,
) -> Constructed | None:
    """A plan and prices, or None if no plan was found that keeps every rule.

    Parameters
    ----------
    until
        When ``time.monotonic`` shows it, prices and crews stay as they are; seats and the checker take their time.
    on_better
        Called with the schedule.
    stop
        When set, the same as ``until``.
    passes
        Drafts, one or two; the second one from prices towards the cost of the first.
    """
    begin = time.monotonic()
    ends = [begin + share * (until - begin) for share in (SHARES if passes > 1 else SHARES_ONCE)]
    if not len(relaxed.prepared.client) or not (relaxed.facts.most > 0).any():
        return None
    start, slot_price = level_point(relaxed)
    rise = ascend_large(relaxed, start, slot_price, target=None, until=ends[0], stop=stop)
    board = board_of(relaxed.instance, relaxed.facts, usual(rise.slot_price))
    best: Draft | None = None
    for prices_end, draft_end in ((None, ends[1]), (ends[-2], ends[-1]))[:passes]:
        if prices_end is not None and best is not None:
            again, price_again = point_of(relaxed, board, best), usual(best.guests.worth.session)
            target = board.cost_of(best)
            rise = _better(rise, ascend_large(relaxed, again, price_again, target=target, until=prices_end, stop=stop))
        draft = first_draft(board, _often_held(relaxed, rise), usual(rise.slot_price))
        if draft is not None:
            draft = _improved(relaxed, board, draft, until=draft_end, stop=stop)
            best = draft if best is None or draft.cost < best.cost else best
    if best is None:
        return None
    schedule = schedule_of(board, best)
    if check(board.instance, schedule).violations:
        return None
    if on_better is not None:
        on_better(schedule)
    return Constructed(schedule, rise.point, rise.bound, rise.slot_price)


def _improved(relaxed: Relaxed, board: Board, draft: Draft, *, until: float, stop: Event | None) -> Draft:
    """Other crews and more sessions in turns."""
    while True:
        draft = improved(board, draft, until=until, stop=stop)
        if time.monotonic() > until:
            return draft
        more = extended(board, relaxed.calendars, draft)
        if more is None or more.cost >= draft.cost:
            return draft
        draft = more


def _better(one: Rise, other: Rise) -> Rise:
    return other if other.bound > one.bound else one._replace(held=other.held)


def _often_held(relaxed: Relaxed, rise: Rise) -> Mask:
    """Sessions that the relaxation holds often, as far as rooms, days and numbers allow."""
    possible = relaxed.facts.most > 0
    cost = np.where(possible, (OFTEN - rise.held) * WORTH, NEVER)
    held = np.zeros(len(cost), dtype=np.bool_)
    held[hold_within(relaxed.calendars, cost, relaxed.instance.rules.max_sessions).sessions] = True
    return _within_budget(relaxed.instance, held & possible, rise.held)


def _within_budget(instance: Instance, held: Mask, often: Floats) -> Mask:
    """As many as may be held, since a price of sessions is only about right; no site loses what was agreed."""
    most, kept = instance.rules.max_sessions, held.copy()
    if most is None:
        return kept
    site = np.array([instance.site_columns[session.site] for session in instance.sessions], dtype=np.int64)
    spare = np.bincount(site[held], minlength=len(instance.sites))
    spare -= np.array([site.min_sessions for site in instance.sites], dtype=np.int64)
    for s in np.argsort(often, kind="stable").tolist():
        if kept.sum() > most and kept[s] and spare[site[s]] > 0:
            kept[s] = False
            spare[site[s]] -= 1
    return kept
