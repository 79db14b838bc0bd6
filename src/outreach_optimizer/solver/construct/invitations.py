"""All guests anew for the crews of a plan, by an exact solver: no bids, and no part of a plan that others hem in.

With the crews given, guests are a transportation problem but for seats: a minimum-cost flow solves it within
milliseconds, and its prices leave out most invitations. What is left is a small problem in whole numbers, in which each
caseworker has so many seats, and whoever wants to meet the own one takes a seat there or else pays. Sessions that
cannot be seated all the same, because of hours and breaks, give conditions of which the solver did not know.
"""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow

from outreach_optimizer.errors import CheckError
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.variables import Promise
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.coarse import Run
from outreach_optimizer.solver.construct.draft import crew_of
from outreach_optimizer.solver.construct.parties import Parties, costs_with, parties_of
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.solver.linear import Rows
from outreach_optimizer.solver.mip import true_variables
from outreach_optimizer.solver.plans import Accepted, better
from outreach_optimizer.solver.result import Status
from outreach_optimizer.solver.seated import HURRIED_EFFORT, seat_all
from outreach_optimizer.solver.seating import Guests, conflict

UNIT = 1000
"""Millionths of a minute in which a flow counts."""
DEARER = 20e6
"""Invitations that cost so much more than the best flow are left out; millionths of a minute."""
PER_PARTY = 16
"""And all but the best ones, so many for each party."""
GAP = 3e-4
"""The solver may stop so near to its bound."""
ROUNDS = 2
"""Runs of the solver at most."""
LEAST_S = 2.0
"""With less time left, it is not asked again."""
FAR = 2**60
"""Price of what no way leads to, and cost that no plan has."""
MOST_LOOKS = 1000
"""Rounds in which prices of the flow are found; far more than there ever were."""


class _Flow(NamedTuple):
    """Options of held sessions, and how much dearer than the best flow each of them is."""

    option: Ints
    dearer: Ints


class _Column(NamedTuple):
    """A party in a session.

    Parameters
    ----------
    members
        Clients.
    seats
        Slots that have to be spent with one caseworker.
    promised
        Members who meet the own caseworker, with that one.
    """

    party: int
    session: int
    members: tuple[int, ...]
    cost: float
    seats: Mapping[int, int]
    promised: tuple[tuple[int, int], ...]


def invited(instance: Instance, known: Facts, best: Accepted, *, time_limit_s: float, seed: int) -> Accepted:
    """The best plan with the same crews that is found in time, or the plan itself.

    Pinned appointments stay only by chance: the checker refuses what moves one.
    """
    end, crew = time.monotonic() + time_limit_s, crew_of(instance, best.schedule)
    parties = parties_of(instance, known)
    cost = costs_with(parties, known, crew)
    flow = _flow(parties, cost, _room(known, crew))
    if flow is None:
        return best
    columns = _columns(parties, known, crew, cost, _likely(parties, flow))
    rows, prices = _rows(parties, known, crew, columns)
    for _ in range(ROUNDS):
        left_s = end - time.monotonic()
        if left_s < LEAST_S:
            break
        linear = rows.linear(prices, np.zeros(len(prices)), np.ones(len(prices)), 0.0)
        true = true_variables(linear, engine="HIGHS", gap=GAP, time_limit_s=left_s, stop=None)
        if true is None:
            break
        groups = _groups(crew, [columns[number] for number in sorted(true)])
        found = Run(Status.FEASIBLE, groups, FAR, None, interrupted=False)
        try:
            plan, failed = seat_all(instance, found, seed)
        except CheckError:  # a pinned guest is elsewhere, or a session has too few: nothing that was asked for
            break
        best = better(best, plan) or best
        if not failed:
            break
        for guests in failed:
            _forbid(rows, columns, conflict(instance, guests, seed, HURRIED_EFFORT) or guests)
    return best


def _room(known: Facts, crew: Mask) -> Ints:
    """Per session: slots for guests."""
    size = crew.sum(axis=1)
    return np.where(size > 0, known.guests[np.arange(len(size)), np.minimum(size, known.guests.shape[1] - 1)], 0)


