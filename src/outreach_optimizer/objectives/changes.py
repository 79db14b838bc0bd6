"""`changes`: what people were told and no longer holds."""

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule

ELSEWHERE = 5000
OTHER_START = 1000
OTHER_CASEWORKER = 500


def changes(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the units of change against the published appointments, by how far each change reaches.

    No longer in the published session (another one, or none): 5. In the session, but at another start: 1; with
    another caseworker: 0.5; both: 1.5. A tenth of it if the client has not been told yet. A client with several
    appointments counts the one that is nearest to the published one. Clients no longer in the instance count nothing.

    References
    ----------
    docs/requirements.md, T8 (minimal perturbation, re-rostering).
    """
    total = 0
    for published in instance.published:
        if published.client not in instance.client_by_id:
            continue
        moved = min(
            (
                OTHER_START * (appointment.start != published.start)
                + OTHER_CASEWORKER * (appointment.caseworker != published.caseworker)
                for appointment in schedule.by_client.get(published.client, ())
                if appointment.session == published.session
            ),
            default=ELSEWHERE,
        )
        total += moved if published.notified else moved // 10
    return total
