"""`continuity`: people who meet somebody else than their own caseworker."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule


def continuity(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the number of appointments of soft clients with another caseworker.

    References
    ----------
    docs/requirements.md, T6 (§ 14 Abs. 3 SGB II).
    """
    total = 0
    for appointment in schedule.appointments:
        client = instance.client_by_id[appointment.client]
        total += 1000 * (client.continuity == "soft" and appointment.caseworker != client.caseworker)
    return total
