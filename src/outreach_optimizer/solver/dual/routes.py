"""What caseworkers drive at given prices: the cheapest path of every day, many days at once, or of the whole month."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.days import IMPOSSIBLE, Day
from outreach_optimizer.relaxation.months import Limits, Paths, cheapest_months, paths_of
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask, Prepared

NEVER = 1e18


class Shape(NamedTuple):
    """Days with the same number of stops; days × stops, legs days × stops × stops.

    Parameters
    ----------
    cell
        Position of a duty in the flattened sessions × columns.
    """

    cell: Ints
    out: Floats
    back: Floats
    leg: Floats


class Routes(NamedTuple):
    """All days with a choice of stops, and what duties cost where there is none.

    Parameters
    ----------
    lone
        Sessions × columns: price of a duty to begin with; infinite where nobody is.
    chosen
        Sessions × columns: duties whose price the paths decide.
    """

    shapes: tuple[Shape, ...]
    lone: Floats
    chosen: Mask


class Months(NamedTuple):
    """Paths of all caseworkers with what is agreed with them.

    Parameters
    ----------
    cells
        Paths × most stops: positions of duties in the flattened sessions × columns, then -1.
    """

    paths: Paths
    cells: Ints
    limits: Limits


class Driven(NamedTuple):
    """Cost of the paths minus what stops earn; how often each duty is driven to."""

    cost: float
    duties: Floats


def routes_of(prepared: Prepared, days: Sequence[Day], workers: int) -> Routes:
    """Days by the number of their stops. Where stops can be combined, a duty costs half of the best combination."""
    sessions, columns = prepared.offered.shape
    column = _columns(prepared, workers)
    lone, chosen = np.full((sessions, columns), np.inf), np.zeros((sessions, columns), dtype=np.bool_)
    by_stops: dict[int, list[Day]] = {}
    for day in days:
        by_stops.setdefault(len(day.sessions), []).append(day)
    shapes = []
    for stops, group in sorted(by_stops.items()):
        at = np.array([day.sessions for day in group])
        who = np.array([day.caseworker for day in group])
        shape = Shape(
            cell=at * columns + column[at, who[:, None]],
            out=_known(np.array([day.out_cost for day in group])),
            back=_known(np.array([day.back_cost for day in group])),
            leg=_known(np.array([day.leg_cost for day in group])),
        )
        lone.ravel()[shape.cell] = _shared(shape)
        if stops > 1:
            chosen.ravel()[shape.cell] = True
            shapes.append(shape)
    return Routes(tuple(shapes), lone, chosen)


def _columns(prepared: Prepared, workers: int) -> Ints:
    """Sessions × caseworkers: column, or -1."""
    column = np.full((len(prepared.offered), workers), -1, dtype=np.int64)
    rows, places = np.nonzero(prepared.offered >= 0)
    column[rows, prepared.offered[rows, places]] = places
    return column


def months_of(prepared: Prepared, days: Sequence[Day], limits: Limits) -> Months:
    """Every path with the duties that it passes."""
    paths, column = paths_of(days), _columns(prepared, len(limits.duties))
    stops = np.maximum(paths.stops, 0)
    cells = stops * prepared.offered.shape[1] + column[stops, paths.worker[:, None]]
    return Months(paths, np.where(paths.stops >= 0, cells, -1), limits)


def _known(costs: Ints) -> Floats:
    return np.where(costs == IMPOSSIBLE, NEVER, costs.astype(np.float64))


def _shared(shape: Shape) -> Floats:
    both = (shape.out[:, :, None] + shape.leg + shape.back[:, None, :]) / 2
    lone = shape.out + shape.back
    return np.asarray(np.minimum(np.minimum(lone, both.min(axis=1)), both.min(axis=2)))


def drive(routes: Routes, prices: Floats) -> Driven:
    """The cheapest path of every caseworker and day, or none.

    Parameters
    ----------
    prices
        Sessions × columns: what a stop earns.
    """
    total, driven, flat = 0.0, np.zeros(prices.size), prices.ravel()
    for shape in routes.shapes:
        earned = flat[shape.cell]
        best, before = shape.out - earned, np.full(shape.cell.shape, -1)
        for stop in range(1, best.shape[1]):
            arriving = best[:, :stop] + shape.leg[:, :stop, stop]
            previous = arriving.argmin(axis=1)
            cost = arriving[np.arange(len(best)), previous]
            longer = cost < shape.out[:, stop]
            best[:, stop] = np.where(longer, cost, shape.out[:, stop]) - earned[:, stop]
            before[longer, stop] = previous[longer]
        ends = best + shape.back
        stop = ends.argmin(axis=1)
        cost = ends[np.arange(len(best)), stop]
        total += float(np.minimum(cost, 0).sum())
        rows = np.flatnonzero(cost < 0)
        at = stop[rows]
        while len(rows):
            driven[shape.cell[rows, at]] += 1
            at = before[rows, at]
            rows, at = rows[at >= 0], at[at >= 0]
    return Driven(total, driven.reshape(prices.shape))


def drive_months(months: Months, prices: Floats) -> Driven:
    """The cheapest paths of every caseworker within what is agreed; arguments as in `drive`."""
    paths, cells = months.paths, months.cells
    earned = np.where(cells >= 0, prices.ravel()[cells], 0.0).sum(axis=1)
    found = cheapest_months(paths, paths.cost - earned, months.limits)
    at = cells[found.chosen]
    driven = np.bincount(at[at >= 0], minlength=prices.size).astype(np.float64)
    return Driven(found.cost, driven.reshape(prices.shape))
