"""`lane_load`: nobody waits long because others were invited to the same time."""

from collections.abc import Iterator, Sequence

from outreach_optimizer.fields import CaseworkerId, clock_text
from outreach_optimizer.instance import Appointment, Instance, Session
from outreach_optimizer.outlook import Line, expected, lines
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation

TOLERANCE = 1e-6
"""Rounding of minutes."""


def lane_load(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """In an overbooked session, no slot has more bookings than allowed and nobody expects to wait too long.

    Each caseworker on duty has at most as many consultations of one slot at a time as the template says, or two where
    clients wait in one line. The expected waiting of every client who comes is at most ``max_wait_min``, hence also
    that of the worst-off group. ``excess`` counts bookings, or minutes of waiting.

    References
    ----------
    docs/requirements.md, R28 (domain C.3: slot recursion; C.5: fairness of overbooking).
    """
    for session in instance.sessions:
        appointments = schedule.appointments_in(session.id)
        if instance.overbooking_of(session) == "none" or not appointments:
            continue
        crew = schedule.crew(session.id)
        for one in lines(instance, session, crew, appointments):
            yield from _crowded(instance, session, crew, one)
            yield from _waiting(instance, session, one)


def _crowded(instance: Instance, session: Session, crew: Sequence[CaseworkerId], one: Line) -> Iterator[Violation]:
    starts = session.slot_starts(instance.slot_min)
    pooled = instance.overbooking_of(session) == "session"
    allowed = (2,) * len(starts) if pooled else instance.template_of(session)
    for start, of_slot, template in zip(starts, one.bookings, allowed, strict=True):
        for caseworker in dict.fromkeys(appointment.caseworker for appointment in of_slot):
            booked = tuple(appointment for appointment in of_slot if appointment.caseworker == caseworker)
            most = template if caseworker in crew else 0
            if len(booked) > most:
                yield Violation(
                    {
                        "session": session.id,
                        "fault": "slot",
                        "who": caseworker,
                        "at": clock_text(start),
                        "found": len(booked),
                        "needed": most,
                    },
                    excess=len(booked) - most,
                    witnesses=booked,
                )


def _waiting(instance: Instance, session: Session, one: Line) -> Iterator[Violation]:
    limit = instance.rules.max_wait_min
    until: tuple[Appointment, ...] = ()
    waits = expected(instance, session, one).waits_min
    for booked in one.bookings:
        until = (*until, *booked)
        for appointment in booked:
            wait = waits[appointment.client]
            if wait > limit + TOLERANCE:
                others = tuple(other for other in until if other is not appointment)
                yield Violation(
                    {
                        "session": session.id,
                        "fault": "wait",
                        "who": appointment.client,
                        "at": clock_text(appointment.start),
                        "line": instance.overbooking_of(session),
                        "found": wait,
                        "needed": limit,
                    },
                    excess=wait - limit,
                    witnesses=(appointment, *others),
                )
