"""`min_load`: enough invitations or no session."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """A held session has its minimum number of invited clients."""
    needed = model.instance.rules.min_load
    if needed:
        for s, held in model.held.items():
            invited = [(model.invited[c, s], 1) for c in model.clients_in[s]]
            model.add_sum([*invited, (held, -needed)], low=0)
