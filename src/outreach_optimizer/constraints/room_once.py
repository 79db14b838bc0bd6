"""`room_once`: one room, one session at a time."""

from collections.abc import Iterator
from itertools import combinations

from outreach_optimizer.instance import Duty, Instance, Session
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def room_once(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """Held sessions that share a room do not overlap.

    An instance may offer morning, afternoon and whole day of one room; sessions of a site that name no room share
    one. ``excess`` counts the minutes of overlap.

    References
    ----------
    docs/requirements.md, R4.
    """
    held: dict[tuple[object, ...], list[Session]] = {}
    for session in instance.sessions:
        if schedule.crew(session.id):
            held.setdefault((session.site, session.room, session.date), []).append(session)
    for sessions in held.values():
        for one, other in combinations(sessions, 2):
            overlap = min(one.end, other.end) - max(one.start, other.start)
            if overlap > 0:
                yield Violation(
                    {"session": one.id, "other": other.id, "found": overlap, "needed": 0},
                    excess=overlap,
                    witnesses=tuple(
                        Duty(session=session.id, caseworker=caseworker)
                        for session in (one, other)
                        for caseworker in schedule.crew(session.id)
                    ),
                )
