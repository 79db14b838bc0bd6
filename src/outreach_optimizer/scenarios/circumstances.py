"""Conditions of both sides: other people, other ways, other habits, the same question."""

import math
from collections.abc import Callable, Mapping

import numpy as np

from outreach_optimizer.assumptions import Factors, TravelData, TravelTable
from outreach_optimizer.fields import ClientId
from outreach_optimizer.instance import Client, Instance, Site
from outreach_optimizer.scenarios.buses import air_km, estimated_min
from outreach_optimizer.scenarios.draws import own_stream, own_uniform
from outreach_optimizer.scenarios.scenario import Conditions, Demand, given

SEED = 0
"""Of the lots that decide who is doubled or changes the mode; the same in all variants of all comparisons."""


def under(instance: Instance, conditions: Conditions) -> Instance:
    """Instance under other conditions; what is not mentioned stays."""
    changed = with_sites(instance, conditions.new_sites)
    if conditions.tables:
        tables = (*changed.travel.tables, *conditions.tables)
        changed = changed.replace(travel=changed.travel.replace(tables=tables))
    for demand in conditions.demand:
        changed = with_demand(changed, demand)
    if conditions.without_car is not None:
        changed = with_modes(changed, conditions.without_car)
    if conditions.travel_factor != 1:
        changed = changed.replace(travel=slower(changed.travel, conditions.travel_factor))
    if conditions.show_rate is not None:
        changed = with_show_rate(changed, conditions.show_rate)
    if conditions.attendance_per_min is not None:
        effects = changed.attendance.replace(travel_per_min=conditions.attendance_per_min)
        changed = changed.replace(attendance=effects)
    weights = given(conditions.weights)
    return changed.replace(weights=changed.weights.replace(**weights)) if weights else changed


def with_sites(instance: Instance, sites: tuple[Site, ...]) -> Instance:
    """List further sites, closed, with estimated ways by public transport."""
    if not sites:
        return instance
    closed = tuple(site.replace(status="candidate", min_sessions=0) for site in sites)
    changed = instance.replace(sites=instance.sites + closed)
    if not instance.clients:
        return changed
    minutes = estimated_min(instance, air_km(instance, closed))
    # Of everybody, so that it is known, too, for who gives up the car in another future.
    table = TravelTable(
        origins_are="clients",
        mode="transit",
        origins=tuple(client.id for client in instance.clients),
        sites=tuple(site.id for site in closed),
        min=tuple(tuple(None if math.isinf(way) else float(round(way)) for way in row) for row in minutes),
    )
    return changed.replace(travel=changed.travel.replace(tables=(*changed.travel.tables, table)))


def with_demand(instance: Instance, demand: Demand) -> Instance:
    """Keep, leave out or double whole households; posted appointments keep their clients."""
    municipality = municipalities(instance)
    kept = {pin.client for pin in instance.pins.appointments} | {pin.client for pin in instance.published}

    def copies(client: Client) -> int:
        if demand.municipality is not None and municipality[client.id] != demand.municipality:
            return 1
        lot = own_uniform(SEED, household_of(client), "demand")
        number = int(demand.factor) + (lot < demand.factor - int(demand.factor))
        return max(number, client.id in kept)

    return _with_copies(instance, copies)


def redrawn(instance: Instance, seed: int) -> Instance:
    """Another month: as many households, each drawn from all with replacement; nothing is posted yet."""
    homes = list(dict.fromkeys(household_of(client) for client in instance.clients))
    drawn = own_stream(seed, instance.digest, "month").integers(len(homes), size=len(homes)) if homes else np.zeros(0)
    times = np.bincount(drawn.astype(np.int64), minlength=len(homes))
    number = dict(zip(homes, times.tolist(), strict=True))
    free = instance.replace(pins=instance.pins.replace(duties=(), appointments=()), published=())
    return _with_copies(free, lambda client: number[household_of(client)])


def with_modes(instance: Instance, without_car: float) -> Instance:
    """Let people give up their car for the bus, or the bus for a car, until their part is as wanted."""
    lots = {client.id: own_uniform(SEED, client.id, "car") for client in instance.clients}
    with_car = sorted((c for c in instance.clients if c.mode == "car"), key=lambda c: lots[c.id])
    riders = sorted((c for c in instance.clients if c.mode == "transit"), key=lambda c: lots[c.id])
    more = round(without_car * len(instance.clients)) - (len(instance.clients) - len(with_car))
    changed = {client.id: "transit" for client in with_car[: max(0, more)]}
    changed |= {client.id: "car" for client in riders[: max(0, -more)]}
    return instance.replace(
        clients=tuple(c.replace(mode=changed[c.id]) if c.id in changed else c for c in instance.clients)
    )


def slower(travel: TravelData, factor: float) -> TravelData:
    """Multiply all minutes, of clients and of caseworkers; kilometers stay."""

    def scaled(factors: Factors) -> Factors:
        return factors.replace(fixed_min=factors.fixed_min * factor, min_per_km=factors.min_per_km * factor)

    tables = tuple(
        table.replace(min=tuple(tuple(None if m is None else m * factor for m in row) for row in table.min))
        for table in travel.tables
    )
    return travel.replace(car=scaled(travel.car), bike=scaled(travel.bike), walk=scaled(travel.walk), tables=tables)


def with_show_rate(instance: Instance, mean: float) -> Instance:
    """Move everybody's log-odds alike until the mean of the rates is as wanted; rates of 0 and 1 stay."""
    rates = np.array([client.show_rate for client in instance.clients], dtype=np.float64)
    low, high = -20.0, 20.0
    for _ in range(60):
        shift = (low + high) / 2
        raised = rates * np.exp(shift)
        if (raised / (raised + 1 - rates)).mean() < mean:
            low = shift
        else:
            high = shift
    raised = rates * np.exp(low)
    moved = raised / (raised + 1 - rates)
    return instance.replace(
        clients=tuple(c.replace(show_rate=float(rate)) for c, rate in zip(instance.clients, moved, strict=True))
    )


def municipalities(instance: Instance) -> Mapping[ClientId, str]:
    """Municipality of each client's home, or the name of the settlement; empty if only coordinates are known."""
    names = {place.id: place.municipality or place.name for place in instance.places}
    return {c.id: names[c.home] if isinstance(c.home, str) else "" for c in instance.clients}


def household_of(client: Client) -> str:
    """Name of the household; who has none is one alone."""
    return f"household {client.household}" if client.household is not None else f"client {client.id}"


def _with_copies(instance: Instance, copies: Callable[[Client], int]) -> Instance:
    """Clients as often as a function says, with new ids and households from the second time on; tables go along."""
    clients: list[Client] = []
    origins: dict[str, list[str]] = {client.id: [] for client in instance.clients}
    for client in instance.clients:
        for number in range(copies(client)):
            copy = client
            if number:
                home = None if client.household is None else f"{client.household}.{number + 1}"
                copy = client.replace(id=ClientId(f"{client.id}.{number + 1}"), household=home)
            clients.append(copy)
            origins[client.id].append(copy.id)
    tables = tuple(_extended(table, origins) for table in instance.travel.tables)
    return instance.replace(clients=tuple(clients), travel=instance.travel.replace(tables=tables))


def _extended(table: TravelTable, origins: Mapping[str, list[str]]) -> TravelTable:
    if table.origins_are != "clients":
        return table
    rows = [(name, row) for row, origin in enumerate(table.origins) for name in origins.get(origin, ())]
    return table.replace(
        origins=tuple(name for name, _ in rows),
        min=tuple(table.min[row] for _, row in rows),
        km=None if table.km is None else tuple(table.km[row] for _, row in rows),
    )
