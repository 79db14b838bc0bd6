"""`client_available`: the client can come at that time."""

from collections.abc import Iterator

from outreach_optimizer.fields import clock_text
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def client_available(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """An appointment lies inside one of the client's windows, on a day on which the client is not absent.

    ``excess`` counts the minutes outside the window that fits best; the whole appointment if there is none.

    References
    ----------
    docs/requirements.md, R13.
    """
    for appointment in schedule.appointments:
        client = instance.client_by_id[appointment.client]
        date = instance.session_by_id[appointment.session].date
        end = appointment.start + client.slots * instance.slot_min
        if date in client.absent:
            windows = []
        elif client.windows:
            windows = [(w.start, w.end) for w in client.windows if w.holds_on(date)]
        else:
            continue
        outside = min(
            (max(0, start - appointment.start) + max(0, end - stop) for start, stop in windows),
            default=end - appointment.start,
        )
        if outside > 0:
            yield Violation(
                {
                    "client": client.id,
                    "date": date,
                    "found": f"{clock_text(appointment.start)}-{clock_text(end)}",
                    "needed": ", ".join(f"{clock_text(start)}-{clock_text(stop)}" for start, stop in windows) or "-",
                },
                excess=outside,
                witnesses=(appointment,),
            )
