"""`desks`: a cardinality bound on the crew."""

from outreach_optimizer.model.space import Space
from outreach_optimizer.model.variables import Model


def narrow(space: Space) -> None:
    """A crew is no larger than the number of desks."""
    for s, session in enumerate(space.instance.sessions):
        least, most = space.crew_sizes[s]
        space.crew_sizes[s] = least, min(most, session.desks)


def encode(model: Model) -> None:
    """The crew of a held session has at most as many members as desks."""
    for s, held in model.held.items():
        crew, limit = model.crew(s), model.instance.sessions[s].desks
        if len(crew) > limit:
            model.add_sum([*((literal, 1) for literal in crew), (held, -limit)], high=0)
