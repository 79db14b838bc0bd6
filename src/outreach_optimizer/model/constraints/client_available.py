"""`client_available`: only starts inside the client's windows."""

from outreach_optimizer.instance import Client, Session
from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away the starts at which the client cannot come or cannot stay to the end."""
    slot_min = space.instance.slot_min

    def possible(client: Client, session: Session, start: int) -> bool:
        if session.date in client.absent:
            return False
        end = start + client.slots * slot_min
        return not client.windows or any(
            window.holds_on(session.date) and window.start <= start and end <= window.end for window in client.windows
        )

    space.keep_starts(possible)
