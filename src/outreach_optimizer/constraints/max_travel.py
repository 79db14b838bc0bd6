"""`max_travel`: no way that cannot be asked of people."""

from collections.abc import Iterator

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways
from outreach_optimizer.violation import Violation


def max_travel(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """The one-way travel time by the client's own mode is known and at most ``max_travel_min``.

    ``excess`` counts the minutes too many, 1 if the time is unknown.

    References
    ----------
    docs/requirements.md, R16 (75 min one way after § 140 Abs. 4 SGB III; ErrV: 150 min).
    """
    rows, columns = instance.client_rows, instance.site_columns
    limit = milli(instance.rules.max_travel_min)
    for appointment in schedule.appointments:
        site = instance.site_of(appointment.session)
        found = int(client_ways(instance).milli_min[rows[appointment.client], columns[site.id]])
        if found == UNKNOWN or found > limit:
            yield Violation(
                {
                    "client": appointment.client,
                    "site": site.id,
                    "mode": instance.client_by_id[appointment.client].mode,
                    "found": "?" if found == UNKNOWN else found / 1000,
                    "needed": instance.rules.max_travel_min,
                },
                excess=1 if found == UNKNOWN else (found - limit) / 1000,
                witnesses=(appointment,),
            )
