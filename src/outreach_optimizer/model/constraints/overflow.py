"""`overflow`: a chance constraint between two linear ones.

Coarse grain: the number of slots asked for decides how much the guests may weigh, see `showup.bracket`. A literal
stands for each size of the crew together with each number of slots. The model admits all that may keep the risk, and
the seating settles the rest; a safe model admits only what surely keeps it.
"""

import math
from collections.abc import Collection, Mapping
from itertools import combinations

from outreach_optimizer.attendance import rates_in
from outreach_optimizer.model.variables import Model
from outreach_optimizer.showup.bracket import bracket, curvature_of, floor_of
from outreach_optimizer.showup.counts import largest_number, shows_pmf, tail

SCALE = 10**6
"""Weights are counted in millionths."""
STEP = 0.05
"""Rates are taken to lie between multiples of this, so that sessions share their conditions."""
TOLERANCE = 1e-9


def encode(model: Model) -> None:
    """Conditions for each overbooked session."""
    for s in model.held:
        if model.overbooked(s):
            if model.exact:
                _forbid(model, s)
            else:
                _limit(model, s)


def _limit(model: Model, s: int) -> None:
    """Number and weight of the guests; a longer consultation weighs as much as people who surely come."""
    instance, risk = model.instance, model.instance.rules.overflow_risk
    rates = _rates(model, s)
    low, high = _span(risk, rates)
    guests = [c for c in rates if model.safe or rates[c] >= low]
    asked = {c: instance.clients[c].slots for c in guests}
    least, most = model.space.crew_sizes[s]
    capacities = {size: _capacity(model, s, size) for size in range(least, min(most, len(model.crew_of[s])) + 1)}
    curvature = curvature_of(min(capacities.values(), default=0), risk)
    people = [max(low, rates[c]) for c in guests for _ in range(asked[c])]
    numbers, heavy, sizes = [], [], []
    weight = bracket(0, 0, curvature, (low, high), 0).weight_of(safe=model.safe)
    for size, capacity in capacities.items():
        limits = bracket(capacity, risk, curvature, (low, high), largest_number(people, capacity, risk))
        for number, limit in {capacity: capacity * weight(high), **limits.by_number(safe=model.safe)}.items():
            literal = model.cp.new_bool_var(f"size[{instance.sessions[s].id},{size},{number}]")
            # Half a millionth is lost or won per person by rounding; weights up to the capacity always fit.
            rounding = -number if model.safe and number > capacity else number
            numbers.append((literal, -number))
            heavy.append((literal, -math.floor(limit * SCALE) - 1 - rounding))
            sizes.append((size, literal))
    model.sizes[s] = sizes
    model.add_sum([*((lit, 1) for _, lit in sizes), (model.held[s], -1)], low=0, high=0)
    model.add_sum([*((lit, size) for size, lit in sizes), *((duty, -1) for duty in model.crew(s))], low=0, high=0)
    model.add_sum([*((model.invited[c, s], slots) for c, slots in asked.items()), *numbers], high=0)
    weights = {c: round(slots * weight(rates[c]) * SCALE) for c, slots in asked.items()}
    model.add_sum([*((model.invited[c, s], amount) for c, amount in weights.items()), *heavy], high=0)


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
    return risk > model.instance.rules.overflow_risk + TOLERANCE
