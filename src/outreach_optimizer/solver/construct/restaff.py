"""Crews of sessions that are held, by an exact solver: limits of minutes count from the beginning.

A flow of duties cannot see minutes; whoever is away too long afterwards gives up what somebody else could have done.
Where thousands of duties are scarce, the ones lost thereby are worth more than a better distribution of the others.
"""

from threading import Event

import numpy as np

from outreach_optimizer.solver.construct.crews import Limits
from outreach_optimizer.solver.construct.duty_rows import grouped, within_limits
from outreach_optimizer.solver.construct.tours import Lone
from outreach_optimizer.solver.dual.prepared import Floats, Mask
from outreach_optimizer.solver.linear import Rows
from outreach_optimizer.solver.mip import true_variables

GAP = 1e-3
"""The solver may stop so near to its bound: what duties are worth is known no better."""


def restaffed(
    limits: Limits,
    lone: Lone,
    crew: Mask,
    gain: Floats,
    worth: Floats,
    *,
    likely: Mask,
    pinned: Mask,
    time_limit_s: float,
    stop: Event | None,
) -> Mask | None:
    """Choose the duties of all sessions that are held anew; none is given up.

    Parameters
    ----------
    crew
        Sessions × caseworkers, in at most one session a day.
    gain
        Sessions × caseworkers: what it is worth that just this one is on duty, millionths of a minute.
    worth
        Sessions × places: what the first, second … caseworker is worth, not rising.
    likely
        Sessions × caseworkers: duties that are tried in any case. Others are, too, of whoever has duties left and in
        sessions with a place left.
    pinned
        Duties that stay.

    Returns
    -------
    None if no solution was found in time.
    """
    size, left = crew.sum(axis=1), limits.duties - crew.sum(axis=0)
    spare = (left > 0)[None, :] | (size < limits.most)[:, None]
    wanted = np.argwhere((lone.lawful & (size > 0)[:, None] & (likely | spare)) | crew)
    duty = {(s, w): number for number, (s, w) in enumerate(wanted.tolist())}
    rows, places = Rows(), list[float]()
    for s, mine in grouped((s, number) for (s, _), number in duty.items()).items():
        least, most = int(limits.least[s]), int(limits.most[s])
        further = range(len(duty) + len(places), len(duty) + len(places) + most - least)
        rows.add(dict.fromkeys(mine, 1) | dict.fromkeys(further, -1), least, least)
        places += worth[s, least:most].tolist()
    within_limits(rows, duty, limits, lone)
    at, who = wanted.T
    prices = -np.r_[gain[at, who] - np.where(lone.lawful, lone.cost, 0.0)[at, who], places]
    lower = np.r_[pinned[at, who].astype(np.float64), np.zeros(len(places))]
    linear = rows.linear(prices / 1e6, lower, np.ones(len(prices)), 0.0)
    true = true_variables(linear, engine="HIGHS", gap=GAP, time_limit_s=time_limit_s, stop=stop)
    if true is None:
        return None
    chosen = np.array(sorted(number for number in true if number < len(wanted)), dtype=np.int64)
    found = np.zeros_like(crew)
    found[at[chosen], who[chosen]] = True
    return found
