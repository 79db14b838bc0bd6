"""`lateness`: talks after their due date."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule


def lateness(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the days by which appointments come after the client's due date.

    References
    ----------
    docs/requirements.md, T7 (Kooperationsplan, update after 6 months at the latest).
    """
    total = 0
    for appointment in schedule.appointments:
        due = instance.client_by_id[appointment.client].due
        if due is not None:
            total += 1000 * max(0, (instance.session_by_id[appointment.session].date - due).days)
    return total
