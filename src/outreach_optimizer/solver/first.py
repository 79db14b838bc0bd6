"""A part of the problem, small enough to be solved at once, whose plan is a first plan of the whole."""

import time

import numpy as np

from outreach_optimizer.fields import ClientId, SessionId
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.solver.effort import Effort
from outreach_optimizer.solver.plans import Accepted, accepted
from outreach_optimizer.solver.rounds import attempts, search
from outreach_optimizer.travel import UNKNOWN, client_ways

LARGEST = 2_000_000
"""Clients times sessions of a part that is no small one any more; its model would take gigabytes."""


def owed_part(instance: Instance) -> Instance:
    """Only what is pinned, and for each site that owes sessions a few of them with the clients who live nearest.

    The empty plan would break these rules. Sessions are spread over the period, three for each that is owed; clients
    are four times as many as these sessions need at least.
    """
    sessions: set[SessionId] = {pin.session for pin in instance.pins.duties}
    sessions |= {pin.session for pin in instance.pins.appointments}
    clients: set[ClientId] = {pin.client for pin in instance.pins.appointments}
    rules, ways = instance.rules, client_ways(instance).milli_min
    for column, site in enumerate(instance.sites):
        owed = site.min_sessions if site.status in rules.held_statuses else 0
        offers = sorted((s.date, s.id) for s in instance.sessions if s.site == site.id)
        chosen = np.linspace(0, max(0, len(offers) - 1), num=min(len(offers), 3 * owed)).round()
        sessions |= {offers[int(position)][1] for position in chosen}
        near = sorted(
            (int(way), client.id)
            for way, client in zip(ways[:, column], instance.clients, strict=True)
            if way != UNKNOWN
        )
        clients |= {client for _, client in near[: 4 * owed * max(1, rules.min_load)]}
    houses = {instance.client_by_id[client].household for client in clients} - {None}
    return instance.replace(
        sessions=tuple(session for session in instance.sessions if session.id in sessions),
        clients=tuple(c for c in instance.clients if c.id in clients or c.household in houses),
    )


def first_plan(instance: Instance, effort: Effort, *, time_limit_s: float) -> Accepted | None:
    """A plan to fall back on: the best one of a small part of the problem, if the rules accept it for the whole."""
    small = owed_part(instance)
    if len(small.clients) * len(small.sessions) > LARGEST:
        return None
    part = build(small)
    begin = time.monotonic()
    attempt = attempts(part, effort._replace(begin=begin, on_progress=None), None, until_s=time_limit_s)
    found = search(part, attempt, None, effort.seed)
    return accepted(instance, found.best.schedule) if found.best else None
