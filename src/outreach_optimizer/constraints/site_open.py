"""`site_open`: planned and candidate sites are used only when the instance says so."""

from collections.abc import Iterator

from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def site_open(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """Sessions are held only at sites whose status is among ``held_statuses``.

    References
    ----------
    docs/requirements.md, R23.
    """
    for session in instance.sessions:
        site, crew = instance.site_by_id[session.site], schedule.crew(session.id)
        if crew and site.status not in instance.rules.held_statuses:
            yield Violation(
                {
                    "session": session.id,
                    "site": site.id,
                    "found": site.status,
                    "needed": ", ".join(instance.rules.held_statuses) or "-",
                },
                witnesses=tuple(Duty(session=session.id, caseworker=caseworker) for caseworker in crew),
            )
