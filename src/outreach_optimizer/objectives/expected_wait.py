"""`expected_wait`: clients who wait."""

from outreach_optimizer.fields import milli_half_up
from outreach_optimizer.instance import Instance
from outreach_optimizer.outlook import outlooks
from outreach_optimizer.schedule import Schedule


def expected_wait(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the minutes that all clients together are expected to wait, over all sessions held.

    References
    ----------
    docs/requirements.md, T12 (domain C.3: slot recursion).
    """
    return sum(milli_half_up(outlook.wait_min) for outlook in outlooks(instance, schedule))
