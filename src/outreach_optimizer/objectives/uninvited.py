"""`uninvited`: people who are not reached."""

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule


def uninvited(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the priorities of all clients without an appointment.

    References
    ----------
    docs/requirements.md, T1.
    """
    return sum(milli(client.priority) for client in instance.clients if client.id not in schedule.by_client)
