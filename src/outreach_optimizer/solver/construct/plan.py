"""A plan and prices from nothing: prices, sessions, crews and guests in turns, then seats."""

import time
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import (
    BY_FLOW,
    LEAST_PRICE,
    Board,
    Changes,
    Draft,
    board_of,
    crew_of,
    drafted,
    first_draft,
    improved,
)
from outreach_optimizer.solver.construct.extend import extended
from outreach_optimizer.solver.construct.prices import point_of
from outreach_optimizer.solver.construct.rounding import rounded
from outreach_optimizer.solver.construct.seating import schedule_of
from outreach_optimizer.solver.dual.ascent import Relaxed
from outreach_optimizer.solver.dual.calendar import NEVER, hold_within
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import Floats, Mask, usual
from outreach_optimizer.solver.dual.volume import Ascent, Often, Point

SHARES = (0.25, 0.55, 0.8, 1.0)
"""Parts of the time at which the first prices, the first draft, the second prices and the second draft are over."""
SHARES_ONCE = (0.45, 1.0)
"""The same where there is time for one draft only."""
FINE_STEP = 0.3e6
"""By which bids for the seats of a plan rise at least, millionths of a minute per slot; those of drafts, by more."""
OFTEN = 0.5
"""How often the relaxation holds a session that a plan holds."""
LEAST_ROUND_S = 2.0
"""So long a solver may choose sessions at least: the first run of a new installation spends seconds on compiling."""
WORTH = 2e9
"""Weight of how often, against the rhythm of a site; millionths of a minute."""


class Constructed(NamedTuple):
    """A plan that the checker accepts, the best prices so far, and their bound.

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
    changes: Changes = BY_FLOW,
    workers: int = 1,
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
    changes
        How crews are changed.
    workers
        Threads of the prices.
    """
    begin = time.monotonic()
    ends = [begin + share * (until - begin) for share in (SHARES if passes > 1 else SHARES_ONCE)]
    if not len(relaxed.prepared.client) or not (relaxed.facts.most > 0).any():
        return None
    start, slot_price = level_point(relaxed)
    rise = ascend_large(relaxed, start, slot_price, target=None, until=ends[0], workers=workers, stop=stop)
    board = board_of(relaxed.instance, relaxed.facts, usual(rise.slot_price))
    best: Draft | None = None
    drafts: list[Draft] = []
    for prices_end, draft_end in ((None, ends[1]), (ends[-2], ends[-1]))[:passes]:
        if prices_end is not None and best is not None:
            again, price_again = point_of(relaxed, board, best), usual(best.guests.worth.session)
            target = board.cost_of(best)
            other = ascend_large(
                relaxed, again, price_again, target=target, until=prices_end, workers=workers, stop=stop
            )
            rise = other if other.bound > rise.bound else rise._replace(often=other.often)
        draft = _drafted(relaxed, board, rise, changes, until=draft_end, stop=stop)
        if draft is not None:
            drafts.append(draft)
            best = min(drafts, key=lambda draft: draft.cost)
    if best is not None and not (stop is not None and stop.is_set()):
        drafts.append(drafted(board, best.crew, best.guests.worth.session, step=FINE_STEP))
    schedule = _cheapest(relaxed, board, drafts, rise)
    if schedule is None:
        return None
    if on_better is not None:
        on_better(schedule)
    return Constructed(schedule, rise.point, rise.bound, rise.slot_price)


def redraft(relaxed: Relaxed, ascent: Ascent, changes: Changes, *, until: float, stop: Event | None) -> Schedule | None:
    """Another plan, from what the steps of an ascent hold, or None if none was found that keeps every rule."""
    board = board_of(relaxed.instance, relaxed.facts, usual(ascent.slot_price))
    draft = _drafted(relaxed, board, ascent, changes, until=until, stop=stop)
    return None if draft is None else _lawful(board, draft)


def ascent_near(relaxed: Relaxed, schedule: Schedule, *, until: float, stop: Event | None) -> Ascent | None:
    """Prices that begin where the guests of a schedule are at their best; None if it invites nobody.

    Steps from bad prices can take long to find out how scarce slots are; a plan knows it.
    """
    instance = relaxed.instance
    crew = crew_of(instance, schedule)
    board = board_of(instance, relaxed.facts)
    if not len(board.parties.session) or not crew.any():
        return None
    _, price = level_point(relaxed)
    draft = drafted(board, crew, price)
    start, slot_price = point_of(relaxed, board, draft), usual(draft.guests.worth.session)
    return ascend_large(relaxed, start, slot_price, target=board.cost_of(draft), until=until, stop=stop)


def _cheapest(relaxed: Relaxed, board: Board, drafts: list[Draft], rise: Ascent) -> Schedule | None:
    """The cheapest draft that keeps every rule, or else the sessions that the relaxation holds often.

    A site may lack a session that it was promised: to a model of duties it is all the same on which day, and then too
    few guests may want to come.
    """
    for draft in sorted(drafts, key=lambda draft: draft.cost):
        schedule = _lawful(board, draft)
        if schedule is not None:
            return schedule
    last = first_draft(board, _often_held(relaxed, rise.often), usual(rise.slot_price))
    return None if last is None else _lawful(board, last)


def _lawful(board: Board, draft: Draft) -> Schedule | None:
    schedule = schedule_of(board, draft)
    return None if check(board.instance, schedule).violations else schedule


def _drafted(
    relaxed: Relaxed, board: Board, rise: Ascent, changes: Changes, *, until: float, stop: Event | None
) -> Draft | None:
    """Crews and guests near what the relaxation holds; if no solver rounds it, for the sessions it holds often."""
    board = board._replace(likely=rise.often.by_caseworker(relaxed.prepared.offered, len(relaxed.limits)))
    price, left_s = usual(rise.slot_price), until - time.monotonic()
    crew = None
    if not (stop is not None and stop.is_set()):
        limit_s = max(LEAST_ROUND_S, left_s)
        crew = rounded(relaxed.prepared, board, rise.often, rise.point.workers, time_limit_s=limit_s, stop=stop)
    begin = time.monotonic()
    if crew is None or not crew.any():
        draft = first_draft(board, _often_held(relaxed, rise.often), price)
    else:
        price = np.maximum(price, LEAST_PRICE)
        draft = drafted(board, crew, price)
    if draft is None:
        return None
    took_s = time.monotonic() - begin
    return _improved(relaxed, board, draft, changes, until=until, stop=stop, took_s=took_s)


def _improved(
    relaxed: Relaxed, board: Board, draft: Draft, changes: Changes, *, until: float, stop: Event | None, took_s: float
) -> Draft:
    """Other crews and more sessions in turns, as long as there is time for another draft."""
    while True:
        draft = improved(board, draft, changes, until=until, stop=stop, took_s=took_s)
        if time.monotonic() + took_s > until:
            return draft
        more = extended(board, relaxed.calendars, draft)
        if more is None or more.cost >= draft.cost:
            return draft
        draft = more


def _often_held(relaxed: Relaxed, often: Often) -> Mask:
    """Sessions that the relaxation holds often, as far as rooms, days and numbers allow."""
    possible = relaxed.facts.most > 0
    cost = np.where(possible, (OFTEN - often.held) * WORTH, NEVER)
    held = np.zeros(len(cost), dtype=np.bool_)
    held[hold_within(relaxed.calendars, cost, relaxed.instance.rules.max_sessions).sessions] = True
    return _within_budget(relaxed.instance, held & possible, often.held)


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
