"""`skills`: the caseworker can do what the client needs."""

from collections.abc import Iterator

from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation


def skills(instance: Instance, schedule: Schedule) -> Iterator[Violation]:
    """The caseworker of an appointment has every skill and speaks every language that the client needs.

    ``excess`` counts what is missing.

    References
    ----------
    docs/requirements.md, R11 (§ 14 Abs. 2 SGB II, advice by need).
    """
    for appointment in schedule.appointments:
        client = instance.client_by_id[appointment.client]
        caseworker = instance.caseworker_by_id[appointment.caseworker]
        missing = sorted(set(client.skills) - set(caseworker.skills))
        missing += sorted(set(client.languages) - set(caseworker.languages))
        if missing:
            yield Violation(
                {
                    "client": client.id,
                    "caseworker": caseworker.id,
                    "found": ", ".join((*caseworker.skills, *caseworker.languages)) or "-",
                    "needed": ", ".join(missing),
                },
                excess=len(missing),
                witnesses=(appointment,),
            )
