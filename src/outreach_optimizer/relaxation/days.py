"""What caseworkers can drive on a day: stops, and the legs between them."""

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import DAY_MIN, milli
from outreach_optimizer.instance import Caseworker, Instance, Session
from outreach_optimizer.relaxation.amounts import Ints, Mask, priced
from outreach_optimizer.travel import UNKNOWN, office_ways, site_ways

IMPOSSIBLE = -1
"""Cost of a way that no tour takes."""
ANY_TIME = ((-10 * DAY_MIN, 10 * DAY_MIN),)
REST_PIECE_MIN = 15
"""Rest counts in pieces of so many minutes or more."""


class Day(NamedTuple):
    """Possible stops of one caseworker on one date, in driving order, and the legs between them.

    Caseworkers of one office with the same hours share their arrays.

    Parameters
    ----------
    caseworker
        Index.
    sessions
        Indices, sorted by start, end and id.
    out_cost, back_cost
        Cost of driving from the base to each stop, and back; -1 where no tour begins, or ends.
    out_away, back_away
        ``away_min`` of a tour from stop a to stop b is ``out_away[a] + back_away[b]``: minus the minute of the day of
        the departure, and the minute of the arrival.
    leg_cost
        Stops × stops: cost of driving from one to a later one; -1 where no tour visits both in a row.
    """

    caseworker: int
    sessions: Ints
    out_cost: Ints
    back_cost: Ints
    out_away: Ints
    back_away: Ints
    leg_cost: Ints


class _Stops(NamedTuple):
    """Stops of a date as seen from one office; minutes of the day, and what is known of the ways."""

    numbers: Ints
    departure: Ints
    arrival: Ints
    base_milli_min: Ints
    leg_milli_min: Ints
    waiting: Ints
    rest: Ints


def possible_days(instance: Instance, offered: Mask, cap: int) -> tuple[Day, ...]:
    """Days with at least one stop, of every caseworker, by caseworker and date.

    Parameters
    ----------
    offered
        Sessions that may be held at all.
    cap
        Costs above count as this.
    """
    by_date: dict[dt.date, list[int]] = {}
    for number, session in enumerate(instance.sessions):
        if offered[number]:
            by_date.setdefault(session.date, []).append(number)
    order = {date: sorted(by_date[date], key=lambda s: _order(instance.sessions[s])) for date in sorted(by_date)}
    rows = {office.id: row for row, office in enumerate(instance.offices)}
    found: list[Day] = []

    @cache
    def stops(row: int, date: dt.date) -> _Stops:
        return _stops(instance, row, order[date])

    @cache
    def shared(row: int, date: dt.date, hours: tuple[tuple[int, int], ...]) -> Day | None:
        return _day(instance, stops(row, date), hours, cap)

    for w, caseworker in enumerate(instance.caseworkers):
        for date in order:
            hours = _hours(caseworker, date)
            day = shared(rows[caseworker.office], date, hours) if hours else None
            if day is not None:
                found.append(day._replace(caseworker=w))
    return tuple(found)


def _order(session: Session) -> tuple[int, int, str]:
    return session.start, session.end, session.id


def _hours(caseworker: Caseworker, date: dt.date) -> tuple[tuple[int, int], ...]:
    """Ranges one of which contains the whole day; empty on a day of absence."""
    if date in caseworker.absent:
        return ()
    if not caseworker.windows:
        return ANY_TIME
    return tuple((window.start, window.end) for window in caseworker.windows if window.holds_on(date))


