"""`walk_in_reserve`: who comes at another hour of the day is seen as well."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def walk_in_reserve(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A held session keeps at least ``walk_in_reserve`` caseworker slots free; none is ever booked beyond its slots.

    A session has as many caseworker slots as slots on its grid times caseworkers on duty. In an overbooked session
    consultations of one slot do not count: what is left for them is for `overflow` to say. ``excess`` counts the slots
    missing.

    References
    ----------
    docs/requirements.md, R19 (§ 309 Abs. 3 S. 2 SGB III: another hour of the same day counts).
    """
    for session in instance.sessions:
        crew, appointments = schedule.crew(session.id), schedule.appointments_in(session.id)
        least = 1 if instance.overbooking_of(session) == "none" else 2
        talks = [instance.client_by_id[appointment.client].slots for appointment in appointments]
        booked = sum(slots for slots in talks if slots >= least)
        free = len(crew) * len(session.slot_starts(instance.slot_min)) - booked
        needed = instance.rules.walk_in_reserve if crew else 0
        if free < needed:
            yield Violation(
                {"session": session.id, "found": free, "needed": needed},
                excess=needed - free,
                witnesses=appointments,
            )
