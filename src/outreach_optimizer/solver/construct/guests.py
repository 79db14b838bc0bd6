"""Guests of sessions whose crews are known: a flow for all, then one for single slots around the long talks."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.construct.flow import Shares, flow, through_lanes
from outreach_optimizer.solver.construct.lanes import Lanes
from outreach_optimizer.solver.construct.offers import Market, Offers, offers_of
from outreach_optimizer.solver.construct.parties import Parties
from outreach_optimizer.solver.construct.worth import Worth, slot_worth
from outreach_optimizer.solver.dual.prepared import Floats, Ints

NOWHERE = -1
CLOSE = 20e6
"""Reduced cost of options of a single slot that are looked at once prices are known; millionths of a minute."""
PRICINGS = 1
"""Times that options which were left out are looked at again, at the prices that were found."""
NOTABLE = 2e6
"""Gain that counts, millionths of a minute."""
FEW = 0.01
"""Part of the parties that may overlook a notable gain."""


class Guests(NamedTuple):
    """Where everybody is invited.

    Parameters
    ----------
    option
        Per party: position of the option, or -1.
    worth
        What one more slot is worth.
    cost
        Of all invitations, and of those who are not invited.
    """

    option: Ints
    worth: Worth
    cost: float


class Left(NamedTuple):
    """Where everybody is so far, and the slots that are left in sessions and lanes; changed in place."""

    option: Ints
    room: Ints
    lanes: Ints


def invite(market: Market, price: Sequence[Floats], margin: float) -> Guests:
    """Fill the room of the sessions at least cost.

    Parameters
    ----------
    price
        Per session: what a slot is about worth; several guesses.
    margin
        Options that are so much dearer per slot than the best one, at each guess, are left out.
    """
    guesses = list(price)
    while True:
        offers = offers_of(market, guesses, margin)
        shares = flow(market, offers, market.parties.slots)
        worth = slot_worth(market, offers, shares)
        if len(guesses) == len(price) + PRICINGS or not _overlooked(market, offers, worth):
            break
        guesses.append(worth.session)
    left = _long(market, offers, shares)
    single = _single(market.parties, offers, worth)
    filled = np.maximum(0, market.owed - (market.room - left.room))
    around = market._replace(room=left.room, lanes=market.lanes._replace(room=left.lanes), owed=filled)
    shares = flow(around, single, np.where(market.parties.slots == 1, 1, 0))
    left.option[single.party[shares.all > 0]] = single.position[shares.all > 0]
    np.subtract.at(left.room, single.session, shares.all)
    left.lanes[:] -= through_lanes(single, market.lanes, shares)
    _place(market, offers, left)
    chosen = left.option >= 0
    away = float(market.known.other * shares.away.sum())
    cost = float(market.costs[left.option[chosen]].sum() + market.parties.out[~chosen].sum())
    return Guests(left.option, worth, away + cost)


def _single(parties: Parties, offers: Offers, worth: Worth) -> Offers:
    """Offers of parties of one slot near their best one at the prices that were found."""
    kept = offers.cost + worth.session[offers.session] <= worth.party[offers.party] + CLOSE
    kept &= parties.slots[offers.party] == 1
    return Offers(
        offers.position[kept],
        offers.party[kept],
        offers.session[kept],
        offers.cost[kept],
        offers.lane[kept],
        offers.other[kept],
    )


def _overlooked(market: Market, offers: Offers, worth: Worth) -> bool:
    """Whether many would rather take an option that was left out, at the prices that were found."""
    parties = market.parties
    party = parties.party
    here = (market.costs < parties.out[party]) & (market.room[parties.session] > 0)
    here[offers.position] = False
    gain = (worth.party[party] - worth.session[parties.session]) * parties.slots[party] - market.costs
    better = np.maximum.reduceat(np.where(here, gain, 0.0), parties.start[:-1])
    return bool((better > NOTABLE).sum() > FEW * len(better))


def _long(market: Market, offers: Offers, shares: Shares) -> Left:
    """Parties of several slots where they flow; who was split goes to one of the parts."""
    slots, lanes = market.parties.slots, market.lanes
    long = slots[offers.party] > 1
    whole = long & (shares.all == slots[offers.party])
    fixed = Shares(np.where(whole, shares.all, 0), np.where(whole, shares.away, 0))
    left = Left(
        np.full(len(slots), NOWHERE, dtype=np.int64),
        market.room - np.bincount(offers.session, weights=fixed.all, minlength=len(market.room)).astype(np.int64),
        lanes.room - through_lanes(offers, lanes, fixed),
    )
    left.option[offers.party[whole]] = offers.position[whole]
    invited = np.bincount(offers.party, weights=shares.all, minlength=len(slots))
    parts = np.flatnonzero(long & ~whole & (shares.all > 0))
    for offer in parts[np.argsort(-shares.all[parts], kind="stable")].tolist():
        p = int(offers.party[offer])
        if left.option[p] == NOWHERE and 2 * invited[p] >= slots[p]:
            _take(market, offers, left, offer)
    return left


def _take(market: Market, offers: Offers, left: Left, offer: int) -> bool:
    """Use an offer if there is room in the session and in its lanes."""
    p, session = int(offers.party[offer]), int(offers.session[offer])
    slots, chain = int(market.parties.slots[p]), _chain(market.lanes, int(offers.lane[offer]))
    if left.room[session] < slots or any(left.lanes[lane] < slots for lane in chain):
        return False
    left.option[p] = offers.position[offer]
    left.room[session] -= slots
    left.lanes[chain] -= slots
    return True


def _place(market: Market, offers: Offers, left: Left) -> None:
    """Put those who are left out, the dearest one first, where it costs least among sessions with room."""
    slots, out = market.parties.slots, market.parties.out
    first = np.searchsorted(offers.party, np.arange(len(slots) + 1))
    possible = (left.option[offers.party] == NOWHERE) & (left.room[offers.session] >= slots[offers.party])
    waiting = np.unique(offers.party[possible])
    for p in waiting[np.argsort(-out[waiting] / slots[waiting], kind="stable")].tolist():
        here = np.arange(first[p], first[p + 1])
        for offer in here[np.argsort(offers.cost[here], kind="stable")].tolist():
            if _take(market, offers, left, offer):
                break


def _chain(lanes: Lanes, lane: int) -> list[int]:
    """A lane and those that its guests go through afterwards."""
    chain = []
    while lane >= 0:
        chain.append(lane)
        lane = int(lanes.parent[lane])
    return chain
