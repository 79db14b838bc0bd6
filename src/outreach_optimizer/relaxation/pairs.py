"""Which clients may be invited to which sessions, and what that costs for sure."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.calendar_de import can_be_notified
from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance, Site
from outreach_optimizer.relaxation.amounts import Ints, Mask, priced
from outreach_optimizer.relaxation.staff import Staff
from outreach_optimizer.relaxation.times import Times, client_times
from outreach_optimizer.travel import UNKNOWN, client_ways

ELSEWHERE, OTHER_CASEWORKER = 5000, 500
"""Thousandths of the units of change: no longer in the published session; in it, with another caseworker."""

NOWHERE = -1
NO_DAY = dt.date.max.toordinal()


class Pairs(NamedTuple):
    """Possible invitations, sorted by session, then by client.

    Parameters
    ----------
    start
        Per session, position of its first pair; one more than there are sessions.
    client
        Client of each pair, int32.
    cost
        Travel, excess, lateness and certain changes of each pair, and `Staff.surely`.
    """

    start: Ints
    client: NDArray[np.int32]
    cost: Ints


class Changes(NamedTuple):
    """What the published plan makes certain; millionths of a minute.

    Parameters
    ----------
    lost
        Per client: cost if none of the published appointments stays in its session.
    kept
        By session: clients who are published there, and what an invitation there costs them instead.
    """

    lost: Ints
    kept: Mapping[int, Mapping[int, int]]


class _Clients(NamedTuple):
    """Clients, as far as one appointment is concerned; dates are ordinals.

    Parameters
    ----------
    earliest
        First day on which the client may be invited.
    due
        Day from which on days count as late.
    pinned
        Session to which the client is pinned, or -1.
    absent
        By date: clients who cannot come.
    """

    earliest: Ints
    due: Ints
    pinned: Ints
    absent: Mapping[dt.date, Ints]


class _Filters(NamedTuple):
    """What decides whether a client near a site may be invited to a session.

    Parameters
    ----------
    times
        Hours of the clients.
    staffed
        Sessions × kinds of need: somebody who may be on duty is able.
    need
        Per client: column of ``staffed``.
    announced
        Dates that a letter can announce in time.
    """

    clients: _Clients
    times: Times
    staffed: Mask
    need: Ints
    announced: Mapping[dt.date, bool]


def possible_pairs(instance: Instance, offered: Mask, staff: Staff, changes: Changes, cap: int) -> Pairs:
    """Invitations that no rule about one appointment forbids.

    Parameters
    ----------
    offered
        Sessions that may be held at all.
    cap
        Costs above count as this.
    """
    filters, needs = _filters(instance, staff), _needs(instance)
    shortest = _nearest_milli_min(instance, needs)
    common = np.minimum(changes.lost + staff.surely, cap)
    late = milli(instance.weights.lateness)
    found: list[tuple[NDArray[np.int32], Ints]] = [(np.zeros(0, np.int32), np.zeros(0, np.int64))] * len(offered)
    for column, sessions in _by_site(instance, offered):
        near, way_cost = _near(instance, column, _suited(needs, instance.sites[column]), shortest, cap)
        for s in sessions:
            date = instance.sessions[s].date
            kept = _possible(filters, near, s, date)
            guests = near[kept]
            days = np.maximum(0, date.toordinal() - filters.clients.due[guests])
            cost = way_cost[kept] + common[guests] + priced(1000 * days, late, cap)
            for c, instead in changes.kept.get(s, {}).items():
                cost[guests == c] += min(cap, instead + int(staff.surely[c])) - int(common[c])
            found[s] = guests.astype(np.int32), np.minimum(cost, cap)
    return Pairs(
        start=np.cumsum([0, *(len(guests) for guests, _ in found)]),
        client=np.concatenate([np.zeros(0, np.int32), *(guests for guests, _ in found)]),
        cost=np.concatenate([np.zeros(0, np.int64), *(cost for _, cost in found)]),
    )


def _by_site(instance: Instance, offered: Mask) -> Iterator[tuple[int, list[int]]]:
    sessions: dict[str, list[int]] = {}
    for s, session in enumerate(instance.sessions):
        if offered[s]:
            sessions.setdefault(session.site, []).append(s)
    for column, site in enumerate(instance.sites):
        if site.id in sessions:
            yield column, sessions[site.id]


def _filters(instance: Instance, staff: Staff) -> _Filters:
    staffed = (staff.duty.astype(np.float32) @ staff.able.astype(np.float32).T) > 0
    return _Filters(_clients(instance), client_times(instance), staffed, staff.need, _announced(instance))


def _possible(filters: _Filters, near: Ints, s: int, date: dt.date) -> Mask:
    """Which of the clients near a site may be invited to one of its sessions."""
    clients, times = filters.clients, filters.times
    kept: Mask = times.timely[s][times.kind[near]] & filters.staffed[s][filters.need[near]]
    kept &= clients.earliest[near] <= date.toordinal()
    pinned = clients.pinned[near]
    kept &= (pinned == s) | ((pinned == NOWHERE) & filters.announced[date])
    if date in clients.absent:
        kept &= ~np.isin(near, clients.absent[date])
    return kept


def published_changes(instance: Instance, staff: Staff, cap: int) -> Changes:
    """What clients cost who no longer come to the published session, or come and cannot meet the same caseworker."""
    weight = milli(instance.weights.changes)
    rows = {client.id: c for c, client in enumerate(instance.clients)}
    columns = {session.id: s for s, session in enumerate(instance.sessions)}
    workers = {caseworker.id: w for w, caseworker in enumerate(instance.caseworkers)}
    lost, saved = [0] * len(rows), dict[tuple[int, int], int]()
    for published in instance.published:
        if published.client not in rows:
            continue
        c, s, w = rows[published.client], columns.get(published.session), workers.get(published.caseworker)
        part = 1 if published.notified else 10
        lost[c] += ELSEWHERE // part * weight
        if s is not None:
            meets = w is not None and staff.able[staff.need[c], w] and staff.duty[s, w]
            saved[c, s] = (
                saved.get((c, s), 0) + (ELSEWHERE // part - (0 if meets else OTHER_CASEWORKER // part)) * weight
            )
    kept: dict[int, dict[int, int]] = {}
    for (c, s), amount in saved.items():
        kept.setdefault(s, {})[c] = lost[c] - amount
    return Changes(np.array([min(cap, amount) for amount in lost], dtype=np.int64), kept)


def _nearest_milli_min(instance: Instance, needs: tuple[Mask, Mask]) -> Ints:
    """One-way thousandths of a minute to the nearest site that suits each client; `UNKNOWN` if there is none."""
    ways = client_ways(instance).milli_min
    far = np.int64(np.iinfo(np.int64).max)
    nearest = np.full(len(instance.clients), far, dtype=np.int64)
    for column, site in enumerate(instance.sites):
        good = (ways[:, column] != UNKNOWN) & _suited(needs, site)
        np.minimum(nearest, np.where(good, ways[:, column], far), out=nearest)
    return np.where(nearest == far, UNKNOWN, nearest)


def _needs(instance: Instance) -> tuple[Mask, Mask]:
    """Clients who need a building without barriers, and those who need the data link."""
    return (
        np.array([client.barrier_free for client in instance.clients], dtype=np.bool_),
        np.array([client.network for client in instance.clients], dtype=np.bool_),
    )


def _suited(needs: tuple[Mask, Mask], site: Site) -> Mask:
    good: Mask = (site.barrier_free | ~needs[0]) & (site.network_ok | ~needs[1])
    return good


def _near(instance: Instance, column: int, suited: Mask, shortest: Ints, cap: int) -> tuple[Ints, Ints]:
    """Clients whom a site suits and who may be asked to travel there, and the cost of the way."""
    ways = client_ways(instance).milli_min[:, column]
    good = (ways != UNKNOWN) & (ways <= milli(instance.rules.max_travel_min))
    near = np.flatnonzero(good & suited)
    one_way, comfort = ways[near], milli(instance.rules.comfort_travel_min)
    regret = np.where(shortest[near] == UNKNOWN, 0, np.maximum(0, one_way - shortest[near]))
    excess = np.maximum(0, one_way - comfort) + regret * regret // comfort
    weights = instance.weights
    cost = priced(2 * one_way, milli(weights.client_travel), cap) + priced(excess, milli(weights.client_excess), cap)
    return near, cost


def _clients(instance: Instance) -> _Clients:
    rules, rows = instance.rules, {client.id: c for c, client in enumerate(instance.clients)}
    columns = {session.id: s for s, session in enumerate(instance.sessions)}
    earliest, due, absent = [], [], dict[dt.date, list[int]]()
    for c, client in enumerate(instance.clients):
        bound = client.invitation != "voluntary"
        last = client.last_invitation if bound else None
        from_day = 0 if last is None else last.toordinal() + rules.invitation_gap_days
        earliest.append(NO_DAY if bound and client.consecutive_misses >= rules.max_consecutive_misses else from_day)
        due.append(NO_DAY if client.due is None else client.due.toordinal())
        for date in client.absent:
            absent.setdefault(date, []).append(c)
    pinned = np.full(len(rows), NOWHERE, dtype=np.int64)
    for pin in instance.pins.appointments:
        pinned[rows[pin.client]] = columns[pin.session]
    return _Clients(
        np.array(earliest, dtype=np.int64),
        np.array(due, dtype=np.int64),
        pinned,
        {date: np.array(who, dtype=np.int64) for date, who in absent.items()},
    )


def _announced(instance: Instance) -> dict[dt.date, bool]:
    """Dates that a letter can announce in time."""
    rules = instance.rules
    return {
        date: can_be_notified(
            date,
            instance.posting_days,
            postal_days=rules.postal_days,
            notice_days=rules.notice_days,
            max_lead_days=rules.max_lead_days,
            state=rules.holiday_state,
        )
        for date in {session.date for session in instance.sessions}
    }
