"""Prices of the relaxation from a draft: where its guests are at their best, and what its crews are worth."""

import numpy as np

from outreach_optimizer.solver.construct.draft import Board, Draft
from outreach_optimizer.solver.construct.parties import costs_with
from outreach_optimizer.solver.dual.ascent import Relaxed
from outreach_optimizer.solver.dual.prepared import Floats
from outreach_optimizer.solver.dual.volume import Point


def point_of(relaxed: Relaxed, board: Board, draft: Draft) -> Point:
    """A point near the best one: far nearer than what invitations cost at least."""
    known, parties = board.known, board.parties
    clients = known.out.astype(np.float64)
    total = np.maximum(1.0, parties.out.astype(np.float64))
    pays = (
        costs_with(parties, known, draft.crew)
        + (draft.guests.worth.session[parties.session]) * parties.slots[parties.party]
    )
    share = np.minimum(1.0, np.minimum.reduceat(pays, parties.start[:-1]) / total)
    for place in range(parties.members.shape[1]):
        here = np.flatnonzero(parties.members[:, place] >= 0)
        member = parties.members[here, place]
        clients[member] = known.out[member] * share[here]
    workers = _workers(board, draft.guests.worth.session, relaxed)
    return Point(clients, relaxed.routes.lone, workers)


def _workers(board: Board, worth: Floats, relaxed: Relaxed) -> Floats:
    """What one more duty of each caseworker would bring: the best of the days that are left over."""
    used = worth[worth > 0]
    price = np.where(worth > 0, worth, np.median(used) if len(used) else 0.0)
    brings = np.where(board.lone.lawful, (board.known.room * price)[:, None] - board.lone.cost, -np.inf)
    days = int(board.limits.day.max()) + 1
    by_day = np.full((days, brings.shape[1]), -np.inf)
    np.maximum.at(by_day, board.limits.day, brings)
    by_day = np.sort(by_day, axis=0)[::-1]
    rank = np.minimum(board.limits.duties, days - 1)
    last = by_day[rank, np.arange(brings.shape[1])]
    return np.where(np.isfinite(relaxed.limits) & (board.limits.duties < days), np.maximum(0.0, last), 0.0)
