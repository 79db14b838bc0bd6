"""Seats of the crews and who can take which, as arrays: what an auction of seats needs to know."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.construct.hours import Hours
from outreach_optimizer.solver.construct.parties import Parties
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask


class Cells(NamedTuple):
    """Slots of everybody on duty: session by session, caseworker by caseworker, hour by hour.

    Parameters
    ----------
    first
        Per session, its first cell; at the end, how many cells there are.
    duty
        Per session, its first duty; at the end, how many duties there are.
    slots
        Per session: slots of one caseworker.
    session
        Per cell.
    worker
        Per duty.
    closed
        Per cell: nobody new can be here.
    """

    first: Ints
    duty: Ints
    slots: Ints
    session: Ints
    worker: Ints
    closed: Mask


class Wishes(NamedTuple):
    """Parties and where they can be invited. A party needs cells of one caseworker that follow one another.

    Parameters
    ----------
    slots, out
        Per party: cells that it needs, and what it costs to leave it out.
    need, own
        Parties × places: row of ``able`` and own caseworker, or -1, of each member; the need is -1 where nobody is.
    start
        Per party, its first option; at the end, how many options there are.
    option, session, cost
        Per option, sorted by party and cost: its position among the options of the parties, where it is, and what it
        costs if everybody meets the own caseworker.
    hours
        Per option: row of ``begins``.
    begins
        Kinds of hours × slots: where the first member can begin such that all the others can follow.
    able
        Needs × duties.
    other
        Cost of each member who has an own caseworker and meets another one.
    """

    slots: Ints
    out: Floats
    need: Ints
    own: Ints
    start: Ints
    option: Ints
    session: Ints
    cost: Floats
    hours: Ints
    begins: Mask
    able: Mask
    other: float


def cells_of(instance: Instance, known: Facts, crew: Mask) -> Cells:
    """Cells of a crew, sessions × caseworkers; where the template admits no booking, they are closed."""
    at, worker = np.nonzero(crew)
    slots = known.room.astype(np.int64)
    size = crew.sum(axis=1)
    first = np.cumsum([0, *(size * slots)]).astype(np.int64)
    closed = np.zeros(int(first[-1]), dtype=np.bool_)
    for s in np.unique(at).tolist():
        if instance.overbooking_of(instance.sessions[s]) == "slots":
            full = np.array(instance.template_of(instance.sessions[s])) == 0
            closed[first[s] : first[s + 1]] = np.tile(full, size[s])
    return Cells(
        first,
        duty=np.cumsum([0, *size]).astype(np.int64),
        slots=slots,
        session=np.repeat(np.arange(len(size)), size * slots),
        worker=worker.astype(np.int64),
        closed=closed,
    )


def wishes_of(parties: Parties, known: Facts, hours: Hours, cells: Cells, *, bonus: Floats, absent: Mask) -> Wishes:
    """Options of sessions that are held.

    Parameters
    ----------
    bonus
        Per session: what a slot that is filled is worth there, besides.
    absent
        Per party: it takes part in nothing, as it has its seats already.
    """
    party = parties.party
    size = np.diff(cells.duty)
    worth = parties.out[party] + bonus[parties.session] * parties.slots[party]
    at = np.flatnonzero((size[parties.session] > 0) & (parties.cost < worth) & ~absent[party])
    at = at[np.lexsort((parties.cost[at], party[at]))]
    row, begins = _begins(parties, hours, party[at], parties.session[at], int(cells.slots.max(initial=1)))
    present = parties.members >= 0
    return Wishes(
        slots=parties.slots,
        out=parties.out.astype(np.float64),
        need=np.where(present, known.need[parties.members], -1),
        own=np.where(present, known.own[parties.members], -1),
        start=np.searchsorted(party[at], np.arange(len(parties.slots) + 1)).astype(np.int64),
        option=at,
        session=parties.session[at],
        cost=parties.cost[at].astype(np.float64),
        hours=row,
        begins=begins,
        able=np.ascontiguousarray(known.able[:, cells.worker]),
        other=float(known.other),
    )


def _begins(parties: Parties, hours: Hours, party: Ints, session: Ints, most: int) -> tuple[Ints, Mask]:
    """Per option its kind of hours, and these; parties with the same kinds of members share them."""
    _, like = np.unique(np.where(parties.members >= 0, hours.kind[parties.members], -1), axis=0, return_inverse=True)
    sessions = int(session.max(initial=0)) + 1
    _, example, row = np.unique(like[party] * sessions + session, return_index=True, return_inverse=True)
    begins = np.zeros((len(example), most), dtype=np.bool_)
    for number, (p, s) in enumerate(zip(party[example].tolist(), session[example].tolist(), strict=True)):
        found = hours.in_a_row([c for c in parties.members[p].tolist() if c >= 0], s)
        begins[number, : len(found)] = found
    return row.astype(np.int64), begins
