"""`walk_in_reserve`: a knapsack per session whose size grows with the crew."""

from outreach_optimizer.model.rows import write_row
from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Booked slots and reserve fit into the slots of the crew."""
    reserve = model.instance.rules.walk_in_reserve
    for s in range(len(model.instance.sessions)):
        if s in model.held:
            indices, weights = model.load(s, least=2 if model.overbooked(s) else 1)
            crew = [literal.index for literal in model.crew(s)]
            offered = [-model.slots(s)] * len(crew)
            write_row(model.cp, [*crew, model.held[s].index, *indices], [*offered, reserve, *weights], high=0)
