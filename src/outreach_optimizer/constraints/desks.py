"""`desks`: no more caseworkers than desks."""

from collections.abc import Iterator

from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def desks(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A session has at most as many caseworkers on duty as desks.

    ``excess`` counts the caseworkers too many.

    References
    ----------
    docs/requirements.md, R3.
    """
    for session in instance.sessions:
        crew = schedule.crew(session.id)
        if len(crew) > session.desks:
            yield Violation(
                {"session": session.id, "found": len(crew), "needed": session.desks},
                excess=len(crew) - session.desks,
                witnesses=tuple(Duty(session=session.id, caseworker=caseworker) for caseworker in crew),
            )
