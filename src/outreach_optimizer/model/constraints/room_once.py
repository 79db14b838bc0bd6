"""`room_once`: cliques of an interval graph."""

from outreach_optimizer.model.space import cliques
from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Of sessions in one room that share a moment, at most one is held."""
    rooms: dict[tuple[object, ...], list[int]] = {}
    for s in model.held:
        session = model.instance.sessions[s]
        rooms.setdefault((session.site, session.room, session.date), []).append(s)
    for numbers in rooms.values():
        for together in cliques([model.instance.sessions[s] for s in numbers]):
            model.cp.add_at_most_one(model.held[numbers[position]] for position in together)
