"""Crews of sessions that are held: a minimum-cost flow of duties, by what each further caseworker is worth."""

from typing import NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation import months
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.construct.tours import Lone
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

OWED = 1e12
"""Worth of a caseworker without whom a session is not held; millionths of a minute."""


class Limits(NamedTuple):
    """Days and limits of the caseworkers, and the sizes of crews.

    Parameters
    ----------
    day
        Per session: number of its date.
    duties
        Per caseworker: sessions in the period at the most.
    minutes
        Per caseworker: minutes away at the most.
    least, most
        Per session.
    site
        Per session: number of its site.
    owed
        Per site: sessions at the least.
    """

    day: Ints
    duties: Ints
    minutes: Ints
    least: Ints
    most: Ints
    site: Ints
    owed: Ints


def limits_of(instance: Instance, known: Facts) -> Limits:
    """Limits of an instance; without a limit, a number that is never reached."""
    dates = sorted({session.date for session in instance.sessions})
    place = {date: number for number, date in enumerate(dates)}
    agreed = months.limits_of(instance)
    return Limits(
        day=np.array([place[session.date] for session in instance.sessions], dtype=np.int64),
        duties=np.minimum(agreed.duties, len(instance.sessions)),
        minutes=agreed.minutes,
        least=known.least,
        most=known.most,
        site=np.array([instance.site_columns[session.site] for session in instance.sessions], dtype=np.int64),
        owed=np.array(
            [site.min_sessions if site.status in instance.rules.held_statuses else 0 for site in instance.sites],
            dtype=np.int64,
        ),
    )


def staff(limits: Limits, lone: Lone, held: Mask, gain: Floats, worth: Floats) -> Mask:
    """Everybody in at most one session a day. Sessions that stay too small keep nobody.

    Parameters
    ----------
    held
        Per session.
    gain
        Sessions × caseworkers: what it is worth that just this one is on duty.
    worth
        Sessions × places: what the first, second … caseworker is worth, not rising.
    """
    held = held.copy()
    while True:
        crew = _flow(limits, lone, held, gain, worth)
        crew = _within_minutes(limits, lone, crew, gain)
        short = held & (crew.sum(axis=1) < limits.least)
        if not short.any():
            return crew
        # Some are given up, and their crews help the others: a few at a time, where a site has sessions to spare.
        spare = np.bincount(limits.site[held], minlength=len(limits.owed)) > limits.owed
        given_up = np.flatnonzero(short & spare[limits.site])
        given_up = given_up if len(given_up) else np.flatnonzero(short)
        lack = (limits.least - crew.sum(axis=1))[given_up]
        worst = given_up[np.argsort(-lack, kind="stable")]
        _, one_each = np.unique(limits.site[worst], return_index=True)
        held[worst[np.sort(one_each)[: 1 + len(worst) // 4]]] = False


def _flow(limits: Limits, lone: Lone, held: Mask, gain: Floats, worth: Floats) -> Mask:
    sessions, workers = lone.lawful.shape
    s, w = np.nonzero(lone.lawful & held[:, None])
    if not len(s):
        return np.zeros(lone.lawful.shape, dtype=np.bool_)
    days, day = np.unique(w * (int(limits.day.max()) + 1) + limits.day[s], return_inverse=True)
    who = days // (int(limits.day.max()) + 1)
    base, source = workers + len(days), workers + len(days) + sessions
    sink = source + 1
    rows = np.flatnonzero(held)
    places = [np.arange(limits.most[row]) for row in rows]
    at, rank = np.repeat(rows, [len(p) for p in places]), np.concatenate(places)
    scarce = np.bincount(limits.site[held], minlength=len(limits.owed)) <= limits.owed
    reward = worth[at, rank] + np.where(rank < limits.least[at], np.where(scarce[limits.site[at]], 2 * OWED, OWED), 0.0)
    tail = [np.full(workers, source), who, workers + day, base + at]
    head = [np.arange(workers), workers + np.arange(len(days)), base + s, np.full(len(at), sink)]
    capacity = [_duties(limits, lone), np.ones(len(days)), np.ones(len(s)), np.ones(len(at))]
    cost = [np.zeros(workers), np.zeros(len(days)), lone.cost[s, w] - gain[s, w], -reward]
    network = min_cost_flow.SimpleMinCostFlow()
    whole = (
        np.rint(np.concatenate(part)).astype(np.int64) for part in (tail, head, capacity, [x / 1000 for x in cost])
    )
    arcs = network.add_arcs_with_capacity_and_unit_cost(*whole)
    total = int(np.minimum(limits.duties, sessions).sum())
    idle = network.add_arc_with_capacity_and_unit_cost(source, sink, total, 0)
    network.set_node_supply(source, total)
    network.set_node_supply(sink, -total)
    crew = np.zeros(lone.lawful.shape, dtype=np.bool_)
    if network.solve() == network.OPTIMAL and idle >= 0:
        flows = network.flows(arcs)[workers + len(days) : workers + len(days) + len(s)] > 0
        crew[s[flows], w[flows]] = True
    return crew


def _duties(limits: Limits, lone: Lone) -> Ints:
    """Sessions that a caseworker can have: as agreed, and as far as the minutes go with the shortest tours."""
    shortest = np.where(lone.lawful, lone.away_min, 2**40).min(axis=0)
    return np.asarray(
        np.minimum(np.minimum(limits.duties, limits.minutes // np.maximum(1, shortest)), len(lone.lawful))
    )


def _within_minutes(limits: Limits, lone: Lone, crew: Mask, gain: Floats) -> Mask:
    """Give up what is worth least where somebody is away too long."""
    away = np.where(crew, lone.away_min, 0).sum(axis=0)
    size = crew.sum(axis=1)
    for w in np.flatnonzero(away > limits.minutes).tolist():
        mine = np.flatnonzero(crew[:, w])
        spare = size[mine] > limits.least[mine]
        order = np.lexsort((gain[mine, w] - lone.cost[mine, w], ~spare))
        for s in mine[order].tolist():
            if away[w] <= limits.minutes[w]:
                break
            crew[s, w] = False
            size[s] -= 1
            away[w] -= lone.away_min[s, w]
    return crew
