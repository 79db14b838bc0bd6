"""Instances for which no model is built: prices, a plan, and better prices towards its cost."""

from typing import NamedTuple

from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.solver.construct.draft import Changes
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import Relaxed, look, prices_at
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import Floats
from outreach_optimizer.solver.dual.volume import Point
from outreach_optimizer.solver.effort import Effort, Found
from outreach_optimizer.solver.plans import Accepted, accepted, better

CONSTRUCT_SHARE = 0.75
"""Part of the time until the crews of the plan are found; then its guests take their seats."""
PRICES_SHARE = 0.86
"""Part of the time until better prices are found towards its cost; the rest is for checks and reasons."""


class Priced(NamedTuple):
    """A point, the prices of slots there, its whole prices and the bound that they certify."""

    point: Point
    slot_price: Floats
    prices: Prices
    bound_micro: int


def priced(relaxed: Relaxed, point: Point, slot_price: Floats) -> Priced:
    """Whole prices at a point, and what they certify."""
    prices = prices_at(relaxed, point, look(relaxed, point, one_by_one=False).held.budget)
    return Priced(point, slot_price, prices, bound(relaxed.instance, prices).micro)


def huge(relaxed: Relaxed, effort: Effort, best: Accepted | None) -> tuple[Found, Prices]:
    """A plan and prices; what is known when the search is stopped counts."""
    end = effort.begin + CONSTRUCT_SHARE * effort.time_limit_s
    made = construct(
        relaxed, until=end, stop=effort.stop, passes=1, changes=Changes(exact=True, few=True), workers=effort.workers
    )
    point, slot_price = level_point(relaxed) if made is None else (made.point, made.slot_price)
    if made is not None:
        best = better(best, accepted(relaxed.instance, made.schedule))
    known = priced(relaxed, point, slot_price)
    effort.tell(best, known.bound_micro)
    if not effort.asked:
        target = float(best.report.objective_micro) if best is not None and best.schedule.appointments else None
        until = effort.begin + PRICES_SHARE * effort.time_limit_s
        rise = ascend_large(
            relaxed, point, slot_price, target=target, until=until, workers=effort.workers, stop=effort.stop
        )
        other = priced(relaxed, rise.point, rise.slot_price)
        known = max(known, other, key=lambda priced: priced.bound_micro)
        effort.tell(best, known.bound_micro)
    return Found(best, known.bound_micro, infeasible=False, interrupted=effort.asked), known.prices
