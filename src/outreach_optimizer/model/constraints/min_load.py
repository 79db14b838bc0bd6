"""`min_load`: enough invitations or no session."""

from outreach_optimizer.model.rows import write_row
from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """A held session has its minimum number of invited clients."""
    needed = model.instance.rules.min_load
    if needed:
        for s, held in model.held.items():
            write_row(model.cp, [held.index, *model.guests[s]], [-needed, *[1] * len(model.guests[s])], low=0)
