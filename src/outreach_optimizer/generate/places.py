"""Municipalities and settlements with their residents, and who of them goes to outreach sites."""

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.generate.draw import apportion
from outreach_optimizer.generate.presets import CATCHMENT_KM, CORPUS_CHRISTI_PLACES, OFFICES, SitePlan
from outreach_optimizer.travel import great_circle_km


class PlaceFact(NamedTuple):
    """A place of ``data/places.csv``; ``residents`` are scaled so that a municipality's places add up to its total."""

    id: str
    name: str
    municipality: str
    lat: float
    lon: float
    residents: int


class Land(NamedTuple):
    """Where an instance plays.

    Parameters
    ----------
    facts
        All places by id.
    homes
        Places from which clients are invited.
    offices
        Places of the base offices.
    corpus_christi
        Places in which Fronleichnam is a local holiday.
    """

    facts: Mapping[str, PlaceFact]
    homes: Sequence[PlaceFact]
    offices: tuple[str, ...]
    corpus_christi: frozenset[str]


def real_land(plans: Sequence[SitePlan]) -> Land:
    """Give the Wartburgkreis with the sites of a preset."""
    return Land(places(), catchment(plans), OFFICES, frozenset(CORPUS_CHRISTI_PLACES))


@lru_cache(maxsize=1)
def places() -> dict[str, PlaceFact]:
    """All places by id; municipalities stand before their settlements.

    Settlements keep their own (older) number while the municipality's total allows it and its own point takes the
    rest, villages without coordinates included; otherwise they are scaled to the total and the point gets nobody.
    """
    with (files("outreach_optimizer") / "data" / "places.csv").open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    residents: dict[str, int] = {}
    for head in (row for row in rows if row["kind"] == "municipality"):
        total = int(head["inhabitants"])
        parts = [row for row in rows if row["kind"] == "settlement" and row["ags"] == head["ags"]]
        known = [int(part["inhabitants"] or 0) for part in parts]
        if sum(known) > total:
            known = apportion(total, known)
        residents[head["id"]] = total - sum(known)
        residents |= {part["id"]: number for part, number in zip(parts, known, strict=True)}
    return {
        row["id"]: PlaceFact(
            row["id"], row["name"], row["municipality"], float(row["lat"]), float(row["lon"]), residents[row["id"]]
        )
        for row in rows
    }


def air_line_km(origins: Sequence[PlaceFact], targets: Sequence[PlaceFact]) -> NDArray[np.float64]:
    """Great-circle kilometers, a row per origin, a column per target."""
    a = np.array([(place.lat, place.lon) for place in origins], dtype=float).reshape(-1, 2)
    b = np.array([(place.lat, place.lon) for place in targets], dtype=float).reshape(-1, 2)
    return great_circle_km(a[:, :1], a[:, 1:], b[None, :, 0], b[None, :, 1])


def catchment(plans: Sequence[SitePlan]) -> list[PlaceFact]:
    """Places from which clients are invited.

    A municipality with a listed site: all of it ("in the municipality where the invited person lives" [V1]). Any
    other place: an open site lies within `CATCHMENT_KM` and nearer than both main offices. Never the municipalities
    of the main offices, nor places without residents.
    """
    facts = places()
    offices = [facts[place] for place in OFFICES]
    excluded = [office.municipality for office in offices]
    served = [facts[plan.place].municipality for plan in plans]
    candidates = [fact for fact in facts.values() if fact.residents and fact.municipality not in excluded]
    to_site = air_line_km(candidates, [facts[plan.place] for plan in plans if plan.status == "open"]).min(axis=1)
    to_office = air_line_km(candidates, offices).min(axis=1)
    return [
        fact
        for fact, site_km, office_km in zip(candidates, to_site, to_office, strict=True)
        if fact.municipality in served or (site_km <= CATCHMENT_KM and site_km < office_km)
    ]
