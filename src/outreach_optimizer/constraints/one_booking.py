"""`one_booking`: one talk at a time."""

from collections.abc import Iterator
from itertools import combinations

from outreach_optimizer.fields import CaseworkerId, SessionId, clock_text
from outreach_optimizer.instance import Appointment, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def one_booking(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """Appointments of one caseworker in one session do not overlap; if it is overbooked, those of one slot may.

    ``excess`` counts the minutes of overlap of each pair.

    References
    ----------
    docs/requirements.md, R10.
    """
    lanes: dict[tuple[SessionId, CaseworkerId], list[Appointment]] = {}
    for appointment in schedule.appointments:
        lanes.setdefault((appointment.session, appointment.caseworker), []).append(appointment)
    for (session, caseworker), appointments in lanes.items():
        shared = instance.overbooking_of(instance.session_by_id[session]) != "none"
        for one, other in combinations(appointments, 2):
            if shared and _short(instance, one) and _short(instance, other):
                continue
            overlap = min(_end(instance, one), _end(instance, other)) - max(one.start, other.start)
            if overlap > 0:
                yield Violation(
                    {
                        "caseworker": caseworker,
                        "session": session,
                        "client": one.client,
                        "other": other.client,
                        "found": clock_text(max(one.start, other.start)),
                        "needed": clock_text(min(_end(instance, one), _end(instance, other))),
                    },
                    excess=overlap,
                    witnesses=(one, other),
                )


def _short(instance: Instance, appointment: Appointment) -> bool:
    return instance.client_by_id[appointment.client].slots == 1


def _end(instance: Instance, appointment: Appointment) -> int:
    return appointment.start + instance.client_by_id[appointment.client].slots * instance.slot_min