def _flow(parties: Parties, cost: Floats, room: Ints) -> _Flow | None:
    """The cheapest way to fill the rooms where talks may be split; None if nobody can come."""
    party, session = parties.party, parties.session
    option = np.flatnonzero(np.isfinite(cost) & (room[session] > 0) & (cost < parties.out[party]))
    if not len(option):
        return None
    number, held = len(parties.slots), np.flatnonzero(room > 0)
    who, where, slots = party[option], session[option], parties.slots[party[option]]
    unit = np.round(cost[option] / slots / UNIT).astype(np.int64)
    out = np.round(parties.out / parties.slots / UNIT).astype(np.int64)
    sink = number + len(room)
    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(who, number + where, slots, unit)
    away = network.add_arcs_with_capacity_and_unit_cost(np.arange(number), np.full(number, sink), parties.slots, out)
    ends = network.add_arcs_with_capacity_and_unit_cost(
        number + held, np.full(len(held), sink), room[held], np.zeros(len(held), dtype=np.int64)
    )
    network.set_nodes_supplies(np.arange(number), parties.slots)
    network.set_node_supply(sink, -int(parties.slots.sum()))
    if network.solve() != network.OPTIMAL:
        return None
    flow = network.flows(arcs)
    price, pays = np.full(len(room), FAR), np.full(number, FAR)
    price[held[network.flows(ends) > 0]] = 0
    at_home = network.flows(away) > 0
    pays[at_home] = -out[at_home]
    some, full = flow > 0, flow == slots
    for _ in range(MOST_LOOKS):  # shortest ways in the residual network, from the sink
        before = price.copy(), pays.copy()
        np.minimum.at(price, where[~full], pays[who[~full]] + unit[~full])
        np.minimum.at(pays, who[some], price[where[some]] - unit[some])
        if (before[0] == price).all() and (before[1] == pays).all():
            break
    return _Flow(option, (unit + pays[who] - price[where]) * slots * UNIT)


def _likely(parties: Parties, flow: _Flow) -> Ints:
    """Options that cost little more than the best flow."""
    most = PER_PARTY * len(parties.slots)
    limit = min(DEARER, float(np.partition(flow.dearer, most)[most]) if len(flow.dearer) > most else DEARER)
    return flow.option[flow.dearer <= limit]


def _columns(parties: Parties, known: Facts, crew: Mask, cost: Floats, options: Ints) -> list[_Column]:
    columns, party = [], parties.party
    for option in options.tolist():
        p, s = int(party[option]), int(parties.session[option])
        members = tuple(c for c in parties.members[p].tolist() if c >= 0)
        on_duty = np.flatnonzero(crew[s])
        only: dict[int, int] = {}
        ties: dict[int, int] = {}
        promised = []
        for c in members:
            able = on_duty[known.able[known.need[c], on_duty]]
            own = int(known.own[c])
            if len(able) == 1:
                only[int(able[0])] = only.get(int(able[0]), 0) + int(known.slots[c])
            elif own >= 0 and crew[s, own]:
                ties[own] = ties.get(own, 0) + int(known.slots[c])
                promised.append((c, own))
        seats = {w: only.get(w, 0) + ties.get(w, 0) for w in only | ties}
        columns.append(_Column(p, s, members, cost[option], seats, tuple(promised)))
        if promised:
            columns.append(_Column(p, s, members, cost[option] + len(promised) * known.other, only, ()))
    return columns


def _rows(parties: Parties, known: Facts, crew: Mask, columns: Sequence[_Column]) -> tuple[Rows, Floats]:
    """Everybody at most once, no session beyond its room, nobody on duty beyond the seats; and the prices."""
    rows, room = Rows(), _room(known, crew)
    of_party: dict[int, dict[int, int]] = {}
    of_session: dict[int, dict[int, int]] = {}
    of_worker: dict[tuple[int, int], dict[int, int]] = {}
    for number, column in enumerate(columns):
        of_party.setdefault(column.party, {})[number] = 1
        of_session.setdefault(column.session, {})[number] = int(parties.slots[column.party])
        for w, slots in column.seats.items():
            of_worker.setdefault((column.session, w), {})[number] = slots
    for terms in of_party.values():
        rows.add(terms, -np.inf, 1)
    for s, terms in of_session.items():
        rows.add(terms, -np.inf, int(room[s]))
    for (s, _), terms in of_worker.items():
        rows.add(terms, -np.inf, int(known.seats[s]))
    prices = [(column.cost - parties.out[column.party]) / 1e6 for column in columns]
    return rows, np.array(prices, dtype=np.float64)


def _groups(crew: Mask, chosen: Sequence[_Column]) -> tuple[Guests, ...]:
    """Guests of each session, and the own caseworkers whom they are to meet."""
    clients: dict[int, list[int]] = {s: [] for s in np.flatnonzero(crew.any(axis=1)).tolist()}
    promises: dict[int, list[Promise]] = {s: [] for s in clients}
    for column in chosen:
        clients[column.session] += column.members
        promises[column.session] += [Promise(c, column.session, own, None) for c, own in column.promised]
    return tuple(
        Guests(s, tuple(np.flatnonzero(crew[s]).tolist()), tuple(sorted(clients[s])), tuple(promises[s]))
        for s in clients
    )


def _forbid(rows: Rows, columns: Sequence[_Column], core: Guests) -> None:
    """Not all of these guests together, or not with all of these promises."""
    those = {
        number: column.party
        for number, column in enumerate(columns)
        if column.session == core.s and _is_of(column, core)
    }
    rows.add(dict.fromkeys(those, 1), -np.inf, len(set(those.values())) - 1)


def _is_of(column: _Column, core: Guests) -> bool:
    """Whether a column has guests of a conflict, with their promises."""
    wanted = {promise.c for promise in core.promises}
    here = set(column.members) & set(core.clients)
    return bool(here) and here & wanted <= {c for c, _ in column.promised}
