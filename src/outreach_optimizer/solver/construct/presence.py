"""What it is worth that just this caseworker is on duty in a session: to those who want to meet the own one."""

import numpy as np

from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.construct.guests import Guests
from outreach_optimizer.solver.construct.parties import Parties
from outreach_optimizer.solver.dual.prepared import Floats, Mask

CHANCE = 0.5
"""Part of what somebody new on duty might bring; others may bring the same."""


def presence(parties: Parties, known: Facts, crew: Mask, guests: Guests) -> Floats:
    """Sessions × caseworkers, millionths of a minute."""
    gain = np.zeros(crew.shape)
    party = parties.party
    pays = guests.worth.party * parties.slots
    value = pays[party] - parties.cost - guests.worth.session[parties.session] * parties.slots[party]
    here = guests.option[party] == np.arange(len(party))
    for place in range(parties.members.shape[1]):
        client = parties.members[party, place]
        own = known.own[client]
        soft = np.flatnonzero((client >= 0) & (own >= 0) & ((value > 0) | here))
        soft = soft[known.duty[parties.session[soft], own[soft]]]
        brought = np.where(here[soft], known.other, CHANCE * np.minimum(known.other, value[soft]))
        np.add.at(gain, (parties.session[soft], own[soft]), brought)
    first = parties.members[party, 0]
    tied = (known.able.sum(axis=1) == 1)[known.need[first]]
    hard = np.flatnonzero(tied & ((value > 0) | here))
    worker = known.able.argmax(axis=1)[known.need[first[hard]]]
    left_out = guests.option[party[hard]] < 0
    lost = np.maximum(0.0, (parties.out[party] - pays[party] + value)[hard])
    brought = np.where(here[hard], lost, np.where(left_out, CHANCE * value[hard], 0.0))
    np.add.at(gain, (parties.session[hard], worker), brought)
    return gain
