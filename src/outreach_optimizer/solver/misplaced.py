"""Which sessions of a plan are planned anew together, led by prices: where guests have places that cost too much.

At the prices of the relaxation every invitation and every duty has a regret. A plan costs more than the bound by about
the regrets of what it does, and a few sessions have most of that: their guests have better places elsewhere, which
others have taken or where nobody is on duty. So a piece grows from such sessions, by places that are good for their
guests and by those to which their crews could go.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.draft import crew_of
from outreach_optimizer.solver.dual.ascent import Relaxed, point_at
from outreach_optimizer.solver.dual.prepared import Floats, Ints
from outreach_optimizer.solver.dual.reduce import few_crews, quick_regret, regret
from outreach_optimizer.solver.neighborhoods import Ground

SESSIONS_PER_SEED = 8
"""Sessions of a piece for each one from which it grows."""
BY_CREW = 0.3
"""Part of the ways out of a session that somebody of the crew goes; guests go the others."""
SCALE = 5e6
"""Regret at which a place is taken e times less often than without any; millionths of a minute."""
ANYHOW = 0.2e6
"""So much regret everybody has at least who is drawn by regret; and a session five times as much."""
PLACES = 50
"""Places among which somebody's next one is drawn."""
TRIES = 8
"""Ways tried per session of a piece before it stays smaller."""


class Places(NamedTuple):
    """Sessions with the least regret for somebody, and how likely each is drawn."""

    sessions: Ints
    weights: Floats


class Guide(NamedTuple):
    """Where everybody should be, going by prices.

    Parameters
    ----------
    key
        Per pair: session times number of clients plus client; rising.
    regrets, costs
        Per pair: regret, and what the invitation costs at the prices if the client meets the own caseworker.
    own
        Per client: the own caseworker, or -1.
    other
        Cost of meeting another one.
    duties
        Sessions × caseworkers: price of a duty.
    fixed
        Per session: setup, less what the session costs at best.
    of_client, of_caseworker
        Their places.
    """

    key: Ints
    regrets: Floats
    costs: Floats
    own: Ints
    other: float
    duties: Floats
    fixed: Floats
    of_client: Sequence[Places]
    of_caseworker: Sequence[Places]

    def at(self, sessions: Ints, clients: Ints) -> Ints:
        """Rows of possible pairs."""
        return np.searchsorted(self.key, sessions * len(self.of_client) + clients)


def guide_of(relaxed: Relaxed, prices: Prices) -> Guide:
    """Regrets at these prices."""
    prepared, clients = relaxed.prepared, len(relaxed.instance.clients)
    point = point_at(relaxed, prices)
    found = quick_regret(relaxed, point, None) if few_crews(relaxed) else regret(relaxed, point)
    prices, known = found.prices, relaxed.facts
    rows, columns = np.nonzero(prepared.offered >= 0)
    key = prepared.session * clients + prepared.client
    order = np.argsort(key)
    return Guide(
        key[order],
        found.pairs[order],
        (known.pairs.cost - prices.clients[known.pairs.client])[order].astype(np.float64),
        known.own,
        float(known.other),
        (prices.duties + prices.caseworkers).astype(np.float64),
        known.setup + prices.budget - found.values,
        _places(prepared.client, prepared.session, found.pairs, clients),
        _places(prepared.offered[rows, columns], rows, found.duties[rows, columns], len(relaxed.limits)),
    )


def _places(who: Ints, session: Ints, regrets: Floats, number: int) -> tuple[Places, ...]:
    """The best places of each of a number of people."""
    order = np.lexsort((regrets, who))
    first = np.searchsorted(who[order], np.arange(number + 1))
    weights = np.exp(-np.maximum(0.0, regrets) / SCALE)
    best = [order[begin : min(end, begin + PLACES)] for begin, end in pairwise(first)]
    return tuple(Places(session[those], weights[those]) for those in best)


class Seated(NamedTuple):
    """Who is where in sessions of a plan that have guests.

    Parameters
    ----------
    regrets
        Per session: guests, with the regret of each.
    crews
        Per session: who is on duty.
    above
        Per session: what it costs more than at best at the prices. No less than nothing but for rounding, and in all no
        more than the plan costs above the bound.
    """

    regrets: Mapping[int, Mapping[int, float]]
    crews: Mapping[int, Sequence[int]]
    above: Mapping[int, float]


def misplaced(guide: Guide, ground: Ground, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:
    """Sessions whose guests would rather be elsewhere, and sessions where these and the crews would like to be."""
    free = frozenset(ground.sessions)
    plan = seated(guide, ground.instance, schedule, free)
    weights = {s: 5 * ANYHOW + max(0.0, above) for s, above in plan.above.items()}
    if not weights:
        return frozenset(luck.sample(sorted(free), min(size, len(free))))
    piece = dict.fromkeys(luck.choices(list(weights), list(weights.values()), k=max(1, size // SESSIONS_PER_SEED)))
    for _ in range(TRIES * size):
        if len(piece) >= size:
            break
        inside = [s for s in piece if s in weights]
        s = luck.choices(inside, [weights[s] for s in inside])[0]
        place = _drawn(_places_of_one(guide, plan, s, luck), free - piece.keys(), luck)
        if place is not None:
            piece[place] = None
    return frozenset(piece)


def seated(guide: Guide, instance: Instance, schedule: Schedule, free: Collection[int]) -> Seated:
    """The plan in the free sessions."""
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    c_of = {client.id: c for c, client in enumerate(instance.clients)}
    w_of = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    booked = [(s_of[a.session], c_of[a.client], w_of[a.caseworker]) for a in schedule.appointments]
    session, client, met = np.array([b for b in booked if b[0] in free], dtype=np.int64).reshape(-1, 3).T
    rows, crew = guide.at(session, client), crew_of(instance, schedule)
    regrets: dict[int, dict[int, float]] = {}
    for s, c, found in zip(session.tolist(), client.tolist(), guide.regrets[rows].tolist(), strict=True):
        regrets.setdefault(s, {})[c] = max(0.0, found)
    elsewhere = np.where((guide.own[client] >= 0) & (guide.own[client] != met), guide.other, 0.0)
    cost = np.bincount(session, guide.costs[rows] + elsewhere, len(crew)) + (guide.duties * crew).sum(axis=1)
    return Seated(
        regrets,
        crews={s: np.flatnonzero(crew[s]).tolist() for s in regrets},
        above={s: float(guide.fixed[s] + cost[s]) for s in regrets},
    )


def _places_of_one(guide: Guide, plan: Seated, s: int, luck: random.Random) -> Places:
    """Of somebody of the crew, or of a guest, most often one with much regret."""
    if luck.random() < BY_CREW:
        return guide.of_caseworker[luck.choice(plan.crews[s])]
    guests = plan.regrets[s]
    return guide.of_client[luck.choices(list(guests), [ANYHOW + found for found in guests.values()])[0]]


def _drawn(places: Places, free: Collection[int], luck: random.Random) -> int | None:
    """One of the free places; None if none of them is any good."""
    weights = {s: weight for s, weight in zip(*(part.tolist() for part in places), strict=True) if s in free}
    return luck.choices(list(weights), list(weights.values()))[0] if sum(weights.values()) > 0 else None
