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


class Stack(NamedTuple):
    """Options of all sites, side by side: one step of the dynamic program is one for all of them.

    Parameters
    ----------
    members
        Options of all sites × sessions.
    group, first
        Per option its group, those of one site, day and number; per group its first option.
    site, day, size
        Per group.
    misses
        Sites × days × days.
    width
        Numbers of sessions, none included.
    """

    members: Ints
    group: Ints
    first: Ints
    site: Ints
    day: Ints
    size: Ints
    misses: Floats
    width: int


class Calendars(NamedTuple):
    """Sites with options, and sessions that are held whenever that pays."""

    sites: tuple[Options, ...]
    free: Ints
    stack: Stack


def side_by_side(sites: Sequence[Options], free: Ints, nobody: int) -> Calendars:
    """Sites laid side by side; ``nobody`` is the position after the last session."""
    return Calendars(tuple(sites), free, _stack(sites, nobody))


def _stack(sites: Sequence[Options], nobody: int) -> Stack:
    together = max((options.members.shape[1] for options in sites), default=0)
    days = max((len(options.misses) for options in sites), default=0)
    misses = np.full((len(sites), days, days), NEVER)
    members, keys = [np.zeros((0, together), dtype=np.int64)], [np.zeros((0, 3), dtype=np.int64)]
    for number, options in enumerate(sites):
        misses[number, : len(options.misses), : len(options.misses)] = options.misses
        padding = ((0, 0), (0, together - options.members.shape[1]))
        members.append(np.pad(options.members, padding, constant_values=nobody))
        keys.append(np.stack([np.full(len(options.day), number), options.day, options.sizes], axis=1))
    key = np.concatenate(keys)
    new = np.ones(len(key), dtype=np.bool_)
    new[1:] = (key[1:] != key[:-1]).any(axis=1)
    site, day, size = key[new].T
    width = 1 + max((options.most for options in sites), default=0)
    return Stack(np.concatenate(members), np.cumsum(new) - 1, np.flatnonzero(new), site, day, size, misses, width)


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
    return side_by_side(sites, np.array(free, dtype=np.int64), len(instance.sessions))


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
    table = _forward(calendars.stack, np.r_[np.minimum(values, NEVER), 0.0])
    for number, options in enumerate(calendars.sites):
        cost, chosen = _cheapest(options, calendars.stack, _Table(*(part[number] for part in table)))
        total += cost
        members = calendars.stack.members[chosen].ravel()
        held.append(members[members < len(values)])
    return Held(total, np.concatenate(held).astype(np.int64), 0.0)


class _Table(NamedTuple):
    """Per site, day and number of sessions so far: least cost up to that day, option of the day and day before."""

    cost: Floats
    option: Ints
    before: Ints


def _cheapest(options: Options, stack: Stack, table: _Table) -> tuple[float, list[int]]:
    """The best number of sessions of a site, and the way back through its days."""
    by_count = table.cost[:, : options.most + 1].min(axis=0)
    by_count[0] = 0.0
    reachable = np.flatnonzero(by_count < NEVER / 2)
    enough = reachable[reachable >= options.least]
    if len(enough):
        reachable = enough
    number = int(reachable[by_count[reachable].argmin()])
    cost, day = float(by_count[number]), int(table.cost[:, number].argmin())
    chosen: list[int] = []
    while number > 0:
        chosen.append(int(table.option[day, number]))
        number, day = number - int(stack.size[stack.group[chosen[-1]]]), int(table.before[day, number])
    return cost, chosen


def _forward(stack: Stack, padded: Floats) -> _Table:
    """Dynamic program over days and numbers of sessions, for all sites at once."""
    sites, days = stack.misses.shape[:2]
    value = padded[stack.members].sum(axis=1)
    least = np.minimum.reduceat(value, stack.first) if len(value) else value
    best = np.flatnonzero(value == least[stack.group])[::-1]
    option_of = np.zeros(len(least), dtype=np.int64)
    option_of[stack.group[best]] = best  # the first one of equals comes last
    sizes = int(stack.size.max(initial=0))
    cheapest = np.full((days, sizes + 1, sites), NEVER)
    cheapest[stack.day, stack.size, stack.site] = least
    option = np.zeros((days, sizes + 1, sites), dtype=np.int64)
    option[stack.day, stack.size, stack.site] = option_of
    shape = sites, days, stack.width
    table = _Table(np.full(shape, NEVER), np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))
    for day in range(days):
        before, previous = np.full((sites, stack.width), NEVER), np.full((sites, stack.width), -1)
        if day:
            arriving = table.cost[:, :day] + stack.misses[:, :day, day, None]
            previous = arriving.argmin(axis=1)
            before = np.take_along_axis(arriving, previous[:, None], axis=1)[:, 0]
        before[:, 0], previous[:, 0] = 0.0, -1
        for size in range(1, min(sizes, stack.width - 1) + 1):
            cost = before[:, : stack.width - size] + cheapest[day, size, :, None]
            better = cost < table.cost[:, day, size:]
            np.copyto(table.cost[:, day, size:], cost, where=better)
            np.copyto(table.option[:, day, size:], option[day, size, :, None], where=better)
            np.copyto(table.before[:, day, size:], previous[:, : stack.width - size], where=better)
    return table
