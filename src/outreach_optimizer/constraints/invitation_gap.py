"""`invitation_gap`: no drumfire of summons, and never automatically the one that ends benefits."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def invitation_gap(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """A Meldeaufforderung keeps its distance from the last one, and none follows too many misses in a row.

    The date is at least ``invitation_gap_days`` after the last appointment to which a Meldeaufforderung called, and
    the client has missed fewer than ``max_consecutive_misses`` in a row: else a human decides. Voluntary invitations
    are free. ``excess`` counts the days missing, or the misses from the limit on.

    References
    ----------
    docs/requirements.md, R18 (BSG, B 14 AS 19/14 R; § 7b SGB II as of 1 July 2026).
    """
    rules = instance.rules
    for appointment in schedule.appointments:
        client = instance.client_by_id[appointment.client]
        if client.invitation == "voluntary":
            continue
        if client.consecutive_misses >= rules.max_consecutive_misses:
            yield Violation(
                {
                    "client": client.id,
                    "fault": "misses",
                    "found": client.consecutive_misses,
                    "needed": rules.max_consecutive_misses,
                },
                excess=client.consecutive_misses - rules.max_consecutive_misses + 1,
                witnesses=(appointment,),
            )
        if client.last_invitation is not None:
            days = (instance.session_by_id[appointment.session].date - client.last_invitation).days
            if days < rules.invitation_gap_days:
                yield Violation(
                    {"client": client.id, "fault": "gap", "found": days, "needed": rules.invitation_gap_days},
                    excess=rules.invitation_gap_days - days,
                    witnesses=(appointment,),
                )
