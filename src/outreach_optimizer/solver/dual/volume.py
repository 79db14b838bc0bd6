"""Better and better prices by the volume algorithm (Barahona, Anbil 2000).

A subgradient says what the cheapest choices at some prices miss of the conditions. Choices change all at once, so that
one subgradient after another zigzags. Their mean tends to what the best fractional solution misses, which is nothing:
a step goes from the best prices along the mean, and how fast the mean forgets is chosen such that little is missed.
"""

import time
from collections.abc import Callable
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

FIRST_STEP = 1.0
"""Part of the way to the target, as the direction promises it."""
LONGER = 1.1
"""After a better bound from which the way leads on in the same direction."""
SHORTER = 0.67
LONGEST_STEP = 2.0
LAST_STEP = 1e-4
"""Steps so short end the ascent."""
HOPE = 0.03
"""Part of the bound by which a plan is thought to cost more, if none is known."""
LEAST_BOUND = 0.1
"""Part of the price of inviting nobody that a bound is taken to be at least, when a way is guessed from it."""
LEAST_WAY = 1e-4
"""Part of the target that the way to it never falls short of."""
MOST_FRESH = 0.3
"""Most that the last subgradient counts in the mean, to begin with."""
LEAST_FRESH = 1e-4
FRESH_RANGE = 0.1
"""Least that it counts, as part of the most."""
STALER = 0.7
"""Factor of the most, where the bound rose by less than `SLOW`, as part of it, in the last `REVIEW` steps."""
SLOW = 1e-3
REVIEW = 50


class Point(NamedTuple):
    """Prices in millionths of a minute: per client, per duty (sessions × columns), and on all duties of a person."""

    clients: Floats
    duties: Floats
    workers: Floats

    def dot(self, other: "Point") -> float:
        """Scalar product."""
        return float(sum(np.vdot(mine, its) for mine, its in zip(self, other, strict=True)))

    def towards(self, other: "Point", part: float) -> "Point":
        """A mean; ``part`` is how much the other one counts."""
        return Point(*(part * its + (1 - part) * mine for mine, its in zip(self, other, strict=True)))


class Seen(NamedTuple):
    """The relaxation at a point: its bound, a subgradient, prices of slots, and what the cheapest choice holds."""

    bound: float
    slope: Point
    slot_price: Floats
    held: Mask
    crew: Mask


class Often(NamedTuple):
    """How often steps hold each session, and with whom: about what the best fractional solution does.

    Parameters
    ----------
    held
        Per session, from 0 to 1.
    duties
        Sessions × columns, the same.
    """

    held: Floats
    duties: Floats

    def after(self, seen: Seen, weight: float) -> "Often":
        """The mean with another step that counts ``weight``."""
        return Often(
            (1 - weight) * self.held + weight * seen.held,
            (1 - weight) * self.duties + weight * (seen.crew & seen.held[:, None]),
        )

    def by_caseworker(self, offered: Ints, caseworkers: int) -> Floats:
        """Duties as sessions × caseworkers; ``offered`` says who has which column."""
        found = np.zeros((len(offered), caseworkers))
        rows, places = np.nonzero(offered >= 0)
        found[rows, offered[rows, places]] = self.duties[rows, places]
        return found


class Ascent(NamedTuple):
    """Best point, its bound and slot prices, how many steps it took, and what they hold."""

    point: Point
    bound: float
    steps: int
    slot_price: Floats
    often: Often


def climb(
    look: Callable[[Point], Seen],
    start: Point,
    out: Floats,
    *,
    until: float,
    steps: int,
    target: float | None,
    patience: int,
    on_better: Callable[[float], None] | None = None,
    stop: Event | None = None,
) -> Ascent:
    """Raise the bound until time (``time.monotonic``) or steps are over, or steps get too short.

    Parameters
    ----------
    look
        Evaluates a point.
    out
        Per client, the most that is paid for an invitation.
    target
        Cost of a plan, millionths of a minute; unknown: thought to be near the bound.
    patience
        Steps without a better bound after which steps get shorter.
    on_better
        Called with the bound when it is better than before.
    stop
        When set, the same as ``until``.
    """
    best, seen = start, look(start)
    bound, slot_price, mean = seen.bound, seen.slot_price, seen.slope
    often = Often(seen.held.astype(np.float64), (seen.crew & seen.held[:, None]).astype(np.float64))
    if on_better is not None:
        on_better(bound)
    least = LEAST_BOUND * float(out.sum())
    length, stalled, fresh, number, reviewed = FIRST_STEP, 0, MOST_FRESH, 1, bound
    while number < steps and length >= LAST_STEP and time.monotonic() < until and not (stop and stop.is_set()):
        direction = _free(best, mean, out)
        if direction.dot(direction) <= 0:
            # A mean that misses nothing may be one of choices that are not the cheapest ones here.
            mean, number = look(best).slope, number + 1
            direction = _free(best, mean, out)
        norm = direction.dot(direction)
        if norm <= 0:
            break
        goal = target if target is not None else bound + HOPE * max(abs(bound), least)
        point = _moved(best, direction, length * max(goal - bound, LEAST_WAY * abs(goal)) / norm, out)
        seen, number = look(point), number + 1
        weight = _weight(mean, seen.slope, fresh)
        onward = mean.dot(seen.slope) >= 0
        mean, often = mean.towards(seen.slope, weight), often.after(seen, weight)
        if seen.bound > bound:
            best, bound, slot_price, stalled = point, seen.bound, seen.slot_price, 0
            length = min(LONGEST_STEP, length * LONGER) if onward else length
            if on_better is not None:
                on_better(bound)
        else:
            stalled += 1
            if stalled >= patience:
                length, stalled = length * SHORTER, 0
        if number % REVIEW == 0:
            fresh = max(LEAST_FRESH, fresh * STALER) if bound < reviewed + SLOW * abs(reviewed) else fresh
            reviewed = bound
    return Ascent(best, bound, number, slot_price, often)


def _free(point: Point, direction: Point, out: Floats) -> Point:
    """A direction without what would lead over the ends of prices."""
    return direction._replace(
        clients=np.where((point.clients >= out) & (direction.clients > 0), 0.0, direction.clients),
        workers=np.where((point.workers <= 0) & (direction.workers < 0), 0.0, direction.workers),
    )


def _moved(point: Point, direction: Point, far: float, out: Floats) -> Point:
    return Point(
        np.minimum(point.clients + far * direction.clients, out),
        point.duties + far * direction.duties,
        np.maximum(0.0, point.workers + far * direction.workers),
    )


def _weight(mean: Point, slope: Point, most: float) -> float:
    """How much the last subgradient counts so that the new mean is as short as possible, within limits."""
    both, own = mean.dot(slope), mean.dot(mean)
    apart = own - 2 * both + slope.dot(slope)
    best = (own - both) / apart if apart > 0 else most
    return min(max(best, FRESH_RANGE * most), most)
