"""What caseworkers drive at given prices: the cheapest path of every day, many days at once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.days import IMPOSSIBLE, Day
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask, Prepared

NEVER = 1e18


class Shape(NamedTuple):
    """Days with the same number of stops; days × stops, legs days × stops × stops.

    Parameters
    ----------
    cell
        Position of a duty in the flattened sessions × columns.
    worker
        Per day: whose it is.
    out_away, back_away
        A tour from stop a to stop b takes ``out_away[a] + back_away[b]`` minutes.
    """

    cell: Ints
    worker: Ints
    out: Floats
    back: Floats
    leg: Floats
    out_away: Floats
    back_away: Floats


class Routes(NamedTuple):
    """All days with a choice of stops, and what duties cost where there is none.

    Parameters
    ----------
    lone
        Sessions × columns: price of a duty to begin with; infinite where nobody is.
    chosen
        Sessions × columns: duties whose price the paths decide.
    away
        Sessions × columns: minutes of the tour where there is no choice, else 0.
    """

    shapes: tuple[Shape, ...]
    lone: Floats
    chosen: Mask
    away: Floats


class Driven(NamedTuple):
    """Cost of the paths minus what stops earn; how often each duty is driven to; minutes away per caseworker."""

    cost: float
    duties: Floats
    minutes: Floats


def routes_of(prepared: Prepared, days: Sequence[Day], workers: int) -> Routes:
    """Days by the number of their stops. Where stops can be combined, a duty costs half of the best combination."""
    sessions, columns = prepared.offered.shape
    column = np.full((sessions, workers), -1, dtype=np.int64)
    rows, places = np.nonzero(prepared.offered >= 0)
    column[rows, prepared.offered[rows, places]] = places
    lone, chosen = np.full((sessions, columns), np.inf), np.zeros((sessions, columns), dtype=np.bool_)
    away = np.zeros((sessions, columns))
    by_stops: dict[int, list[Day]] = {}
    for day in days:
        by_stops.setdefault(len(day.sessions), []).append(day)
    shapes = []
    for stops, group in sorted(by_stops.items()):
        at = np.array([day.sessions for day in group])
        who = np.array([day.caseworker for day in group])
        shape = Shape(
            cell=at * columns + column[at, who[:, None]],
            worker=who,
            out=_known(np.array([day.out_cost for day in group])),
            back=_known(np.array([day.back_cost for day in group])),
            leg=_known(np.array([day.leg_cost for day in group])),
            out_away=np.array([day.out_away for day in group], dtype=np.float64),
            back_away=np.array([day.back_away for day in group], dtype=np.float64),
        )
        lone.ravel()[shape.cell] = _shared(shape)
        if stops > 1:
            chosen.ravel()[shape.cell] = True
            shapes.append(shape)
        else:
            away.ravel()[shape.cell] = shape.out_away + shape.back_away
    return Routes(tuple(shapes), lone, chosen, away)


def _known(costs: Ints) -> Floats:
    return np.where(costs == IMPOSSIBLE, NEVER, costs.astype(np.float64))


def _shared(shape: Shape) -> Floats:
    both = (shape.out[:, :, None] + shape.leg + shape.back[:, None, :]) / 2
    lone = shape.out + shape.back
    return np.asarray(np.minimum(np.minimum(lone, both.min(axis=1)), both.min(axis=2)))


def drive(routes: Routes, prices: Floats, minutes: Floats) -> Driven:
    """The cheapest path of every caseworker and day, or none.

    Parameters
    ----------
    prices
        Sessions × columns: what a stop earns.
    minutes
        Per caseworker: price of a minute away.
    """
    total, driven, flat = 0.0, np.zeros(prices.size), prices.ravel()
    away = np.zeros(len(minutes))
    for shape in routes.shapes:
        earned, price = flat[shape.cell], minutes[shape.worker][:, None]
        out, back = shape.out + price * shape.out_away, shape.back + price * shape.back_away
        best, before = out - earned, np.full(shape.cell.shape, -1)
        for stop in range(1, best.shape[1]):
            arriving = best[:, :stop] + shape.leg[:, :stop, stop]
            previous = arriving.argmin(axis=1)
            cost = arriving[np.arange(len(best)), previous]
            longer = cost < out[:, stop]
            best[:, stop] = np.where(longer, cost, out[:, stop]) - earned[:, stop]
            before[longer, stop] = previous[longer]
        ends = best + back
        stop = ends.argmin(axis=1)
        cost = ends[np.arange(len(best)), stop]
        total += float(np.minimum(cost, 0).sum())
        rows = np.flatnonzero(cost < 0)
        at = stop[rows]
        away += np.bincount(shape.worker[rows], weights=shape.back_away[rows, at], minlength=len(away))
        while len(rows):
            driven[shape.cell[rows, at]] += 1
            first = before[rows, at] < 0
            begun = shape.out_away[rows[first], at[first]]
            away += np.bincount(shape.worker[rows[first]], weights=begun, minlength=len(away))
            at = before[rows, at]
            rows, at = rows[at >= 0], at[at >= 0]
    return Driven(total, driven.reshape(prices.shape), away)
