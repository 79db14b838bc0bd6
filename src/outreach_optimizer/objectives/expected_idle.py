"""`expected_idle`: caseworkers without a client."""

from outreach_optimizer.fields import milli_half_up
from outreach_optimizer.instance import Instance
from outreach_optimizer.outlook import outlooks
from outreach_optimizer.schedule import Schedule


def expected_idle(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the caseworker minutes in which nobody is expected, over all sessions held.

    Slot by slot, with everybody coming with the own probability; an empty slot counts as a client who stays away.

    References
    ----------
    docs/requirements.md, T11 (domain C.3: slot recursion).
    """
    return sum(milli_half_up(outlook.idle_min) for outlook in outlooks(instance, schedule))
