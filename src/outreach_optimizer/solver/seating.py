"""Who sits where and when in one session: an exact, small problem once crew and invited clients are known.

It is the exact grain of the same model, restricted to one session and to the rules that speak of caseworkers and
times inside it. Starts are as early as possible, so that the walk-in reserve is at the end of the day.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.errors import ModelError
from outreach_optimizer.instance import Appointment, Instance, Pins
from outreach_optimizer.model.build import build
from outreach_optimizer.model.constraints.lane_load import limit_bookings
from outreach_optimizer.model.variables import Model, Promise
from outreach_optimizer.outlook import overflow_risk
from outreach_optimizer.showup.counts import ROUNDING
from outreach_optimizer.solver.arranging import appointments_of, arranged
from outreach_optimizer.solver.portfolio import new_solver

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
    """Appointments of all guests, in the order of starts, or None; not settled if it is unknown whether there are."""

    appointments: tuple[Appointment, ...] | None
    settled: bool = True


def seat(instance: Instance, guests: Guests, seed: int = 0) -> Seating:
    """Seat all guests of a session."""
    if breaks_risk(instance, guests):
        return Seating(None)
    model = _model(instance, guests)
    if not all(model.sessions_of):  # somebody has no possible seat
        return Seating(None)
    settled = True
    if model.overbooked(0):
        booked, settled = arranged(model, seed, movable=_movable(model, guests))
    else:
        booked = _first_fit(model, guests) or _exact(model, seed)
    return Seating(None if booked is None else appointments_of(model, booked), settled)


def breaks_risk(instance: Instance, guests: Guests) -> bool:
    """Whether too many are invited to an overbooked session, wherever they sit."""
    session = instance.sessions[guests.s]
    if instance.overbooking_of(session) == "none":
        return False
    clients = [instance.clients[c] for c in guests.clients]
    return overflow_risk(instance, session, len(guests.crew), clients) > instance.rules.overflow_risk + ROUNDING


def conflict(instance: Instance, guests: Guests, seed: int = 0) -> Guests | None:
    """A smallest part of the guests, by dropping one household or promise after the other, that cannot be seated.

    None if it is not settled that they cannot.
    """
    if not _impossible(instance, guests, seed):
        return None
    core = guests
    for promise in guests.promises:
        fewer = core._replace(promises=tuple(p for p in core.promises if p != promise))
        if _impossible(instance, fewer, seed):
            core = fewer
    for group in _groups(instance, guests.clients):
        fewer = core._replace(
            clients=tuple(c for c in core.clients if c not in group),
            promises=tuple(p for p in core.promises if p.c not in group),
        )
        if _impossible(instance, fewer, seed):
            core = fewer
    return core


def _impossible(instance: Instance, guests: Guests, seed: int) -> bool:
    seating = seat(instance, guests, seed)
    return seating.appointments is None and seating.settled


def _groups(instance: Instance, clients: Sequence[int]) -> list[tuple[int, ...]]:
    """Clients by household; a part of a household may be harder to seat than all of it."""
    groups: dict[str, list[int]] = {}
    for c in clients:
        client = instance.clients[c]
        groups.setdefault(f"h {client.household}" if client.household else f"c {client.id}", []).append(c)
    return [tuple(group) for group in groups.values()]


def _model(instance: Instance, guests: Guests) -> Model:
    small = instance.replace(
        sessions=(instance.sessions[guests.s],),
        clients=tuple(instance.clients[c] for c in guests.clients),
        caseworkers=tuple(instance.caseworkers[w] for w in guests.crew),
        pins=Pins(),
        published=(),
    )
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


def _exact(model: Model, seed: int) -> list[tuple[int, int, int]] | None:
    ranks = {start: rank for rank, start in enumerate(sorted({start for _, _, _, start in model.booked}))}
    model.cp.minimize(sum(ranks[start] * literal for (_, _, _, start), literal in model.booked.items()))
    solver = new_solver(workers=1, seed=seed, time_limit_s=60)
    status = solver.solve(model.cp)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ModelError(f"seating of session {model.instance.sessions[0].id} ended with {solver.status_name()}")
    return [(c, w, start) for (c, _, w, start), literal in model.booked.items() if solver.boolean_value(literal)]


def _first_fit(model: Model, guests: Guests) -> list[tuple[int, int, int]] | None:
    """Everybody at the earliest free time, the choosiest first; None if that fails or if more than times count."""
    instance = model.instance
    if guests.promises or instance.households:
        return None
    free: dict[int, list[tuple[int, int]]] = {w: [] for w in range(len(instance.caseworkers))}
    booked = []
    order = sorted(model.bookings, key=lambda pair: (len(model.bookings[pair]), -instance.clients[pair[0]].slots, pair))
    for c, s in order:
        length = instance.clients[c].slots * instance.slot_min
        for w, start, _ in sorted(model.bookings[c, s], key=lambda option: (option[1], option[0])):
            if all(start + length <= begin or end <= start for begin, end in free[w]):
                free[w].append((start, start + length))
                booked.append((c, w, start))
                break
        else:
            return None
    return booked
