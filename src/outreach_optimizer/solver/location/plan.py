"""Plans of a location problem from the sessions that its relaxation holds: greedy, then moves and exchanges."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.solver.location.problem import Location, Node, View, roomy

ROUNDS = 30
MOST_MOVES = 300
FAR = 1e15
"""Instead of infinite costs where they are multiplied by 0."""


class Plan(NamedTuple):
    """Session of each client, and what the plan costs, millionths of a minute."""

    cost: float
    session: Ints


def table_of(problem: Location) -> Floats:
    """Clients × sessions: cost, infinite where impossible."""
    table = np.full((len(problem.slots), len(problem.room)), np.inf)
    table[problem.client, problem.session] = problem.cost
    return table


def plan_from(problem: Location, table: Floats, taken: Mask, slot_price: Floats | None = None) -> Plan | None:
    """A plan that holds some sessions, or others near them; None if none is found.

    Parameters
    ----------
    slot_price
        Per session: what a slot is worth, which keeps people away where many want to come; 0 by default.
    """
    if roomy(problem):
        return _interchanged(problem, table, taken)
    sites, price = np.flatnonzero(taken), np.zeros(len(taken)) if slot_price is None else slot_price
    best: Plan | None = None
    if len(sites) > problem.most:
        return None
    for _ in range(ROUNDS):
        at = _seated(problem, table[:, sites] + price[sites] * problem.slots[:, None], problem.room[sites])
        if at is None:
            sites = _one_more(problem, sites) if best is None else sites[:0]
            if not len(sites):
                break
            continue
        at = _exchanged(problem, table[:, sites], problem.room[sites], at)
        session = sites[at]
        cost = cost_of(problem, table, session)
        if best is not None and cost >= best.cost:
            break
        best = Plan(cost, session)
        sites = np.unique(moved(problem, table, sites, at)[at])
    return best


def _one_more(problem: Location, sites: Ints) -> Ints:
    """The session with the cheapest slots besides; nothing if there are too many already."""
    ratio = problem.setup / np.maximum(problem.room, 1.0)
    ratio[sites] = np.inf
    ratio[np.setdiff1d(np.arange(len(ratio)), problem.session)] = np.inf
    s = int(ratio.argmin())
    return sites[:0] if len(sites) >= problem.most or np.isinf(ratio[s]) else np.append(sites, s)


def _interchanged(problem: Location, table: Floats, taken: Mask) -> Plan | None:
    """Everybody goes to the cheapest session that is held; one is exchanged for another as long as that is cheaper.

    References
    ----------
    R. Whitaker, INFOR 21 (1983) 95-108: all exchanges at once, by the best and the second best session of everybody.
    """
    sites = np.flatnonzero(taken)[: problem.most]
    if not len(sites) or not np.isfinite(table[:, sites].min(axis=1)).all():
        return None
    possible = np.isin(np.arange(len(taken)), problem.session)
    for _ in range(MOST_MOVES):
        costs = table[:, sites]
        at = costs.argmin(axis=1)
        first = costs[np.arange(len(at)), at]
        second = np.partition(costs, 1, axis=1)[:, 1] if len(sites) > 1 else np.full(len(at), np.inf)
        group = (at == np.arange(len(sites))[:, None]).astype(np.float64)
        with_new = np.minimum(table, first[:, None])
        without = np.minimum(table, np.minimum(second, FAR)[:, None])
        change = (with_new.sum(axis=0) - first.sum())[None, :] + group @ (without - with_new)
        change += problem.setup[None, :] - problem.setup[sites][:, None]
        change[:, ~possible] = np.inf
        change[:, sites] = np.inf
        gone, new = divmod(int(change.argmin()), len(possible))
        if change[gone, new] >= -1:
            break
        sites[gone] = new
    session = sites[table[:, sites].argmin(axis=1)]
    return Plan(cost_of(problem, table, session), session)


def better(one: Plan | None, other: Plan | None) -> Plan | None:
    """The cheaper one, the first if they cost the same."""
    if one is None or other is None:
        return one or other
    return other if other.cost < one.cost else one


def plan_of(problem: Location, table: Floats, session: Ints) -> Plan | None:
    """Who goes where, as a plan; None if somebody goes nowhere or a limit is broken."""
    if (session < 0).any() or len(np.unique(session)) > problem.most:
        return None
    filled = np.bincount(session, weights=problem.slots, minlength=len(problem.room))
    return None if (filled > problem.room).any() else Plan(cost_of(problem, table, session), session)


def plan_with(problem: Location, table: Floats, pairs: Ints) -> Plan | None:
    """The plan of one pair per client; None if somebody has none or a limit is broken."""
    session = np.full(len(problem.slots), -1, dtype=np.int64)
    session[problem.client[pairs]] = problem.session[pairs]
    return plan_of(problem, table, session)


def plan_if_once(problem: Location, table: Floats, pairs: Ints) -> Plan | None:
    """The plan of these pairs, if they are one of each client."""
    once = len(pairs) == len(problem.slots) == len(np.unique(problem.client[pairs]))
    return plan_with(problem, table, pairs) if once else None


def plan_at(problem: Location, node: Node, table: Floats, here: View) -> Plan | None:
    """What the sessions choose if that is a plan already; else one that begins with pairs of the node only."""
    some = (here.amount > 0) & here.taken[problem.session[here.wanted]]
    comes = here.wanted[some]
    once = len(comes) == len(problem.slots) == len(np.unique(problem.client[comes]))
    if once and (here.amount[some] == 1).all() and here.taken.sum() <= problem.most:
        session = np.empty(len(comes), dtype=np.int64)
        session[problem.client[comes]] = problem.session[comes]
        return Plan(cost_of(problem, table, session), session)
    inside = np.full(table.shape, np.inf)
    inside[problem.client[node.pairs], problem.session[node.pairs]] = problem.cost[node.pairs]
    sites = np.flatnonzero(here.taken)
    if not 0 < len(sites) <= problem.most:
        return None
    at = _seated(problem, inside[:, sites] + here.slot_price[sites] * problem.slots[:, None], problem.room[sites])
    if at is None or not np.isfinite(inside[np.arange(len(at)), sites[at]]).all():
        return None
    session = sites[_exchanged(problem, table[:, sites], problem.room[sites], at)]
    return Plan(cost_of(problem, table, session), session)


def cost_of(problem: Location, table: Floats, session: Ints) -> float:
    """Ways and set-up of a plan."""
    return float(table[np.arange(len(session)), session].sum() + problem.setup[np.unique(session)].sum())


def _seated(problem: Location, costs: Floats, room: Floats) -> Ints | None:
    """Whoever loses most if the best session were full goes first."""
    if not len(room):
        return None
    if (room >= problem.load).all():
        return np.asarray(costs.argmin(axis=1))
    left, at = room.copy(), np.full(len(costs), -1)
    open_costs = np.where(problem.slots[:, None] <= left[None, :], costs, np.inf)
    first, least, loss = _choice(open_costs, problem.slots)
    for _ in range(len(costs)):
        if np.isinf(least).any():
            return None
        c = int(loss.argmax())
        s = at[c] = int(first[c])
        left[s] -= problem.slots[c]
        loss[c] = -np.inf  # goes somewhere, so no longer looked at
        shut = np.flatnonzero((problem.slots > left[s]) & np.isfinite(open_costs[:, s]) & (at < 0))
        if len(shut):
            open_costs[shut, s] = np.inf
            first[shut], least[shut], loss[shut] = _choice(open_costs[shut], problem.slots[shut])
    return at


def _choice(costs: Floats, slots: Floats) -> tuple[Ints, Floats, Floats]:
    """Per client the cheapest session, its cost, and what is lost without it: most where nothing else is left."""
    first = costs.argmin(axis=1)
    least = costs[np.arange(len(costs)), first]
    second = np.partition(costs, 1, axis=1)[:, 1] if costs.shape[1] > 1 else np.full(len(costs), np.inf)
    with np.errstate(invalid="ignore"):  # infinite less infinite, where there is no session at all
        loss = second - least + 1e-9 * slots
    return first, least, np.where(np.isinf(second), 1e18 * slots, loss)


def _exchanged(problem: Location, costs: Floats, room: Floats, at: Ints) -> Ints:
    """Move one client or exchange two as long as that is cheaper."""
    if (room >= problem.load).all():
        return at
    at, slots, here = at.copy(), problem.slots, np.arange(len(at))
    left = room - np.bincount(at, weights=slots, minlength=len(room))
    for _ in range(MOST_MOVES):
        gain = costs - costs[here, at][:, None]
        moves = np.where(slots[:, None] <= left[None, :], gain, np.inf)
        moves[here, at] = 0.0
        there = gain[:, at]  # client × client: the first goes where the second is
        spare = left[at][None, :] + slots[None, :] - slots[:, None] >= 0
        swaps = np.where(spare & spare.T & (at[:, None] != at[None, :]), there + there.T, np.inf)
        move, swap = int(moves.argmin()), int(swaps.argmin())
        if min(moves.flat[move], swaps.flat[swap]) >= 0:
            break
        if moves.flat[move] <= swaps.flat[swap]:
            c, s = divmod(move, len(room))
            changed: tuple[tuple[int, int], ...] = ((c, s),)
        else:
            c, d = divmod(swap, len(at))
            changed = ((c, int(at[d])), (d, int(at[c])))
        for c, s in changed:
            left[at[c]] += slots[c]
            left[s] -= slots[c]
            at[c] = s
    return at


def moved(problem: Location, table: Floats, sites: Ints, at: Ints) -> Ints:
    """Each group of clients goes to the session that is best for all of it, if nobody else is there."""
    sites = sites.copy()
    used = np.zeros(len(problem.room), dtype=np.bool_)
    used[sites] = True
    for group in range(len(sites)):
        members = np.flatnonzero(at == group)
        if not len(members):
            continue
        total = table[members].sum(axis=0) + problem.setup
        free = (~used) & (problem.room >= problem.slots[members].sum())
        best = int(np.where(free, total, np.inf).argmin())
        if total[best] < total[sites[group]] and free[best]:
            used[sites[group]], used[best] = False, True
            sites[group] = best
    return sites
