"""Who sits where and when in an overbooked session: somebody has to share a slot, and nobody may wait long for it.

CP-SAT spreads the bookings, exact expectations judge them: if somebody waits too long, the smallest set of bookings
that makes it so is forbidden, and again. Then clients change places as long as that makes the session cheaper.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.errors import ModelError
from outreach_optimizer.instance import Appointment, Instance
from outreach_optimizer.model.constraints.lane_load import allowed_bookings
from outreach_optimizer.model.variables import Model
from outreach_optimizer.outlook import Expected, Line, expected, lines
from outreach_optimizer.solver.portfolio import new_solver

Booking = tuple[int, int, int]
"""Client, caseworker, start."""
ATTEMPTS = 200
"""Sets of bookings that are forbidden before it is left open whether the guests can be seated."""
TOLERANCE = 1e-6
SHARED, CROWDED = 100, 200
"""Price of somebody beyond the free caseworkers of a slot, and of each further one; of a later start: 1."""


def arranged(model: Model, seed: int, *, movable: Collection[int]) -> tuple[list[Booking] | None, bool]:
    """Bookings of everybody, or None; and whether that is settled.

    Parameters
    ----------
    model
        Exact grain of one session whose crew and guests are fixed.
    movable
        Clients who may change places in the end.
    """
    _prefer(model)
    for _ in range(ATTEMPTS):
        solver = new_solver(workers=1, seed=seed, time_limit_s=60)
        status = solver.solve(model.cp)
        if status == cp_model.INFEASIBLE:
            return None, True
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise ModelError(f"seating of session {model.instance.sessions[0].id} ended with {solver.status_name()}")
        booked = [(c, w, start) for (c, _, w, start), lit in model.booked.items() if solver.boolean_value(lit)]
        crowd = _waits_too_long(model, booked)
        if crowd is None:
            return _improved(model, booked, movable), True
        _forbid(model, crowd)
    return None, False


def appointments_of(instance: Instance, booked: Sequence[Booking]) -> tuple[Appointment, ...]:
    """Appointments of one session in the order of starts."""
    appointments = [
        Appointment.model_construct(
            client=instance.clients[c].id,
            session=instance.sessions[0].id,
            caseworker=instance.caseworkers[w].id,
            start=t,
        )
        for c, w, t in booked
    ]
    return tuple(sorted(appointments, key=lambda a: (a.start, a.caseworker, a.client)))


def _prefer(model: Model) -> None:
    """Few shared slots, no crowds, early starts."""
    instance = model.instance
    starts = sorted({start for _, _, _, start in model.booked})
    cost: list[tuple[IntVar, int]] = [(lit, starts.index(start)) for (_, _, _, start), lit in model.booked.items()]
    crew = range(len(instance.caseworkers))
    pooled = instance.overbooking_of(instance.sessions[0]) == "session"
    for start in starts:
        for group in [tuple(crew)] if pooled else [(w,) for w in crew]:
            here = [
                literal
                for (c, _, w, begin), literal in model.booked.items()
                if w in group and begin <= start < begin + instance.clients[c].slots * instance.slot_min
            ]
            for free, price in ((len(group), SHARED), (len(group) + 1, CROWDED)):
                beyond = model.cp.new_int_var(0, len(here), f"beyond[{start},{group},{free}]")
                model.cp.add(beyond >= sum(here) - free)
                cost.append((beyond, price))
    model.cp.minimize(cp_model.LinearExpr.weighted_sum([lit for lit, _ in cost], [price for _, price in cost]))


def _lines(model: Model, booked: Sequence[Booking]) -> Iterator[tuple[Line, Expected]]:
    instance = model.instance
    crew = [caseworker.id for caseworker in instance.caseworkers]
    for line in lines(instance, instance.sessions[0], crew, appointments_of(instance, booked)):
        yield line, expected(instance, instance.sessions[0], line)


def _waits_too_long(model: Model, booked: Sequence[Booking]) -> list[Booking] | None:
    """A smallest set of bookings in which somebody waits too long."""
    if not _too_long(model, booked):
        return None
    crowd = list(booked)
    for booking in sorted(booked, key=lambda booking: -booking[2]):
        fewer = [other for other in crowd if other != booking]
        if _too_long(model, fewer):
            crowd = fewer
    return crowd


def _too_long(model: Model, booked: Sequence[Booking]) -> bool:
    limit = model.instance.rules.max_wait_min + TOLERANCE
    return any(wait > limit for _, figures in _lines(model, booked) for wait in figures.waits_min.values())


def _forbid(model: Model, crowd: Sequence[Booking]) -> None:
    """These clients at these times: in one line with any caseworkers, else with any one caseworker."""
    instance, crew = model.instance, range(len(model.instance.caseworkers))
    pooled = instance.overbooking_of(instance.sessions[0]) == "session"
    for group in [tuple(crew)] if pooled else [(w,) for w in crew]:
        literals = [
            model.booked[c, 0, w, start] for c, _, start in crowd for w in group if (c, 0, w, start) in model.booked
        ]
        model.cp.add(sum(literals) <= len(crowd) - 1)


class _Cost(NamedTuple):
    """Price of an arrangement, then what nobody has priced; infinite if somebody waits too long."""

    priced: float
    taste: float


def _cost(model: Model, booked: Sequence[Booking]) -> _Cost:
    weights, idle, wait, overtime, longest = model.instance.weights, 0.0, 0.0, 0.0, 0.0
    for _, figures in _lines(model, booked):
        idle += figures.idle_min
        overtime += figures.overtime_min
        wait += figures.wait_min
        longest = max(longest, *figures.waits_min.values(), 0.0)
    if longest > model.instance.rules.max_wait_min + TOLERANCE:
        return _Cost(float("inf"), 0)
    priced = weights.expected_idle * idle + weights.expected_wait * wait + weights.expected_overtime * overtime
    return _Cost(round(priced, 6), round(idle + wait + overtime + longest, 6))


def _improved(model: Model, booked: list[Booking], movable: Collection[int]) -> list[Booking]:
    """The first better neighbor, until there is none: one client moves, or two change places."""
    best, cost = booked, _cost(model, booked)
    if not any(wait for _, figures in _lines(model, booked) for wait in figures.waits_min.values()):
        return best
    while True:
        for neighbor in _neighbors(model, best, movable):
            found = _cost(model, neighbor)
            if found < cost:
                best, cost = neighbor, found
                break
        else:
            return best


def _neighbors(model: Model, booked: Sequence[Booking], movable: Collection[int]) -> Iterator[list[Booking]]:
    clients = model.instance.clients
    short = [n for n, (c, _, _) in enumerate(booked) if c in movable and clients[c].slots == 1]
    for n in short:
        c = booked[n][0]
        for w, start, _ in model.bookings[c, 0]:
            if (c, w, start) != booked[n]:
                yield from _if_possible(model, [*booked[:n], (c, w, start), *booked[n + 1 :]])
    for n, m in combinations(short, 2):
        (c, w, start), (d, v, begin) = booked[n], booked[m]
        if start != begin and (c, 0, v, begin) in model.booked and (d, 0, w, start) in model.booked:
            swapped = list(booked)
            swapped[n], swapped[m] = (c, v, begin), (d, w, start)
            yield swapped


def _if_possible(model: Model, booked: list[Booking]) -> Iterator[list[Booking]]:
    """The bookings, if no slot has more than it may."""
    instance = model.instance
    session, slot_min = instance.sessions[0], instance.slot_min
    for start, most in zip(session.slot_starts(slot_min), allowed_bookings(model, 0), strict=True):
        for w in range(len(instance.caseworkers)):
            here = [
                c for c, v, begin in booked if v == w and begin <= start < begin + instance.clients[c].slots * slot_min
            ]
            long = any(instance.clients[c].slots > 1 for c in here)
            if len(here) > (1 if long else most):
                return
    yield booked
