"""`holiday`: no session when the town hall is closed."""

from collections.abc import Iterator

from outreach_optimizer.calendar_de import corpus_christi, public_holidays
from outreach_optimizer.instance import Duty, Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def holiday(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """No session is held on a public holiday, on Corpus Christi where it is kept, or on a local closure day.

    References
    ----------
    docs/requirements.md, R25 (ThürFtG; Fronleichnam in parts of the Rhön only).
    """
    for session in instance.sessions:
        site, crew = instance.site_by_id[session.site], schedule.crew(session.id)
        kept = public_holidays(instance.rules.holiday_state, session.date.year)
        closed = (
            session.date in kept
            or session.date in site.closures
            or (site.keeps_corpus_christi and session.date == corpus_christi(session.date.year))
        )
        if crew and closed:
            yield Violation(
                {
                    "session": session.id,
                    "site": site.id,
                    "date": session.date,
                    "holiday": kept.get(session.date, "-"),
                },
                witnesses=tuple(Duty(session=session.id, caseworker=caseworker) for caseworker in crew),
            )
