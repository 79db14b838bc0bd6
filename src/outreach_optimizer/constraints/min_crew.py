"""`min_crew`: nobody works alone."""

from collections.abc import Iterator

from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def min_crew(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A session is held by at least ``min_crew`` caseworkers or not at all.

    The site's own limit goes before that of the rules. ``excess`` counts the caseworkers missing.

    References
    ----------
    docs/requirements.md, R8 (safety on site: Unfallkasse NRW, Aachener Modell).
    """
    for session in instance.sessions:
        crew = schedule.crew(session.id)
        needed = instance.site_by_id[session.site].min_crew or instance.rules.min_crew
        if crew and len(crew) < needed:
            yield Violation(
                {"session": session.id, "found": len(crew), "needed": needed},
                excess=needed - len(crew),
                witnesses=tuple(Duty(session=session.id, caseworker=caseworker) for caseworker in crew),
            )
