"""Sessions: whether they may be held at all, how many work there and how many guests they have room for."""

import math

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.attendance import show_rates
from outreach_optimizer.calendar_de import corpus_christi, public_holidays
from outreach_optimizer.instance import Instance, Session
from outreach_optimizer.relaxation.amounts import Ints, Mask
from outreach_optimizer.relaxation.pairs import Pairs

TOLERANCE = 1e-7
"""Of probabilities: more than the rule grants, so that rounding never turns away what it admits."""
DOUBLE = 2
"""Bookings of a slot and caseworker in a session whose clients wait in one line."""


def offered_sessions(instance: Instance) -> Mask:
    """Sessions at sites in use, on days that are neither holidays nor closed."""
    return np.array([_open(instance, session) for session in instance.sessions], dtype=np.bool_)


def room_of(instance: Instance) -> Ints:
    """Slots of one caseworker, per session."""
    return np.array([len(session.slot_starts(instance.slot_min)) for session in instance.sessions], dtype=np.int64)


def least_crews(instance: Instance, room: Ints) -> Ints:
    """Caseworkers without whom a session is not held: for company, for the reserve, and for as many guests as needed.

    A guest takes a slot at least, unless bookings share slots.
    """
    rules = instance.rules
    needed = [instance.site_by_id[s.site].min_crew or rules.min_crew for s in instance.sessions]
    guests = [rules.min_load if instance.overbooking_of(s) == "none" else 0 for s in instance.sessions]
    slots = rules.walk_in_reserve + np.array(guests, dtype=np.int64).reshape(len(room))
    least: Ints = np.maximum(np.array(needed, dtype=np.int64).reshape(len(room)), -(-slots // np.maximum(1, room)))
    return least


def guest_limits(instance: Instance, pairs: Pairs, room: Ints, most: Ints) -> Ints:
    """Slots that guests may fill at the most, sessions × sizes of the crew."""
    sizes = np.arange(int(most.max(initial=0)) + 1)
    limits: Ints = np.maximum(0, room[:, None] * sizes[None, :] - instance.rules.walk_in_reserve)
    limits[:, 0] = 0
    for s, session in enumerate(instance.sessions):
        if most[s] and instance.overbooking_of(session) != "none":
            lane = _bookings(instance, session)
            risked = _overbooked(instance, pairs.client[pairs.start[s] : pairs.start[s + 1]], s, limits[s])
            limits[s] = np.minimum(risked, lane * sizes)
    return limits


def _open(instance: Instance, session: Session) -> bool:
    site, date = instance.site_by_id[session.site], session.date
    if site.status not in instance.rules.held_statuses or date in site.closures:
        return False
    if site.keeps_corpus_christi and date == corpus_christi(date.year):
        return False
    return date not in public_holidays(instance.rules.holiday_state, date.year)


def _bookings(instance: Instance, session: Session) -> int:
    """Slots that bookings of one caseworker fill at the most; a longer consultation fills each of its slots once."""
    if instance.overbooking_of(session) == "session":
        return DOUBLE * len(session.slot_starts(instance.slot_min))
    return sum(max(1, bookings) for bookings in instance.template_of(session))


def _overbooked(instance: Instance, guests: NDArray[np.int32], s: int, capacities: Ints) -> Ints:
    """The most guests of one slot that keep the risk, for each number of free slots.

    Those who come least often are invited first, and then as many as wanted who surely come. A longer consultation
    takes its slots from both sides: with one free slot less there is room for one guest less, or even fewer.
    """
    short = np.array([instance.clients[c].slots == 1 for c in guests], dtype=np.bool_)
    rates = np.sort(show_rates(instance)[guests[short], s])
    limit = instance.rules.overflow_risk + TOLERANCE
    highest = int(capacities.max())
    numbers = np.zeros(highest + 1, dtype=np.int64)
    below = np.zeros(highest + 1)
    below[0] = 1.0
    # P(at most k come) for every k, as guests are added one by one; k keeps the risk as long as it is large enough.
    free = 0
    for number, rate in enumerate([*rates, *[1.0] * (highest + 1)], start=1):
        below[1:] = (1 - rate) * below[1:] + rate * below[:-1]
        below[0] *= 1 - rate
        while free <= highest and 1 - math.fsum(below[: free + 1]) > limit:
            numbers[free] = number - 1
            free += 1
        if free > highest:
            break
    return numbers[capacities]
