"""Better prices for large instances: every step evaluates all pairs, as machine code."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np

from outreach_optimizer.solver.dual.ascent import Relaxed
from outreach_optimizer.solver.dual.prepared import Floats
from outreach_optimizer.solver.dual.routes import Months
from outreach_optimizer.solver.dual.volume import Ascent, Point, Seen, climb

MOST_STEPS = 10_000
PATIENCE = 8
"""Steps without a better bound after which steps get shorter."""


def ascend_large(
    relaxed: Relaxed,
    start: Point,
    slot_price: Floats,
    *,
    target: float | None,
    until: float,
    steps: int = MOST_STEPS,
    workers: int = 1,
    patience: int = PATIENCE,
    months: Months | None = None,
    on_better: Callable[[float], None] | None = None,
    stop: Event | None = None,
) -> Ascent:
    """Raise the bound; see `volume.climb`, and `ascent.look` for ``months``.

    Parameters
    ----------
    slot_price
        Per session, to begin with; each step takes those of the step before.
    workers
        Threads that share the sessions of a step.
    """
    from outreach_optimizer.solver.dual.step import lay, step_at  # noqa: PLC0415 - numba, of no use to small instances

    laid = lay(relaxed.prepared, workers)
    with ThreadPoolExecutor(workers) as threads:

        def see(point: Point) -> Seen:
            nonlocal slot_price
            seen = step_at(relaxed, laid, point, slot_price, threads, months=months)
            slot_price = seen.slot_price
            return seen

        return climb(
            see,
            start,
            relaxed.facts.out.astype(np.float64),
            until=until,
            steps=steps,
            target=target,
            patience=patience,
            on_better=on_better,
            stop=stop,
        )


def level_point(relaxed: Relaxed) -> tuple[Point, Floats]:
    """Prices as if one price per slot held everywhere: the one at which as many slots are wanted as there are."""
    prepared, known = relaxed.prepared, relaxed.facts
    least = np.full(len(known.out), np.inf)
    np.minimum.at(least, prepared.client, prepared.cost)
    per_slot = np.where(np.isfinite(least), (known.out - least) / known.slots, 0.0)
    order = np.argsort(-per_slot, kind="stable")
    wanted = np.cumsum(known.slots[order])
    usual = float(np.median(known.room[known.most > 0])) if (known.most > 0).any() else 0.0
    duties = float(np.minimum(relaxed.limits, known.duty.any(axis=1).sum()).sum())
    seats = min(duties * usual, float((known.room * known.most).sum()))
    last = int(np.searchsorted(wanted, seats))
    price = max(0.0, float(per_slot[order[min(last, len(order) - 1)]])) if len(order) else 0.0
    clients = np.minimum(known.out.astype(np.float64), least + price * known.slots)
    drive_cost = np.where(prepared.offered >= 0, relaxed.routes.lone, np.inf)
    cheapest = np.full(len(relaxed.limits), np.inf)
    rows, places = np.nonzero(prepared.offered >= 0)
    np.minimum.at(cheapest, prepared.offered[rows, places], drive_cost[rows, places])
    workers = np.where(
        np.isfinite(relaxed.limits) & np.isfinite(cheapest), np.maximum(0.0, 0.95 * price * usual - cheapest), 0.0
    )
    return Point(clients, relaxed.routes.lone, workers), np.full(len(known.most), price)
