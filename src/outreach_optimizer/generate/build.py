"""Puts the parts of an instance together."""

import datetime as dt
from collections.abc import Sequence

from outreach_optimizer.assumptions import TravelData
from outreach_optimizer.calendar_de import is_working_day
from outreach_optimizer.fields import OfficeId, PlaceId
from outreach_optimizer.generate.buses import draw_buses
from outreach_optimizer.generate.clients import draw_clients
from outreach_optimizer.generate.draw import stream
from outreach_optimizer.generate.places import PlaceFact, catchment, places
from outreach_optimizer.generate.presets import OFFICES, SIZES, Preset
from outreach_optimizer.generate.rooms import STATE, draw_sessions, draw_sites
from outreach_optimizer.generate.staff import draw_staff
from outreach_optimizer.instance import Instance, Office, Period, Place
from outreach_optimizer.limits import Rules

LETTER_LEAD_DAYS = 28
LAST_LETTER_DAYS = 12
"""Letters posted less than so many days before the end come too late for any session."""


def build(name: str, seed: int) -> Instance:
    """Instance of a preset; each part has its own random stream."""
    preset, facts = SIZES[name], places()
    homes = catchment(preset.sites)
    sites = draw_sites(preset, stream(name, seed, "sites"))
    staff = draw_staff(preset, stream(name, seed, "staff"))
    buses = draw_buses(
        homes,
        [facts[plan.place] for plan in preset.sites],
        [plan.id for plan in preset.sites],
        stream(name, seed, "buses"),
    )
    return Instance(
        name=f"{name}-{seed}",
        note=f"Synthetic: preset {name}, seed {seed}. Sources and assumptions: instances/README.md.",
        period=Period(start=preset.start, end=preset.end),
        posting_days=_posting_days(preset),
        places=_places(homes),
        offices=tuple(
            Office(id=OfficeId(place), name=facts[place].name, lat=facts[place].lat, lon=facts[place].lon)
            for place in OFFICES
        ),
        sites=sites,
        sessions=draw_sessions(preset, sites, stream(name, seed, "rooms")),
        caseworkers=staff,
        clients=draw_clients(preset, homes, staff, stream(name, seed, "clients")),
        travel=TravelData(tables=(buses,)),
        rules=Rules(min_load=preset.min_load, holiday_state=STATE),
    )


def _places(homes: Sequence[PlaceFact]) -> tuple[Place, ...]:
    return tuple(
        Place(id=PlaceId(home.id), name=home.name, lat=home.lat, lon=home.lon, municipality=home.municipality)
        for home in homes
    )


def _posting_days(preset: Preset) -> tuple[dt.date, ...]:
    """Every Monday, or the next working day, from four weeks before the period on."""
    first = preset.start - dt.timedelta(days=LETTER_LEAD_DAYS)
    days = []
    for offset in range((preset.end - first).days - LAST_LETTER_DAYS + 1):
        monday = first + dt.timedelta(days=offset)
        if monday.weekday() == 0:
            posted = monday
            while not is_working_day(posted, STATE):
                posted += dt.timedelta(days=1)
            days.append(posted)
    return tuple(days)
