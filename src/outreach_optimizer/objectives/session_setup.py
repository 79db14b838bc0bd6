"""`session_setup`: what holding a session costs at all."""

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule


def session_setup(instance: Instance, schedule: Schedule) -> int:
    """Thousandths of the set-up minutes of all held sessions.

    References
    ----------
    docs/requirements.md, T5.
    """
    return sum(milli(session.setup_min) for session in instance.sessions if schedule.crew(session.id))
