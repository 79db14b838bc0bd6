"""`session_budget`: a cardinality over all sessions."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Bound the number of held sessions."""
    limit = model.instance.rules.max_sessions
    if limit is not None:
        model.add_sum([(held, 1) for held in model.held.values()], high=limit)
