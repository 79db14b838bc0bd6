"""One session at given prices: who wants to come, and what the caseworkers cost."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.relaxation.amounts import Ints, Mask
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.relaxation.prices import Prices

NOBODY = -1


class Offer(NamedTuple):
    """One session at given prices. Guests who cost more than they bring are left out.

    Parameters
    ----------
    caseworkers
        Price of each who may be on duty.
    value
        Per guest: cost minus price, with the own caseworker present.
    slots
        Per guest.
    own
        Per guest: position of the own caseworker whose absence costs ``other``, or -1.
    tied
        Per guest: position of the only caseworker able to meet them, or -1.
    need
        Per guest: row of ``able``.
    able
        Kinds of need × caseworkers.
    other
        Cost of meeting another caseworker.
    least, most
        Sizes of the crew.
    room
        Slots that guests may fill, by size of the crew.
    seats
        Slots that can be spent with one caseworker.
    """

    caseworkers: Ints
    value: Ints
    slots: Ints
    own: Ints
    tied: Ints
    need: Ints
    able: Mask
    other: int
    least: int
    most: int
    room: Ints
    seats: int


def offer_of(facts: Facts, prices: Prices, s: int) -> Offer:
    """One session at given prices."""
    crew = np.flatnonzero(facts.duty[s])
    position = np.full(facts.duty.shape[1] + 1, NOBODY, dtype=np.int64)
    position[crew] = np.arange(len(crew))
    pairs = slice(int(facts.pairs.start[s]), int(facts.pairs.start[s + 1]))
    clients = facts.pairs.client[pairs]
    value = facts.pairs.cost[pairs] - prices.clients[clients]
    wanted = np.flatnonzero(value < 0)
    clients, own = clients[wanted], facts.own[clients[wanted]]
    at = position[own]  # nobody is -1: the last entry, which says nobody again
    value = value[wanted] + np.where((own != NOBODY) & (at == NOBODY), facts.other, 0)
    kept = value < 0
    needs, need = np.unique(facts.need[clients[kept]], return_inverse=True)
    able = facts.able[np.ix_(needs, crew)]
    only = np.where(able.sum(axis=1) == 1, np.argmax(able, axis=1), NOBODY)
    return Offer(
        caseworkers=prices.duties[s, crew] + prices.caseworkers[crew] + prices.balance[crew],
        value=value[kept],
        slots=facts.slots[clients[kept]],
        own=at[kept],
        tied=only[need],
        need=need,
        able=able,
        other=facts.other,
        least=int(facts.least[s]),
        most=int(facts.most[s]),
        room=facts.guests[s],
        seats=int(facts.seats[s]),
    )
