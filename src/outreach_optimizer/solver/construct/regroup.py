"""All guests anew for the crews of a plan: an auction sees at once what no part of a plan can see."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import board_of, crew_of, drafted
from outreach_optimizer.solver.construct.seating import schedule_of
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.dual.large import level_point

STEPS = (0.3e6, 0.1e6, 1e6, 0.5e6, 0.2e6)
"""By which bids for seats rise at least, millionths of a minute per slot; none is always best."""


def regrouped(instance: Instance, schedule: Schedule, seed: int) -> Schedule:
    """Keep the crews and invite anew, by the seed with bids that rise by more or less.

    No rule is checked, and the plan may be a dearer one.
    """
    relaxed = relax(instance)
    _, price = level_point(relaxed)
    board = board_of(instance, relaxed.facts)
    crew = crew_of(instance, schedule)
    if not len(board.parties.session) or not crew.any():
        return schedule
    return schedule_of(board, drafted(board, crew, price, step=STEPS[seed % len(STEPS)]))
