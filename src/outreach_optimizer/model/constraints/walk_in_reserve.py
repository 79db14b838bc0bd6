"""`walk_in_reserve`: a knapsack per session whose size grows with the crew."""

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Booked slots and reserve fit into the slots of the crew."""
    reserve = model.instance.rules.walk_in_reserve
    for s in range(len(model.instance.sessions)):
        load = [(literal, slots) for literal, slots in model.load(s) if slots > 1 or not model.overbooked(s)]
        if s in model.held:
            slots = model.slots(s)
            offered = [(literal, -slots) for literal in model.crew(s)]
            model.add_sum([*load, (model.held[s], reserve), *offered], high=0)
