"""What is expected of a session, from below: linear in crew and guests, exact where the model has looked.

If everybody who comes can use any slot, ``O = E(load - slots of the crew)+`` slots of work are left after the end. O is
convex in crew and guests taken as numbers, so each tangent is a lower bound everywhere (L-shaped method); no
arrangement of the guests over the slots leaves less. Idle time is the crew's slots minus the expected load plus what is
left; whoever is left has waited a slot at least.

References
----------
Van Slyke, Wets (1969), L-shaped linear programs with applications to optimal control and stochastic programming,
doi:10.1137/0117061. docs/formulation.md.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.attendance import rates_in
from outreach_optimizer.model.variables import Model
from outreach_optimizer.showup.counts import shows_pmf

TERMS = ("expected_idle", "expected_wait", "expected_overtime")
ROUNDING = 1e-6
SURPLUS = (-1, 0, 2, 4)
"""Guests beyond the slots of the smallest crew for whom a tangent is there from the beginning."""


class Tangent(NamedTuple):
    """Lower bound of O, exact for some guests and one size of the crew; in slots.

    ``value``, plus ``slopes`` of further guests, minus those of guests who are not there, minus ``per_caseworker`` for
    each further one.
    """

    guests: frozenset[int]
    size: int
    value: float
    slopes: Mapping[int, float]
    per_caseworker: float


def price_expected(model: Model, term: str) -> None:
    """A number of thousandths of a minute for each session, bounded from below by tangents."""
    if not getattr(model.instance.weights, term):
        return
    for s in model.held:
        most = (model.slots(s) * len(model.crew_of[s]) + sum(_slots(model, s).values())) * model.instance.slot_min
        model.expected[term, s] = model.cp.new_int_var(0, 1000 * most, f"{term}[{model.instance.sessions[s].id}]")
        guests, least = model.clients_in[s], model.space.crew_sizes[s][0]
        for surplus in SURPLUS if model.overbooked(s) else (0,):
            number = min(len(guests), max(0, least * model.slots(s) + surplus))
            some = [guests[int(position)] for position in np.linspace(0, len(guests) - 1, num=number)]
            for tangent in _tangents(model, s, least, set(some)):
                _add(model, term, s, tangent)
    model.price(term, [(variable, 1) for (name, _), variable in model.expected.items() if name == term])


def tighten(model: Model, s: int, size: int, guests: Collection[int]) -> None:
    """Make the bounds exact for these guests and this size of the crew."""
    for tangent in _tangents(model, s, size, guests):
        for term in TERMS:
            if (term, s) in model.expected:
                _add(model, term, s, tangent)


def _slots(model: Model, s: int) -> Mapping[int, int]:
    return {c: model.instance.clients[c].slots for c in model.clients_in[s]}


def _rates(model: Model, s: int) -> Mapping[int, float]:
    names = {model.instance.clients[c].id: c for c in model.clients_in[s]}
    return {names[client]: rate for client, rate in rates_in(model.instance, model.instance.sessions[s], names).items()}


def _tangents(model: Model, s: int, size: int, guests: Collection[int]) -> Iterator[Tangent]:
    """The two extreme tangents at a point: with and without the outcomes that just fill the slots."""
    slots, rates, room = _slots(model, s), _rates(model, s), model.slots(s) * size
    short = [c for c in sorted(guests) if slots[c] == 1]
    kept = sum(slots[c] for c in guests if slots[c] > 1)
    pmf = shows_pmf([rates[c] for c in short])
    value = float(pmf @ np.maximum(0, np.arange(len(pmf)) + kept - room))
    for full in (room, room - 1) if model.overbooked(s) else (room,):
        beyond = _above(pmf, full - kept)
        slopes = {c: (slots[c] if slots[c] > 1 else rates[c]) * beyond for c in slots}
        for c in short:
            others = shows_pmf([rates[other] for other in short if other != c])
            slopes[c] = rates[c] * _above(others, full - kept - 1)
        yield Tangent(frozenset(guests), size, value, slopes, model.slots(s) * beyond)


def _above(pmf: "np.ndarray[tuple[int], np.dtype[np.float64]]", number: int) -> float:
    return float(pmf[max(0, number + 1) :].sum())


def _add(model: Model, term: str, s: int, tangent: Tangent) -> None:
    """Bound a term by a tangent, in thousandths of a minute rounded downwards; the definition rounds each session.

    Small coefficients matter: with finer ones CP-SAT 9.15 reported bounds above the optimum.
    """
    slots, unit, guests = _slots(model, s), 1000 * model.instance.slot_min, tangent.guests
    rates = _rates(model, s) if term == "expected_idle" else dict.fromkeys(slots, 0.0)
    caseworker = model.slots(s) if term == "expected_idle" else 0
    value = tangent.value + caseworker * tangent.size - sum(rates[c] * slots[c] for c in guests)
    constant = math.ceil(unit * value - 0.5 - ROUNDING)
    terms: list[tuple[IntVar, int]] = [(model.expected[term, s], 1)]
    for c, slope in tangent.slopes.items():
        gain = unit * (slope - rates[c] * slots[c])
        # Who is missing lowers the bound by at least the slope, who is added raises it by at most that.
        whole = math.ceil(gain - ROUNDING) if c in guests else math.floor(gain + ROUNDING)
        constant -= whole if c in guests else 0
        terms.append((model.invited[c, s], -whole))
    slope = unit * (tangent.per_caseworker - caseworker)
    empty = math.floor(slope * tangent.size + ROUNDING)  # what the bound gains if the session is not held
    for size, literal in model.crew_sizes(s):
        gain_of_size = math.floor(slope * (tangent.size - size) + ROUNDING)
        terms.append((literal, empty - gain_of_size))
    model.add_sum(terms, low=constant + empty)
