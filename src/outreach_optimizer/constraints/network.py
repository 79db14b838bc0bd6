"""`network`: cases that need the central systems go where the data link is good enough."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def network(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A client whose case needs the central systems is invited to a site with a good data link only.

    References
    ----------
    docs/requirements.md, R15 (§ 50 Abs. 3 SGB II, central IT).
    """
    for appointment in schedule.appointments:
        site = instance.site_of(appointment.session)
        if instance.client_by_id[appointment.client].network and not site.network_ok:
            yield Violation(
                {"client": appointment.client, "session": appointment.session, "site": site.id},
                witnesses=(appointment,),
            )
