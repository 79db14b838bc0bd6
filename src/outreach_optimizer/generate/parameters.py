"""What may differ from a preset; what is left out stays."""

import datetime as dt
from typing import Annotated

from pydantic import Field

from outreach_optimizer.fields import Frozen
from outreach_optimizer.generate.presets import Preset

Clients = Annotated[int, Field(ge=1, le=5000)]
Caseworkers = Annotated[int, Field(ge=1, le=200)]
Days = Annotated[int, Field(ge=7, le=184)]
Blocked = Annotated[float, Field(ge=0, le=1)]
Load = Annotated[float, Field(ge=0.1, le=10)]
SlotMin = Annotated[int, Field(ge=15, le=120)]
Desks = Annotated[int, Field(ge=1, le=20)]


class Parameters(Frozen):
    """Changes to a preset; None: as it is.

    Each part of an instance has its own random stream, which stays: the same seed gives the same town halls whatever
    the number of clients, and a room date that is free stays free with fewer blocked ones.
    """

    clients: Clients | None = None
    caseworkers: Caseworkers | None = None
    """They share the duties, which follow from clients and load."""
    days: Days | None = None
    """Length of the period; agreed numbers of sessions stay."""
    blocked: Blocked | None = None
    load: Load | None = None
    slot_min: SlotMin | None = None
    desks: Desks | None = None
    """Of each room."""


def changed(preset: Preset, parameters: Parameters) -> Preset:
    """Preset with other parameters."""
    p = parameters
    end = preset.end if p.days is None else preset.start + dt.timedelta(days=p.days)
    sites = preset.sites if p.desks is None else tuple(plan._replace(desks=p.desks) for plan in preset.sites)
    return preset._replace(
        end=end,
        sites=sites,
        clients=preset.clients if p.clients is None else p.clients,
        caseworkers=preset.caseworkers if p.caseworkers is None else p.caseworkers,
        load=preset.load if p.load is None else (p.load, p.load),
        blocked=preset.blocked if p.blocked is None else p.blocked,
        slot_min=preset.slot_min if p.slot_min is None else p.slot_min,
    )
