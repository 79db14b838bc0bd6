"""`overflow`: a chance constraint between two linear ones.

Coarse grain: the number of slots asked for decides how much the guests may weigh, see `showup.bracket`. A literal
stands for each size of the crew together with each number of slots. The model admits all that may keep the risk, and
the seating settles the rest; a safe model admits only what surely keeps it.

A small model gives each client a share in each number: the convex hull of the numbers' linear relaxations, which is
much closer to the truth than one limit that moves with the number.
"""

import math
from collections.abc import Collection, Mapping
from itertools import combinations
from typing import NamedTuple

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.attendance import rates_in
from outreach_optimizer.model.variables import Model
from outreach_optimizer.showup.bracket import bracket, curvature_of, floor_of
from outreach_optimizer.showup.counts import ROUNDING, shows_pmf, tail
from outreach_optimizer.showup.sizing import chance_prefix

SCALE = 10**6
"""Weights are counted in millionths."""
STEP = 0.05
"""Rates are taken to lie between multiples of this, so that sessions share their conditions."""
SMALL = 6_000
"""Invitations up to which clients have shares; beyond, the linear program gets slow."""


class Level(NamedTuple):
    """A size of the crew and a number of slots, with what the guests may weigh then; None up to the capacity."""

    literal: IntVar
    size: int
    number: int
    weight: int | None


class Guest(NamedTuple):
    """Slots that a client asks for, and their weight in all."""

    slots: int
    weight: int


def encode(model: Model) -> None:
    """Conditions for each overbooked session."""
    for s in model.held:
        if model.overbooked(s):
            if model.exact:
                _forbid(model, s)
            else:
                _limit(model, s)


def _limit(model: Model, s: int) -> None:
    """Exactly one level for a session that is held."""
    levels, guests = _levels(model, s)
    model.sizes[s] = [(level.size, level.literal) for level in levels]
    model.tie_sizes(s)
    if len(model.invited) <= SMALL and not model.safe:
        _share(model, s, levels, guests)
    else:
        _move(model, s, levels, guests)


def _levels(model: Model, s: int) -> tuple[list[Level], Mapping[int, Guest]]:
    """Levels, and the clients who count; a longer consultation weighs as much as people who surely come."""
    instance, risk = model.instance, model.instance.rules.overflow_risk
    rates = _rates(model, s)
    low, high = _span(risk, rates)
    counted = {c: instance.clients[c].slots for c in rates if model.safe or rates[c] >= low}
    least, most = model.space.crew_sizes[s]
    capacities = {size: _capacity(model, s, size) for size in range(least, min(most, len(model.crew_of[s])) + 1)}
    curvature = curvature_of(min(capacities.values(), default=0), risk)
    people = sorted(max(low, rates[c]) for c, slots in counted.items() for _ in range(slots))
    levels = []
    for size, capacity in capacities.items():
        limits = bracket(capacity, risk, curvature, (low, high), chance_prefix(people, capacity, risk))
        for number, limit in ((capacity, None), *limits.by_number(safe=model.safe).items()):
            literal = model.cp.new_bool_var(f"level[{instance.sessions[s].id},{size},{number}]")
            # Half a millionth is lost or won per person by rounding.
            rounding = -number if model.safe else number + 1
            weight = None if limit is None else math.floor(limit * SCALE) + rounding
            levels.append(Level(literal, size, number, weight))
    weight_of = bracket(0, 0, curvature, (low, high), 0).weight_of(safe=model.safe)
    return levels, {c: Guest(slots, round(slots * weight_of(rates[c]) * SCALE)) for c, slots in counted.items()}


def _move(model: Model, s: int, levels: list[Level], guests: Mapping[int, Guest]) -> None:
    """Number and weight have limits that move with the level."""
    heaviest = max((math.ceil(guest.weight / guest.slots) for guest in guests.values()), default=0)
    limits = [(level.literal, level.number * heaviest if level.weight is None else level.weight) for level in levels]
    invited = model.invited
    numbers = [(level.literal, -level.number) for level in levels]
    model.add_sum([*((invited[c, s], guest.slots) for c, guest in guests.items()), *numbers], high=0)
    weights = [(literal, -limit) for literal, limit in limits]
    model.add_sum([*((invited[c, s], guest.weight) for c, guest in guests.items()), *weights], high=0)


def _share(model: Model, s: int, levels: list[Level], guests: Mapping[int, Guest]) -> None:
    """Each level has its own guests."""
    shares: dict[int, list[IntVar]] = {c: [] for c in guests}
    for level in levels:
        own = {c: model.cp.new_bool_var(f"share[{c},{level.literal.name}]") for c in guests}
        for c, literal in own.items():
            model.cp.add_implication(literal, level.literal)
            shares[c].append(literal)
        asked = [(literal, guests[c].slots) for c, literal in own.items()]
        model.add_sum([*asked, (level.literal, -level.number)], low=None if level.weight is None else 0, high=0)
        if level.weight is not None:
            weights = [(literal, guests[c].weight) for c, literal in own.items()]
            model.add_sum([*weights, (level.literal, -level.weight)], high=0)
    for c, literals in shares.items():
        model.add_sum([*((literal, 1) for literal in literals), (model.invited[c, s], -1)], low=0, high=0)


def _rates(model: Model, s: int) -> Mapping[int, float]:
    """Rates of the clients; 1 for consultations of several slots, which keep them whether the client comes or not."""
    instance = model.instance
    names = {instance.clients[c].id: c for c in model.clients_in[s]}
    rates = rates_in(instance, instance.sessions[s], names)
    return {c: rates[name] if instance.clients[c].slots == 1 else 1.0 for name, c in names.items()}


def _capacity(model: Model, s: int, size: int) -> int:
    """Slots of a crew without the reserve."""
    return max(0, model.slots(s) * size - model.instance.rules.walk_in_reserve)


def _span(risk: float, rates: Mapping[int, float]) -> tuple[float, float]:
    """Range in which rates are looked at."""
    floor = math.ceil(100 * floor_of(risk) + 1e-6) / 100
    low = min(0.95, max(floor, STEP * math.floor(min(rates.values(), default=1) / STEP)))
    high = max(low + STEP, STEP * math.ceil(max(rates.values(), default=1) / STEP))
    return round(low, 2), min(1.0, round(high, 2))


def _forbid(model: Model, s: int) -> None:
    """Exact grain: not one of the smallest sets of clients that break the risk with a crew, or with a part of it."""
    clients, crew, rates = model.clients_in[s], model.crew_of[s], _rates(model, s)
    for size in range(len(crew) + 1):
        broken: list[frozenset[int]] = []
        for number in range(1, len(clients) + 1):
            for chosen in map(frozenset, combinations(clients, number)):
                if not any(smaller <= chosen for smaller in broken) and _breaks(model, s, size, chosen, rates):
                    broken.append(chosen)
        for chosen in broken:
            absent = [~model.invited[c, s] for c in sorted(chosen)]
            for present in combinations(crew, size):
                model.cp.add_bool_or([*absent, *(model.duty[s, w] for w in crew if w not in present)])


def _breaks(model: Model, s: int, size: int, chosen: Collection[int], rates: Mapping[int, float]) -> bool:
    clients, reserve = model.instance.clients, model.instance.rules.walk_in_reserve if size else 0
    free = model.slots(s) * size - reserve - sum(clients[c].slots for c in chosen if clients[c].slots > 1)
    risk = tail(shows_pmf([rates[c] for c in chosen if clients[c].slots == 1]), free) if free >= 0 else 1.0
    return risk > model.instance.rules.overflow_risk + ROUNDING
