"""A bound that knows that loads add up: what held sessions leave empty is what their rooms have more than clients need.

Where rooms are tight that is much more than a knapsack for each session: none leaves more empty than all may together.
"""

import math
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.solver.location.climb import FRESH, LAST_STEP, REMEMBERED, SHORTER, Climbed, Regrets
from outreach_optimizer.solver.location.problem import Location, Node, View, roomy

MOST_CELLS = 5_000_000
"""Cells of the tables of an evaluation, at the most: one or two milliseconds."""


class Lines(NamedTuple):
    """Pairs by session; where those of each session begin, and where the last ones end."""

    start: Ints
    client: Ints
    slots: Ints
    cost: Floats


class Rooms(NamedTuple):
    """Room and cost of each session, and which are held for sure; ``spare`` is how much of all rooms stays empty."""

    room: Ints
    setup: Floats
    opened: Mask
    spare: int


class Tables(NamedTuple):
    """What an evaluation fills in.

    Parameters
    ----------
    least
        Per session and each of its pairs, one more for none: the least cost of guests among the pairs before, by load.
    offset
        Where the tables of each session begin.
    value
        Per pair: cost less the client's price.
    before, after
        Sessions × spare room: the least cost of the sessions before (from there on) that leave so much empty.
    others
        The least cost of all other sessions that leave so much empty.
    back
        Two rows by load: the least cost of whatever follows.
    """

    least: Floats
    offset: Ints
    value: Floats
    before: Floats
    after: Floats
    others: Floats
    back: Floats


class Track(NamedTuple):
    """Prices on the way: now, the best, the direction and the slopes; pairs that came in the last steps and at best."""

    now: Floats
    top: Floats
    along: Floats
    slope: Floats
    top_slope: Floats
    came: Mask
    chosen: Mask


class Least(NamedTuple):
    """The least total with and without each pair, and with and without each session; no prices added."""

    with_pair: Floats
    without_pair: Floats
    held: Floats
    not_held: Floats


class Shares(NamedTuple):
    """What is left to share out in a node.

    Parameters
    ----------
    sessions
        Those that may be held.
    choice
        Which pairs of the node belong to clients who have a choice; the others are settled.
    clients
        Those with a choice.
    room, slots
        Of the sessions, without who is settled, and of the clients with a choice, in the greatest common measure.
    opened
        Sessions that are held for sure.
    spare
        What all rooms have more than the clients need.
    """

    sessions: Ints
    choice: Mask
    clients: Ints
    room: Ints
    slots: Ints
    opened: Mask
    spare: int


def shares_of(problem: Location, node: Node) -> Shares | None:
    """What is left to share out; None if somebody has no pair, or if there is not enough room."""
    sessions, client = np.flatnonzero(~node.closed), problem.client[node.pairs]
    slots = np.rint(problem.slots).astype(np.int64)
    unit = max(1, math.gcd(*np.unique(slots).tolist()))
    slots //= unit
    choices = np.bincount(client, minlength=len(slots))
    settled = choices[client] == 1
    taken = np.bincount(
        problem.session[node.pairs[settled]], weights=slots[client[settled]], minlength=len(problem.room)
    )
    room = np.rint(np.minimum(problem.room, problem.load)).astype(np.int64) // unit - taken.astype(np.int64)
    clients = np.flatnonzero(choices > 1)
    room, slots = room[sessions], slots[clients]
    spare = int(room.sum() - slots.sum())
    opened = (node.opened | (taken > 0))[sessions]
    if spare < 0 or (room < 0).any() or (choices == 0).any() or opened.sum() > problem.most:
        return None
    return Shares(sessions, ~settled, clients, room, slots, opened, spare)


def cells_of(problem: Location, node: Node, shares: Shares) -> int:
    """Cells of the tables of an evaluation."""
    pairs = np.bincount(problem.session[node.pairs[shares.choice]], minlength=len(problem.room))[shares.sessions]
    steps = 1 + np.minimum(shares.room, shares.spare)
    return int(((1 + pairs) * (1 + shares.room)).sum() + (1 + shares.spare) * steps.sum())


