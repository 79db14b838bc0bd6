"""`lateness`: a price per invitation."""

import numpy as np

from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Days after the due date; no due date is never late."""
    instance, never = model.instance, np.iinfo(np.int64).max
    dates = np.array([session.date.toordinal() for session in instance.sessions], dtype=np.int64)
    due = np.array([c.due.toordinal() if c.due else never for c in instance.clients], dtype=np.int64)
    late = np.where(dates[None, :] > due[:, None], dates[None, :] - np.minimum(due, dates.max(initial=0))[:, None], 0)
    model.price_pairs("lateness", 1000 * late)
