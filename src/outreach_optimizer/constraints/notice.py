"""`notice`: the letter arrives in time and not ages before."""

import datetime as dt
from collections.abc import Iterator

from outreach_optimizer.calendar_de import deemed_notified
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def notice(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """Some posting day allows the date: deemed notification + notice days ≤ date ≤ posting + ``max_lead_days``.

    A letter counts as received ``postal_days`` after posting, moved to the next working day. Pinned appointments are
    posted already; without posting days letters are posted whenever needed. ``excess`` counts the days by which the
    best posting day misses.

    References
    ----------
    docs/requirements.md, R17 (§ 37 Abs. 2 SGB X; lead times above 4 weeks raise no-shows, Shour & Onitilo 2023).
    """
    rules = instance.rules
    ranges = [
        (
            deemed_notified(posted, rules.postal_days, rules.holiday_state) + dt.timedelta(days=rules.notice_days),
            posted + dt.timedelta(days=rules.max_lead_days),
        )
        for posted in instance.posting_days
    ]
    for appointment in schedule.appointments:
        date = instance.session_by_id[appointment.session].date
        if not ranges or appointment in instance.posted:
            continue
        missing = min((first - date).days if date < first else (date - last).days for first, last in ranges)
        inside = any(first <= date <= last for first, last in ranges)
        if not inside:
            yield Violation(
                {
                    "client": appointment.client,
                    "session": appointment.session,
                    "found": date,
                    "needed": ", ".join(f"{first}/{last}" for first, last in ranges),
                },
                excess=missing,
                witnesses=(appointment,),
            )
