"""`staff_travel`: minutes that caseworkers drive."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import tours


def staff_travel(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the minutes at the wheel on all tours, base → site (→ site …) → base.

    A tour with an unknown way counts nothing here; the rule `tour` forbids it.

    References
    ----------
    docs/requirements.md, T4.
    """
    return sum(tour.drive_milli_min or 0 for tour in tours(instance, schedule))
