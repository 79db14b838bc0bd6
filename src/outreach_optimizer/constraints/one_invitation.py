"""`one_invitation`: nobody is called twice."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def one_invitation(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A client gets at most one outreach appointment in the period.

    ``excess`` counts the appointments beyond the first.

    References
    ----------
    docs/requirements.md, R1 (discretion in repeated summons: BSG, B 14 AS 19/14 R).
    """
    for client in instance.clients:
        appointments = schedule.by_client.get(client.id, ())
        if len(appointments) > 1:
            yield Violation(
                {"client": client.id, "found": len(appointments), "needed": 1},
                excess=len(appointments) - 1,
                witnesses=appointments,
            )
