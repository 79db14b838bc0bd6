"""Small location problems, and all of their plans."""

from itertools import product

import numpy as np

from outreach_optimizer.solver.location.plan import cost_of, table_of
from outreach_optimizer.solver.location.problem import Location


def drawn(seed: int, *, clients: int = 6, sessions: int = 4) -> Location:
    """A small problem in whole minutes; some have a limit of sessions, some pairs are impossible."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(1, 60, (clients, sessions)).astype(np.float64) * 1e6
    possible = rng.random((clients, sessions)) < 0.85
    possible[np.arange(clients), rng.integers(sessions, size=clients)] = True
    session, client = np.nonzero(possible.T)
    slots = rng.integers(1, 7, clients).astype(np.float64)
    room = rng.integers(8, 16, sessions).astype(np.float64)
    return Location(
        session=session,
        client=client,
        cost=cost[client, session],
        slots=slots,
        out=np.full(clients, 1e9),
        room=room,
        setup=rng.integers(0, 50, sessions).astype(np.float64) * 1e6,
        most=3 if seed % 3 == 0 else sessions,
        load=float(slots.sum()),
        grid=1_000_000,
    )


def all_plans(problem: Location) -> dict[tuple[int, ...], float]:
    """Cost of every plan that invites everybody."""
    table, found = table_of(problem), {}
    for at in product(range(len(problem.room)), repeat=len(problem.slots)):
        filled = np.bincount(at, weights=problem.slots, minlength=len(problem.room))
        cost = cost_of(problem, table, np.array(at))
        if (filled <= problem.room).all() and len(set(at)) <= problem.most and np.isfinite(cost):
            found[at] = cost
    return found
