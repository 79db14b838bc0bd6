"""Valid inequalities: an invitation needs a caseworker who is able, and so do all invitations together.

Proof. An appointment of c in s has a caseworker who is able to meet c and on duty in s, so ``invited ≤ sum of duties
of the able``. For a set U of caseworkers, the appointments of clients whom only U can meet occupy slots of members of
U on duty, each of which has as many slots as the session's grid; these appointments do not overlap on one caseworker,
unless the session is overbooked.
A promise to meet a member of U is an appointment that only U can give.
"""

from collections.abc import Iterable

import numpy as np
from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model

NEEDS = frozenset({"on_duty", "one_booking", "session_window"})
Terms = list[tuple[IntVar, int]]


def strengthen(model: Model) -> None:
    """Per client and session, and per session and set of caseworkers to which clients are bound.

    A set of caseworkers is a bit mask over the possible crew of the session.
    """
    promised = _promised(model)
    for s, crew in enumerate(model.crew_of):
        masks = _masks(model, model.clients_in[s], crew)
        everybody = (1 << len(crew)) - 1
        bound: dict[int, Terms] = {}
        for c, mask in masks.items():
            if mask != everybody:
                able = [(model.duty[s, w], -1) for bit, w in enumerate(crew) if mask >> bit & 1]
                model.add_sum([(model.invited[c, s], 1), *able], high=0)
                bound.setdefault(mask, []).append((model.invited[c, s], model.instance.clients[c].slots))
        if model.overbooked(s):
            continue
        lanes: dict[tuple[int, int], Terms] = {}
        for c, w, literal in promised[s]:
            lane = 1 << crew.index(w), masks[c]
            lanes.setdefault(lane, []).append((literal, model.instance.clients[c].slots))
        for group in sorted({*bound, *(1 << bit for bit in range(len(crew)))}):
            terms = [term for mask, claims in bound.items() if not mask & ~group for term in claims]
            terms += [term for (w, mask), claims in lanes.items() if w & group and mask & ~group for term in claims]
            if terms:
                slots = model.slots(s)
                duties = [(model.duty[s, w], -slots) for bit, w in enumerate(crew) if group >> bit & 1]
                model.add_sum([*terms, *duties], high=0)


def _promised(model: Model) -> list[list[tuple[int, int, IntVar]]]:
    """Client, caseworker and literal of the promises of each session."""
    promised: list[list[tuple[int, int, IntVar]]] = [[] for _ in model.instance.sessions]
    for promise, literal in model.promises.items():
        if promise.caseworker is not None:
            promised[promise.s].append((promise.c, promise.caseworker, literal))
    return promised


def _masks(model: Model, clients: Iterable[int], crew: list[int]) -> dict[int, int]:
    """For each client, the members of a crew who are able, as a bit mask of any length."""
    rows = list(clients)
    bits = np.array([1 << bit for bit in range(len(crew))], dtype=object)
    able = model.space.able[np.ix_(np.array(rows, dtype=np.int64), np.array(crew, dtype=np.int64))]
    return dict(zip(rows, (able * bits).sum(axis=1), strict=True)) if rows and crew else {}
