"""`one_booking`: cliques of an interval graph, per caseworker and session."""

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model


def encode(model: Model) -> None:
    """Of the bookings of one caseworker that share a moment, at most one; nothing at the coarse grain.

    Two intervals overlap exactly if one contains the start of the other, so the moments to look at are the starts.
    """
    lanes: dict[tuple[int, int], list[tuple[int, int, IntVar]]] = {}
    for (c, s, w, start), literal in model.booked.items():
        end = start + model.instance.clients[c].slots * model.instance.slot_min
        lanes.setdefault((s, w), []).append((start, end, literal))
    for bookings in lanes.values():
        for moment in sorted({start for start, _, _ in bookings}):
            model.cp.add_at_most_one(literal for start, end, literal in bookings if start <= moment < end)
