"""Tours of a plan, those of one office along the same sites in the same week taken together."""

import datetime as dt
from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from outreach_optimizer.fields import OfficeId
from outreach_optimizer.instance import Instance, Office, Site
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import Tour, tours


class Trip(NamedTuple):
    """A way base → site (→ site …) → base in the week that begins on ``monday``.

    Parameters
    ----------
    days
        One tour for each time it is driven, and the number of caseworkers who drive it.
    """

    office: Office
    monday: dt.date
    sites: tuple[Site, ...]
    days: tuple[tuple[Tour, int], ...]


def monday_of(date: dt.date) -> dt.date:
    """First day of the ISO week."""
    return date - dt.timedelta(days=date.weekday())


def trips(instance: Instance, schedule: Schedule) -> list[Trip]:
    """Trips by office, week and sites; no caseworker can be told from another."""
    offices: Mapping[OfficeId, Office] = {office.id: office for office in instance.offices}
    ordered = sorted(((_key(instance, tour), tour) for tour in tours(instance, schedule)), key=lambda pair: pair[0])
    found = []
    for (office, monday, sites), pairs in groupby(ordered, key=lambda pair: pair[0][:3]):
        days = []
        for _, same in groupby(pairs, key=lambda pair: pair[0]):
            crew = [tour for _, tour in same]
            days.append((crew[0], len(crew)))
        found.append(Trip(offices[office], monday, tuple(instance.site_by_id[site] for site in sites), tuple(days)))
    return found


def _key(instance: Instance, tour: Tour) -> tuple[OfficeId, dt.date, tuple[str, ...], dt.date, tuple[str, ...]]:
    office = instance.caseworker_by_id[tour.caseworker].office
    stops = tuple(site for site, _ in groupby(session.site for session in tour.sessions))
    return office, monday_of(tour.date), stops, tour.date, tuple(session.id for session in tour.sessions)
