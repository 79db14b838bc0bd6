"""`barrier_free`: who needs a barrier-free building gets one."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def barrier_free(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A client who needs a barrier-free building is invited to a barrier-free site only.

    References
    ----------
    docs/requirements.md, R14 (§ 17 Abs. 1 Nr. 4 SGB I).
    """
    for appointment in schedule.appointments:
        site = instance.site_of(appointment.session)
        if instance.client_by_id[appointment.client].barrier_free and not site.barrier_free:
            yield Violation(
                {"client": appointment.client, "session": appointment.session, "site": site.id},
                witnesses=(appointment,),
            )
