"""Valid inequalities: an invitation needs a caseworker who is able, and so do all invitations together.

Proof. An appointment of c in s has a caseworker who is able to meet c and on duty in s, so ``invited ≤ sum of duties
of the able``. For a set U of caseworkers, the appointments of clients whom only U can meet occupy slots of members of
U on duty, each of which has as many slots as the session's grid; these appointments do not overlap on one caseworker,
unless the session is overbooked.
A promise to meet a member of U is an appointment that only U can give.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.rows import row_writer, write_row
from outreach_optimizer.model.variables import Model

NEEDS = frozenset({"on_duty", "one_booking", "session_window"})


class Claims(NamedTuple):
    """Indices of literals, and the slots that each of them takes."""

    indices: list[int]
    slots: list[int]

    def add(self, index: int, slots: int) -> None:
        """One more literal."""
        self.indices.append(index)
        self.slots.append(slots)


def strengthen(model: Model) -> None:
    """Per client and session, and per session and set of caseworkers to which clients are bound.

    A set of caseworkers is a bit mask over the possible crew of the session.
    """
    promised = _promised(model)
    for s, workers in enumerate(model.crew_of):
        crew, masks = [model.duty[s, w].index for w in workers], _masks(model, s)
        lengths = [model.instance.clients[c].slots for c in model.clients_in[s]]
        everybody = (1 << len(crew)) - 1
        needs = {mask: _needs(model, crew, mask) for mask in {*masks.values()} - {everybody}}
        bound = {mask: Claims([], []) for mask in masks.values() if mask in needs}
        for invitation, mask, slots in zip(model.guests[s], masks.values(), lengths, strict=True):
            if mask in needs:
                needs[mask](invitation)
                bound[mask].add(invitation, slots)
        if model.overbooked(s):
            continue
        bits = {w: 1 << bit for bit, w in enumerate(workers)}
        lanes: dict[tuple[int, int], Claims] = {}
        for c, w, literal in promised[s]:
            lane = lanes.setdefault((bits[w], masks[c]), Claims([], []))
            lane.add(literal.index, model.instance.clients[c].slots)
        for group in sorted({*bound, *bits.values()}):
            claims = [some for mask, some in bound.items() if not mask & ~group]
            claims += [some for (w, mask), some in lanes.items() if w & group and mask & ~group]
            if claims:
                _limit(model, s, [index for bit, index in enumerate(crew) if group >> bit & 1], claims)


def _needs(model: Model, crew: list[int], mask: int) -> Callable[[int], None]:
    """Give a function that lets an invitation need somebody of a set of caseworkers."""
    able = [index for bit, index in enumerate(crew) if mask >> bit & 1]
    return row_writer(model.cp, able, [-1] * len(able), high=0)


def _limit(model: Model, s: int, able: list[int], claims: list[Claims]) -> None:
    """Fit the slots of claims into those of the caseworkers who are able and on duty."""
    indices, weights = [*able], [-model.slots(s)] * len(able)
    for some in claims:
        indices += some.indices
        weights += some.slots
    write_row(model.cp, indices, weights, high=0)


def _promised(model: Model) -> list[list[tuple[int, int, IntVar]]]:
    """Client, caseworker and literal of the promises of each session."""
    promised: list[list[tuple[int, int, IntVar]]] = [[] for _ in model.instance.sessions]
    for promise, literal in model.promises.items():
        if promise.caseworker is not None:
            promised[promise.s].append((promise.c, promise.caseworker, literal))
    return promised


def _masks(model: Model, s: int) -> dict[int, int]:
    """For each client of a session, the members of its crew who are able, as a bit mask of any length."""
    clients, crew = np.array(model.clients_in[s], dtype=np.int64), np.array(model.crew_of[s], dtype=np.int64)
    packed = np.packbits(model.space.able[np.ix_(clients, crew)], axis=1, bitorder="little")
    return {c: int.from_bytes(row.tobytes(), "little") for c, row in zip(model.clients_in[s], packed, strict=True)}
