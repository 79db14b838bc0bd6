"""`session_budget`: not more outreach days than the house can carry."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def session_budget(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """At most ``max_sessions`` sessions are held in the period.

    ``excess`` counts the sessions too many.

    References
    ----------
    docs/requirements.md, R24.
    """
    held = len({duty.session for duty in schedule.duties})
    limit = instance.rules.max_sessions
    if limit is not None and held > limit:
        yield Violation({"found": held, "needed": limit}, excess=held - limit, witnesses=schedule.duties)
