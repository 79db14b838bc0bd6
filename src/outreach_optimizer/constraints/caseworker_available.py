"""`caseworker_available`: duties fit the working hours, way there and back included."""

from collections.abc import Iterator

from outreach_optimizer.fields import clock_text
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import tours
from outreach_optimizer.violation import Violation


def caseworker_available(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A caseworker's day, from leaving the base to being back, lies inside one availability window.

    ``excess`` counts the minutes outside the window that fits best; the whole day if there is none.

    References
    ----------
    docs/requirements.md, R5.
    """
    for tour in tours(instance, schedule):
        caseworker = instance.caseworker_by_id[tour.caseworker]
        if tour.date in caseworker.absent:
            windows = []
        elif caseworker.windows:
            windows = [(w.start, w.end) for w in caseworker.windows if w.holds_on(tour.date)]
        else:
            continue
        outside = min(
            (max(0, start - tour.departure) + max(0, tour.arrival - end) for start, end in windows),
            default=tour.away_min,
        )
        if outside > 0:
            yield Violation(
                {
                    "caseworker": tour.caseworker,
                    "date": tour.date,
                    "found": f"{_text(tour.departure)}-{_text(tour.arrival)}",
                    "needed": ", ".join(f"{clock_text(start)}-{clock_text(end)}" for start, end in windows) or "-",
                },
                excess=outside,
                witnesses=tuple(Duty(session=s.id, caseworker=tour.caseworker) for s in tour.sessions),
            )


def _text(minute: int) -> str:
    return clock_text(minute) if minute >= 0 else f"-{clock_text(-minute)}"
