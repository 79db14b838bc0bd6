"""`min_load`: nobody drives out for a handful."""

from collections.abc import Iterator

from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def min_load(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A held session invites at least ``min_load`` clients.

    ``excess`` counts the clients missing.

    References
    ----------
    docs/requirements.md, R21 (under-used hours ended the service in Steinhagen).
    """
    for session in instance.sessions:
        crew = schedule.crew(session.id)
        invited = len({appointment.client for appointment in schedule.appointments_in(session.id)})
        if crew and invited < instance.rules.min_load:
            yield Violation(
                {"session": session.id, "found": invited, "needed": instance.rules.min_load},
                excess=instance.rules.min_load - invited,
                witnesses=tuple(Duty(session=session.id, caseworker=caseworker) for caseworker in crew),
            )