def _stops(instance: Instance, row: int, numbers: Sequence[int]) -> _Stops:
    rules, sessions = instance.rules, [instance.sessions[s] for s in numbers]
    index = {site.id: column for column, site in enumerate(instance.sites)}
    at = np.array([index[session.site] for session in sessions], dtype=np.int64)
    starts = np.array([session.start for session in sessions], dtype=np.int64)
    ends = np.array([session.end for session in sessions], dtype=np.int64)
    base, between = office_ways(instance).milli_min[row, at], site_ways(instance).milli_min[np.ix_(at, at)]
    # Two sessions in one town hall: nobody packs up, sets up or drives.
    handling = np.where(at[:, None] == at[None, :], 0, rules.leave_after_min + rules.arrive_before_min)
    rests = [[pause.end - pause.start for pause in session.breaks] for session in sessions]
    return _Stops(
        numbers=np.array(numbers, dtype=np.int64),
        departure=starts - rules.arrive_before_min - _whole_min(base),
        arrival=ends + rules.leave_after_min + _whole_min(base),
        base_milli_min=base,
        leg_milli_min=between,
        waiting=starts[None, :] - ends[:, None] - handling - _whole_min(between),
        rest=np.array([sum(rest for rest in own if rest >= REST_PIECE_MIN) for own in rests], dtype=np.int64),
    )


def _whole_min(milli_min: Ints) -> Ints:
    return np.where(milli_min == UNKNOWN, 0, -(-milli_min // 1000))


def _day(instance: Instance, stops: _Stops, hours: Sequence[tuple[int, int]], cap: int) -> Day | None:
    """Stops that some tour inside the hours passes; None if there is none."""
    known = stops.base_milli_min != UNKNOWN
    legs = np.triu((stops.leg_milli_min != UNKNOWN) & (stops.waiting >= 0), k=1)
    parts = [
        _inside(instance, stops, known & (stops.departure >= begin), known & (stops.arrival <= end), legs)
        for begin, end in hours
    ]
    first, last, used, legs = (np.logical_or.reduce(masks) for masks in zip(*parts, strict=True))
    kept = np.flatnonzero(used)
    if not len(kept):
        return None
    weight = milli(instance.weights.staff_travel)
    base = priced(stops.base_milli_min[kept], weight, cap)
    leg = priced(stops.leg_milli_min[np.ix_(kept, kept)], weight, cap)
    return Day(
        caseworker=-1,
        sessions=stops.numbers[kept],
        out_cost=np.where(first[kept], base, IMPOSSIBLE),
        back_cost=np.where(last[kept], base, IMPOSSIBLE),
        out_away=-stops.departure[kept],
        back_away=stops.arrival[kept],
        leg_cost=np.where(legs[np.ix_(kept, kept)], leg, IMPOSSIBLE),
    )


def _inside(instance: Instance, stops: _Stops, first: Mask, last: Mask, legs: Mask) -> tuple[Mask, Mask, Mask, Mask]:
    """First and last stops, stops and legs that tours within one range of hours use.

    Working time is asked of tours with one stop, and of those with two that no longer tour contains.
    """
    alone = first & last & _rested(instance, stops.arrival - stops.departure, stops.rest)
    legs = legs.copy()
    if legs.any():
        into, away_from = np.asarray(legs.any(axis=0)), np.asarray(legs.any(axis=1))
        pairs = legs & ~into[:, None] & ~away_from[None, :]
        waits = np.where(stops.waiting >= REST_PIECE_MIN, stops.waiting, 0)
        away = stops.arrival[None, :] - stops.departure[:, None]
        fine = first[:, None] & last[None, :]
        fine &= _rested(instance, away, stops.rest[:, None] + stops.rest[None, :] + waits)
        legs &= ~pairs | fine
    reached, leaving = first.copy(), last.copy()
    if legs.any():
        for stop in range(len(legs)):
            reached[stop] |= bool((reached & legs[:, stop]).any())
        for stop in reversed(range(len(legs))):
            leaving[stop] |= bool((leaving & legs[stop]).any())
    legs &= reached[:, None] & leaving[None, :]
    used: Mask = alone | np.asarray(legs.any(axis=0)) | np.asarray(legs.any(axis=1))
    return first & used, last & used, used, legs


def _rested(instance: Instance, away: Ints, rest: Ints) -> Mask:
    """Whether tours keep working time and rest."""
    rules, work = instance.rules, away - rest
    needed = np.where(work > rules.rest_after_min, rules.rest_min, 0)
    needed = np.maximum(needed, np.where(work > rules.long_rest_after_min, rules.long_rest_min, 0))
    good: Mask = (work <= rules.max_work_min) & (rest >= needed)
    return good
