"""Moves and exchanges that may overfill a session for a price, and do not go back at once: for tight problems.

References
----------
F. Glover, Tabu search and adaptive memory programming (1997); strategic oscillation around what is feasible.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.solver.location.plan import FAR, Plan, cost_of, moved
from outreach_optimizer.solver.location.problem import Location

TENURE = 8
"""Steps for which a client does not go back, at least; as many more at random."""
MOST_STEPS = 200
MOST_CELLS = 4_000_000
"""Steps times clients times clients and sessions."""
MOST_CODED = 40_000_000
"""The same by machine code."""
OSCILLATION = 1.3
"""Factor of the price of overfilling, after each step in which there is some, or none."""


class _State(NamedTuple):
    """Session of each client, slots filled and guests of each session."""

    at: Ints
    filled: Floats
    guests: Ints


def oscillated(problem: Location, table: Floats, plan: Plan, *, steps: int, coded: bool = False) -> Plan:
    """The best plan on the way from a plan, by machine code or not."""
    rng = np.random.default_rng(0)
    costs = np.minimum(table, FAR)
    number = len(problem.room)
    at = plan.session.copy()
    filled = np.bincount(at, weights=problem.slots, minlength=number).astype(np.float64)
    state = _State(at, filled, np.bincount(at, minlength=number))
    price = float(np.median(costs[costs < FAR])) / max(1.0, float(np.median(problem.slots)))
    banned = np.zeros(table.shape, dtype=np.int64)
    if coded:
        return _coded(problem, costs, plan, _Walk(state, banned, TENURE + rng.integers(TENURE, size=(steps, 2)), price))
    best = plan
    for step in range(steps):
        moves = _moves(problem, costs, state, price)
        swaps = _swaps(problem, costs, state, price)
        moves[banned > step] = np.inf
        there = banned[:, state.at] > step
        swaps[there | there.T] = np.inf
        move, swap = int(moves.argmin()), int(swaps.argmin())
        if moves.flat[move] <= swaps.flat[swap]:
            changed: tuple[tuple[int, int], ...] = (divmod(move, number),)
        else:
            c, d = divmod(swap, len(state.at))
            changed = ((c, int(state.at[d])), (d, int(state.at[c])))
        for c, s in changed:
            banned[c, state.at[c]] = step + TENURE + int(rng.integers(TENURE))
            _put(problem, state, c, s)
        over = bool((state.filled > problem.room).any())
        price = price * OSCILLATION if over else price / OSCILLATION
        if not over and (state.guests > 0).sum() <= problem.most:
            cost = cost_of(problem, table, state.at)
            if cost < best.cost:
                best = Plan(cost, state.at.copy())
    return best


class _Walk(NamedTuple):
    """Where everybody is, until when nobody goes back, for how long two are kept away after each step; first price."""

    state: _State
    banned: Ints
    tenures: Ints
    price: float


def _coded(problem: Location, costs: Floats, plan: Plan, walk: _Walk) -> Plan:
    from outreach_optimizer.solver.location.oscillation import Facts, State, oscillate  # noqa: PLC0415 - loads numba

    facts = Facts(costs, problem.slots, problem.room, problem.setup, problem.most, FAR)
    state = State(walk.state.at, plan.session.copy(), walk.state.filled, walk.state.guests, walk.banned)
    cost = oscillate(facts, state, walk.tenures, walk.price, OSCILLATION, min(plan.cost, FAR))
    return Plan(cost, state.best) if cost < min(plan.cost, FAR) else plan


def tried(problem: Location, table: Floats, taken: Mask, slot_price: Floats, *, coded: bool = False) -> Plan | None:
    """A plan that begins with everybody at the cheapest of some sessions, overfilled or not; None if none is found."""
    sites = np.flatnonzero(taken)
    if not len(sites):
        return None
    at = sites[(table[:, sites] + slot_price[sites] * problem.slots[:, None]).argmin(axis=1)]
    found = wandered(problem, table, Plan(np.inf, at), coded=coded)
    return found if np.isfinite(found.cost) else None


def wandered(problem: Location, table: Floats, plan: Plan, *, coded: bool) -> Plan:
    """The best plan on the way from one; machine code then also lets groups move as a whole, as long as that helps."""
    clients, sessions = table.shape
    steps = min(MOST_STEPS, (MOST_CODED if coded else MOST_CELLS) // (clients * (clients + sessions)))
    found = oscillated(problem, table, plan, steps=steps, coded=coded)
    while coded and np.isfinite(found.cost):
        used, group = np.unique(found.session, return_inverse=True)
        session = moved(problem, table, used, group)[group]
        together = Plan(cost_of(problem, table, session), session)
        if together.cost >= found.cost:
            break
        found = oscillated(problem, table, together, steps=steps, coded=True)
    return found


def _put(problem: Location, state: _State, c: int, s: int) -> None:
    before = state.at[c]
    for site, sign in ((before, -1), (s, 1)):
        state.filled[site] += sign * problem.slots[c]
        state.guests[site] += sign
    state.at[c] = s


def _moves(problem: Location, costs: Floats, state: _State, price: float) -> Floats:
    """Clients × sessions: what it costs more if the client goes there."""
    here, slots, spare = np.arange(len(state.at)), problem.slots, problem.room - state.filled
    over = np.maximum(0.0, -spare)
    entering = np.maximum(0.0, slots[:, None] - spare[None, :]) - over[None, :]
    leaving = np.maximum(0.0, -spare[state.at] - slots) - over[state.at]
    change = costs - costs[here, state.at][:, None] + price * (entering + leaving[:, None])
    full = (state.guests > 0).sum() >= problem.most
    change += np.where(state.guests == 0, problem.setup + (FAR if full else 0.0), 0.0)[None, :]
    change -= np.where(state.guests[state.at] == 1, problem.setup[state.at], 0.0)[:, None]
    change[here, state.at] = np.inf
    return np.asarray(change)


def _swaps(problem: Location, costs: Floats, state: _State, price: float) -> Floats:
    """Clients × clients: what it costs more if both exchange their sessions."""
    here, slots = np.arange(len(state.at)), problem.slots
    spare = (problem.room - state.filled)[state.at]
    gain = costs[:, state.at] - costs[here, state.at][:, None]
    # Row c, column d: in the session of d, c comes and d goes.
    excess = np.maximum(0.0, slots[:, None] - slots[None, :] - spare[None, :]) - np.maximum(0.0, -spare)[None, :]
    change = gain + price * excess
    change = change + change.T
    change[state.at[:, None] == state.at[None, :]] = np.inf
    return np.asarray(change)
