"""Dates and times of the day that do not fit together."""

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise

from outreach_optimizer.errors import Problem
from outreach_optimizer.fields import clock_text
from outreach_optimizer.instance import Caseworker, Client, Instance, Session, Window
from outreach_optimizer.jsontext import Path, pointer, problem_at

LONGEST_PERIOD_DAYS = 5 * 366
FIRST_YEAR, LAST_YEAR = 2000, 2100


def period(instance: Instance) -> Iterator[Problem]:
    """The period ends after it starts, and within five years."""
    start, end = instance.period.start, instance.period.end
    if end <= start:
        yield problem_at("period_end", "period", "end", found=end, start=str(start))
    elif (end - start).days > LONGEST_PERIOD_DAYS:
        yield problem_at("period_too_long", "period", "end", found=end, limit_days=LONGEST_PERIOD_DAYS)


def dates(instance: Instance) -> Iterator[Problem]:
    """No date lies in another century."""
    for path, date in _dates(instance):
        if not FIRST_YEAR <= date.year <= LAST_YEAR:
            yield problem_at("year_implausible", *path, found=date, first_year=FIRST_YEAR, last_year=LAST_YEAR)


def sessions(instance: Instance) -> Iterator[Problem]:
    """A session lies in the period, lasts a slot or longer, and its breaks lie inside it one after the other."""
    start, end = instance.period.start, instance.period.end
    for number, session in enumerate(instance.sessions):
        path: Path = ("sessions", number)
        if start < end and not start <= session.date < end:
            last = end - dt.timedelta(days=1)
            yield problem_at("session_date", *path, "date", found=session.date, first=str(start), last=str(last))
        if session.end <= session.start:
            yield _end(path, session.start, session.end)
            continue
        faults = list(_breaks(path, session))
        yield from faults
        if not faults and not session.slot_starts(instance.slot_min):
            found = f"{clock_text(session.start)}-{clock_text(session.end)}"
            yield problem_at("session_short", *path, "end", found=found, slot_min=instance.slot_min)


def windows(instance: Instance) -> Iterator[Problem]:
    """A window ends after it starts, on dates that exist."""
    for person, path in _persons(instance):
        for number, window in enumerate(person.windows):
            yield from _window((*path, "windows", number), window)


def clients(instance: Instance) -> Iterator[Problem]:
    """Continuity needs an own caseworker; the last invitation does not lie after the period."""
    for number, client in enumerate(instance.clients):
        if client.continuity != "none" and client.caseworker is None:
            yield problem_at("caseworker_missing", "clients", number, "caseworker", continuity=client.continuity)
        invited = client.last_invitation
        if invited is not None and invited >= instance.period.end > instance.period.start:
            yield problem_at(
                "invitation_after_period",
                "clients",
                number,
                "last_invitation",
                found=invited,
                end=str(instance.period.end),
            )


def _end(path: Path, start: int, end: int) -> Problem:
    return problem_at("end_before_start", *path, "end", found=clock_text(end), start=clock_text(start))


def _breaks(path: Path, session: Session) -> Iterator[Problem]:
    good = []
    for number, pause in enumerate(session.breaks):
        place = (*path, "breaks", number)
        if pause.end <= pause.start:
            yield _end(place, pause.start, pause.end)
        elif pause.start < session.start or pause.end > session.end:
            found = f"{clock_text(pause.start)}-{clock_text(pause.end)}"
            limits = {"start": clock_text(session.start), "end": clock_text(session.end)}
            yield problem_at("break_outside", *place, found=found, **limits)
        else:
            good.append((pause.start, pause.end, number))
    for (_, until, earlier), (begin, end, later) in pairwise(sorted(good)):
        if begin < until:
            found = f"{clock_text(begin)}-{clock_text(end)}"
            other = pointer(*path, "breaks", earlier)
            yield problem_at("break_overlap", *path, "breaks", later, found=found, until=clock_text(until), other=other)


def _window(path: Path, window: Window) -> Iterator[Problem]:
    if window.end <= window.start:
        yield _end(path, window.start, window.end)
    first, last = window.first, window.last
    if first is not None and last is not None and last < first:
        yield problem_at("window_dates", *path, "last", found=last, first=str(first))
        return
    never = not window.weekdays
    if first is not None and last is not None:
        never = not any(
            window.holds_on(first + dt.timedelta(days=day)) for day in range(min(7, (last - first).days + 1))
        )
    if never:
        yield problem_at("window_never", *path, "weekdays", found=list(window.weekdays))


def _persons(instance: Instance) -> Iterator[tuple[Caseworker | Client, Path]]:
    for name in ("caseworkers", "clients"):
        for number, person in enumerate(getattr(instance, name)):
            yield person, (name, number)


def _dates(instance: Instance) -> Iterator[tuple[Path, dt.date]]:
    """All dates but those of sessions, which must lie in the period."""
    yield ("period", "start"), instance.period.start
    yield ("period", "end"), instance.period.end
    for number, date in enumerate(instance.posting_days):
        yield ("posting_days", number), date
    for index, site in enumerate(instance.sites):
        for number, date in enumerate(site.closures):
            yield ("sites", index, "closures", number), date
    for person, path in _persons(instance):
        for number, date in enumerate(person.absent):
            yield (*path, "absent", number), date
        fields: list[tuple[Path, dt.date | None]] = []
        for number, window in enumerate(person.windows):
            place = (*path, "windows", number)
            fields += [((*place, "first"), window.first), ((*place, "last"), window.last)]
        if isinstance(person, Client):
            fields += [((*path, "due"), person.due), ((*path, "last_invitation"), person.last_invitation)]
        yield from ((place, date) for place, date in fields if date is not None)
