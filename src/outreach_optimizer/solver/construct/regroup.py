"""All guests anew for the crews of a plan: a flow sees at once what no part of a plan can see."""

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import MARGIN as NEAR_MARGIN
from outreach_optimizer.solver.construct.draft import Board, board_of, drafted
from outreach_optimizer.solver.construct.seating import schedule_of
from outreach_optimizer.solver.dual.ascent import Relaxed, relax
from outreach_optimizer.solver.dual.large import level_point
from outreach_optimizer.solver.dual.prepared import Floats, usual

MARGIN = 60e6
"""Options so much dearer per slot than the best one are not looked at; millionths of a minute."""


def regrouped(instance: Instance, schedule: Schedule) -> Schedule:
    """Keep the crews and invite anew. No rule is checked, and the plan may be a dearer one."""
    relaxed = relax(instance)
    _, price = level_point(relaxed)
    return _with_crews(board_of(instance, relaxed.facts), schedule, price, MARGIN)


def regrouped_near(relaxed: Relaxed, schedule: Schedule, slot_price: Floats) -> Schedule:
    """The same for a huge instance, with options that are near the best one at prices of slots."""
    price = usual(slot_price)
    return _with_crews(board_of(relaxed.instance, relaxed.facts, price), schedule, price, NEAR_MARGIN)


def _with_crews(board: Board, schedule: Schedule, price: Floats, margin: float) -> Schedule:
    instance = board.instance
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    crew = np.zeros(board.known.duty.shape, dtype=np.bool_)
    for duty in schedule.duties:
        crew[s_of[duty.session], w_of[duty.caseworker]] = True
    if not len(board.parties.session) or not crew.any():
        return schedule
    return schedule_of(board, drafted(board, crew, price, price, margin))
