"""A piece of a plan as an instance of its own: some sessions to plan anew, while all others stay as they are.

What the piece shares with the rest becomes a limit: duties and minutes that caseworkers have left, days on which they
are elsewhere, sessions that a site may still hold. So whatever keeps the rules of the piece keeps those of the whole,
and the whole costs less by what the piece costs less, but for the term `staff_balance`, which knows no pieces.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import CaseworkerId, SessionId, SiteId
from outreach_optimizer.instance import Caseworker, Client, Instance, Pins, Session, Site
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import Tour, tours


class Piece(NamedTuple):
    """An instance of the free sessions, what the plan does there, and what it does elsewhere."""

    instance: Instance
    inside: Schedule
    outside: Schedule


class _Rest(NamedTuple):
    """What the sessions that stay take away, and what other pieces may take.

    Parameters
    ----------
    held
        Sessions that stay.
    duties, away_min
        Per caseworker, in sessions that stay.
    inside, inside_min
        The same in the free ones.
    busy
        Dates on which caseworkers are elsewhere.
    on
        Dates on which they are on duty in the piece.
    claimed
        Dates and sites of pieces that are planned at the same time; what is left over is theirs.
    """

    held: tuple[Session, ...]
    duties: Counter[CaseworkerId]
    away_min: Counter[CaseworkerId]
    inside: Counter[CaseworkerId]
    inside_min: Counter[CaseworkerId]
    busy: Mapping[CaseworkerId, set[dt.date]]
    on: Mapping[CaseworkerId, set[dt.date]]
    claimed: tuple[frozenset[dt.date], frozenset[SiteId]] | None


def piece_of(
    instance: Instance, known: Facts, schedule: Schedule, free: Collection[int], beside: Sequence[Piece] = ()
) -> Piece:
    """Cut out sessions, with everybody who is invited there or nowhere.

    Tours stay whole: if a caseworker drives on from a free session to another one, that one is free, too.

    Parameters
    ----------
    known
        Facts of the instance.
    free
        Numbers of the sessions to plan anew, held or not.
    beside
        Pieces of the same schedule that are planned at the same time. They share no session and no client with this
        one, and the limits that both know are kept whatever becomes of them: this one takes no more than it has.
    """
    driven = tours(instance, schedule)
    others = {session.id for piece in beside for session in piece.instance.sessions}
    inside = _whole_tours(driven, {instance.sessions[s].id for s in free} - others, others)
    rest = _rest(instance, schedule, driven, inside, beside)
    offered = [
        s
        for s, session in enumerate(instance.sessions)
        if session.id in inside and _still_open(instance, schedule, rest, session)
    ]
    here = {instance.sessions[s].id for s in offered}
    possible = _possible(instance, known, schedule, offered, here)
    elsewhere = {client.id for piece in beside for client in piece.instance.clients}
    clients = tuple(client for client in possible if client.id not in elsewhere)
    useful = frozenset(np.flatnonzero(known.duty[offered].any(axis=0)).tolist())
    own = {client.caseworker for client in clients}
    names = {client.id for client in clients}
    part = instance.replace(
        sessions=tuple(instance.sessions[s] for s in offered),
        clients=clients,
        caseworkers=tuple(
            _left_of(worker, rest) for w, worker in enumerate(instance.caseworkers) if w in useful or worker.id in own
        ),
        sites=tuple(_left_at(instance, schedule, site, rest, here) for site in instance.sites),
        rules=instance.rules.replace(max_sessions=_budget(instance, schedule, rest, here)),
        weights=instance.weights.replace(staff_balance=0),
        pins=Pins(
            duties=tuple(pin for pin in instance.pins.duties if pin.session in here),
            appointments=tuple(pin for pin in instance.pins.appointments if pin.session in here),
        ),
        published=tuple(appointment for appointment in instance.published if appointment.client in names),
    )
    return Piece(part, *split(schedule, here))


def split(schedule: Schedule, here: Collection[SessionId]) -> tuple[Schedule, Schedule]:
    """A schedule in some sessions and in all others."""
    return (
        Schedule(
            duties=tuple(duty for duty in schedule.duties if duty.session in here),
            appointments=tuple(a for a in schedule.appointments if a.session in here),
        ),
        Schedule(
            duties=tuple(duty for duty in schedule.duties if duty.session not in here),
            appointments=tuple(a for a in schedule.appointments if a.session not in here),
        ),
    )


def joined(one: Schedule, other: Schedule) -> Schedule:
    """Both together."""
    return Schedule(duties=one.duties + other.duties, appointments=one.appointments + other.appointments)


def _whole_tours(driven: Collection[Tour], free: set[SessionId], kept: set[SessionId]) -> set[SessionId]:
    """The free sessions with all stops of the tours to them, and without those from which a tour goes to kept ones."""
    longer = [{session.id for session in tour.sessions} for tour in driven if len(tour.sessions) > 1]
    changed = True
    while changed:
        changed = False
        for stops in longer:
            if stops & kept and stops & free:
                free, kept, changed = free - stops, kept | stops, True
            elif stops & free and not stops <= free:
                free, changed = free | stops, True
    return free


def _rest(
    instance: Instance, schedule: Schedule, driven: Collection[Tour], inside: set[SessionId], beside: Sequence[Piece]
) -> _Rest:
    duties = Counter(duty.caseworker for duty in schedule.duties if duty.session not in inside)
    here = Counter(duty.caseworker for duty in schedule.duties if duty.session in inside)
    away: Counter[CaseworkerId] = Counter()
    away_here: Counter[CaseworkerId] = Counter()
    busy: dict[CaseworkerId, set[dt.date]] = {}
    on: dict[CaseworkerId, set[dt.date]] = {}
    for tour in driven:
        free = tour.sessions[0].id in inside
        (away_here if free else away)[tour.caseworker] += tour.away_min
        (on if free else busy).setdefault(tour.caseworker, set()).add(tour.date)
    theirs = [session for piece in beside for session in piece.instance.sessions]
    claimed = (frozenset(s.date for s in theirs), frozenset(s.site for s in theirs)) if beside else None
    held = tuple(s for s in instance.sessions if s.id not in inside and schedule.crew(s.id))
    return _Rest(held, duties, away, here, away_here, busy, on, claimed)


def _still_open(instance: Instance, schedule: Schedule, rest: _Rest, session: Session) -> bool:
    """Whether a free session can be held beside those that stay, and without moving the rhythm of its site."""
    if schedule.crew(session.id):
        return True
    site = instance.site_by_id[session.site]
    shared = rest.claimed is not None and site.id in rest.claimed[1]
    around = [other for other in rest.held if other.site == site.id]
    if any(_clash(session, other) for other in around):
        return False
    if (shared and site.spacing_days > 1) or (_regular(instance, site) and (shared or around)):
        return any(
            other.site == site.id and other.date == session.date and schedule.crew(other.id)
            for other in instance.sessions
        )
    return all(other.date == session.date or _apart(session, other) >= site.spacing_days for other in around)


def _apart(one: Session, other: Session) -> int:
    return abs((other.date - one.date).days)


def _regular(instance: Instance, site: Site) -> bool:
    return site.rhythm_days is not None and instance.weights.rhythm > 0


def _clash(one: Session, other: Session) -> bool:
    return one.date == other.date and one.room == other.room and one.start < other.end and other.start < one.end


def _possible(
    instance: Instance, known: Facts, schedule: Schedule, offered: Sequence[int], here: set[SessionId]
) -> list[Client]:
    """Whoever is invited to these sessions, or nowhere and could be here; households only as a whole."""
    start = known.pairs.start
    possible = np.zeros(len(instance.clients), dtype=np.bool_)
    for s in offered:
        possible[known.pairs.client[start[s] : start[s + 1]]] = True
    booked = {a.client: a.session for a in schedule.appointments}
    elsewhere = {instance.client_by_id[c].household for c, session in booked.items() if session not in here} - {None}
    chosen = []
    for c, client in enumerate(instance.clients):
        at = booked.get(client.id)
        if at in here or (at is None and possible[c] and client.household not in elsewhere):
            chosen.append(client)
    return chosen


def _left_of(worker: Caseworker, rest: _Rest) -> Caseworker:
    """What a caseworker has left; beside other pieces, no more than in the plan."""
    duties, away_min = worker.max_duties, worker.max_minutes
    absent = {*worker.absent, *rest.busy.get(worker.id, ())}
    if rest.claimed is not None:
        duties = rest.inside[worker.id]
        away_min = None if away_min is None else rest.inside_min[worker.id]
        absent |= rest.claimed[0] - rest.on.get(worker.id, set())
    else:
        duties = None if duties is None else max(0, duties - rest.duties[worker.id])
        away_min = None if away_min is None else max(0, away_min - rest.away_min[worker.id])
    return worker.replace(max_duties=duties, max_minutes=away_min, absent=tuple(sorted(absent)))


def _left_at(instance: Instance, schedule: Schedule, site: Site, rest: _Rest, here: set[SessionId]) -> Site:
    """What a site has left; where the rhythm counts or other pieces are planned, as often as in the plan."""
    around = sum(session.site == site.id for session in rest.held)
    shared = rest.claimed is not None and site.id in rest.claimed[1]
    if not around and not shared:
        return site
    if shared or _regular(instance, site):
        now = sum(s.site == site.id and s.id in here and bool(schedule.crew(s.id)) for s in instance.sessions)
        rhythm_days = None if _regular(instance, site) else site.rhythm_days
        return site.replace(min_sessions=now, max_sessions=now, rhythm_days=rhythm_days)
    return site.replace(
        min_sessions=max(0, site.min_sessions - around),
        max_sessions=None if site.max_sessions is None else max(0, site.max_sessions - around),
    )


def _budget(instance: Instance, schedule: Schedule, rest: _Rest, here: set[SessionId]) -> int | None:
    """Sessions that may be held in the piece."""
    if instance.rules.max_sessions is None:
        return None
    if rest.claimed is not None:
        return sum(bool(schedule.crew(session)) for session in here)
    return max(0, instance.rules.max_sessions - len(rest.held))
