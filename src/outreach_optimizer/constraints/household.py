"""`household`: who lives together comes together."""

from collections.abc import Iterator

from outreach_optimizer.fields import clock_text
from outreach_optimizer.instance import Appointment, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def household(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """Invited members of a household come to the same session, at adjacent or parallel times.

    Their appointments leave no gap: from the first start to the last end, somebody of the household is being advised.
    ``excess`` counts the sessions beyond the first, or the minutes of gaps.

    References
    ----------
    docs/requirements.md, R20.
    """
    for name, members in instance.households.items():
        appointments = [appointment for member in members for appointment in schedule.by_client.get(member, ())]
        sessions = sorted({appointment.session for appointment in appointments})
        if len(sessions) > 1:
            yield Violation(
                {"household": name, "fault": "sessions", "found": ", ".join(sessions), "needed": 1},
                excess=len(sessions) - 1,
                witnesses=tuple(appointments),
            )
        for session in sessions:
            together = [appointment for appointment in appointments if appointment.session == session]
            gap_min = _gap_min(instance, together)
            if gap_min:
                yield Violation(
                    {
                        "household": name,
                        "fault": "gap",
                        "found": ", ".join(clock_text(start) for start in sorted(a.start for a in together)),
                        "needed": 0,
                    },
                    excess=gap_min,
                    witnesses=tuple(together),
                )


def _gap_min(instance: Instance, appointments: list[Appointment]) -> int:
    gap_min, reached = 0, None
    for appointment in sorted(appointments, key=lambda appointment: appointment.start):
        if reached is not None:
            gap_min += max(0, appointment.start - reached)
        end = appointment.start + instance.client_by_id[appointment.client].slots * instance.slot_min
        reached = end if reached is None else max(reached, end)
    return gap_min
