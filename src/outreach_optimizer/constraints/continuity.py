"""`continuity`: who must meet the own caseworker does."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def continuity(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A client with hard continuity meets the own caseworker.

    References
    ----------
    docs/requirements.md, R12 (§ 14 Abs. 3 SGB II, personal contact).
    """
    for appointment in schedule.appointments:
        client = instance.client_by_id[appointment.client]
        if client.continuity == "hard" and appointment.caseworker != client.caseworker:
            yield Violation(
                {"client": client.id, "found": appointment.caseworker, "needed": client.caseworker},
                witnesses=(appointment,),
            )
