"""Say it: one hard constraint per file, a plain reading of a finished schedule. `CONSTRAINTS` holds them all."""

from collections.abc import Callable, Iterator, Mapping

from outreach_optimizer.constraints.barrier_free import barrier_free
from outreach_optimizer.constraints.caseworker_available import caseworker_available
from outreach_optimizer.constraints.client_available import client_available
from outreach_optimizer.constraints.continuity import continuity
from outreach_optimizer.constraints.desks import desks
from outreach_optimizer.constraints.holiday import holiday
from outreach_optimizer.constraints.household import household
from outreach_optimizer.constraints.invitation_gap import invitation_gap
from outreach_optimizer.constraints.lane_load import lane_load
from outreach_optimizer.constraints.max_duties import max_duties
from outreach_optimizer.constraints.max_travel import max_travel
from outreach_optimizer.constraints.min_crew import min_crew
from outreach_optimizer.constraints.min_load import min_load
from outreach_optimizer.constraints.network import network
from outreach_optimizer.constraints.notice import notice
from outreach_optimizer.constraints.on_duty import on_duty
from outreach_optimizer.constraints.one_booking import one_booking
from outreach_optimizer.constraints.one_invitation import one_invitation
from outreach_optimizer.constraints.overflow import overflow
from outreach_optimizer.constraints.pinned import pinned
from outreach_optimizer.constraints.room_once import room_once
from outreach_optimizer.constraints.session_budget import session_budget
from outreach_optimizer.constraints.session_window import session_window
from outreach_optimizer.constraints.site_frequency import site_frequency
from outreach_optimizer.constraints.site_open import site_open
from outreach_optimizer.constraints.skills import skills
from outreach_optimizer.constraints.tour import tour
from outreach_optimizer.constraints.walk_in_reserve import walk_in_reserve
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.violation import Violation

Constraint = Callable[[Instance, Schedule], Iterator[Violation]]

CONSTRAINTS: Mapping[str, Constraint] = {
    rule.__name__: rule
    for rule in (
        one_invitation,
        session_window,
        desks,
        room_once,
        caseworker_available,
        tour,
        max_duties,
        min_crew,
        on_duty,
        one_booking,
        skills,
        continuity,
        client_available,
        barrier_free,
        network,
        max_travel,
        notice,
        invitation_gap,
        walk_in_reserve,
        overflow,
        lane_load,
        household,
        min_load,
        site_frequency,
        site_open,
        session_budget,
        holiday,
        pinned,
    )
}
