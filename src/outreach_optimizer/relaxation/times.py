"""When clients can come: kinds of hours, and the sessions in which each kind finds a start."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import DAY_MIN, WEEKDAYS
from outreach_optimizer.instance import Instance, Session, Window
from outreach_optimizer.relaxation.amounts import Ints, Mask

ALWAYS = Window(start=0, end=DAY_MIN)


class Times(NamedTuple):
    """Hours of the clients.

    Parameters
    ----------
    kind
        Per client: column of ``timely``. Alike are clients with the same hours and length of talk.
    timely
        Sessions × kinds: some start on the grid lies inside the hours, with the whole talk before the next break.
    """

    kind: Ints
    timely: Mask


class _Windows(NamedTuple):
    """Windows of all kinds one after the other, each with the length of the talk in slots; dates are ordinals."""

    begin: Ints
    end: Ints
    weekdays: Ints
    first: Ints
    last: Ints
    slots: Ints


def client_times(instance: Instance) -> Times:
    """Hours of all clients; absences are not in it."""
    numbers: dict[tuple[object, ...], int] = {}
    kinds: list[tuple[int, tuple[Window, ...]]] = []
    kind_of = np.zeros(len(instance.clients), dtype=np.int64)
    for c, client in enumerate(instance.clients):
        key = (client.slots, *map(_key, client.windows))
        if key not in numbers:
            numbers[key] = len(kinds)
            kinds.append((client.slots, client.windows or (ALWAYS,)))
        kind_of[c] = numbers[key]
    timely = np.zeros((len(instance.sessions), len(kinds)), dtype=np.bool_)
    if kinds:
        rows = _rows([(slots, window) for slots, windows in kinds for window in windows])
        begins = np.cumsum([0, *(len(windows) for _, windows in kinds)])[:-1]
        for s, session in enumerate(instance.sessions):
            timely[s] = np.logical_or.reduceat(_fits(instance, session, rows), begins)
    return Times(kind_of, timely)


def _key(window: Window) -> tuple[object, ...]:
    return window.start, window.end, window.weekdays, window.first, window.last


def _rows(listed: Sequence[tuple[int, Window]]) -> _Windows:
    columns = [
        (
            window.start,
            window.end,
            sum(1 << WEEKDAYS.index(weekday) for weekday in set(window.weekdays)),
            (window.first or dt.date.min).toordinal(),
            (window.last or dt.date.max).toordinal(),
            slots,
        )
        for slots, window in listed
    ]
    return _Windows(*np.array(columns, dtype=np.int64).T)


def _fits(instance: Instance, session: Session, rows: _Windows) -> Mask:
    """Per window: whether the earliest start in it leaves time for the talk."""
    day = session.date.toordinal()
    good: Mask = (rows.first <= day) & (day <= rows.last) & (rows.weekdays >> session.date.weekday() & 1 > 0)
    for slots in np.unique(rows.slots):
        length, own = int(slots) * instance.slot_min, rows.slots == slots
        starts = np.array(
            [
                start
                for begin, end in session.blocks()
                for start in range(begin, end - length + 1, instance.slot_min)
            ],
            dtype=np.int64,
        )  # fmt: skip
        position = np.searchsorted(starts, rows.begin[own])
        earliest = np.append(starts, 10 * DAY_MIN)[position]
        good[own] &= earliest + length <= rows.end[own]
    return good
