"""The format of a scenario file: named changes to an instance.

*Conditions* hold on both sides of a comparison (who lives how, what a minute is worth); *measures* are what somebody
would decide, and change the variant alone. Only so both sides are measured with one yardstick.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from outreach_optimizer.assumptions import TravelTable
from outreach_optimizer.fields import CaseworkerId, Frozen, IdText, Name, SessionId, SiteId
from outreach_optimizer.instance import Caseworker, Session, Site
from outreach_optimizer.limits import Rules, Weights
from outreach_optimizer.scenarios.comparison import Kind

BUILT_IN: tuple[Kind, ...] = (
    "today",
    "planned_same",
    "planned_extra",
    "planned_replaces",
    "none",
    "fifth",
    "two_more",
)
YARDSTICKS = frozenset({"comfort_travel_min"})
"""Rules that price ways rather than forbid something; they hold on both sides."""


class Demand(Frozen):
    """More or fewer people: every household is kept, left out or doubled by its own random number."""

    factor: Annotated[float, Field(ge=0, le=5)]
    municipality: str | None = None
    """Only people of this municipality; none: everybody."""


class Conditions(Frozen):
    """What is different on both sides of the comparison."""

    new_sites: tuple[Site, ...] = ()
    """Sites that the instance does not list; closed unless a measure opens them."""
    tables: tuple[TravelTable, ...] = ()
    """Ways that the instance does not know, for instance by bus to a new site; without them they are estimated."""
    travel_factor: Annotated[float, Field(ge=0.25, le=4)] = 1
    """All minutes on the way, times this."""
    show_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Mean probability of coming; everybody's odds are moved alike."""
    attendance_per_min: Annotated[float, Field(ge=0, le=0.1)] | None = None
    """`Attendance.travel_per_min`."""
    without_car: Annotated[float, Field(ge=0, le=1)] | None = None
    """Part of the people without a car; who changes is decided by each one's own random number."""
    demand: tuple[Demand, ...] = ()
    weights: Weights = Weights()
    """Prices of the objective; only those given change."""


class Days(Frozen):
    """Sessions of a site in the period; what is left out stays."""

    site: SiteId
    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None


class RoomsLike(Frozen):
    """Rooms at a site on the same dates and hours as at another one."""

    site: SiteId
    like: SiteId


class StaffLimit(Frozen):
    """What a caseworker can do at most; what is left out stays."""

    caseworker: CaseworkerId
    max_duties: Annotated[int, Field(ge=0)] | None = None
    max_minutes: Annotated[int, Field(ge=0)] | None = None


class Measures(Frozen):
    """What is decided differently."""

    open: tuple[SiteId, ...] = ()
    """Sites at which sessions may be held from now on."""
    close: tuple[SiteId, ...] = ()
    """Sites at which nothing is held any more."""
    close_all: bool = False
    """No outreach at all; agreed minimums, pins and the published plan fall away with it."""
    add_sessions: tuple[Session, ...] = ()
    """Further room offers."""
    remove_sessions: tuple[SessionId, ...] = ()
    """Room offers that fall away."""
    rooms_like: tuple[RoomsLike, ...] = ()
    """Room offers copied from another site."""
    days: tuple[Days, ...] = ()
    """Other agreements with municipalities."""
    add_caseworkers: tuple[Caseworker, ...] = ()
    """Further caseworkers."""
    remove_caseworkers: tuple[CaseworkerId, ...] = ()
    """Caseworkers who are no longer there."""
    staff: tuple[StaffLimit, ...] = ()
    """Other limits of caseworkers."""
    rules: Rules = Rules()
    """Only those given change. `comfort_travel_min`, a yardstick, changes on both sides."""
    same_caseworker_days: bool = False
    """No more caseworker-days than today's plan uses."""


class Scenario(Frozen):
    """A variant with a name."""

    id: Annotated[str, IdText]
    """Name for ``--only``; not one of the built-in variants."""
    title: Name
    """As the report says it."""
    conditions: Conditions = Conditions()
    """What is different on both sides."""
    measures: Measures = Measures()
    """What is decided differently."""


class CostRates(Frozen):
    """Prices of the cost figures; assumptions, not part of any objective."""

    client_eur_per_km: Annotated[float, Field(ge=0, le=5)] = 0.2
    """Reimbursed to clients (Bay. LSG, L 11 AS 774/10)."""
    staff_eur_per_h: Annotated[float, Field(ge=0, le=500)] = 40
    """An hour of a caseworker, for travel and setting up; own assumption."""
    setup_eur_per_day: Annotated[float, Field(ge=0, le=10_000)] = 0
    """Rent and material of a session; town halls are assumed to lend rooms for nothing."""


class ScenarioFile(Frozen):
    """Variants to compare, beside or instead of the built-in ones."""

    format: Literal["outreach-scenarios"] = "outreach-scenarios"
    version: Literal[1] = 1
    common: Conditions = Conditions()
    """Conditions of all variants, today included."""
    built_in: tuple[Kind, ...] = BUILT_IN
    """Built-in variants to compare as well; today always is."""
    scenarios: tuple[Scenario, ...] = ()
    costs: CostRates = CostRates()


def given(model: Rules | Weights) -> Mapping[str, object]:
    """Fields that were given, not defaulted."""
    return {name: getattr(model, name) for name in sorted(model.model_fields_set)}
