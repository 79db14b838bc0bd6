"""`session_setup`: a price per held session."""

from outreach_optimizer.fields import milli
from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Set-up minutes of the sessions that are held."""
    sessions = model.instance.sessions
    model.price("session_setup", [(held, milli(sessions[s].setup_min)) for s, held in model.held.items()])
