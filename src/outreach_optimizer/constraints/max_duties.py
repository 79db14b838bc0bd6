"""`max_duties`: nobody is sent out more than agreed."""

from collections.abc import Iterator

from outreach_optimizer.fields import CaseworkerId
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import tours
from outreach_optimizer.violation import Violation


def max_duties(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A caseworker works at most ``max_duties`` sessions and is away at most ``max_minutes`` in the period.

    ``excess`` counts the sessions, or the minutes, too many.

    References
    ----------
    docs/requirements.md, R7.
    """
    duties: dict[CaseworkerId, list[Duty]] = {}
    for duty in schedule.duties:
        duties.setdefault(duty.caseworker, []).append(duty)
    away_min: dict[CaseworkerId, int] = {}
    for tour in tours(instance, schedule):
        away_min[tour.caseworker] = away_min.get(tour.caseworker, 0) + tour.away_min
    for caseworker in instance.caseworkers:
        own = duties.get(caseworker.id, [])
        for unit, found, limit in (
            ("sessions", len(own), caseworker.max_duties),
            ("minutes", away_min.get(caseworker.id, 0), caseworker.max_minutes),
        ):
            if limit is not None and found > limit:
                yield Violation(
                    {"caseworker": caseworker.id, "unit": unit, "found": found, "needed": limit},
                    excess=found - limit,
                    witnesses=tuple(own),
                )
