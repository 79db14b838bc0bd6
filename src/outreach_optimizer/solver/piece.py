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

from outreach_optimizer.fields import CaseworkerId, SessionId
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
        Sessions that stay, those of other pieces left out.
    duties, away_min
        Per caseworker: in sessions that stay, and at the most in other pieces.
    busy
        Dates on which caseworkers are elsewhere, or may be.
    beside
        Pieces that are planned at the same time.
    """

    held: tuple[Session, ...]
    duties: Counter[CaseworkerId]
    away_min: Counter[CaseworkerId]
    busy: Mapping[CaseworkerId, set[dt.date]]
    beside: Sequence[Piece]


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
        Pieces of the same schedule that are planned at the same time. They share no session and no household with this
        one, and this one has what is left whatever becomes of them: what they may take counts as taken.
    """
    driven = tours(instance, schedule)
    others = frozenset(session.id for piece in beside for session in piece.instance.sessions)
    inside = _whole_tours(driven, {instance.sessions[s].id for s in free} - others, others)
    rest = _rest(instance, schedule, driven, inside | others, beside)
    offered = [
        s
        for s, session in enumerate(instance.sessions)
        if session.id in inside and _still_open(instance, schedule, rest, session)
    ]
    here = {instance.sessions[s].id for s in offered}
    possible = _possible(instance, known, schedule, offered, here)
    theirs = [client for piece in beside for client in piece.instance.clients]
    elsewhere, at_home = {client.id for client in theirs}, {client.household for client in theirs} - {None}
    clients = tuple(c for c in possible if c.id not in elsewhere and c.household not in at_home)
    useful = frozenset(np.flatnonzero(known.duty[offered].any(axis=0)).tolist())
    own = {client.caseworker for client in clients}
    names = {client.id for client in clients}
    part = instance.replace(
        sessions=tuple(instance.sessions[s] for s in offered),
        clients=clients,
        caseworkers=tuple(
            _left_of(worker, rest) if w in useful else worker.replace(max_duties=0)
            for w, worker in enumerate(instance.caseworkers)
            if w in useful or worker.id in own
        ),
        sites=tuple(_left_at(instance, schedule, site, rest, here) for site in instance.sites),
        rules=instance.rules.replace(max_sessions=_budget(instance, rest)),
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


def _whole_tours(driven: Collection[Tour], free: set[SessionId], kept: Collection[SessionId]) -> set[SessionId]:
    """The free sessions with all stops of the tours to them, and without those from which a tour goes to kept ones."""
    longer = [{session.id for session in tour.sessions} for tour in driven if len(tour.sessions) > 1]
    kept, changed = set(kept), True
    while changed:
        changed = False
        for stops in longer:
            if stops & kept and stops & free:
                free, kept, changed = free - stops, kept | stops, True
            elif stops & free and not stops <= free:
                free, changed = free | stops, True
    return free


def _rest(
    instance: Instance, schedule: Schedule, driven: Collection[Tour], free: set[SessionId], beside: Sequence[Piece]
) -> _Rest:
    """What stays, but for sessions that are free here or in other pieces."""
    duties = Counter(duty.caseworker for duty in schedule.duties if duty.session not in free)
    away: Counter[CaseworkerId] = Counter()
    busy: dict[CaseworkerId, set[dt.date]] = {}
    for tour in driven:
        if tour.sessions[0].id not in free:
            away[tour.caseworker] += tour.away_min
            busy.setdefault(tour.caseworker, set()).add(tour.date)
    for piece in beside:
        dates = {session.date for session in piece.instance.sessions}
        for worker in piece.instance.caseworkers:
            if worker.max_duties == 0:
                continue
            duties[worker.id] += worker.max_duties or 0
            away[worker.id] += worker.max_minutes or 0
            busy.setdefault(worker.id, set()).update(dates.difference(worker.absent))
    held = tuple(s for s in instance.sessions if s.id not in free and schedule.crew(s.id))
    return _Rest(held, duties, away, busy, beside)


def _still_open(instance: Instance, schedule: Schedule, rest: _Rest, session: Session) -> bool:
    """Whether a free session can be held beside those that stay, and without moving the rhythm of its site."""
    if schedule.crew(session.id):
        return True
    site = instance.site_by_id[session.site]
    theirs = [s for piece in rest.beside for s in piece.instance.sessions if s.site == site.id]
    around = [other for other in rest.held if other.site == site.id]
    if any(_clash(session, other) for other in (*around, *theirs)):
        return False
    if (theirs and site.spacing_days > 1) or (_regular(instance, site) and (theirs or around)):
        names = {other.id for other in theirs}
        return any(
            other.site == site.id and other.date == session.date and other.id not in names and schedule.crew(other.id)
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
    """What a caseworker has left."""
    return worker.replace(
        max_duties=_less(worker.max_duties, rest.duties[worker.id]),
        max_minutes=_less(worker.max_minutes, rest.away_min[worker.id]),
        absent=tuple(sorted({*worker.absent, *rest.busy.get(worker.id, ())})),
    )


def _left_at(instance: Instance, schedule: Schedule, site: Site, rest: _Rest, here: set[SessionId]) -> Site:
    """What a site has left; where the rhythm counts, as often as in the plan."""
    theirs = [piece.instance.site_by_id[site.id] for piece in rest.beside if _offers(piece, site)]
    around = sum(session.site == site.id for session in rest.held)
    if not around and not theirs:
        return site
    if _regular(instance, site):
        now = sum(s.site == site.id and s.id in here and bool(schedule.crew(s.id)) for s in instance.sessions)
        return site.replace(min_sessions=now, max_sessions=now, rhythm_days=None)
    return site.replace(
        min_sessions=max(0, site.min_sessions - around - sum(other.min_sessions for other in theirs)),
        max_sessions=_less(site.max_sessions, around + sum(other.max_sessions or 0 for other in theirs)),
    )


def _offers(piece: Piece, site: Site) -> bool:
    """Whether a piece has sessions at a site."""
    return any(session.site == site.id for session in piece.instance.sessions)


def _budget(instance: Instance, rest: _Rest) -> int | None:
    """Sessions that may be held in the piece."""
    theirs = sum(piece.instance.rules.max_sessions or 0 for piece in rest.beside)
    return _less(instance.rules.max_sessions, len(rest.held) + theirs)


def _less(limit: int | None, taken: int) -> int | None:
    """What is left of a limit."""
    return None if limit is None else max(0, limit - taken)
