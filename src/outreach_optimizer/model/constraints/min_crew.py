"""`min_crew`: enough caseworkers or nobody."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """A held session has its minimum crew."""
    instance = model.instance
    for s, held in model.held.items():
        needed = instance.site_by_id[instance.sessions[s].site].min_crew or instance.rules.min_crew
        if needed > 1:
            model.add_sum([*((literal, 1) for literal in model.crew(s)), (held, -needed)], low=0)
