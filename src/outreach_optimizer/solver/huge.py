"""Instances for which no model is built: plans of cells, then prices of the whole."""

import time
from concurrent.futures import Future, wait
from typing import NamedTuple

from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.construct.cells import Cell, Planned, cells_of, planned, together
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import Point, Relaxed, look, prices_at
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.plans import Accepted, accepted, better
from outreach_optimizer.solver.result import Progress, minutes, relative_gap
from outreach_optimizer.solver.rounds import Effort, Found

CELLS_SHARE = 0.5
"""Part of the time until the cells are planned."""
PRICES_SHARE = 0.87
"""Part of the time until the prices of the whole are found; the rest is for checks and reasons."""
WHOLE_SHARE = 0.8
"""The same where there are no cells: until the plan of the whole is made."""
SEARCHED = 0.75
"""Part of the time of a cell for prices and crews; the rest is for seats and the checker."""
LEAST_S = 1.0
"""Seconds that a cell gets at least."""
LOOK_S = 0.1
"""How often the stop event is looked at."""


class Priced(NamedTuple):
    """Prices and the bound that they certify."""

    prices: Prices
    bound_micro: int


def priced(relaxed: Relaxed, point: Point) -> Priced:
    """Whole prices at a point, and what they certify."""
    prices = prices_at(relaxed, point, look(relaxed, point, one_by_one=False).held.budget)
    return Priced(prices, bound(relaxed.instance, prices).micro)


def tell(effort: Effort, best: Accepted | None, bound_micro: int) -> None:
    """The plan and what prices certify."""
    if effort.on_progress is not None:
        objective_micro = best.report.objective_micro if best is not None else None
        gap = relative_gap(objective_micro, bound_micro)
        seconds = time.monotonic() - effort.begin
        effort.on_progress(Progress(seconds, minutes(objective_micro), minutes(bound_micro), gap))


def huge(relaxed: Relaxed, effort: Effort, best: Accepted | None) -> tuple[Found, Prices]:
    """A plan and prices; what is known when the search is stopped counts."""
    schedule, point = _by_cells(relaxed, effort)
    if schedule is None and not _asked(effort):
        made = construct(relaxed, until=effort.begin + WHOLE_SHARE * effort.time_limit_s, stop=effort.stop)
        schedule, point = (None, point) if made is None else (made.schedule, made.point)
    if schedule is not None:
        best = better(best, accepted(relaxed.instance, schedule))
    known = priced(relaxed, point)
    tell(effort, best, known.bound_micro)
    if not _asked(effort):
        target = float(best.report.objective_micro) if best is not None and best.schedule.appointments else None
        slot_price = look(relaxed, point, one_by_one=False).values.slot_price
        until = effort.begin + PRICES_SHARE * effort.time_limit_s
        rise = ascend_large(relaxed, point, slot_price, target=target, until=until)
        known = max(known, priced(relaxed, rise.point), key=lambda priced: priced.bound_micro)
        tell(effort, best, known.bound_micro)
    return Found(best, known.bound_micro, infeasible=False, interrupted=_asked(effort)), known.prices


def _by_cells(relaxed: Relaxed, effort: Effort) -> tuple[Schedule | None, Point]:
    """All cells, as many at a time as there are workers; no plan if there are no cells or one of them has none."""
    start, _ = level_point(relaxed)
    cells = cells_of(relaxed)
    if len(cells) < 2:
        return None, start
    left_s = effort.begin + CELLS_SHARE * effort.time_limit_s - time.monotonic()
    share = left_s * effort.workers / sum(len(cell.clients) for cell in cells)
    found: list[tuple[Cell, Planned]] = []
    with Apart(effort.workers) as apart:
        begun: list[Future[Planned | None]] = [
            apart.submit(planned, cell.instance, max(LEAST_S, SEARCHED * share * len(cell.clients))) for cell in cells
        ]
        while not all(future.done() for future in begun):
            wait(begun, LOOK_S)
            if _asked(effort):
                return None, start
        for cell, future in zip(cells, begun, strict=True):
            plan = future.result()
            if plan is not None:
                found.append((cell, plan))
    schedule, point = together(relaxed, start, found)
    return (schedule if len(found) == len(cells) else None), point


def _asked(effort: Effort) -> bool:
    return effort.stop is not None and effort.stop.is_set()
