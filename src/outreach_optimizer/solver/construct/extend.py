"""More sessions for a draft, held by caseworkers who have duties left."""

import numpy as np

from outreach_optimizer.solver.construct.crews import staff
from outreach_optimizer.solver.construct.draft import LEAST_PRICE, Board, Draft, drafted
from outreach_optimizer.solver.dual.calendar import NEVER, Calendars, hold_within
from outreach_optimizer.solver.dual.prepared import Mask

CERTAIN = 1e13
"""Makes a calendar keep a session that is held; more than all costs together, millionths of a minute."""


def extended(board: Board, calendars: Calendars, draft: Draft) -> Draft | None:
    """Hold what else the calendars of the sites admit, where enough caseworkers are left; None if nobody is."""
    known, limits, lone = board.known, board.limits, board.lone
    busy = np.zeros((int(limits.day.max(initial=0)) + 1, draft.crew.shape[1]), dtype=np.bool_)
    at, who = np.nonzero(draft.crew)
    busy[limits.day[at], who] = True
    used = draft.crew.sum(axis=0)
    away = np.where(draft.crew, lone.away_min, 0).sum(axis=0)
    free = lone.lawful & ~busy[limits.day] & (limits.duties > used)
    free &= lone.away_min <= (limits.minutes - away)[None, :]
    held = np.asarray(draft.crew.any(axis=1))
    more = _admitted(board, calendars, held, ~held & (free.sum(axis=1) >= known.least) & (known.most > 0), draft)
    if not more.any():
        return None
    left = limits._replace(
        duties=np.maximum(0, limits.duties - used), minutes=limits.minutes - away, owed=np.zeros_like(limits.owed)
    )
    price = np.maximum(draft.guests.worth.session, LEAST_PRICE)
    usual = np.median(price[held]) if held.any() else LEAST_PRICE
    worth = np.broadcast_to((known.room * usual)[:, None], (len(held), int(limits.most.max(initial=0)))).copy()
    crew = staff(left, lone._replace(lawful=free), more, np.zeros(free.shape), worth)
    if not crew.any():
        return None
    return drafted(board, draft.crew | crew, np.where(held, price, usual))


def _admitted(board: Board, calendars: Calendars, held: Mask, wanted: Mask, draft: Draft) -> Mask:
    """Sessions that rooms, days and numbers admit beside those that are held; the longest ones first."""
    price = draft.guests.worth.session[held]
    usual = float(np.median(price)) if len(price) else 0.0
    value = np.where(held, -CERTAIN, np.where(wanted, -usual * board.known.room - 1.0, NEVER))
    found = np.zeros(len(held), dtype=np.bool_)
    most = board.instance.rules.max_sessions
    found[hold_within(calendars, value, most).sessions] = True
    found &= wanted
    left = len(held) if most is None else max(0, most - int(held.sum()))
    found[np.flatnonzero(found)[np.argsort(value[found], kind="stable")[left:]]] = False
    return found
