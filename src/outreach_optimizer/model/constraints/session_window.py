"""`session_window`: only starts on the grid whose talk ends before the next break."""

from outreach_optimizer.instance import Client, Session
from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away the starts off the grid and those too late for the length of the consultation."""
    slot_min = space.instance.slot_min
    blocks = {session.id: tuple(session.blocks()) for session in space.instance.sessions}

    def inside(client: Client, session: Session, start: int) -> bool:
        length = client.slots * slot_min
        return any(
            begin <= start and start + length <= stop and (start - begin) % slot_min == 0
            for begin, stop in blocks[session.id]
        )

    space.keep_starts(inside)
