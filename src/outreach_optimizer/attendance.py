"""Probability that a client comes to a session: the own show-up rate, moved by what is known to matter, if wanted."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.calendar_de import can_be_notified
from outreach_optimizer.fields import ClientId, SessionId
from outreach_optimizer.instance import Instance, Session
from outreach_optimizer.travel import UNKNOWN, client_ways


@lru_cache(maxsize=8)
def show_rates(instance: Instance) -> NDArray[np.float64]:
    """Clients × sessions: probability of coming when invited there.

    Rates of exactly 0 and 1 stay; an unknown way counts as one of ``reference_min``.

    References
    ----------
    domain C.6, with the studies behind each parameter.
    """
    own = np.array([client.show_rate for client in instance.clients], dtype=np.float64)[:, None]
    effects = instance.attendance
    shape = len(instance.clients), len(instance.sessions)
    if not (effects.travel_per_min or effects.reminder or effects.lead_per_week):
        return np.broadcast_to(own, shape)
    columns = instance.site_columns
    at = np.array([columns[session.site] for session in instance.sessions], dtype=np.int64)
    ways = client_ways(instance).milli_min[:, at]
    minutes = np.where(ways == UNKNOWN, effects.reference_min, ways / 1000)
    without_car = np.array([client.mode != "car" for client in instance.clients], dtype=np.float64)[:, None]
    reminded = np.array([client.reminder for client in instance.clients], dtype=np.float64)[:, None]
    lead = np.array([_weeks_too_long(instance, session) for session in instance.sessions], dtype=np.float64)
    shift = effects.travel_per_min * (effects.reference_min - minutes) * (1 + effects.no_car_factor * without_car)
    shift += effects.reminder * reminded - effects.lead_per_week * lead
    # odds' = odds * exp(shift), written so that rates of 0 and 1 stay.
    raised = own * np.exp(shift)
    rates: NDArray[np.float64] = raised / (raised + (1 - own))
    return rates


def rates_in(instance: Instance, session: Session, clients: Iterable[ClientId]) -> dict[ClientId, float]:
    """Probability of coming to a session, for some clients."""
    column = show_rates(instance)[:, _columns(instance)[session.id]]
    return {client: float(column[instance.client_rows[client]]) for client in clients}


@lru_cache(maxsize=8)
def _columns(instance: Instance) -> Mapping[SessionId, int]:
    return {session.id: column for column, session in enumerate(instance.sessions)}


def _weeks_too_long(instance: Instance, session: Session) -> float:
    """Weeks beyond ``lead_free_days`` between a session and the last posting day that can announce it."""
    rules = instance.rules
    days = [
        (session.date - posted).days
        for posted in instance.posting_days
        if can_be_notified(
            session.date,
            (posted,),
            postal_days=rules.postal_days,
            notice_days=rules.notice_days,
            max_lead_days=rules.max_lead_days,
            state=rules.holiday_state,
        )
    ]
    return max(0, min(days, default=0) - instance.attendance.lead_free_days) / 7
