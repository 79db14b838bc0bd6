"""Slot templates: how many to book to each slot when everybody comes with the same probability."""

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import combinations
from operator import add
from typing import NamedTuple

import numpy as np

from outreach_optimizer.showup.counts import Pmf, mean, shows_pmf
from outreach_optimizer.showup.slots import Line, line, slot

SLACK = 1e-12
"""Rounding of costs: a template is better only if it is better by more."""


class Weights(NamedTuple):
    """Cost of a slot that somebody waits, of an idle slot of a caseworker, and of a consultation after the end."""

    waiting: float
    idle: float
    overtime: float


class Template(NamedTuple):
    """Bookings of each slot and what is to be expected of them, summed over people and caseworkers, in slots."""

    bookings: tuple[int, ...]
    waiting: float
    waiting_after: float
    idle: float
    overtime: float

    @property
    def invited(self) -> int:
        """Bookings of all slots."""
        return sum(self.bookings)

    def cost(self, weights: Weights) -> float:
        """Weighted sum; waiting counts until everybody is served."""
        waiting = weights.waiting * (self.waiting + self.waiting_after)
        return waiting + weights.idle * self.idle + weights.overtime * self.overtime


def template(bookings: Sequence[int], rate: float, servers: int = 1) -> Template:
    """Figures of these bookings with ``servers`` caseworkers for one line.

    References
    ----------
    domain C.3.
    """
    found = line([[rate] * booked for booked in bookings], [servers] * len(bookings))
    return Template(tuple(bookings), found.waiting, found.waiting_after, sum(found.idle), found.overtime)


def best_template(
    slots: int, rate: float, weights: Weights, servers: int = 1, invited: range | None = None
) -> Template:
    """Template of the lowest cost among all with so many invited.

    Beginnings of templates are extended in the order of their cost, so the first that is complete is the best: exact,
    and slow beyond some eight slots.

    Parameters
    ----------
    weights
        Not negative.
    invited
        Numbers of invitations to choose from; by default at most two per caseworker slot.

    Raises
    ------
    ValueError
        A negative weight, or no number to choose from.
    """
    numbers = range(2 * slots * servers + 1) if invited is None else invited
    if min(weights) < 0 or not numbers:
        raise ValueError((weights, numbers))
    arrivals = [shows_pmf([rate] * booked) for booked in range(max(numbers) + 1)]
    queue: list[tuple[float, tuple[int, ...], Pmf]] = [(0.0, (), np.ones(1))]
    while len(queue[0][1]) < slots:
        cost, beginning, before = heappop(queue)
        for booked in range(max(numbers) - sum(beginning) + 1):
            bookings = (*beginning, booked)
            left, idle = slot(before, arrivals[booked], servers)
            more = weights.waiting * mean(left) + weights.idle * idle
            if len(bookings) == slots:
                if sum(bookings) not in numbers:
                    continue
                end = Line((left,), (), servers)
                more += weights.waiting * end.waiting_after + weights.overtime * end.overtime
            heappush(queue, (cost + more, bookings, left))
    return template(queue[0][1], rate, servers)


def improved_template(
    start: Sequence[int], rate: float, weights: Weights, servers: int = 1, *, same_number: bool = False
) -> Template:
    """Template that no neighbor improves, which is the best there is; only so for equal rates.

    The cost is multimodular in the bookings if everybody comes with the same probability. Then a template that is no
    worse than all its neighbors is optimal: those that differ by the sum of some, not all, of the moves "one booking
    less in the first slot", "one from a slot to the slot before", "one more in the last slot". With different rates
    this fails (Zeng et al.). There are ``2 ** (slots + 1) - 2`` neighbors, so it is slow beyond some twelve slots.

    Parameters
    ----------
    same_number
        Keep the number of invitations: optimal among the templates of that number.

    References
    ----------
    domain C.3; Kaandorp and Koole (2007), doi:10.1007/s10729-007-9015-x; Zeng, Turkcan, Lin and Lawley (2010), Clinic
    scheduling models with overbooking for patients with heterogeneous no-show probabilities,
    doi:10.1007/s10479-009-0569-5.
    """
    moves = _moves(len(start), same_number=same_number)
    best = template(start, rate, servers)
    while better := _better(best, moves, rate, weights, servers):
        best = better
    return best


def _better(
    old: Template, moves: Sequence[Sequence[int]], rate: float, weights: Weights, servers: int
) -> Template | None:
    """Best neighbor, if it is better."""
    bookings = (tuple(map(add, old.bookings, move)) for move in moves)
    neighbors = [template(new, rate, servers) for new in bookings if min(new) >= 0]
    best = min(neighbors, key=lambda new: new.cost(weights), default=old)
    return best if best.cost(weights) < old.cost(weights) - SLACK else None


def _moves(slots: int, *, same_number: bool) -> list[tuple[int, ...]]:
    """Sums of some, not all, of the single moves."""
    # A single move takes a booking from a place and gives it to the place before; "no slot" is a place, too, or, if
    # the number stays, the last slot comes before the first.
    places = slots if same_number else slots + 1
    single = np.zeros((places, places), dtype=int)
    for place in range(places):
        single[place, place] -= 1
        single[place, place - 1] += 1
    chosen = (list(some) for size in range(1, places) for some in combinations(range(places), size))
    return list(dict.fromkeys(tuple(single[some].sum(axis=0)[:slots].tolist()) for some in chosen))
