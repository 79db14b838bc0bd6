"""When clients can come to a session."""

from collections.abc import Sequence

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.times import client_times


class Hours:
    """Starts on the grid of a session at which each kind of client can come; kept, as many share them."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.kind = client_times(instance).kind
        self._known: dict[tuple[int, int], tuple[bool, ...]] = {}

    def of(self, c: int, s: int) -> tuple[bool, ...]:
        """Per slot of the grid: whether client c can be there for the length of a talk."""
        key = int(self.kind[c]), s
        if key not in self._known:
            self._known[key] = self._starts(c, s)
        return self._known[key]

    def in_a_row(self, clients: Sequence[int], s: int) -> list[bool]:
        """Per slot of the grid: whether the first one can begin there and each of the others right after the last."""
        grid = self.instance.sessions[s].slot_starts(self.instance.slot_min)
        return [self._fits(clients, s, grid, at) for at in range(len(grid))]

    def _fits(self, clients: Sequence[int], s: int, grid: Sequence[int], at: int) -> bool:
        end = grid[at]
        for c in clients:
            if at >= len(grid) or grid[at] != end or not self.of(c, s)[at]:
                return False
            at += self.instance.clients[c].slots
            end += self.instance.clients[c].slots * self.instance.slot_min
        return True

    def _starts(self, c: int, s: int) -> tuple[bool, ...]:
        client, session, slot_min = self.instance.clients[c], self.instance.sessions[s], self.instance.slot_min
        windows = [(window.start, window.end) for window in client.windows if window.holds_on(session.date)]
        length = client.slots * slot_min
        ends = [end for begin, end in session.blocks() for _ in range(begin, end - slot_min + 1, slot_min)]
        return tuple(
            start + length <= end
            and (not client.windows or any(begin <= start and start + length <= stop for begin, stop in windows))
            for start, end in zip(session.slot_starts(slot_min), ends, strict=True)
        )
