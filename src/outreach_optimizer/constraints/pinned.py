"""`pinned`: what is posted or promised stays."""

from collections.abc import Iterator

from outreach_optimizer.fields import clock_text
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def pinned(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """Every pinned duty and every pinned appointment is in the schedule, unchanged.

    References
    ----------
    docs/requirements.md, R26 (a posted Meldeaufforderung is an administrative act).
    """
    duties, appointments = set(schedule.duties), set(schedule.appointments)
    for duty in instance.pins.duties:
        if duty not in duties:
            yield Violation(
                {"pin": "duty", "who": duty.caseworker, "session": duty.session, "needed": "-"}, witnesses=(duty,)
            )
    for appointment in instance.pins.appointments:
        if appointment not in appointments:
            yield Violation(
                {
                    "pin": "appointment",
                    "who": appointment.client,
                    "session": appointment.session,
                    "needed": clock_text(appointment.start),
                },
                witnesses=(appointment,),
            )
