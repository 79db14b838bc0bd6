"""`on_duty`: whoever gives the talk is there."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def on_duty(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """The caseworker of an appointment is on duty in its session.

    References
    ----------
    docs/requirements.md, R9.
    """
    for appointment in schedule.appointments:
        crew = schedule.crew(appointment.session)
        if appointment.caseworker not in crew:
            yield Violation(
                {
                    "client": appointment.client,
                    "session": instance.session_by_id[appointment.session].id,
                    "found": appointment.caseworker,
                    "needed": ", ".join(crew) or "-",
                },
                witnesses=(appointment,),
            )
