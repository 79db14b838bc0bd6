"""What is to be expected of each session of a plan: who comes, who waits, who is idle, what goes on after the end.

Consultations of one slot are overbooked; longer ones keep their caseworker and their slots whether the client comes or
not, so they never wait, and what is said below of lines holds exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from outreach_optimizer.attendance import rates_in
from outreach_optimizer.fields import CaseworkerId, ClientId
from outreach_optimizer.instance import Appointment, Client, Instance, Session
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.showup.counts import central_range, shows_pmf, tail
from outreach_optimizer.showup.slots import figures

RANGE = 0.9


class Line(NamedTuple):
    """Clients who wait for the same caseworkers: all of a pooled session, or those of one caseworker.

    Parameters
    ----------
    bookings
        Appointments of one slot, by the slot of the session's grid to which they are booked.
    servers
        Caseworkers in each slot who are not in a longer consultation.
    crew
        Caseworkers in all.
    """

    bookings: tuple[tuple[Appointment, ...], ...]
    servers: tuple[int, ...]
    crew: int


class Expected(NamedTuple):
    """Expected figures of a line in minutes; ``waits_min`` by client, given that they come."""

    idle_min: float
    wait_min: float
    overtime_min: float
    waits_min: Mapping[ClientId, float]


class Outlook(NamedTuple):
    """Expected figures of a session.

    Parameters
    ----------
    invited
        Clients with an appointment.
    shows
        Of them, how many are expected to come.
    low, high
        With 90 % probability between so many come.
    capacity
        Caseworker slots of the crew.
    risk
        Probability that more come than there are slots outside of the reserve; None where nothing is overbooked.
    idle_min, overtime_min
        Caseworker minutes without a client, and after the end.
    wait_min
        Waiting of all clients together.
    longest_wait_min
        Of the client who waits longest, given that they come.
    waits_min
        By client, given that they come.
    """

    session: Session
    invited: int
    shows: float
    low: int
    high: int
    capacity: int
    risk: float | None
    idle_min: float
    wait_min: float
    longest_wait_min: float
    overtime_min: float
    waits_min: Mapping[ClientId, float]


@lru_cache(maxsize=4)
def outlooks(instance: Instance, schedule: Schedule) -> tuple[Outlook, ...]:
    """Outlook of each session with a crew, in the order of the instance."""
    return tuple(
        outlook(instance, session, schedule.crew(session.id), schedule.appointments_in(session.id))
        for session in instance.sessions
        if schedule.crew(session.id)
    )


def outlook(
    instance: Instance, session: Session, crew: Sequence[CaseworkerId], appointments: Sequence[Appointment]
) -> Outlook:
    """Outlook of one session."""
    rate = rates_in(instance, session, (appointment.client for appointment in appointments))
    rates = [rate[appointment.client] for appointment in appointments]
    pmf = shows_pmf(rates)
    low, high = central_range(pmf, RANGE)
    parts = [expected(instance, session, one) for one in lines(instance, session, crew, appointments)]
    waits_min = {client: minutes for part in parts for client, minutes in part.waits_min.items()}
    clients = [instance.client_by_id[appointment.client] for appointment in appointments]
    kept = sum((1 - rate[client.id]) * client.slots for client in clients if client.slots > 1)
    overbooked = instance.overbooking_of(session) != "none"
    return Outlook(
        session=session,
        invited=len(appointments),
        shows=sum(rates),
        low=low,
        high=high,
        capacity=len(crew) * len(session.slot_starts(instance.slot_min)),
        risk=overflow_risk(instance, session, len(crew), clients) if overbooked else None,
        idle_min=sum(part.idle_min for part in parts) + kept * instance.slot_min,
        wait_min=sum(part.wait_min for part in parts),
        longest_wait_min=max(waits_min.values(), default=0.0),
        overtime_min=sum(part.overtime_min for part in parts),
        waits_min=waits_min,
    )


def free_slots(instance: Instance, session: Session, crew: int, clients: Iterable[Client]) -> int:
    """Caseworker slots for consultations of one slot: without the reserve and without longer consultations."""
    reserve = instance.rules.walk_in_reserve if crew else 0
    kept = sum(client.slots for client in clients if client.slots > 1)
    return crew * len(session.slot_starts(instance.slot_min)) - reserve - kept


def overflow_risk(instance: Instance, session: Session, crew: int, clients: Sequence[Client]) -> float:
    """Probability that more clients of one slot come than `free_slots`; 1 if longer consultations do not fit."""
    short = [client.id for client in clients if client.slots == 1]
    free = free_slots(instance, session, crew, clients)
    rate = rates_in(instance, session, short)
    return 1.0 if free < 0 else tail(shows_pmf([rate[client] for client in short]), free)


def lines(
    instance: Instance, session: Session, crew: Sequence[CaseworkerId], appointments: Sequence[Appointment]
) -> list[Line]:
    """Who waits for whom: one line for all caseworkers, or one for each who is on duty or has an appointment."""
    if instance.overbooking_of(session) == "session":
        return [_line(instance, session, len(crew), appointments)]
    booked = (appointment.caseworker for appointment in appointments)
    return [
        _line(instance, session, 1, [a for a in appointments if a.caseworker == caseworker])
        for caseworker in dict.fromkeys((*crew, *booked))
    ]


def expected(instance: Instance, session: Session, one: Line) -> Expected:
    """Exact expectations of a line."""
    rate = rates_in(instance, session, (appointment.client for of_slot in one.bookings for appointment in of_slot))
    rates = [[rate[appointment.client] for appointment in of_slot] for of_slot in one.bookings]
    starts = session.slot_starts(instance.slot_min)
    exact = figures(rates, one.servers, (*starts, starts[-1] + instance.slot_min), max(1, one.crew))
    waits = [
        (appointment.client, wait)
        for of_slot, waits_of_slot in zip(one.bookings, exact.waits, strict=True)
        for appointment, wait in zip(of_slot, waits_of_slot, strict=True)
    ]
    return Expected(
        idle_min=sum(exact.line.idle) * instance.slot_min,
        wait_min=sum(rate[client] * wait for client, wait in waits),
        overtime_min=exact.line.overtime * instance.slot_min,
        waits_min=dict(waits),
    )


def _line(instance: Instance, session: Session, crew: int, appointments: Sequence[Appointment]) -> Line:
    starts = session.slot_starts(instance.slot_min)
    bookings: list[list[Appointment]] = [[] for _ in starts]
    servers = [crew] * len(starts)
    for appointment in appointments:
        slots = instance.client_by_id[appointment.client].slots
        if slots == 1:
            # An appointment off the grid waits for the next slot.
            bookings[min(sum(start < appointment.start for start in starts), len(starts) - 1)].append(appointment)
            continue
        end = appointment.start + slots * instance.slot_min
        for slot, start in enumerate(starts):
            if appointment.start < start + instance.slot_min and start < end:
                servers[slot] = max(0, servers[slot] - 1)
    return Line(tuple(tuple(of_slot) for of_slot in bookings), tuple(servers), crew)
