"""Puts the parts of an instance together."""

import datetime as dt
from collections.abc import Sequence

from outreach_optimizer.assumptions import TravelData
from outreach_optimizer.calendar_de import is_working_day
from outreach_optimizer.fields import OfficeId, PlaceId
from outreach_optimizer.generate.buses import draw_buses
from outreach_optimizer.generate.clients import draw_clients
from outreach_optimizer.generate.draw import stream
from outreach_optimizer.generate.parameters import Parameters, changed
from outreach_optimizer.generate.places import Land, PlaceFact, real_land
from outreach_optimizer.generate.presets import SIZES, Preset
from outreach_optimizer.generate.region import OFFICES, draw_region
from outreach_optimizer.generate.rooms import STATE, draw_sessions, draw_sites
from outreach_optimizer.generate.staff import draw_staff
from outreach_optimizer.instance import Instance, Office, Period, Place
from outreach_optimizer.limits import Rules

LETTER_LEAD_DAYS = 28
LAST_LETTER_DAYS = 12
"""Letters posted less than so many days before the end come too late for any session."""


def build(name: str, seed: int, parameters: Parameters | None = None) -> Instance:
    """Instance of a preset; parameters are not for the region."""
    if name == "region":
        return build_region(seed)
    preset = SIZES[name] if parameters is None else changed(SIZES[name], parameters)
    return _assemble(name, seed, preset, real_land(preset.sites))


def build_region(seed: int, offices: int = OFFICES) -> Instance:
    """Instance of the preset region, or of as many of its offices; head counts and sessions are in proportion."""
    name = "region" if offices == OFFICES else f"region-of-{offices}"
    preset, land = draw_region(offices, stream(name, seed, "land"))
    return _assemble(name, seed, preset, land)


def _assemble(name: str, seed: int, preset: Preset, land: Land) -> Instance:
    """Draw each part from its own random stream."""
    facts = land.facts
    sites = draw_sites(preset, land, stream(name, seed, "sites"))
    staff = draw_staff(preset, land.offices, stream(name, seed, "staff"))
    buses = draw_buses(
        land.homes,
        [facts[plan.place] for plan in preset.sites],
        [plan.id for plan in preset.sites],
        stream(name, seed, "buses"),
    )
    return Instance(
        name=f"{name}-{seed}",
        note=f"Synthetic: preset {name}, seed {seed}. Sources and assumptions: instances/README.md.",
        period=Period(start=preset.start, end=preset.end),
        slot_min=preset.slot_min,
        posting_days=_posting_days(preset),
        places=_places(land.homes),
        offices=tuple(
            Office(id=OfficeId(place), name=facts[place].name, lat=facts[place].lat, lon=facts[place].lon)
            for place in land.offices
        ),
        sites=sites,
        sessions=draw_sessions(preset, sites, stream(name, seed, "rooms")),
        caseworkers=staff,
        clients=draw_clients(preset, land, staff, stream(name, seed, "clients")),
        travel=TravelData(tables=(buses,)),
        rules=Rules(holiday_state=STATE, **preset.limits),
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
