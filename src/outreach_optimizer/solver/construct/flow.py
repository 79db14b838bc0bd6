"""A minimum-cost flow of slots from parties through lanes to sessions."""

from typing import NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow

from outreach_optimizer.solver.construct.lanes import Lanes
from outreach_optimizer.solver.construct.offers import NO_CHOICE, Market, Offers
from outreach_optimizer.solver.dual.prepared import Ints

OWED_MILLI = 2_000_000
"""Worth of a slot that has to be filled; thousandths of a minute."""
MILLI = 1000
"""Costs of the flow are thousandths of a minute: its potentials grow with the number of nodes."""


class Shares(NamedTuple):
    """Slots of each offer, and those of them with another caseworker although the own one is on duty."""

    all: Ints
    away: Ints


def through_lanes(offers: Offers, lanes: Lanes, shares: Shares) -> Ints:
    """Slots that flow through each lane."""
    through = np.zeros(len(lanes.room), dtype=np.int64)
    entered, aside = offers.lane >= 0, offers.other >= 0
    np.add.at(through, offers.lane[entered], (shares.all - shares.away)[entered])
    np.add.at(through, offers.other[aside], shares.away[aside])
    for level in lanes.levels:
        np.add.at(through, lanes.parent[level], through[level])
    return through


def flow(market: Market, offers: Offers, supply: Ints) -> Shares:
    """Slots that flow along each offer; ``supply`` says how many each party needs."""
    parties, known, lanes, room, _, owed = market
    sessions, number, slots = len(room), len(parties.slots), parties.slots
    over = np.flatnonzero(offers.other != NO_CHOICE)
    sink = number + sessions + len(lanes.room)
    party = offers.party

    def into(lane: Ints, session: Ints) -> Ints:
        return np.where(lane >= 0, number + sessions + lane, number + session)

    per_slot = np.rint(offers.cost / slots[party] / MILLI).astype(np.int64)
    tail = (
        party,
        party[over],
        number + sessions + np.arange(len(lanes.room)),
        number + np.arange(sessions),
        number + np.arange(sessions),
        np.arange(number),
    )
    head = (
        into(offers.lane, offers.session),
        into(offers.other[over], offers.session[over]),
        into(lanes.parent, lanes.session),
        np.full(sessions, sink),
        np.full(sessions, sink),
        np.full(number, sink),
    )
    capacity = (
        slots[party],
        slots[party[over]],
        lanes.room,
        np.minimum(owed, room),
        room - np.minimum(owed, room),
        supply,
    )
    cost = (
        per_slot,
        per_slot[over] + known.other // MILLI // slots[party[over]],
        np.zeros(len(lanes.room)),
        np.full(sessions, -OWED_MILLI),
        np.zeros(sessions),
        parties.out // slots // MILLI,
    )
    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        *(np.concatenate(part).astype(np.int64) for part in (tail, head, capacity, cost))
    )
    network.set_nodes_supplies(np.arange(number), supply)
    network.set_node_supply(sink, -int(supply.sum()))
    if network.solve() != network.OPTIMAL:
        return Shares(np.zeros(len(party), dtype=np.int64), np.zeros(len(party), dtype=np.int64))
    flows = network.flows(arcs)
    shares = flows[: len(party)].copy()
    away = np.zeros(len(party), dtype=np.int64)
    away[over] = flows[len(party) : len(party) + len(over)]
    return Shares(shares + away, away)
