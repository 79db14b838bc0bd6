"""`site_frequency`: as often as agreed with the municipality."""

from collections.abc import Iterator
from itertools import pairwise

from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def site_frequency(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A site in use holds between ``min_sessions`` and ``max_sessions``, its days at least ``spacing_days`` apart.

    Sites that are not in use (their status is not held) owe no minimum. ``excess`` counts the sessions missing or too
    many, or the days by which two consecutive outreach days are too close.

    References
    ----------
    docs/requirements.md, R22.
    """
    for site in instance.sites:
        held = [s for s in instance.sessions if s.site == site.id and schedule.crew(s.id)]
        witnesses = tuple(Duty(session=s.id, caseworker=w) for s in held for w in schedule.crew(s.id))
        owed = site.min_sessions if site.status in instance.rules.held_statuses else 0
        if len(held) < owed:
            yield Violation(
                {"site": site.id, "fault": "too_few", "found": len(held), "needed": owed},
                excess=owed - len(held),
                witnesses=witnesses,
            )
        if site.max_sessions is not None and len(held) > site.max_sessions:
            yield Violation(
                {"site": site.id, "fault": "too_many", "found": len(held), "needed": site.max_sessions},
                excess=len(held) - site.max_sessions,
                witnesses=witnesses,
            )
        for earlier, later in pairwise(sorted({s.date for s in held})):
            days = (later - earlier).days
            if days < site.spacing_days:
                yield Violation(
                    {"site": site.id, "fault": "too_close", "found": days, "needed": site.spacing_days},
                    excess=site.spacing_days - days,
                    witnesses=witnesses,
                )
