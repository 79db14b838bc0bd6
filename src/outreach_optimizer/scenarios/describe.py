"""Figures of one variant from its plan."""

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.fields import SiteId
from outreach_optimizer.instance import Instance
from outreach_optimizer.measures.burden import burden as measured
from outreach_optimizer.measures.burden import kolm_ede, p90
from outreach_optimizer.outlook import free_slots
from outreach_optimizer.scenarios.figures import MIN_GROUP, Burden, Costs, Reach, SiteUse, Staff, Travel
from outreach_optimizer.scenarios.journeys import Floats, Journeys
from outreach_optimizer.scenarios.scenario import CostRates
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import tours

LONG_MIN = 30
GROUPS: dict[str, tuple[str, ...]] = {
    "all": ("car", "transit", "bike", "walk"),
    "with_car": ("car",),
    "without_car": ("transit", "bike", "walk"),
    "car": ("car",),
    "transit": ("transit",),
    "bike": ("bike",),
    "walk": ("walk",),
}


def counted(number: int) -> int | None:
    """A number of people as it may be published: None for one or two."""
    return number if number == 0 or number >= MIN_GROUP else None


def burden_of(trips: Journeys) -> Burden | None:
    """Expected minutes there and back until the talk has taken place; None without people."""
    minutes = trips.burden_min
    if not minutes.size:
        return None
    return Burden(
        mean_min=float(minutes.mean()),
        median_min=float(np.median(minutes)),
        p90_min=p90(minutes),
        max_min=float(minutes.max()),
        kolm_ede_min=2 * kolm_ede(minutes / 2),
    )


def travel_of(instance: Instance, minutes: Floats, among: NDArray[np.bool_]) -> tuple[Travel, ...]:
    """One-way minutes of some people by their mode; nothing about groups of one or two."""
    modes = np.array([client.mode for client in instance.clients])
    return tuple(_travel(group, minutes[among & np.isin(modes, members)]) for group, members in GROUPS.items())


def reach_of(instance: Instance, schedule: Schedule, trips: Journeys) -> Reach:
    """Whom a plan reaches."""
    beyond = int((trips.invited & (trips.site_min > LONG_MIN)).sum())
    return Reach(
        people=len(instance.clients),
        invited=int(trips.invited.sum()),
        expected_shows=float(trips.rate.sum()),
        free_slots=sum(max(0, slots - used) for slots, used in _slots(instance, schedule).values()),
        beyond_30=counted(beyond),
    )


def staff_of(instance: Instance, schedule: Schedule) -> Staff:
    """Hours, ways and caseworker-days of a plan."""
    days = tours(instance, schedule)
    return Staff(
        sessions=len({duty.session for duty in schedule.duties}),
        duties=len(schedule.duties),
        away_h=sum(day.away_min for day in days) / 60,
        drive_h=sum(day.drive_milli_min or 0 for day in days) / 60_000,
        drive_km=sum(day.drive_milli_km or 0 for day in days) / 1000,
    )


def costs_of(instance: Instance, schedule: Schedule, trips: Journeys, rates: CostRates) -> Costs:
    """What a plan costs clients' travel and the staff's; consultations themselves cost the same anywhere."""
    eur_per_km = {caseworker.id: caseworker.eur_per_km for caseworker in instance.caseworkers}
    days = tours(instance, schedule)
    held = [session for session in instance.sessions if schedule.crew(session.id)]
    handling_min = sum(session.setup_min * len(schedule.crew(session.id)) for session in held)
    parts = {
        "client_reimbursement_eur": rates.client_eur_per_km * float(trips.round_trip_km.sum()),
        "staff_km_eur": sum((day.drive_milli_km or 0) / 1000 * eur_per_km[day.caseworker] for day in days),
        "staff_travel_eur": rates.staff_eur_per_h * sum(day.drive_milli_min or 0 for day in days) / 60_000,
        "setup_eur": rates.staff_eur_per_h * handling_min / 60 + rates.setup_eur_per_day * len(held),
    }
    return Costs(**parts, total_eur=sum(parts.values()))


def sites_of(instance: Instance, schedule: Schedule, held_before: frozenset[SiteId]) -> tuple[SiteUse, ...]:
    """Use of every listed site."""
    slots, uses = _slots(instance, schedule), []
    offered = {session.site for session in instance.sessions}
    for site in instance.sites:
        held = [s for s in instance.sessions if s.site == site.id and schedule.crew(s.id)]
        open_now = site.status in instance.rules.held_statuses and site.id in offered
        uses.append(
            SiteUse(
                site=site.id,
                name=site.name,
                lat=site.lat,
                lon=site.lon,
                held=open_now,
                new=open_now and site.id not in held_before,
                sessions=len(held),
                invited=counted(sum(len(schedule.appointments_in(s.id)) for s in held)),
                slots=sum(slots[s.id][0] - instance.rules.walk_in_reserve for s in held),
            )
        )
    return tuple(uses)


def open_sites(instance: Instance) -> frozenset[SiteId]:
    """Sites at which something may be held."""
    offered = {session.site for session in instance.sessions}
    return frozenset(
        site.id for site in instance.sites if site.status in instance.rules.held_statuses and site.id in offered
    )


def _travel(group: str, minutes: Floats) -> Travel:
    figures = measured(minutes) if len(minutes) >= MIN_GROUP else None
    values: dict[str, object] = {} if figures is None else figures._asdict()
    values["max_min"] = values.pop("worst_min", None)
    return Travel.model_validate(
        {name: values.get(name) for name in Travel.model_fields if name != "mode"} | {"mode": group}
    )


def _slots(instance: Instance, schedule: Schedule) -> dict[str, tuple[int, int]]:
    """Caseworker slots and booked slots of each held session."""
    found: dict[str, tuple[int, int]] = {}
    for session in instance.sessions:
        crew = len(schedule.crew(session.id))
        if crew:
            slots = free_slots(instance, session, crew, ()) + instance.rules.walk_in_reserve
            booked = (instance.client_by_id[a.client].slots for a in schedule.appointments_in(session.id))
            found[session.id] = slots, sum(booked)
    return found
