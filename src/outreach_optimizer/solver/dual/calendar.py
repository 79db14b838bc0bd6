"""Which sessions a site holds at given values: as often, as far apart and as regularly as agreed."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance, Session, Site
from outreach_optimizer.solver.dual.prepared import Floats, Ints

NEVER = 1e17
HALVINGS = 20
"""Of the range of the price of one of a limited number of sessions."""
MOST_TOGETHER = 500
"""Ways to combine the sessions of a day in a site; beyond, only one session is held."""


class Options(NamedTuple):
    """Ways to hold sessions on each day of a site that has more to decide than yes or no.

    Parameters
    ----------
    day, sizes
        Per option: day and number of sessions; sorted by both.
    members
        Options × sessions; the position after the last session stands for none.
    misses
        Days × days: cost from one used day to the next; `NEVER` where they are too close.
    least, most
        Number of sessions.
    complete
        No way is missing.
    """

    day: Ints
    sizes: Ints
    members: Ints
    misses: Floats
    least: int
    most: int
    complete: bool


class Calendars(NamedTuple):
    """Sites with options, and sessions that are held whenever that pays."""

    sites: tuple[Options, ...]
    free: Ints


def calendars_of(instance: Instance, possible: Sequence[bool]) -> Calendars:
    """Sites of an instance; ``possible`` says which sessions can be held."""
    offers: dict[str, list[int]] = {site.id: [] for site in instance.sites}
    for s, session in enumerate(instance.sessions):
        if possible[s]:
            offers[session.site].append(s)
    sites, free = [], []
    for site in instance.sites:
        numbers = offers[site.id]
        owed = site.min_sessions if site.status in instance.rules.held_statuses else 0
        if len(numbers) == 1 and not owed and site.max_sessions != 0:
            free += numbers
        elif numbers and site.max_sessions != 0:
            sites.append(_options(instance, site, numbers, owed))
    return Calendars(tuple(sites), np.array(free, dtype=np.int64))


def _options(instance: Instance, site: Site, numbers: Sequence[int], owed: int) -> Options:
    by_date: dict[dt.date, list[int]] = {}
    for s in numbers:
        by_date.setdefault(instance.sessions[s].date, []).append(s)
    dates = sorted(by_date)
    together = [_together([(s, instance.sessions[s]) for s in by_date[date]]) for date in dates]
    found = [(day, len(chosen), chosen) for day, (ways, _) in enumerate(together) for chosen in ways]
    found.sort(key=lambda option: option[:2])
    width = max(count for _, count, _ in found)
    nobody = len(instance.sessions)
    return Options(
        day=np.array([day for day, _, _ in found]),
        sizes=np.array([count for _, count, _ in found]),
        members=np.array([[*chosen, *[nobody] * (width - len(chosen))] for _, _, chosen in found]),
        misses=_misses(instance, site, dates),
        least=owed,
        most=len(numbers) if site.max_sessions is None else min(len(numbers), site.max_sessions),
        complete=all(complete for _, complete in together),
    )


def _together(offers: Sequence[tuple[int, Session]]) -> tuple[list[tuple[int, ...]], bool]:
    """Sets of sessions of one day of which no two share a room at a time; and whether these are all."""
    partial: list[tuple[tuple[int, Session], ...]] = [()]
    for offer in offers:
        partial += [(*earlier, offer) for earlier in partial if not any(_clash(offer[1], o) for _, o in earlier)]
        if len(partial) > MOST_TOGETHER:
            return [(s,) for s, _ in offers], False
    return [tuple(s for s, _ in chosen) for chosen in partial[1:]], True


def _clash(one: Session, other: Session) -> bool:
    return one.room == other.room and one.start < other.end and other.start < one.end


def _misses(instance: Instance, site: Site, dates: Sequence[dt.date]) -> Floats:
    ordinals = np.array([date.toordinal() for date in dates])
    gaps = ordinals[None, :] - ordinals[:, None]
    missed = np.zeros(gaps.shape) if site.rhythm_days is None else np.abs(gaps - site.rhythm_days)
    return np.where(gaps >= max(1, site.spacing_days), missed * 1000.0 * milli(instance.weights.rhythm), NEVER)


class Held(NamedTuple):
    """Cost of the cheapest sets of sessions, which sessions they hold, and the price of one of a limited number."""

    cost: float
    sessions: Ints
    budget: float


def hold_within(calendars: Calendars, values: Floats, most: int | None) -> Held:
    """The cheapest sessions of every site; a limit on their number has a price, the best one that is found."""
    held = hold(calendars, values)
    if most is None or len(held.sessions) <= most:
        return held
    if not calendars.sites:
        chosen = calendars.free[np.argsort(values[calendars.free], kind="stable")[:most]]
        return Held(float(values[chosen].sum()), chosen, max(0.0, -float(values[chosen].max()) if most else 0.0))
    low, high, best = 0.0, float(np.abs(values[values < NEVER / 2]).max(initial=0.0)) + 1.0, None
    for _ in range(HALVINGS):
        price = (low + high) / 2
        found = hold(calendars, values + price)
        cost = found.cost - price * most
        if best is None or cost > best.cost:
            best = Held(cost, found.sessions, price)
        low, high = (price, high) if len(found.sessions) > most else (low, price)
    return best or held


def hold(calendars: Calendars, values: Floats) -> Held:
    """The cheapest sessions of every site."""
    free = calendars.free[values[calendars.free] < 0]
    total, held = float(values[free].sum()), [free]
    padded = np.r_[np.minimum(values, NEVER), 0.0]
    for options in calendars.sites:
        cost, chosen = _cheapest(options, padded)
        total += cost
        held.append(chosen)
    return Held(total, np.concatenate(held).astype(np.int64), 0.0)


class _Table(NamedTuple):
    """Per day and number of sessions so far: least cost up to that day, option of the day and day before."""

    cost: Floats
    option: Ints
    before: Ints


def _cheapest(options: Options, padded: Floats) -> tuple[float, Ints]:
    """Dynamic program over days and numbers of sessions, and the way back."""
    table = _forward(options, padded)
    by_count = table.cost.min(axis=0)
    by_count[0] = 0.0
    reachable = np.flatnonzero(by_count < NEVER / 2)
    enough = reachable[reachable >= options.least]
    if len(enough):
        reachable = enough
    number = int(reachable[by_count[reachable].argmin()])
    cost, chosen = float(by_count[number]), []
    day = int(table.cost[:, number].argmin())
    while number > 0:
        option, day_before = int(table.option[day, number]), int(table.before[day, number])
        chosen += [s for s in options.members[option].tolist() if s < len(padded) - 1]
        number, day = number - int(options.sizes[option]), day_before
    return cost, np.array(chosen, dtype=np.int64)


def _forward(options: Options, padded: Floats) -> _Table:
    values = padded[options.members].sum(axis=1)
    days, width = len(options.misses), options.most + 1
    table = _Table(
        np.full((days, width), NEVER), np.zeros((days, width), dtype=np.int64), np.zeros((days, width), dtype=np.int64)
    )
    for day in range(days):
        before, previous = np.full(width, NEVER), np.full(width, -1)
        if day:
            arriving = table.cost[:day] + options.misses[:day, day][:, None]
            previous = arriving.argmin(axis=0)
            before = arriving[previous, np.arange(width)]
        before[0], previous[0] = 0.0, -1
        first, last = np.searchsorted(options.day, [day, day + 1])
        for option in range(first, last):
            count = int(options.sizes[option])
            if count >= width:
                continue
            cost = before[: width - count] + values[option]
            better = cost < table.cost[day, count:]
            table.cost[day, count:][better] = cost[better]
            table.option[day, count:][better] = option
            table.before[day, count:][better] = previous[: width - count][better]
    return table
