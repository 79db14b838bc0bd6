"""Crews that come close to what the steps of an ascent hold on average: the relaxation rounded by an exact solver.

What a relaxation holds half is nothing to a threshold: of many like days that a site needs, none is held often. A model
of duties alone chooses about as many as there are on average, on days on which enough caseworkers are left. It wants
duties for what one more of them is worth to everybody's limit, so that few are left over, and among those the crews
that were there most often. It has no guests and its linear relaxation is nearly whole: HiGHS proves it within seconds.
"""

from itertools import combinations
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance, Session
from outreach_optimizer.solver.construct.crews import Limits
from outreach_optimizer.solver.construct.draft import LIKELY, Board
from outreach_optimizer.solver.construct.duty_rows import grouped, within_limits
from outreach_optimizer.solver.dual.prepared import Floats, Mask, Prepared
from outreach_optimizer.solver.dual.volume import Often
from outreach_optimizer.solver.linear import Rows
from outreach_optimizer.solver.mip import true_variables

SELDOM = 0.002
"""Duties that come less often are left out."""
OFF = 100e6
"""Price of a session too many or too few for a site, against the average; millionths of a minute."""
OWED = 1e10
"""Worth of what is pinned, and price of a session less than a site was promised."""
MANY = 1e4
"""More sessions than any site has."""
GAP = 3e-4
"""The solver may stop so near to its bound."""
ROUND_S = 20.0
"""Seconds at most."""


class _Columns(NamedTuple):
    """Variables of the model by number: duties (session, caseworker), held sessions."""

    duty: dict[tuple[int, int], int]
    held: dict[int, int]


def rounded(
    prepared: Prepared, board: Board, often: Often, workers: Floats, *, time_limit_s: float, stop: Event | None
) -> Mask | None:
    """Choose duties, sessions × caseworkers, of tours with one stop that keep the rules on duties and sessions.

    Pinned duties come before all others.

    Parameters
    ----------
    workers
        Per caseworker: price of the limit of duties, millionths of a minute.

    Returns
    -------
    None if no solution was found in time.
    """
    limits, lone, pinned = board.limits, board.lone, board.pinned
    score = often.by_caseworker(prepared.offered, pinned.shape[1])
    score[score < SELDOM] = 0.0
    wanted = np.argwhere(lone.lawful & ((score > 0) | pinned))
    sessions = np.unique(wanted[:, 0]).tolist()
    columns = _Columns(
        {(s, w): number for number, (s, w) in enumerate(wanted.tolist())},
        {s: len(wanted) + number for number, s in enumerate(sessions)},
    )
    rows = Rows()
    _crews(rows, columns, limits)
    within_limits(rows, columns.duty, limits, lone)
    at, who = wanted.T
    worth = LIKELY * score[at, who] + workers[who] + 1.0 + OWED * pinned[at, who]
    sites = _sites(rows, columns, board.instance, often, limits)
    prices = np.r_[-worth, np.zeros(len(sessions)), sites]
    upper = np.r_[np.ones(len(worth) + len(sessions)), np.full(len(sites), MANY)]
    linear = rows.linear(prices / 1e6, np.zeros(len(prices)), upper, 0.0)
    true = true_variables(linear, engine="HIGHS", gap=GAP, time_limit_s=min(ROUND_S, time_limit_s), stop=stop)
    if true is None:
        return None
    crew = np.zeros(pinned.shape, dtype=np.bool_)
    chosen = np.array(sorted(number for number in true if number < len(wanted)), dtype=np.int64)
    crew[at[chosen], who[chosen]] = True
    return crew


def _crews(rows: Rows, columns: _Columns, limits: Limits) -> None:
    """Nobody, or as many as a session needs and has room for."""
    for s, mine in grouped((s, number) for (s, _), number in columns.duty.items()).items():
        held = columns.held[s]
        rows.add({held: -int(limits.least[s])} | dict.fromkeys(mine, 1), 0, np.inf)
        rows.add({held: -int(limits.most[s])} | dict.fromkeys(mine, 1), -np.inf, 0)


def _sites(rows: Rows, columns: _Columns, instance: Instance, often: Often, limits: Limits) -> Floats:
    """Rooms, days and numbers of sessions; prices of variables that say by how many the numbers are missed."""
    usual = np.bincount(limits.site, weights=often.held, minlength=len(instance.sites))
    if instance.rules.max_sessions is not None:
        rows.add(dict.fromkeys(columns.held.values(), 1), -np.inf, instance.rules.max_sessions)
    prices: list[float] = []
    for number, mine in grouped((int(limits.site[s]), s) for s in columns.held).items():
        site, total = instance.sites[number], {columns.held[s]: 1 for s in mine}
        if site.max_sessions is not None:
            rows.add(total, -np.inf, site.max_sessions)
        for s, other in combinations(mine, 2):
            if _excluded(instance.sessions[s], instance.sessions[other], site.spacing_days):
                rows.add({columns.held[s]: 1, columns.held[other]: 1}, -np.inf, 1)
        missed = len(columns.duty) + len(columns.held) + len(prices)
        rows.add({missed: -1} | total, -np.inf, round(usual[number]))
        rows.add({missed: 1} | total, round(usual[number]), np.inf)
        rows.add({missed + 1: 1} | total, int(limits.owed[number]), np.inf)
        prices += [OFF, OWED]
    return np.array(prices)


def _excluded(one: Session, other: Session, spacing_days: int) -> bool:
    """Whether a site cannot hold both."""
    if one.date != other.date:
        return abs((one.date - other.date).days) < spacing_days
    return one.room == other.room and one.start < other.end and other.start < one.end
