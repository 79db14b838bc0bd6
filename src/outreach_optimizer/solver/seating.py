"""Who sits where and when in one session: an exact, small problem once crew and invited clients are known.

It is the exact grain of the same model, restricted to one session and to the rules that speak of caseworkers and
times inside it. Starts are as early as possible, so that the walk-in reserve is at the end of the day.
"""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.instance import Appointment, Instance, Pins
from outreach_optimizer.model.build import build, narrowed
from outreach_optimizer.model.constraints.lane_load import limit_bookings
from outreach_optimizer.model.variables import Model, Promise
from outreach_optimizer.outlook import overflow_risk
from outreach_optimizer.showup.counts import ROUNDING
from outreach_optimizer.solver.arranging import Booking, appointments_of, arranged
from outreach_optimizer.solver.portfolio import new_solver
from outreach_optimizer.solver.shortage import shortage

SEATING_S = 60.0
"""Seconds for the seats of one session at the most."""
EFFORT = 4.0
"""The same in seconds as CP-SAT counts them, which do not depend on the machine."""
BUILD_EFFORT = 2e-4
"""About so many of them go into building a model, for each booking that is possible."""
LOOK_EFFORT = 4e-6
"""The same for a flow of guests."""
CONFLICT_EFFORT = 6.0
"""So many go into a smaller conflict; then it stays as large as it is."""

RULES = (
    "one_invitation",
    "session_window",
    "on_duty",
    "one_booking",
    "skills",
    "continuity",
    "client_available",
    "household",
)


class Guests(NamedTuple):
    """What the coarse model wants of a session; indices as in `Model`.

    Parameters
    ----------
    crew
        Caseworkers on duty.
    clients
        Clients invited.
    promises
        Own caseworkers and published starts that have to be kept.
    """

    s: int
    crew: tuple[int, ...]
    clients: tuple[int, ...]
    promises: tuple[Promise, ...]


class Seating(NamedTuple):
    """Appointments of all guests, in the order of starts, or None; not settled if it is unknown whether there are.

    Parameters
    ----------
    effort
        Seconds that it took, as CP-SAT counts them.
    """

    appointments: tuple[Appointment, ...] | None
    settled: bool = True
    effort: float = 0.0


def seat(instance: Instance, guests: Guests, seed: int = 0) -> Seating:
    """Seat all guests of a session."""
    if breaks_risk(instance, guests):
        return Seating(None)
    small = _session(instance, guests)
    if small.overbooking_of(small.sessions[0]) != "none":
        return _arranged(small, guests, seed)
    possible = _possible(small, guests)
    booked = _first_fit(small, guests, possible)
    if booked is not None:
        return Seating(appointments_of(small, booked))
    if shortage(small, possible) is not None:
        return Seating(None, effort=LOOK_EFFORT * len(possible))
    return _exact(small, guests, seed)


def _arranged(small: Instance, guests: Guests, seed: int) -> Seating:
    model = _model(small, guests)
    if not all(model.sessions_of):  # somebody has no possible seat
        return Seating(None)
    booked, settled = arranged(model, seed, movable=_movable(model, guests))
    return Seating(None if booked is None else appointments_of(small, booked), settled)


def breaks_risk(instance: Instance, guests: Guests) -> bool:
    """Whether too many are invited to an overbooked session, wherever they sit."""
    session = instance.sessions[guests.s]
    if instance.overbooking_of(session) == "none":
        return False
    clients = [instance.clients[c] for c in guests.clients]
    return overflow_risk(instance, session, len(guests.crew), clients) > instance.rules.overflow_risk + ROUNDING


def conflict(instance: Instance, guests: Guests, seed: int = 0, limit: float = CONFLICT_EFFORT) -> Guests | None:
    """A part of the guests that cannot be seated, by dropping one household or promise after the other.

    It is a smallest one unless that takes more than the ``limit``. None if it is not settled that they cannot be
    seated.
    """
    core = _short(instance, guests)
    seating = seat(instance, core, seed)
    if not _impossible(seating):
        return None
    effort = seating.effort
    nobody: tuple[int, ...] = ()
    dropped = [(nobody, promise) for promise in core.promises]
    for group, promise in [*dropped, *((group, None) for group in _groups(instance, core.clients))]:
        if effort >= limit:
            break
        fewer = _without(core, group, promise)
        seating = seat(instance, fewer, seed)
        effort += seating.effort
        core = fewer if _impossible(seating) else core
    return core


def _impossible(seating: Seating) -> bool:
    return seating.appointments is None and seating.settled


def _without(guests: Guests, group: Collection[int], promise: Promise | None = None) -> Guests:
    return guests._replace(
        clients=tuple(c for c in guests.clients if c not in group),
        promises=tuple(p for p in guests.promises if p.c not in group and p != promise),
    )


