"""`uninvited`: a constant, taken back where a client is reached."""

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.fields import milli
from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Everybody costs the priority; an appointment saves it."""
    amounts: list[tuple[IntVar, int]] = []
    for c, client in enumerate(model.instance.clients):
        amounts += [(literal, -milli(client.priority)) for literal in model.reached(c)]
    model.price("uninvited", amounts, constant_milli=sum(milli(client.priority) for client in model.instance.clients))
