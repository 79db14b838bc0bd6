"""Tours with one stop, and whether a longer one is lawful."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Caseworker, Instance, Session
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.travel import Tour, tour_of


class Lone(NamedTuple):
    """Tours to one session, sessions × caseworkers: whether they are lawful, what they cost, how long they take."""

    lawful: Mask
    cost: Floats
    away_min: Ints


def lone_tours(instance: Instance, known: Facts) -> Lone:
    """Try every duty that is possible. Caseworkers of one office with the same hours share the answer."""
    shape = known.duty.shape
    lawful, cost, away = np.zeros(shape, np.bool_), np.full(shape, np.inf), np.zeros(shape, np.int64)
    weight = milli(instance.weights.staff_travel)
    seen: dict[tuple[object, ...], tuple[bool, float, int]] = {}
    for s, w in zip(*(part.tolist() for part in np.nonzero(known.duty)), strict=True):
        session, worker = instance.sessions[s], instance.caseworkers[w]
        key = (s, worker.office, worker.windows, session.date in worker.absent)
        if key not in seen:
            tour = tour_of(instance, worker, [session])
            seen[key] = (
                is_lawful(instance, worker, tour),
                float((tour.drive_milli_min or 0) * weight),
                tour.away_min,
            )
        lawful[s, w], cost[s, w], away[s, w] = seen[key]
    return Lone(lawful, cost, away)


def drivable(instance: Instance, worker: Caseworker, sessions: Sequence[Session]) -> Tour | None:
    """The tour to the sessions of a day, or None if it breaks a rule."""
    tour = tour_of(instance, worker, sessions)
    return tour if is_lawful(instance, worker, tour) else None


def is_lawful(instance: Instance, worker: Caseworker, tour: Tour) -> bool:
    """Whether a tour fits the working hours, and the rules on driving, work and rest."""
    rules = instance.rules
    if tour.date in worker.absent or tour.drive_milli_min is None or tour.missing_min > 0:
        return False
    if worker.windows and not any(
        window.holds_on(tour.date) and window.start <= tour.departure and tour.arrival <= window.end
        for window in worker.windows
    ):
        return False
    needed = rules.rest_min if tour.work_min > rules.rest_after_min else 0
    if tour.work_min > rules.long_rest_after_min:
        needed = max(needed, rules.long_rest_min)
    return tour.work_min <= rules.max_work_min and tour.rest_min >= needed
