"""Options that are worth a look at given prices, and the lanes that their guests take."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.construct.lanes import NO_LANE, Lanes
from outreach_optimizer.solver.construct.parties import Parties
from outreach_optimizer.solver.dual.prepared import Floats, Ints

NO_CHOICE = -2


class Market(NamedTuple):
    """Parties, and sessions with a crew.

    Parameters
    ----------
    room
        Per session: slots for guests.
    costs
        Per option, with this crew; infinite where it is impossible.
    owed
        Per session: slots that are filled whatever it costs.
    """

    parties: Parties
    known: Facts
    lanes: Lanes
    room: Ints
    costs: Floats
    owed: Ints


class Offers(NamedTuple):
    """Options that are worth a look, sorted by party.

    Parameters
    ----------
    lane
        First lane of each offer, or -1.
    other
        The lane if a soft client meets another caseworker although the own one is on duty; -2 where that is no choice.
    """

    position: Ints
    party: Ints
    session: Ints
    cost: Floats
    lane: Ints
    other: Ints


def offers_of(market: Market, price: Sequence[Floats], margin: float) -> Offers:
    """Options that are not so much dearer per slot than the best one at one of the guesses of prices."""
    parties, known, lanes, room, costs, _ = market
    party = parties.party
    usable = (costs < parties.out[party]) & (room[parties.session] > 0)
    near = np.zeros(len(party), dtype=np.bool_)
    for prices in price:
        here = np.where(usable, costs + prices[parties.session] * parties.slots[party], np.inf)
        least = np.minimum.reduceat(here, parties.start[:-1]) if len(here) else here
        near |= here <= least[party] + margin * parties.slots[party]
    good = np.flatnonzero(near & usable)
    session, first = parties.session[good], parties.members[party[good], 0]
    general = lanes.entry[known.need[first], session]
    own = known.own[first]
    mine = np.where(own >= 0, lanes.own[session, own], NO_LANE)
    return Offers(
        good,
        party[good],
        session,
        costs[good],
        lane=np.where(mine >= 0, mine, general),
        other=np.where((mine >= 0) & (mine != general), general, NO_CHOICE),
    )
