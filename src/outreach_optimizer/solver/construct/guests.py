"""Guests of sessions whose crews are known, each with a seat."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.construct.cells import Cells
from outreach_optimizer.solver.construct.hours import Hours
from outreach_optimizer.solver.construct.parties import Parties
from outreach_optimizer.solver.dual.prepared import Floats, Ints


class Pin(NamedTuple):
    """A posted appointment: party, client, session and caseworker by position, and start."""

    party: int
    client: int
    session: int
    worker: int
    start: int


class Worth(NamedTuple):
    """What one more slot is worth in each session, and per party what each of its slots costs at these prices."""

    session: Floats
    party: Floats


class Guests(NamedTuple):
    """Where everybody is invited.

    Parameters
    ----------
    option, cell
        Per party: position of the option and first cell, or -1. Whoever is pinned has an option and no cell.
    pins
        Those that the crews admit.
    cost
        Of all invitations, and of those who are not invited, millionths of a minute.
    """

    option: Ints
    cell: Ints
    cells: Cells
    pins: tuple[Pin, ...]
    worth: Worth
    cost: float


class Market(NamedTuple):
    """Who may be invited: parties, their hours, and what is pinned."""

    instance: Instance
    known: Facts
    parties: Parties
    hours: Hours
    pins: tuple[Pin, ...]


def pins_of(instance: Instance, parties: Parties) -> tuple[Pin, ...]:
    """Posted appointments of parties that can be invited."""
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    rows, places = np.nonzero(parties.members >= 0)
    party_of = dict(zip(parties.members[rows, places].tolist(), rows.tolist(), strict=True))
    found = []
    for pin in instance.pins.appointments:
        c = instance.client_rows[pin.client]
        if c in party_of:
            found.append(Pin(party_of[c], c, s_of[pin.session], w_of[pin.caseworker], pin.start))
    return tuple(found)
