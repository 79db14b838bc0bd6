"""Site block: the cheapest sessions of a site, given what each is worth."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance, Session, Site
from outreach_optimizer.relaxation.amounts import Ints, cost_cap

NEVER = 2**60
"""Value of what cannot be."""


def cheapest_sites(instance: Instance, values: Ints) -> int:
    """Sum over all sites of the cheapest set of sessions.

    Parameters
    ----------
    values
        Per session: least cost of holding it; `NEVER` where that is impossible.
    """
    offers: dict[str, list[int]] = {site.id: [] for site in instance.sites}
    for s, session in enumerate(instance.sessions):
        if values[s] != NEVER:
            offers[session.site].append(s)
    return sum(cheapest_site(instance, site, offers[site.id], values) for site in instance.sites if offers[site.id])


def cheapest_site(instance: Instance, site: Site, offers: Sequence[int], values: Ints) -> int:
    """Cheapest set of sessions of a site that share no room at a time, by days and number of sessions.

    Days keep their distance and pay for missing the rhythm, the number of sessions is within its limits. Where the
    minimum cannot be reached no plan is possible, and any number is a bound.
    """
    by_date: dict[dt.date, list[int]] = {}
    for s in offers:
        by_date.setdefault(instance.sessions[s].date, []).append(s)
    most = len(offers) if site.max_sessions is None else min(len(offers), site.max_sessions)
    owed = site.min_sessions if site.status in instance.rules.held_statuses else 0
    dates = sorted(by_date)
    days = [_of_day(instance, by_date[date], values, most) for date in dates]
    misses = _misses(instance, site, dates)
    best = np.full((len(dates), most + 1), NEVER, dtype=np.int64)
    for later, day in enumerate(days):
        before = np.full(most + 1, NEVER, dtype=np.int64)
        before[0] = 0
        for earlier in range(later):
            if misses[earlier, later] != NEVER:
                before = np.minimum(before, best[earlier] + misses[earlier, later])
        best[later] = _together(day, before, first=1)
    by_count = best.min(axis=0, initial=NEVER)
    by_count[0] = 0
    reachable = by_count[owed:]
    return int(reachable.min()) if len(reachable) and reachable.min() < NEVER // 2 else int(by_count.min())


def _misses(instance: Instance, site: Site, dates: Sequence[dt.date]) -> Ints:
    """Days × days: cost of missing the rhythm from one used day to the next; `NEVER` where they are too close."""
    ordinals = np.array([date.toordinal() for date in dates], dtype=np.int64)
    gaps = ordinals[None, :] - ordinals[:, None]
    weight = 1000 * milli(instance.weights.rhythm)
    missed = np.zeros_like(gaps) if site.rhythm_days is None else np.abs(gaps - site.rhythm_days)
    return np.where(gaps >= max(1, site.spacing_days), np.minimum(missed * weight, cost_cap(instance)), NEVER)


def _of_day(instance: Instance, numbers: Sequence[int], values: Ints, most: int) -> Ints:
    """Least value of 0, 1, 2 … sessions of one day; rooms are independent of each other."""
    rooms: dict[str | None, list[tuple[Session, int]]] = {}
    for s in numbers:
        rooms.setdefault(instance.sessions[s].room, []).append((instance.sessions[s], int(values[s])))
    total = np.full(most + 1, NEVER, dtype=np.int64)
    total[0] = 0
    for offers in rooms.values():
        total = _together(_of_room(offers, most), total, first=0)
    return total


def _of_room(offers: Sequence[tuple[Session, int]], most: int) -> Ints:
    """Least value of 0, 1, 2 … sessions of one room that do not overlap, by the end of the last one."""
    ordered = sorted(offers, key=lambda offer: (offer[0].end, offer[0].start, offer[0].id))
    best = np.full((len(ordered) + 1, most + 1), NEVER, dtype=np.int64)
    best[0, 0] = 0
    for number, (session, value) in enumerate(ordered, start=1):
        before = sum(other.end <= session.start for other, _ in ordered)
        with_it = np.full(most + 1, NEVER, dtype=np.int64)
        with_it[1:] = np.where(best[before, :-1] < NEVER // 2, best[before, :-1] + value, NEVER)
        best[number] = np.minimum(best[number - 1], with_it)
    return np.asarray(best[-1])


def _together(one: Ints, other: Ints, *, first: int) -> Ints:
    """Least sums by the total number, with at least ``first`` of the one."""
    sums = np.full(len(one), NEVER, dtype=np.int64)
    for number in range(first, len(one)):
        if one[number] < NEVER // 2:
            reached = other[: len(sums) - number]
            sums[number:] = np.minimum(sums[number:], np.where(reached < NEVER // 2, reached + one[number], NEVER))
    return sums
