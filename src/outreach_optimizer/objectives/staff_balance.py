"""`staff_balance`: duties shared evenly."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule


def staff_balance(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the duties of the busiest caseworker beyond those of the least busy one.

    References
    ----------
    docs/requirements.md, T9.
    """
    counts = {caseworker.id: 0 for caseworker in instance.caseworkers}
    for duty in schedule.duties:
        counts[duty.caseworker] += 1
    return 1000 * (max(counts.values(), default=0) - min(counts.values(), default=0))
