"""`expected_overtime`: work after the end."""

from outreach_optimizer.fields import milli_half_up
from outreach_optimizer.instance import Instance
from outreach_optimizer.outlook import outlooks
from outreach_optimizer.schedule import Schedule


def expected_overtime(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the caseworker minutes that are expected after the end of sessions, over all sessions held.

    References
    ----------
    docs/requirements.md, T13 (domain C.3: slot recursion).
    """
    return sum(milli_half_up(outlook.overtime_min) for outlook in outlooks(instance, schedule))
