"""`site_frequency`: a cardinality per site, and cliques of days that are too close."""

from outreach_optimizer.model.days import days_used
from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Count the held sessions of each site; within ``spacing_days``, at most one day is used."""
    for site in model.instance.sites:
        numbers = [s for s in model.held if model.instance.sessions[s].site == site.id]
        held = [(model.held[s], 1) for s in numbers]
        owed = site.min_sessions if site.status in model.instance.rules.held_statuses else 0
        if owed:
            model.add_sum(held, low=owed)
        if site.max_sessions is not None:
            model.add_sum(held, high=site.max_sessions)
        if site.spacing_days > 1:
            days = days_used(model, numbers)
            for first in days:
                near = [lit for date, lit in days.items() if 0 <= (date - first).days < site.spacing_days]
                model.cp.add_at_most_one(near)
