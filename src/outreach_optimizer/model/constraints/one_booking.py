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
    for (s, _), bookings in lanes.items():
        for moment in sorted({start for start, _, _ in bookings}):
            present = [(end - start, literal) for start, end, literal in bookings if start <= moment < end]
            if model.overbooked(s):
                _apart(model, present)
            else:
                model.cp.add_at_most_one(literal for _, literal in present)


def _apart(model: Model, present: list[tuple[int, IntVar]]) -> None:
    """Of those longer than a slot at most one, and nobody else beside it."""
    long = [literal for length, literal in present if length > model.instance.slot_min]
    for length, literal in present:
        if length == model.instance.slot_min:
            model.cp.add_at_most_one([*long, literal])
    model.cp.add_at_most_one(long)
