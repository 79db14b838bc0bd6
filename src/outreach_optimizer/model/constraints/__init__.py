"""Encode it: the same names as in `outreach_optimizer.constraints`.

A module narrows the space of what is possible (``narrow``), adds constraints (``encode``), or both.
"""

from collections.abc import Mapping
from types import ModuleType

from outreach_optimizer.model.constraints import (
    barrier_free,
    caseworker_available,
    client_available,
    continuity,
    desks,
    holiday,
    household,
    invitation_gap,
    lane_load,
    max_duties,
    max_travel,
    min_crew,
    min_load,
    network,
    notice,
    on_duty,
    one_booking,
    one_invitation,
    overflow,
    pinned,
    room_once,
    session_budget,
    session_window,
    site_frequency,
    site_open,
    skills,
    tour,
    walk_in_reserve,
)

ENCODERS: Mapping[str, ModuleType] = {
    "one_invitation": one_invitation,
    "session_window": session_window,
    "desks": desks,
    "room_once": room_once,
    "caseworker_available": caseworker_available,
    "tour": tour,
    "max_duties": max_duties,
    "min_crew": min_crew,
    "on_duty": on_duty,
    "one_booking": one_booking,
    "skills": skills,
    "continuity": continuity,
    "client_available": client_available,
    "barrier_free": barrier_free,
    "network": network,
    "max_travel": max_travel,
    "notice": notice,
    "invitation_gap": invitation_gap,
    "walk_in_reserve": walk_in_reserve,
    "overflow": overflow,
    "lane_load": lane_load,
    "household": household,
    "min_load": min_load,
    "site_frequency": site_frequency,
    "site_open": site_open,
    "session_budget": session_budget,
    "holiday": holiday,
    "pinned": pinned,
}
