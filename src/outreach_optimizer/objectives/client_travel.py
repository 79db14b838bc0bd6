"""`client_travel`: minutes that clients travel."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways


def client_travel(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the minutes that invited clients travel, there and back, by their own mode.

    An unknown way counts nothing here; the rule `max_travel` forbids it.

    References
    ----------
    docs/requirements.md, T2.
    """
    rows, columns = instance.client_rows, instance.site_columns
    total = 0
    for appointment in schedule.appointments:
        site = instance.session_by_id[appointment.session].site
        one_way = int(client_ways(instance).milli_min[rows[appointment.client], columns[site]])
        total += 0 if one_way == UNKNOWN else 2 * one_way
    return total
