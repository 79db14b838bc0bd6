"""How many to invite to a session: what is to be expected of each number when everybody comes with the same rate.

One line for all caseworkers; a consultation takes one slot.
"""

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from outreach_optimizer.showup.counts import central_range, headcount_of, shows_pmf, tail
from outreach_optimizer.showup.dependence import beta_binomial, common_shock
from outreach_optimizer.showup.sizing import chance_size, newsvendor_size
from outreach_optimizer.showup.slots import figures
from outreach_optimizer.showup.templates import Template, Weights, improved_template, template

RISKS = (0.05, 0.1)
"""Limits for which the largest number is told, whatever limit is asked for."""
PRICES = (1, 3, 5)
"""Cost of a person too many, in idle slots (domain C.2: 3 to 5 fits here)."""
WEIGHTS = Weights(waiting=1, idle=1, overtime=3)
"""A template is chosen by minutes that clients wait, caseworkers are idle and, three times as dear, work longer."""
PROVEN_SLOTS = 8
"""Up to so many slots the template is proven to be the best for its number of people."""
MOST_ROWS = 25
CORRELATION = 0.05
SHOCK_CHANCE, SHOCK_FACTOR = 0.05, 0.5
"""On one day of twenty a bus is canceled, and half of those who would have come do."""


class Question(NamedTuple):
    """A session to which people with the same rate are invited.

    Parameters
    ----------
    reserve
        Consultations kept free for walk-ins.
    risk
        Probability that more come than ``capacity - reserve``, at most.
    """

    slots: int
    caseworkers: int
    rate: float
    reserve: int = 0
    risk: float = 0.05
    slot_min: int = 60

    @property
    def capacity(self) -> int:
        """Consultations within the hours."""
        return self.slots * self.caseworkers

    @property
    def available(self) -> int:
        """Consultations for those who are invited."""
        return self.capacity - self.reserve


class Row(NamedTuple):
    """What is to be expected of a number of invitations; minutes of caseworkers are added up over them.

    Parameters
    ----------
    low, high
        Between these the number who come lies with 90 %.
    held
        Consultations within the hours.
    too_many
        People above ``capacity - reserve``.
    risk, correlated_risk
        Probability of any such person; independent, and if any two people come with the correlation `CORRELATION`.
    mean_wait_min, longest_wait_min
        Of somebody who comes, and of the person who is expected to wait longest.
    bookings
        People booked to each slot.
    """

    invited: int
    shows: float
    low: int
    high: int
    held: float
    idle_min: float
    too_many: float
    risk: float
    correlated_risk: float
    mean_wait_min: float
    longest_wait_min: float
    overtime_min: float
    bookings: tuple[int, ...]


class Advice(NamedTuple):
    """The answer: how many, and the table behind it.

    Parameters
    ----------
    by_risk
        Largest number for each limit of the risk, the limit that is asked for included.
    by_price
        Number of the lowest expected cost for each of `PRICES`.
    shock_shows, shock_risk
        If a bus may be canceled: people expected on the day without the bus, and the risk over all days.
    """

    question: Question
    invited: int
    rows: tuple[Row, ...]
    by_risk: dict[float, int]
    by_price: dict[int, int]
    shock_shows: float
    shock_risk: float

    @property
    def best(self) -> Row:
        """Row of the number that is advised."""
        return self.row(self.invited)

    def row(self, invited: int) -> Row:
        """Row of a number that stands in the table."""
        return next(row for row in self.rows if row.invited == invited)


def advice(question: Question) -> Advice:
    """Answer how many to invite.

    Raises
    ------
    ValueError
        Nothing is left beside the reserve, the rate is not above 0 or the risk is 1.

    References
    ----------
    domain C.1 (counts, correlation), C.2 (chance constraint, newsvendor), C.3 (templates, pooled).
    """
    rate, available = question.rate, question.available
    if available < 1:
        raise ValueError(question)
    by_risk = {limit: chance_size(rate, available, limit) for limit in sorted({*RISKS, question.risk})}
    by_price = {price: newsvendor_size(repeat(rate), available, 1, price) for price in PRICES}
    invited = by_risk[question.risk]
    return Advice(
        question=question,
        invited=invited,
        rows=tuple(_rows(question, _numbers(question, {*by_risk.values(), *by_price.values()}))),
        by_risk=by_risk,
        by_price=by_price,
        shock_shows=SHOCK_FACTOR * rate * invited,
        shock_risk=tail(common_shock([rate] * invited, SHOCK_CHANCE, SHOCK_FACTOR), available),
    )


def spread(invited: int, slots: int, rate: float, caseworkers: int, start: Sequence[int] | None = None) -> Template:
    """Template for a number of people: the best by `WEIGHTS` up to `PROVEN_SLOTS` slots, a good one for more.

    Parameters
    ----------
    start
        Template for fewer people from which the search begins; the others are added to the first slots.
    """
    given = list(start or (0,) * slots)
    for number in range(invited - sum(given)):
        given[number % slots] += 1
    if slots <= PROVEN_SLOTS:
        return improved_template(given, rate, WEIGHTS, caseworkers, same_number=True)
    return _shifted(template(given, rate, caseworkers), rate, caseworkers)


def _numbers(question: Question, marked: set[int]) -> list[int]:
    """Numbers for the table: those that are marked, as many as there is room for, and what is between and around."""
    room = question.available
    # On every second day, or more often, somebody is too many: nobody would invite so many.
    last = max(chance_size(question.rate, room, 0.5), *marked) + 1
    first = min(room, *marked) - 2
    if last - first >= MOST_ROWS:
        first = min(marked) - 3
    first = max(1, first)
    step = -(-(last - first + 1) // MOST_ROWS)
    return sorted({*range(first, last + 1, step), *marked, room, last})


def _rows(question: Question, numbers: Sequence[int]) -> Iterator[Row]:
    rate, minutes = question.rate, question.slot_min
    times = [slot * minutes for slot in range(question.slots + 1)]
    bookings: tuple[int, ...] | None = None
    for invited in numbers:
        found = spread(invited, question.slots, rate, question.caseworkers, bookings)
        bookings = found.bookings
        waits = figures([[rate] * booked for booked in bookings], [question.caseworkers] * question.slots, times).waits
        pmf = shows_pmf([rate] * invited)
        expected = headcount_of(pmf, question.available)
        low, high = central_range(pmf)
        yield Row(
            invited=invited,
            shows=expected.shows,
            low=low,
            high=high,
            held=question.capacity - found.idle,
            idle_min=found.idle * minutes,
            too_many=expected.overflow,
            risk=expected.risk,
            correlated_risk=tail(beta_binomial(invited, rate, CORRELATION), question.available),
            mean_wait_min=(found.waiting + found.waiting_after) / expected.shows * minutes,
            longest_wait_min=max(wait for of_slot in waits for wait in of_slot),
            overtime_min=found.overtime * minutes,
            bookings=bookings,
        )


def _shifted(best: Template, rate: float, caseworkers: int) -> Template:
    """Move single bookings to a neighboring slot as long as that makes the template better."""
    slots = len(best.bookings)
    while True:
        moved = []
        for source in range(slots):
            for target in (source - 1, source + 1):
                if best.bookings[source] and 0 <= target < slots:
                    bookings = list(best.bookings)
                    bookings[source] -= 1
                    bookings[target] += 1
                    moved.append(template(bookings, rate, caseworkers))
        better = min(moved, key=lambda new: new.cost(WEIGHTS))
        if better.cost(WEIGHTS) > best.cost(WEIGHTS) - 1e-9:
            return best
        best = better
