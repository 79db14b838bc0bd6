"""What one more slot is worth in each session and lane: the prices of a flow of guests."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.construct.flow import Shares, through_lanes
from outreach_optimizer.solver.construct.offers import NO_CHOICE, Market, Offers
from outreach_optimizer.solver.dual.prepared import Floats, Ints

ROUNDS = 60
"""Moves along which a slot more is worth something."""
ENOUGH = 10_000.0
"""Millionths of a minute by which prices may still change."""


class Worth(NamedTuple):
    """What one more slot is worth in each session and in each lane, and per party what a slot may cost at most."""

    session: Floats
    lane: Floats
    party: Floats


def _price_at(worth: Worth, lane: Ints, session: Ints) -> Floats:
    return np.where(lane >= 0, np.r_[worth.lane, 0.0][lane], worth.session[session])


def slot_worth(market: Market, offers: Offers, both: Shares) -> Worth:
    """Prices of the flow: somebody comes who was left out, or moves here and leaves a slot."""
    parties, known, lanes, room, *_ = market
    slots = parties.slots[offers.party]
    per_slot, out = offers.cost / slots, parties.out / parties.slots
    gone = parties.slots - np.bincount(offers.party, weights=both.all, minlength=len(parties.slots)) > 0
    entered = offers.lane >= 0
    through = through_lanes(offers, lanes, both)
    shares = both.all
    full = through >= lanes.room
    tight = np.bincount(offers.session, weights=shares, minlength=len(room)) >= room
    used = np.flatnonzero(shares > 0)
    over = np.flatnonzero(offers.other != NO_CHOICE)
    extra = known.other / slots[over]
    general, direct = over[offers.other[over] >= 0], over[offers.other[over] < 0]
    general_extra, direct_extra = known.other / slots[general], known.other / slots[direct]
    found = Worth(np.zeros(len(room)), np.zeros(len(lanes.room)), out)
    for _ in range(ROUNDS):
        entry = _price_at(found, offers.lane, offers.session)
        entry[over] = np.minimum(entry[over], _price_at(found, offers.other[over], offers.session[over]) + extra)
        pays = np.where(gone, out, 0.0)
        np.maximum.at(pays, offers.party[used], (per_slot + entry)[used])
        pays = np.minimum(pays, out)
        wish = pays[offers.party] - per_slot
        by_lane = np.zeros(len(full))
        np.maximum.at(by_lane, offers.lane[entered], wish[entered])
        np.maximum.at(by_lane, offers.other[general], wish[general] - general_extra)
        by_session = np.zeros(len(room))
        np.maximum.at(by_session, offers.session[direct], wish[direct] - direct_extra)
        np.maximum.at(by_session, offers.session[~entered], wish[~entered])
        for level in lanes.levels:
            np.maximum.at(by_lane, lanes.parent[level], np.where(full[level], 0.0, by_lane[level]))
        top = (lanes.parent < 0) & ~full
        np.maximum.at(by_session, lanes.session[top], by_lane[top])
        session = np.where(tight, by_session, 0.0)
        lane_worth = np.where(full, np.maximum(by_lane, session[lanes.session]), session[lanes.session])
        for level in reversed(lanes.levels):
            above = lane_worth[lanes.parent[level]]
            lane_worth[level] = np.where(full[level], np.maximum(above, by_lane[level]), above)
        moved = max(np.abs(session - found.session).max(initial=0.0), np.abs(lane_worth - found.lane).max(initial=0.0))
        found = Worth(session, lane_worth, pays)
        if moved < ENOUGH:
            break
    return found
