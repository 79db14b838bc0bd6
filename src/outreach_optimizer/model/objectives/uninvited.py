"""`uninvited`: a constant, taken back where a client is reached."""

from outreach_optimizer.fields import milli
from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Everybody costs the priority; an appointment saves it."""
    for c, client in enumerate(model.instance.clients):
        amount = milli(client.priority)
        model.price("uninvited", [(literal, -amount) for literal in model.reached(c)], constant_milli=amount)
