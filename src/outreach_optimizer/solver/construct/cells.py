"""A huge instance in cells, one for each base office: each is planned by itself, and its prices are a start for all.

People go to sites near their homes and caseworkers drive from their office, so little crosses the borders; what does
is for the prices and the flow of guests of the whole to find.
"""

import time
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import CaseworkerId, SessionId
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import Point, Relaxed, relax
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

LEAST_SESSIONS = 4
"""A cell with fewer sessions is not worth a plan of its own."""


class Priced(NamedTuple):
    """What the prices of a cell say, by ids."""

    clients: Floats
    duties: dict[tuple[SessionId, CaseworkerId], float]
    workers: Floats


class Cell(NamedTuple):
    """A part of an instance: rows of its clients, columns of its caseworkers, and the instance of both."""

    clients: Ints
    workers: Ints
    instance: Instance


class Planned(NamedTuple):
    """Plan and prices of a cell."""

    schedule: Schedule
    prices: Priced


def cells_of(relaxed: Relaxed) -> list[Cell]:
    """Every site belongs to the office from which it is reached at least cost, every client to their best session.

    Whatever links cells (`Rules.max_sessions`, the balance of duties) is shared out or left to the whole.
    """
    instance, prepared = relaxed.instance, relaxed.prepared
    offices = {office.id: number for number, office in enumerate(instance.offices)}
    of_worker = np.array([offices[worker.office] for worker in instance.caseworkers], dtype=np.int64)
    drive = np.where(prepared.offered >= 0, relaxed.routes.lone, np.inf)
    nearest = drive.argmin(axis=1) if drive.shape[1] else np.zeros(len(drive), dtype=np.int64)
    possible = relaxed.facts.most > 0
    worker = prepared.offered[np.arange(len(drive)), nearest]
    of_session = np.where(possible, _of_sites(instance, of_worker[worker], possible), -1)
    order = np.lexsort((prepared.cost, prepared.client))
    client, first = np.unique(prepared.client[order], return_index=True)
    of_client = np.full(len(instance.clients), -1, dtype=np.int64)
    of_client[client] = of_session[prepared.session[order[first]]]
    _households_together(instance, of_client)
    cells = []
    for number in range(len(offices)):
        sessions = np.flatnonzero(of_session == number)
        if len(sessions) >= LEAST_SESSIONS:
            clients, workers = np.flatnonzero(of_client == number), np.flatnonzero(of_worker == number)
            cells.append(Cell(clients, workers, _part(instance, sessions, clients, workers)))
    return cells


def _of_sites(instance: Instance, office: Ints, possible: Mask) -> Ints:
    """Per session: the office to which most sessions of its site are nearest, since what is agreed holds for sites."""
    site = np.array([instance.site_columns[session.site] for session in instance.sessions], dtype=np.int64)
    votes = np.zeros((len(instance.sites), len(instance.offices)), dtype=np.int64)
    np.add.at(votes, (site[possible], office[possible]), 1)
    return np.asarray(votes.argmax(axis=1)[site])


def _households_together(instance: Instance, of_client: Ints) -> None:
    rows = instance.client_rows
    for members in instance.households.values():
        here = [rows[name] for name in members]
        of_client[here] = of_client[here[0]]


def _part(instance: Instance, sessions: Ints, clients: Ints, workers: Ints) -> Instance:
    chosen = tuple(instance.sessions[s] for s in sessions.tolist())
    names = {session.id for session in chosen}
    people = tuple(instance.clients[c] for c in clients.tolist())
    own = {client.caseworker for client in people}
    staff = [instance.caseworkers[w] for w in workers.tolist()]
    known = {worker.id for worker in staff}
    away = [w.replace(max_duties=0) for w in instance.caseworkers if w.id in own and w.id not in known]
    most = instance.rules.max_sessions
    pins, ids = instance.pins, {client.id for client in people}
    used = {session.site for session in chosen}
    return instance.replace(
        sessions=chosen,
        clients=people,
        caseworkers=(*staff, *away),
        rules=instance.rules.replace(
            max_sessions=None if most is None else most * len(chosen) // len(instance.sessions)
        ),
        sites=tuple(site if site.id in used else site.replace(min_sessions=0) for site in instance.sites),
        pins=pins.replace(
            duties=tuple(pin for pin in pins.duties if pin.session in names and pin.caseworker in known),
            appointments=tuple(
                pin
                for pin in pins.appointments
                if pin.session in names and pin.client in ids and pin.caseworker in known
            ),
        ),
        published=tuple(appointment for appointment in instance.published if appointment.client in ids),
    )


def planned(instance: Instance, seconds: float) -> Planned | None:
    """Plan a cell within seconds."""
    begin = time.monotonic()
    relaxed = relax(instance)
    made = construct(relaxed, until=begin + seconds)
    if made is None:
        return None
    at, column = np.nonzero(relaxed.prepared.offered >= 0)
    who = relaxed.prepared.offered[at, column]
    duties = {
        (instance.sessions[s].id, instance.caseworkers[w].id): price
        for s, w, price in zip(at.tolist(), who.tolist(), made.point.duties[at, column].tolist(), strict=True)
    }
    return Planned(made.schedule, Priced(made.point.clients, duties, made.point.workers))


def together(relaxed: Relaxed, start: Point, found: list[tuple[Cell, Planned]]) -> tuple[Schedule, Point]:
    """All plans as one, which no rule is asked about, and all prices, as far as there are any."""
    instance = relaxed.instance
    clients, duties, workers = start.clients.copy(), start.duties.copy(), start.workers.copy()
    rows = {session.id: s for s, session in enumerate(instance.sessions)}
    columns = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    place = np.full(relaxed.facts.duty.shape, -1, dtype=np.int64)
    at, column = np.nonzero(relaxed.prepared.offered >= 0)
    place[at, relaxed.prepared.offered[at, column]] = column
    for cell, plan in found:
        clients[cell.clients] = plan.prices.clients
        workers[cell.workers] = plan.prices.workers[: len(cell.workers)]
        for (session, worker), price in plan.prices.duties.items():
            s, w = rows[session], columns[worker]
            if place[s, w] >= 0:
                duties[s, place[s, w]] = price
    schedule = Schedule(
        duties=tuple(duty for _, plan in found for duty in plan.schedule.duties),
        appointments=tuple(a for _, plan in found for a in plan.schedule.appointments),
    )
    return schedule, Point(clients, duties, workers)
