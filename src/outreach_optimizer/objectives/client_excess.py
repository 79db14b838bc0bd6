"""`client_excess`: long ways, and ways much longer than need be, weigh more than their minutes."""

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways, nearest_milli_min


def client_excess(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the minutes beyond comfort plus the squared regret, over invited clients, one way.

    With comfort c (``comfort_travel_min``), way t and way n to the nearest site that suits the client, an appointment
    counts ``max(0, t - c) + max(0, t - n)² / c``: a detour of c minutes counts c. All listed sites count as nearest,
    whatever their status, so that opening one does not move the yardstick. The square is rounded down to thousandths.

    References
    ----------
    docs/requirements.md, T3. Squared regret after OptaPlanner's vaccination scheduling.
    """
    comfort = milli(instance.rules.comfort_travel_min)
    rows, columns = instance.client_rows, instance.site_columns
    total = 0
    for appointment in schedule.appointments:
        row = rows[appointment.client]
        site = instance.session_by_id[appointment.session].site
        one_way = int(client_ways(instance).milli_min[row, columns[site]])
        nearest = int(nearest_milli_min(instance)[row])
        if one_way == UNKNOWN:
            continue
        regret = 0 if nearest == UNKNOWN else max(0, one_way - nearest)
        total += max(0, one_way - comfort) + regret * regret // comfort
    return total
