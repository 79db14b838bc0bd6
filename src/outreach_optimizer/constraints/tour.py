"""`tour`: a caseworker's day can be driven and is lawful."""

from collections.abc import Iterator

from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import tours
from outreach_optimizer.violation import Violation


def tour(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A caseworker's sessions of one day form a drivable tour base → site (→ site …) → base within working time.

    Every way is known; between two sessions there is time to pack up, drive and set up (at the same town hall: not to
    overlap); working time, which is time away without rest, is at most ``max_work_min``; rest (breaks of sessions and
    waiting, in pieces of 15 minutes or more) is at least ``rest_min`` beyond ``rest_after_min`` of work and
    ``long_rest_min`` beyond ``long_rest_after_min``. ``excess`` counts minutes missing or too many, 1 for an
    unknown way.

    References
    ----------
    docs/requirements.md, R6 (ArbZG §§ 3, 4).
    """
    rules = instance.rules
    for day in tours(instance, schedule):
        needed_rest = 0
        if day.work_min > rules.rest_after_min:
            needed_rest = rules.rest_min
        if day.work_min > rules.long_rest_after_min:
            needed_rest = max(needed_rest, rules.long_rest_min)
        faults = [
            ("unknown_way", 0, 0, int(day.drive_milli_min is None)),
            ("no_time_to_drive", 0, day.missing_min, day.missing_min),
            ("working_time", day.work_min, rules.max_work_min, day.work_min - rules.max_work_min),
            ("rest", day.rest_min, needed_rest, needed_rest - day.rest_min),
        ]
        for fault, found, needed, excess in faults:
            if excess > 0:
                yield Violation(
                    {"caseworker": day.caseworker, "date": day.date, "fault": fault, "found": found, "needed": needed},
                    excess=excess,
                    witnesses=tuple(Duty(session=s.id, caseworker=day.caseworker) for s in day.sessions),
                )
