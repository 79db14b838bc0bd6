"""`overflow`: hardly ever more people than can be seen."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.outlook import free_slots, overflow_risk
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation

TOLERANCE = 1e-9
"""Rounding of probabilities."""


def overflow(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """In an overbooked session, more come than can be seen with a probability of at most ``overflow_risk``.

    Seen can be as many as there are caseworker slots, without the walk-in reserve and without the slots of longer
    consultations, which count whether the client comes or not. Clients of one slot come independently of each other,
    each with the own probability. Facts are in percent, ``excess`` in percentage points beyond the limit.

    References
    ----------
    docs/requirements.md, R27 (domain C.1 and C.2: Poisson-binomial distribution, chance constraint).
    """
    limit = instance.rules.overflow_risk
    for session in instance.sessions:
        appointments, crew = schedule.appointments_in(session.id), len(schedule.crew(session.id))
        if instance.overbooking_of(session) == "none" or not appointments:
            continue
        clients = [instance.client_by_id[appointment.client] for appointment in appointments]
        risk = overflow_risk(instance, session, crew, clients)
        if risk > limit + TOLERANCE:
            yield Violation(
                {
                    "session": session.id,
                    "invited": sum(client.slots == 1 for client in clients),
                    "free": max(0, free_slots(instance, session, crew, clients)),
                    "found": 100 * risk,
                    "needed": 100 * limit,
                },
                excess=100 * (risk - limit),
                witnesses=appointments,
            )