def light(problem: Location, node: Node) -> bool:
    """Whether loads are worth adding up: rooms bind, the number of sessions does not, and tables are small."""
    if roomy(problem) or np.count_nonzero(~node.closed) > problem.most:
        return False
    shares = shares_of(problem, node)
    return shares is not None and cells_of(problem, node, shares) <= MOST_CELLS


def climb_loads(
    problem: Location, node: Node, goal: float, *, steps: int, step: float, patience: int
) -> Climbed | None:
    """Subgradient steps towards a goal, as `climb.climb`; None if the node has no plan."""
    from outreach_optimizer.solver.location.loads_kernel import steps_up  # noqa: PLC0415 - numba, for tight rooms only

    shares = shares_of(problem, node)
    if shares is None:
        return None
    free, settled = node.pairs[shares.choice], node.pairs[~shares.choice]
    lines, rooms = _laid(problem, free, shares)
    tables, track, least = _filled_in(lines, rooms, node.prices[shares.clients])
    sure, pace = float(problem.cost[settled].sum()), (SHORTER, LAST_STEP, FRESH)
    bound, base, made = steps_up(lines, rooms, tables, track, least, goal - sure, steps, step, patience, *pace)
    if np.isinf(bound):
        return None
    bound += sure
    prices, taken = node.prices.copy(), node.opened.copy()
    prices[shares.clients] = track.top
    wanted = np.union1d(settled, free[track.chosen])
    taken[problem.session[wanted]] = True
    came = np.append(track.came[:made].mean(axis=0), np.ones(len(settled)))
    some, nothing = np.flatnonzero(came), np.zeros(len(problem.room))
    return Climbed(
        node=node._replace(prices=prices, bound=max(node.bound, bound)),
        view=View(bound, bound - float(prices.sum()), nothing, taken, wanted, np.ones(len(wanted)), nothing),
        pairs=np.append(free, settled)[some],
        share=came[some],
        passed=(),
        regrets=_regrets(problem, node, shares, least, base),
    )


def _laid(problem: Location, free: Ints, shares: Shares) -> tuple[Lines, Rooms]:
    place = np.full(len(problem.slots), -1)
    place[shares.clients] = np.arange(len(shares.clients))
    client = place[problem.client[free]]
    start = np.append(np.searchsorted(problem.session[free], shares.sessions), len(free))
    lines = Lines(start, client, shares.slots[client], problem.cost[free])
    return lines, Rooms(shares.room, problem.setup[shares.sessions], shares.opened, shares.spare)


def _filled_in(lines: Lines, rooms: Rooms, prices: Floats) -> tuple[Tables, Track, Least]:
    """What machine code fills in."""
    pairs, clients, number = len(lines.client), len(prices), len(rooms.room)
    offset = np.append(0, np.cumsum((1 + np.diff(lines.start)) * (1 + rooms.room)))
    tables = Tables(
        least=np.empty(offset[-1]),
        offset=offset,
        value=np.empty(pairs),
        before=np.empty((number + 1, rooms.spare + 1)),
        after=np.empty((number + 1, rooms.spare + 1)),
        others=np.empty(rooms.spare + 1),
        back=np.empty((2, 1 + int(rooms.room.max(initial=0)))),
    )
    track = Track(
        now=prices.copy(),
        top=prices.copy(),
        along=np.zeros(clients),
        slope=np.zeros(clients),
        top_slope=np.zeros(clients),
        came=np.zeros((REMEMBERED, pairs), dtype=np.bool_),
        chosen=np.zeros(pairs, dtype=np.bool_),
    )
    return tables, track, Least(*(np.empty(size) for size in (pairs, pairs, number, number)))


def _regrets(problem: Location, node: Node, shares: Shares, least: Least, base: float) -> Regrets:
    """What every plan of the node costs more than its bound with and without each pair and session, at least."""
    count, number = len(node.pairs), len(problem.room)
    regrets = Regrets(np.zeros(count), np.full(count, np.inf), np.zeros(number), np.zeros(number))
    regrets.with_pair[shares.choice] = least.with_pair - base
    regrets.without_pair[shares.choice] = least.without_pair - base
    regrets.held[node.closed] = np.inf
    regrets.held[shares.sessions] = least.held - base
    regrets.not_held[shares.sessions] = least.not_held - base
    return regrets