def _short(instance: Instance, guests: Guests) -> Guests:
    """Households of those who need more slots than there are for them, or else all guests.

    Without a household's others, a cut would not forbid the same guests again (`cuts`).
    """
    if instance.overbooking_of(instance.sessions[guests.s]) != "none":
        return guests
    small = _session(instance, guests)
    short = shortage(small, _possible(small, guests))
    if short is None:
        return guests
    needed = {guests.clients[number] for number in short}
    others = [group for group in _groups(instance, guests.clients) if needed.isdisjoint(group)]
    return _without(guests, tuple(chain.from_iterable(others)))


def _groups(instance: Instance, clients: Sequence[int]) -> list[tuple[int, ...]]:
    """Clients by household; a part of a household may be harder to seat than all of it."""
    groups: dict[str, list[int]] = {}
    for c in clients:
        client = instance.clients[c]
        groups.setdefault(f"h {client.household}" if client.household else f"c {client.id}", []).append(c)
    return [tuple(group) for group in groups.values()]


def _session(instance: Instance, guests: Guests) -> Instance:
    """The session with its crew and guests, and nothing else."""
    return instance.replace(
        sessions=(instance.sessions[guests.s],),
        clients=tuple(instance.clients[c] for c in guests.clients),
        caseworkers=tuple(instance.caseworkers[w] for w in guests.crew),
        pins=Pins(),
        published=(),
    )


def _model(small: Instance, guests: Guests) -> Model:
    model = build(small, exact=True, rules=RULES, terms=(), inequalities=())
    c_of = {c: number for number, c in enumerate(guests.clients)}
    w_of = {w: number for number, w in enumerate(guests.crew)}
    for literal in (*model.duty.values(), *model.invited.values()):
        model.cp.add(literal == 1)
    if model.overbooked(0):
        limit_bookings(model, 0)
    for promise in guests.promises:
        kept: IntVar | None = None
        if promise.caseworker is not None and promise.caseworker in w_of:
            kept = model.meets(c_of[promise.c], 0, w_of[promise.caseworker])
        elif promise.start is not None:
            kept = model.starts_at(c_of[promise.c], 0, promise.start)
        model.cp.add_bool_or([] if kept is None else [kept])
    return model


def _movable(model: Model, guests: Guests) -> frozenset[int]:
    """Clients whose time nobody else depends on and nothing was promised about."""
    bound = {guests.clients.index(promise.c) for promise in guests.promises}
    clients = model.instance.clients
    return frozenset(c for c in range(len(clients)) if c not in bound and clients[c].household is None)


def _possible(small: Instance, guests: Guests) -> list[Booking]:
    """Bookings that hours, abilities and promises leave."""
    space = narrowed(small, RULES)
    promised: dict[int, list[Promise]] = {}
    for promise in guests.promises:
        promised.setdefault(promise.c, []).append(promise)
    return [
        (c, w, start)
        for c, number in enumerate(guests.clients)
        if space.pair[c, 0]
        for w in np.flatnonzero(space.able[c] & space.duty[0]).tolist()
        for start in space.starts(c, 0)
        if all(p.caseworker in (None, guests.crew[w]) and p.start in (None, start) for p in promised.get(number, ()))
    ]


def _exact(small: Instance, guests: Guests, seed: int) -> Seating:
    model = _model(small, guests)
    ranks = {start: rank for rank, start in enumerate(sorted({start for _, _, _, start in model.booked}))}
    model.cp.minimize(sum(ranks[start] * literal for (_, _, _, start), literal in model.booked.items()))
    solver = new_solver(workers=1, seed=seed, time_limit_s=SEATING_S)
    solver.parameters.max_deterministic_time = EFFORT
    status = solver.solve(model.cp)
    effort = BUILD_EFFORT * len(model.booked) + float(solver.response_proto.deterministic_time)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Seating(None, settled=status == cp_model.INFEASIBLE, effort=effort)
    booked = [(c, w, start) for (c, _, w, start), literal in model.booked.items() if solver.boolean_value(literal)]
    return Seating(appointments_of(small, booked), effort=effort)


def _first_fit(small: Instance, guests: Guests, possible: Sequence[Booking]) -> list[Booking] | None:
    """Everybody at the earliest free time, the choosiest first; None if that fails or if more than times count."""
    if guests.promises or small.households:
        return None
    options: dict[int, list[tuple[int, int]]] = {c: [] for c in range(len(small.clients))}
    for c, w, start in possible:
        options[c].append((start, w))
    free: dict[int, list[tuple[int, int]]] = {w: [] for w in range(len(small.caseworkers))}
    booked = []
    for c in sorted(options, key=lambda c: (len(options[c]), -small.clients[c].slots, c)):
        length = small.clients[c].slots * small.slot_min
        for start, w in sorted(options[c]):
            if all(start + length <= begin or end <= start for begin, end in free[w]):
                free[w].append((start, start + length))
                booked.append((c, w, start))
                break
        else:
            return None
    return booked
