"""All guests anew for the crews of a plan: a flow sees at once what no part of a plan can see."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import board_of, crew_of, drafted
from outreach_optimizer.solver.construct.seating import schedule_of
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.dual.large import level_point

MARGINS = (60e6, 100e6, 20e6, 40e6, 10e6)
"""Options so much dearer per slot than the best one are not looked at, millionths of a minute; none is always best."""


def regrouped(instance: Instance, schedule: Schedule, seed: int) -> Schedule:
    """Keep the crews and invite anew, by the seed with one margin or another.

    No rule is checked, and the plan may be a dearer one.
    """
    relaxed = relax(instance)
    _, price = level_point(relaxed)
    board = board_of(instance, relaxed.facts)
    crew = crew_of(instance, schedule)
    if not len(board.parties.session) or not crew.any():
        return schedule
    draft = drafted(board, crew, price, price, margin=MARGINS[seed % len(MARGINS)])
    return schedule_of(board, draft, rounds=1)
