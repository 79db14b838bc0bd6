"""A plan of full size within seconds, to measure what it costs to check and write one; it breaks some rules.

Session by session, by date: as many caseworkers as there are desks, from the nearest base offices, and the nearest
clients until the slots are full. Who may come where and meet whom is asked of the facts of the relaxation, so rules
that concern one client are mostly kept; those that concern several sessions or a household are not looked at.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from outreach_optimizer.instance import Appointment, Client, Duty, Instance, Session
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.schedule import InstanceReference, Schedule
from outreach_optimizer.travel import client_ways, office_ways

Lanes = dict[int, list[int]]
"""Free starts of each caseworker of a session."""


def rough_plan(instance: Instance) -> Schedule:
    """Hold every session whose room is free, full."""
    known, ways, columns = facts(instance), client_ways(instance).milli_min, _columns(instance)
    free = np.ones(len(instance.clients), dtype=bool)
    left = [worker.max_duties or 0 for worker in instance.caseworkers]
    busy: set[tuple[object, object]] = set()
    duties: list[Duty] = []
    appointments: list[Appointment] = []
    for s in sorted(range(len(instance.sessions)), key=lambda s: (instance.sessions[s].date, s)):
        session = instance.sessions[s]
        crew = [w for w in _nearest_staff(instance, known, s) if left[w] and (w, session.date) not in busy]
        crew = crew[: int(known.most[s])]
        if (session.site, session.date) in busy or len(crew) < known.least[s]:
            continue
        nearby = known.pairs.client[known.pairs.start[s] : known.pairs.start[s + 1]]
        nearby = nearby[free[nearby]]
        nearby = nearby[np.argsort(ways[nearby, columns[session.site]], kind="stable")]
        lanes = {w: list(session.slot_starts(instance.slot_min)) for w in crew}
        for c, booked in _seated(instance, known, session, nearby.tolist(), lanes):
            free[c] = False
            appointments.append(booked)
        duties += [Duty(session=session.id, caseworker=instance.caseworkers[w].id) for w in crew]
        busy |= {(session.site, session.date), *((w, session.date) for w in crew)}
        for w in crew:
            left[w] -= 1
    reference = InstanceReference(name=instance.name, sha256=instance.digest)
    return Schedule(instance=reference, duties=tuple(duties), appointments=tuple(appointments))


def _columns(instance: Instance) -> dict[str, int]:
    return {site.id: column for column, site in enumerate(instance.sites)}


def _nearest_staff(instance: Instance, known: Facts, s: int) -> list[int]:
    """Caseworkers who may be on duty in a session, those of near base offices first."""
    rows = {office.id: row for row, office in enumerate(instance.offices)}
    drive = office_ways(instance).milli_min[:, _columns(instance)[instance.sessions[s].site]].tolist()
    able = np.flatnonzero(known.duty[s]).tolist()
    return sorted(able, key=lambda w: (drive[rows[instance.caseworkers[w].office]], w))


def _seated(
    instance: Instance, known: Facts, session: Session, clients: Sequence[int], lanes: Lanes
) -> Iterator[tuple[int, Appointment]]:
    """Clients with their appointments, until only the reserve is left."""
    room = sum(map(len, lanes.values())) - instance.rules.walk_in_reserve
    for c in clients:
        client = instance.clients[c]
        seat = next(_seats(instance, known, session, c, lanes), None) if client.slots <= room else None
        if seat is not None:
            w, start = seat
            room -= client.slots
            for slot in range(client.slots):
                lanes[w].remove(start + slot * instance.slot_min)
            worker = instance.caseworkers[w].id
            yield c, Appointment(client=client.id, session=session.id, caseworker=worker, start=start)


def _seats(instance: Instance, known: Facts, session: Session, c: int, lanes: Lanes) -> Iterator[tuple[int, int]]:
    """Caseworkers and starts that are free for a client, the own caseworker's first."""
    client, length = instance.clients[c], instance.clients[c].slots
    for w in sorted(lanes, key=lambda w: w != known.own[c]):
        if known.able[known.need[c], w]:
            for start in lanes[w]:
                slots = [start + slot * instance.slot_min for slot in range(length)]
                if all(slot in lanes[w] for slot in slots) and _can_come(client, session, start, instance.slot_min):
                    yield w, start


def _can_come(client: Client, session: Session, start: int, slot_min: int) -> bool:
    end = start + client.slots * slot_min
    windows = [window for window in client.windows if window.holds_on(session.date)]
    return not client.windows or any(window.start <= start and end <= window.end for window in windows)
