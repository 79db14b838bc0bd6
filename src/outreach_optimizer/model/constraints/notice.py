"""`notice`: no pairs with a date that no posting day can announce; posted appointments are exempt."""

import numpy as np

from outreach_optimizer.calendar_de import can_be_notified
from outreach_optimizer.model.space import Space


def narrow(space: Space) -> None:
    """Take away sessions on dates for which every letter comes too late or too early."""
    instance, rules = space.instance, space.instance.rules
    dates = sorted({session.date for session in instance.sessions})
    reachable = {
        date: can_be_notified(
            date,
            instance.posting_days,
            postal_days=rules.postal_days,
            notice_days=rules.notice_days,
            max_lead_days=rules.max_lead_days,
            state=rules.holiday_state,
        )
        for date in dates
    }
    allowed = np.tile(np.array([reachable[s.date] for s in instance.sessions], dtype=np.bool_), (len(space.pair), 1))
    rows = {client.id: c for c, client in enumerate(instance.clients)}
    columns = {session.id: s for s, session in enumerate(instance.sessions)}
    for pin in instance.pins.appointments:
        allowed[rows[pin.client], columns[pin.session]] = True
    space.pair &= allowed
