"""Moves and exchanges that may overfill a session, as `tabu` makes them, as machine code.

Importing this module imports numba, which takes a quarter of a second.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.kernel import compiled
from outreach_optimizer.solver.dual.prepared import Floats, Ints


class Facts(NamedTuple):
    """Clients × sessions: cost, FAR where impossible; slots of clients; room and cost of sessions, how many may be."""

    costs: Floats
    slots: Floats
    room: Floats
    setup: Floats
    most: int
    far: float


class State(NamedTuple):
    """Session of each client, now and in the best plan; slots filled, guests; step until which a client stays away."""

    at: Ints
    best: Ints
    filled: Floats
    guests: Ints
    banned: Ints


@compiled
def oscillate(facts: Facts, state: State, tenures: Ints, price: float, factor: float, cost: float) -> float:
    """Steps from a plan, as many as there are pairs of tenures; the cost of the best plan, or what it was."""
    for step in range(len(tenures)):
        c, s, d = _move(facts, state, step, price)
        if c < 0:
            return cost
        here = state.at[c]
        _put(facts, state, c, s, step + tenures[step, 0])
        if d >= 0:
            _put(facts, state, d, here, step + tenures[step, 1])
        over, used, total = False, 0, 0.0
        for r in range(len(facts.room)):
            over = over or state.filled[r] > facts.room[r]
            if state.guests[r]:
                used += 1
                total += facts.setup[r]
        price = price * factor if over else price / factor
        if not over and used <= facts.most:
            for e in range(len(state.at)):
                total += facts.costs[e, state.at[e]]
            if total < cost:
                cost = total
                for e in range(len(state.at)):
                    state.best[e] = state.at[e]
    return cost


@compiled
def _move(facts: Facts, state: State, step: int, price: float) -> tuple[int, int, int]:
    """Client, session and whoever has to go to the client's, or -1: what costs least more; -1 first if nothing may."""
    least, move, used = np.inf, (-1, -1, -1), 0
    for s in range(len(facts.room)):
        used += state.guests[s] > 0
    for c in range(len(state.at)):
        here, slots = state.at[c], facts.slots[c]
        over = max(0.0, state.filled[here] - facts.room[here])
        leaving = max(0.0, state.filled[here] - facts.room[here] - slots) - over
        leaves = price * leaving - facts.costs[c, here]
        if state.guests[here] == 1:
            leaves -= facts.setup[here]
        for s in range(len(facts.room)):
            excess = state.filled[s] - facts.room[s]
            change = leaves + facts.costs[c, s] + price * (max(0.0, excess + slots) - max(0.0, excess))
            if change < least and s != here and state.banned[c, s] <= step:
                if state.guests[s] == 0:
                    change += facts.setup[s] + (facts.far if used >= facts.most else 0.0)
                if change < least:
                    least, move = change, (c, s, -1)
        for d in range(c + 1, len(state.at)):
            there = state.at[d]
            if there != here and state.banned[c, there] <= step and state.banned[d, here] <= step:
                change = facts.costs[c, there] - facts.costs[c, here] + facts.costs[d, here] - facts.costs[d, there]
                more, excess = slots - facts.slots[d], state.filled[there] - facts.room[there]
                change += price * (max(0.0, excess + more) - max(0.0, excess))
                excess = state.filled[here] - facts.room[here]
                change += price * (max(0.0, excess - more) - max(0.0, excess))
                if change < least:
                    least, move = change, (c, there, d)
    return move


@compiled
def _put(facts: Facts, state: State, c: int, s: int, until: int) -> None:
    """A client goes to a session, and not back before a step."""
    here = state.at[c]
    state.banned[c, here] = until
    state.filled[here] -= facts.slots[c]
    state.guests[here] -= 1
    state.filled[s] += facts.slots[c]
    state.guests[s] += 1
    state.at[c] = s
