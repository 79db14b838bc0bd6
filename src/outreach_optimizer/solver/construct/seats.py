"""Who meets whom and when in one session: long talks and households first, then everybody else at least cost."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.construct.hours import Hours
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

Booking = tuple[int, int, int]
"""Client, caseworker, start."""
FREE = -1
LOST = 10**9
"""Price of a guest who finds no seat, besides what it costs to leave this one out; thousandths of a minute."""
ATTEMPTS = 3
MISSED = 100.0
"""Of somebody with a long talk who misses the own caseworker, when seats for long talks are compared."""
CROWDED = 0.7
"""Part of the slots of a caseworker that those fill who can meet nobody else, from which on no other long talk goes."""
LATER = 1
"""Of each slot that a talk starts later, so that the reserve is at the end of the day."""


class Room(NamedTuple):
    """Slots of a crew: starts, whether the next slot follows at once, and who has each cell (caseworkers × slots)."""

    starts: tuple[int, ...]
    follows: tuple[bool, ...]
    cells: Ints


def room_of(instance: Instance, s: int, crew: Sequence[int]) -> Room:
    """Empty room of a session; where the template admits no booking, there is none."""
    session = instance.sessions[s]
    starts = session.slot_starts(instance.slot_min)
    follows = tuple(after - before == instance.slot_min for before, after in pairwise(starts))
    cells = np.full((len(crew), len(starts)), FREE, dtype=np.int64)
    if instance.overbooking_of(session) == "slots":
        cells[:, np.array(instance.template_of(session)) == 0] = len(instance.clients)
    return Room(starts, (*follows, False), cells)


class Seats(NamedTuple):
    """Bookings of a session, the places of the parties that found no seat, and the room as it is then."""

    booked: list[Booking]
    lost: list[int]
    room: Room


class Table(NamedTuple):
    """A session with its crew, as seating sees it: able needs × crew, and the place of each caseworker."""

    instance: Instance
    known: Facts
    hours: Hours
    s: int
    crew: Sequence[int]
    able: Mask
    own: Mapping[int, int]


def table_of(instance: Instance, known: Facts, hours: Hours, s: int, crew: Sequence[int]) -> Table:
    """A session and its crew."""
    return Table(instance, known, hours, s, crew, known.able[:, list(crew)], {w: place for place, w in enumerate(crew)})


def seat(table: Table, guests: Sequence[Sequence[int]], worth: Floats) -> Seats:
    """Seats for the parties of a session. Where some find none, long talks leave those whom they could meet.

    Parameters
    ----------
    guests
        Members of each party.
    worth
        Per party: what it costs to leave it out, millionths of a minute.
    """
    everybody = [c for party in guests for c in party for _ in range(table.instance.clients[c].slots)]
    needed = table.able[table.known.need[np.array(everybody, dtype=np.int64)]]
    sought = _sought(needed, len(table.instance.sessions[table.s].slot_starts(table.instance.slot_min)))
    best = _attempt(table, guests, worth, sought)
    for _ in range(ATTEMPTS):
        if not best.lost:
            break
        wanted = table.able[table.known.need[np.array([guests[place][0] for place in best.lost])]].any(axis=0)
        sought = sought + np.where(wanted, MISSED, 0.0)
        other = _attempt(table, guests, worth, sought)
        best = other if len(other.lost) < len(best.lost) else best
    return best


def _attempt(table: Table, guests: Sequence[Sequence[int]], worth: Floats, sought: Floats) -> Seats:
    """Pinned ones, then long talks and households where they are least in the way, then all others at once."""
    instance, _, hours, s, crew, *_ = table
    room, pins = room_of(instance, s, crew), _pins(instance, s)
    booked: list[Booking] = []
    lost, long, short = [], list[int](), list[int]()
    for place, party in enumerate(guests):
        if any(c in pins for c in party):
            booked += _pinned(instance, room, crew, party, pins)
        elif len(party) > 1 or instance.clients[party[0]].slots > 1:
            long.append(place)
        else:
            short.append(place)
    fits = np.array([hours.of(guests[place][0], s) for place in short], dtype=np.bool_).reshape(-1, len(room.starts))
    wishes = (fits / np.maximum(1, fits.sum(axis=1))[:, None]).sum(axis=0) / max(1, len(crew))
    for place in sorted(long, key=lambda place: (_choices(hours, s, guests[place]), place)):
        seats = _chain(table, room, guests[place], wishes, sought)
        if seats is None:
            lost.append(place)
        else:
            booked += _taken(table, room, seats)
    seated = _short(table, room, [guests[place][0] for place in short], fits, worth[short])
    for place, cell in zip(short, seated, strict=True):
        if cell < 0:
            lost.append(place)
        else:
            w, t = divmod(cell, len(room.starts))
            booked += _taken(table, room, [(guests[place][0], w, t)])
    return Seats(booked, lost, room)


def _taken(table: Table, room: Room, seats: Sequence[Booking]) -> list[Booking]:
    """Occupy cells; see `_at`."""
    for c, w, t in seats:
        room.cells[w, t : t + table.instance.clients[c].slots] = c
    return _at(table, room, seats)


def _at(table: Table, room: Room, seats: Sequence[Booking]) -> list[Booking]:
    """Bookings with caseworkers and starts instead of places."""
    return [(c, table.crew[w], room.starts[t]) for c, w, t in seats]


def squeeze(table: Table, room: Room, party: Sequence[int]) -> list[Booking] | None:
    """Seats for one more party among those that are left, or None."""
    nothing = np.zeros(max(room.cells.shape))
    seats = _chain(table, room, party, nothing, nothing)
    return None if seats is None else _taken(table, room, seats)


def _sought(able: Mask, slots: int) -> Floats:
    """Per caseworker: price of giving a slot to somebody whom others could meet, by who can meet nobody else."""
    choosy = able[~able.all(axis=1)]
    demand = (choosy / np.maximum(1, choosy.sum(axis=1))[:, None]).sum(axis=0)
    return np.where(demand > CROWDED * slots, 2 * MISSED, demand / max(1, slots))


def _pins(instance: Instance, s: int) -> Mapping[int, tuple[str, int]]:
    rows, session = instance.client_rows, instance.sessions[s].id
    return {
        rows[pin.client]: (pin.caseworker, pin.start) for pin in instance.pins.appointments if pin.session == session
    }


def _pinned(
    instance: Instance, room: Room, crew: Sequence[int], party: Sequence[int], pins: Mapping[int, tuple[str, int]]
) -> list[Booking]:
    booked = []
    place_of: dict[str, int] = {instance.caseworkers[w].id: place for place, w in enumerate(crew)}
    for c in party:
        if c in pins and pins[c][0] in place_of and pins[c][1] in room.starts:
            w, t = place_of[pins[c][0]], room.starts.index(pins[c][1])
            room.cells[w, t : t + instance.clients[c].slots] = c
            booked.append((c, crew[w], pins[c][1]))
    return booked


def _choices(hours: Hours, s: int, party: Sequence[int]) -> int:
    return min(sum(hours.of(c, s)) for c in party)


def _chain(table: Table, room: Room, party: Sequence[int], wishes: Floats, sought: Floats) -> list[Booking] | None:
    """Talks of a party one after the other with one caseworker, or at once with several; the cheapest that is found."""
    best: tuple[float, list[Booking]] | None = None
    rows = [_row(table, room, party, w, t) for w in range(len(room.cells)) for t in range(len(room.starts))]
    columns = [_column(table, room, party, t) for t in range(len(room.starts))] if len(party) > 1 else []
    for seats in (*rows, *columns):
        if seats is None:
            continue
        cost = MISSED * missed_own(table, _at(table, room, seats))
        cost += sum(wishes[t] for _, _, t in seats) + max(sought[w] for _, w, _ in seats)
        if best is None or cost < best[0]:
            best = cost, seats
    return best[1] if best else None


def missed_own(table: Table, booked: Sequence[Booking]) -> int:
    """Clients who miss an own caseworker on duty."""
    own = table.known.own
    return sum(int(own[c]) != w and int(own[c]) in table.own for c, w, _ in booked)


def _row(table: Table, room: Room, party: Sequence[int], w: int, t: int) -> list[Booking] | None:
    """One after the other with one caseworker."""
    if room.cells[w, t] != FREE:
        return None
    seats = []
    for c in party:
        slots = table.instance.clients[c].slots
        if t + slots > len(room.starts) or not table.able[table.known.need[c], w] or not table.hours.of(c, table.s)[t]:
            return None
        if (room.cells[w, t : t + slots] != FREE).any():
            return None
        if c != party[-1] and not room.follows[t + slots - 1]:
            return None
        seats.append((c, w, t))
        t += slots
    return seats


def _column(table: Table, room: Room, party: Sequence[int], t: int) -> list[Booking] | None:
    """All at once, each with another caseworker, the own one if possible."""
    seats: list[Booking] = []
    for c in party:
        slots = table.instance.clients[c].slots
        if not table.hours.of(c, table.s)[t]:
            return None
        first = table.own.get(int(table.known.own[c]), -1)
        for w in sorted(range(len(room.cells)), key=lambda w: w != first):
            taken = any(w == other for _, other, _ in seats)
            if not taken and table.able[table.known.need[c], w] and (room.cells[w, t : t + slots] == FREE).all():
                seats.append((c, w, t))
                break
        else:
            return None
    return seats


def _short(table: Table, room: Room, clients: Sequence[int], fits: Mask, worth: Floats) -> list[int]:
    """Cell of each client with a talk of one slot, or -1: a minimum-cost flow through needs at each time."""
    if not clients:
        return []
    known, able, own = table.known, table.able, table.own
    count, slots = len(clients), len(room.starts)
    crew = len(room.cells)
    needs, need = np.unique(known.need[np.array(clients)], return_inverse=True)
    mine = np.array([own.get(int(known.own[c]), -1) for c in clients], dtype=np.int64)
    free = room.cells == FREE
    kinds, cells = count + len(needs) * slots, count + len(needs) * slots + crew * slots
    rows, times = np.nonzero(fits)
    n, w, t = np.nonzero(able[needs][:, :, None] & free[None, :, :])
    with_own = np.flatnonzero(mine[rows] >= 0)
    own_free = with_own[free[mine[rows[with_own]], times[with_own]]]
    f_w, f_t = np.nonzero(free)
    other = known.other // 1000
    missing = np.where(mine >= 0, other, 0)
    tail = (rows, count + n * slots + t, rows[own_free], kinds + f_w * slots + f_t, np.arange(count))
    head = (
        count + need[rows] * slots + times,
        kinds + w * slots + t,
        kinds + mine[rows[own_free]] * slots + times[own_free],
        np.full(len(f_w), cells),
        np.full(count, cells),
    )
    cost = (
        missing[rows] + LATER * times,
        np.zeros(len(n), np.int64),
        LATER * times[own_free],
        np.zeros(len(f_w), np.int64),
        LOST + worth // 1000,
    )
    capacity = (np.ones(len(rows)), np.ones(len(n)), np.ones(len(own_free)), np.ones(len(f_w)), np.ones(count))
    network = min_cost_flow.SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(
        *(np.concatenate(part).astype(np.int64) for part in (tail, head, capacity, cost))
    )
    network.set_nodes_supplies(np.arange(count), np.ones(count, dtype=np.int64))
    network.set_node_supply(cells, -count)
    if network.solve() != network.OPTIMAL:
        return [-1] * count
    flows = np.split(network.flows(arcs) > 0, np.cumsum([len(part) for part in tail])[:-1])
    seated = np.full(count, -1, dtype=np.int64)
    direct = own_free[flows[2]]
    seated[rows[direct]] = mine[rows[direct]] * slots + times[direct]
    # Whoever came through a kind and a time takes one of the cells that are left to it.
    through: dict[int, list[int]] = {}
    for kind, cell in zip(tail[1][flows[1]].tolist(), (head[1][flows[1]] - kinds).tolist(), strict=True):
        through.setdefault(kind, []).append(cell)
    for row, kind in zip(rows[flows[0]].tolist(), head[0][flows[0]].tolist(), strict=True):
        seated[row] = through[kind].pop()
    return [int(cell) for cell in seated]
