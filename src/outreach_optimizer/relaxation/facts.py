"""What the relaxation knows of an instance: arrays, read from the instance and never from the model.

Indices are positions in the instance's tuples. Costs are millionths of a minute (`checker.MICRO`), int64.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.amounts import Ints, Mask, cost_cap, priced
from outreach_optimizer.relaxation.crews import guest_limits, least_crews, offered_sessions, room_of
from outreach_optimizer.relaxation.days import Day, possible_days
from outreach_optimizer.relaxation.pairs import Changes, Pairs, possible_pairs, published_changes
from outreach_optimizer.relaxation.staff import staff_of


class Facts(NamedTuple):
    """The relaxation of an instance.

    Parameters
    ----------
    out
        Per client: cost of not inviting.
    slots
        Per client: slots of the consultation.
    own
        Per client: the own caseworker if soft continuity has a price and can be kept, else -1.
    other
        Cost of a soft client who meets another caseworker.
    need
        Per client: row of `able`.
    able
        Kinds of need × caseworkers.
    pairs
        Possible invitations.
    duty
        Sessions × caseworkers: some path passes here.
    least, most
        Per session: size of the crew; ``most`` is 0 where no session can be held.
    room
        Per session: slots of one caseworker.
    seats
        Per session: slots that can be spent with one caseworker; where bookings share slots, as many as guests fill.
    guests
        Per session and crew size (column): slots that guests may fill, the reserve already taken off; for overbooked
        sessions the most guests that can keep the risk.
    setup
        Per session: cost of holding it.
    days
        Everybody's possible stops.
    """

    out: Ints
    slots: Ints
    own: Ints
    other: int
    need: Ints
    able: Mask
    pairs: Pairs
    duty: Mask
    least: Ints
    most: Ints
    room: Ints
    seats: Ints
    guests: Ints
    setup: Ints
    days: tuple[Day, ...]


@lru_cache(maxsize=2)
def facts(instance: Instance) -> Facts:
    """Read an instance."""
    cap, room = cost_cap(instance), room_of(instance)
    least = least_crews(instance, room)
    offered = offered_sessions(instance)
    days, duty = _staffed(instance, offered, least, cap)
    staff = staff_of(instance, duty, cap)
    changes = published_changes(instance, staff, cap)
    pairs = possible_pairs(instance, _held(duty), staff, changes, cap)
    busy = _held(duty) & (np.diff(pairs.start) >= instance.rules.min_load)
    if (busy != _held(duty)).any():
        days, duty = _staffed(instance, busy, least, cap)
        pairs = _only(pairs, _held(duty))
    desks = np.array([session.desks for session in instance.sessions], dtype=np.int64).reshape(len(room))
    most = np.minimum(desks, duty.sum(axis=1))
    guests = guest_limits(instance, pairs, room, most)
    shared = [instance.overbooking_of(session) != "none" for session in instance.sessions]
    return Facts(
        out=_out(instance, changes, cap),
        slots=np.array([client.slots for client in instance.clients], dtype=np.int64),
        own=staff.own,
        other=staff.other,
        need=staff.need,
        able=staff.able,
        pairs=pairs,
        duty=duty,
        least=least,
        most=most,
        room=room,
        seats=np.where(shared, guests.max(axis=1, initial=0), room),
        guests=guests,
        setup=_setup(instance, cap),
        days=days,
    )


def _staffed(instance: Instance, offered: Mask, least: Ints, cap: int) -> tuple[tuple[Day, ...], Mask]:
    """Days and duties, without sessions that too few can reach or that have too few desks."""
    while True:
        days = possible_days(instance, offered, cap)
        duty = np.zeros((len(instance.sessions), len(instance.caseworkers)), dtype=np.bool_)
        for day in days:
            duty[day.sessions, day.caseworker] = True
        desks = np.array([session.desks for session in instance.sessions], dtype=np.int64).reshape(len(offered))
        held = offered & (np.minimum(desks, duty.sum(axis=1)) >= least)
        if (held == _held(duty)).all():
            return days, duty
        offered = held


def _held(duty: Mask) -> Mask:
    """Sessions in which somebody may be on duty."""
    return np.asarray(duty.any(axis=1))


def _only(pairs: Pairs, held: Mask) -> Pairs:
    """Pairs of some sessions."""
    counts = np.diff(pairs.start)
    kept = np.repeat(held, counts)
    return Pairs(np.cumsum([0, *np.where(held, counts, 0)]), pairs.client[kept], pairs.cost[kept])


def _out(instance: Instance, changes: Changes, cap: int) -> Ints:
    priorities = np.array([milli(client.priority) for client in instance.clients], dtype=np.int64)
    out: Ints = np.minimum(cap, priced(priorities, milli(instance.weights.uninvited), cap) + changes.lost)
    return out


def _setup(instance: Instance, cap: int) -> Ints:
    amounts = np.array([milli(session.setup_min) for session in instance.sessions], dtype=np.int64)
    return priced(amounts, milli(instance.weights.session_setup), cap)
