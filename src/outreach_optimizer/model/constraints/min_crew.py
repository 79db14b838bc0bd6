"""`min_crew`: enough caseworkers or nobody."""

from outreach_optimizer.instance import Instance, Session
from outreach_optimizer.model.space import Space
from outreach_optimizer.model.variables import Model


def narrow(space: Space) -> None:
    """A crew is no smaller than that."""
    for s, session in enumerate(space.instance.sessions):
        least, most = space.crew_sizes[s]
        space.crew_sizes[s] = max(least, _needed(space.instance, session)), most


def encode(model: Model) -> None:
    """A held session has its minimum crew."""
    for s, held in model.held.items():
        needed = _needed(model.instance, model.instance.sessions[s])
        if needed > 1:
            model.add_sum([*((literal, 1) for literal in model.crew(s)), (held, -needed)], low=0)


def _needed(instance: Instance, session: Session) -> int:
    return instance.site_by_id[session.site].min_crew or instance.rules.min_crew
