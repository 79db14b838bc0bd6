"""`session_window`: talks take place while the session does."""

from collections.abc import Iterator

from outreach_optimizer.fields import clock_text
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def session_window(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """An appointment starts on the slot grid of its session and ends within the same part, before the next break.

    The grid starts with the session and anew after each break. ``excess`` counts the minutes of the appointment
    that lie outside; 1 if it only misses the grid.

    References
    ----------
    docs/requirements.md, R2.
    """
    for appointment in schedule.appointments:
        session = instance.session_by_id[appointment.session]
        slots = instance.client_by_id[appointment.client].slots
        end = appointment.start + slots * instance.slot_min
        inside = max((min(end, stop) - max(appointment.start, begin) for begin, stop in session.blocks()), default=0)
        outside = end - appointment.start - max(0, inside)
        if outside or appointment.start not in session.slot_starts(instance.slot_min):
            yield Violation(
                {
                    "client": appointment.client,
                    "session": session.id,
                    "found": f"{clock_text(appointment.start)}-{clock_text(end)}",
                    "needed": ", ".join(f"{clock_text(begin)}-{clock_text(stop)}" for begin, stop in session.blocks()),
                },
                excess=max(1, outside),
                witnesses=(appointment,),
            )
