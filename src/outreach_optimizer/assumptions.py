"""What is assumed where nobody knows: how long ways take, and what makes people come."""

from typing import Annotated, Literal

from pydantic import Field

from outreach_optimizer.fields import Frozen, Minutes, Mode, SiteId


class Factors(Frozen):
    """Travel time from the great-circle distance ``g`` (km): ``fixed_min + min_per_km * g``; road km: ``road * g``."""

    fixed_min: Annotated[float, Field(ge=0, le=120)] = 0
    min_per_km: Annotated[float, Field(ge=0, le=120)]
    road: Annotated[float, Field(ge=1, le=5)] = 1.45


class TravelTable(Frozen):
    """Given travel times; they go before computed ones, a later table before an earlier one."""

    origins_are: Literal["clients", "places", "offices", "sites"]
    mode: Mode | None = None
    """Mode to which the table applies; none: every mode."""
    origins: tuple[str, ...]
    sites: tuple[SiteId, ...]
    min: tuple[tuple[Minutes | None, ...], ...]
    """One-way minutes, a row per origin, a column per site; null: cannot be reached."""
    km: tuple[tuple[Minutes | None, ...], ...] | None = None
    """One-way road kilometers of the same shape; none: computed."""


class TravelData(Frozen):
    """How long the ways are: computed by calibrated factors unless a table says so."""

    computed: bool = True
    """False: only the tables count, everything else is unknown."""
    car: Factors = Factors(fixed_min=2, min_per_km=1.8)
    bike: Factors = Factors(min_per_km=5.1)
    walk: Factors = Factors(min_per_km=15.3)
    tables: tuple[TravelTable, ...] = ()


class Attendance(Frozen):
    """What moves show-up rates, in log-odds; everything is off unless it is given.

    ``logit p = logit show_rate + travel_per_min (reference_min - minutes) (1 + no_car_factor without a car)
    + reminder - lead_per_week (lead days - lead_free_days)+ / 7``. Evidence on distance is mixed: plan with 0 as well.
    """

    travel_per_min: Annotated[float, Field(ge=0, le=0.1)] = 0
    """Per one-way minute of travel below `reference_min`; 0.010 fits the studies, try 0 and 0.020 as well."""
    no_car_factor: Annotated[float, Field(ge=0, le=10)] = 0
    """Extra weight of travel for clients without a car."""
    reference_min: Annotated[float, Field(ge=0, le=240)] = 20
    """One-way minutes to which `Client.show_rate` refers."""
    reminder: Annotated[float, Field(ge=0, le=3)] = 0
    """For clients who agreed to be reminded; ln 1.76 = 0.565 (text message), 0.737 (phone), half of it for caution."""
    lead_per_week: Annotated[float, Field(ge=0, le=3)] = 0
    """Per week from posting to the appointment beyond `lead_free_days`."""
    lead_free_days: Annotated[int, Field(ge=0, le=366)] = 14
