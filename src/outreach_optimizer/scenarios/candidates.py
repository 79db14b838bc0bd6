"""Which other municipality could be the next site: cheap screening of all, the best few to be solved."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from outreach_optimizer.fields import SiteId
from outreach_optimizer.generate.places import places
from outreach_optimizer.instance import Instance, Site
from outreach_optimizer.scenarios.circumstances import with_sites
from outreach_optimizer.scenarios.journeys import Journeys
from outreach_optimizer.travel import UNKNOWN, client_ways, fits, great_circle_km

HERE_KM = 2.0
"""A municipality whose point is nearer than this to a site or office has one."""
OUTSIDE_DEG = 0.15
"""Sites farther than this from every place known to the program lie in another district."""
PREFIX = "new-"

Standing = Literal["free", "open", "planned", "office"]


class Spot(NamedTuple):
    """A municipality that was looked at.

    Parameters
    ----------
    site
        As a site; of an existing one, that one.
    saving_min
        Upper estimate of the mean saving per person: as many people as the rooms can take, those who save most.
    """

    site: Site
    standing: Standing
    saving_min: float
    nearer: int


class Screening(NamedTuple):
    """All municipalities, best first."""

    spots: Sequence[Spot]
    source: Literal["district", "instance"]


def screen(instance: Instance, trips: Journeys, capacity: int) -> Screening:
    """Rank all municipalities by what their people, and their neighbors, would save on the way.

    Parameters
    ----------
    instance
        Today.
    trips
        Today's plan.
    capacity
        Invitations that the days of a new site can take.
    """
    points, source = _municipalities(instance)
    spots = [_standing(instance, name, lat, lon) for name, lat, lon in points]
    new = tuple(site for site, standing in spots if standing in ("free", "office"))
    listed = with_sites(instance, new)
    found = [_spot(listed, site, standing, trips, capacity) for site, standing in spots]
    return Screening(sorted(found, key=lambda spot: (-spot.saving_min, spot.site.id)), source)


def like_planned(site: Site, pattern: Site) -> Site:
    """Site at another place with what was agreed for the pattern: days, spacing, rhythm, crew."""
    fields = ("max_sessions", "spacing_days", "rhythm_days", "min_crew", "overbooking", "template")
    return site.replace(**{name: getattr(pattern, name) for name in fields})


def _municipalities(instance: Instance) -> tuple[list[tuple[str, float, float]], Literal["district", "instance"]]:
    """Names and points: of the district if the sites lie there, else of the places of the instance."""
    known = list(places().values())
    degrees = np.array([(fact.lat, fact.lon) for fact in known])
    inside = all(np.abs(degrees - (site.lat, site.lon)).max(axis=1).min() <= OUTSIDE_DEG for site in instance.sites)
    if inside and instance.sites:
        return [(fact.name, fact.lat, fact.lon) for fact in known if fact.name == fact.municipality], "district"
    chosen: dict[str, tuple[str, float, float]] = {}
    for place in instance.places:
        name = place.municipality or place.name
        # The place that bears the municipality's name is its center.
        if name not in chosen or place.name == name:
            chosen[name] = (name, place.lat, place.lon)
    return list(chosen.values()), "instance"


def _standing(instance: Instance, name: str, lat: float, lon: float) -> tuple[Site, Standing]:
    here = np.array([lat]), np.array([lon])
    for site in instance.sites:
        if great_circle_km(*here, np.array([site.lat]), np.array([site.lon]))[0] <= HERE_KM:
            if site.status in instance.rules.held_statuses:
                return site, "open"
            return site, "planned" if site.status == "planned" else "free"
    near_office = any(
        great_circle_km(*here, np.array([office.lat]), np.array([office.lon]))[0] <= HERE_KM
        for office in instance.offices
    )
    letters = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    site = Site(id=SiteId(f"{PREFIX}{letters}"), name=name, lat=lat, lon=lon, status="candidate")
    return site, "office" if near_office else "free"


def _spot(listed: Instance, site: Site, standing: Standing, trips: Journeys, capacity: int) -> Spot:
    way = client_ways(listed).milli_min[:, listed.site_columns[site.id]]
    suited = np.array([fits(client, site) for client in listed.clients], dtype=bool)
    reachable = suited & (way != UNKNOWN) & (way <= listed.rules.max_travel_min * 1000)
    rates = np.array([client.show_rate for client in listed.clients], dtype=np.float64)
    there = 2 * (rates * way / 1000 + (1 - rates) * trips.office_min)
    saving = np.where(reachable, np.maximum(0, trips.burden_min - there), 0)
    best = np.sort(saving)[::-1][:capacity].sum() / max(1, len(saving))
    nearer = reachable & (way / 1000 < trips.planned_min)
    return Spot(site, standing, 0.0 if standing == "open" else float(best), int(nearer.sum()))
