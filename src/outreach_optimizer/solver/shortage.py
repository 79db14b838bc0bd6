"""Guests of a session who together need more slots than there are for them: Hall's condition, by a maximum flow.

A talk of several slots may be split by the flow, so that an answer of None proves nothing.
"""

from collections.abc import Collection

import numpy as np
from ortools.graph.python import max_flow

from outreach_optimizer.instance import Instance
from outreach_optimizer.solver.arranging import Booking


def shortage(instance: Instance, possible: Collection[Booking]) -> frozenset[int] | None:
    """Clients of a session who cannot all be seated; None if a flow seats everybody.

    Parameters
    ----------
    instance
        One session that is not overbooked, and its guests.
    possible
        Bookings that hours, abilities and promises leave.

    References
    ----------
    P. Hall (1935): On representatives of subsets. J. London Math. Soc. 10, 26-30; the set is the source's side of a
    minimum cut (Ford, Fulkerson 1956).
    """
    clients, slot_min = instance.clients, instance.slot_min
    nowhere = frozenset(range(len(clients))) - {c for c, _, _ in possible}
    if nowhere:
        return nowhere
    cells: dict[tuple[int, int], int] = {}
    wishes = {
        (c, cells.setdefault((w, start + slot * slot_min), len(cells)))
        for c, w, start in sorted(possible)
        for slot in range(clients[c].slots)
    }
    first, source, sink = len(clients), len(clients) + len(cells), len(clients) + len(cells) + 1
    needed = np.array([client.slots for client in clients], dtype=np.int64)
    who, which = np.array(sorted(wishes), dtype=np.int64).reshape(-1, 2).T
    network = max_flow.SimpleMaxFlow()
    network.add_arcs_with_capacity(
        np.concatenate([np.full(len(clients), source), who, first + np.arange(len(cells))]),
        np.concatenate([np.arange(len(clients)), first + which, np.full(len(cells), sink)]),
        np.concatenate([needed, np.ones(len(who) + len(cells), dtype=np.int64)]),
    )
    if network.solve(source, sink) != network.OPTIMAL or network.optimal_flow() >= needed.sum():
        return None
    return frozenset(node for node in network.get_source_side_min_cut() if node < len(clients))
