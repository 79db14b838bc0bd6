"""Loads of sessions that add up, as machine code: what they cost at prices, steps to better prices, and regrets.

Compiled functions call nothing of other modules: numba would not see that these have changed.
"""

import numpy as np

from outreach_optimizer.solver.dual.kernel import compiled
from outreach_optimizer.solver.dual.prepared import Floats, Mask
from outreach_optimizer.solver.location.loads import Least, Lines, Rooms, Tables, Track

NEVER = 1e18
"""What cannot be costs so much, at least half of it with whatever is added."""


@compiled
def steps_up(
    lines: Lines,
    rooms: Rooms,
    tables: Tables,
    track: Track,
    least: Least,
    goal: float,
    steps: int,
    step: float,
    patience: int,
    shorter: float,
    last_step: float,
    fresh: float,
) -> tuple[float, float, int]:
    """Subgradient steps towards a goal, as `climb` says; the bound there, what sessions cost, and the steps made.

    The bound is infinite if there is no way to fill the rooms.
    """
    bound = now = _looked(lines, rooms, tables, track.now, track.slope, track.came[0])
    stalled, made, first = 0, 1, 1
    for c in range(len(track.slope)):
        track.top_slope[c] = track.slope[c]
    while made < steps and bound < goal and now < 0.5 * NEVER:
        norm, keep = 0.0, 0.0 if first else 1 - fresh
        for c in range(len(track.now)):
            track.along[c] = (1 - keep) * track.slope[c] + keep * track.along[c]
            norm += track.along[c] * track.along[c]
        if norm <= 0:
            break
        length = step * max(goal - now, 1e-4 * abs(goal)) / norm
        for c in range(len(track.now)):
            track.now[c] = np.rint(track.now[c] + length * track.along[c])
        now, first = _looked(lines, rooms, tables, track.now, track.slope, track.came[made % len(track.came)]), 0
        made += 1
        if now > bound:
            bound, stalled = now, 0
            for c in range(len(track.now)):
                track.top[c], track.top_slope[c] = track.now[c], track.slope[c]
        else:
            stalled += 1
        if stalled >= patience:
            step, stalled, first, now = step * shorter, 0, 1, bound
            for c in range(len(track.now)):
                track.now[c], track.slope[c] = track.top[c], track.top_slope[c]
            if step < last_step:
                break
    bound = _looked(lines, rooms, tables, track.top, track.slope, track.chosen)
    if bound >= 0.5 * NEVER:
        return np.inf, np.inf, made
    _without(lines, rooms, tables, least)
    return bound, tables.before[len(rooms.room), rooms.spare], made


@compiled
def _looked(lines: Lines, rooms: Rooms, tables: Tables, prices: Floats, slope: Floats, came: Mask) -> float:
    """The bound at some prices, its slope and who comes."""
    _priced(lines, rooms, tables, prices)
    _before(rooms, tables)
    bound: float = tables.before[len(rooms.room), rooms.spare]
    for c in range(len(slope)):
        slope[c] = 1.0
        bound += prices[c]
    for i in range(len(came)):
        came[i] = False
    if bound < 0.5 * NEVER:
        _chosen(lines, rooms, tables, slope, came)
    return bound


@compiled
def _priced(lines: Lines, rooms: Rooms, tables: Tables, prices: Floats) -> None:
    """Guests of each session by load: one pair after the other, in or not."""
    for i in range(len(lines.client)):
        tables.value[i] = lines.cost[i] - prices[lines.client[i]]
    for s in range(len(rooms.room)):
        row, width = tables.offset[s], rooms.room[s] + 1
        tables.least[row] = 0.0
        for load in range(1, width):
            tables.least[row + load] = NEVER
        for i in range(lines.start[s], lines.start[s + 1]):
            long, value, after = lines.slots[i], tables.value[i], row + width
            for load in range(min(long, width)):
                tables.least[after + load] = tables.least[row + load]
            for load in range(long, width):
                without, with_pair = tables.least[row + load], tables.least[row + load - long] + value
                tables.least[after + load] = min(without, with_pair)
            row = after


@compiled
def _before(rooms: Rooms, tables: Tables) -> None:
    """Sessions, one after the other: what they cost at least if they leave so much room empty together."""
    before, spare = tables.before, rooms.spare
    before[0, 0] = 0.0
    for empty in range(1, spare + 1):
        before[0, empty] = NEVER
    for s in range(len(rooms.room)):
        room = rooms.room[s]
        full = tables.offset[s + 1] - 1
        for empty in range(spare + 1):
            before[s + 1, empty] = NEVER
        if not rooms.opened[s]:
            for empty in range(room, spare + 1):
                before[s + 1, empty] = before[s, empty - room]
        for here in range(min(room, spare) + 1):
            cost = rooms.setup[s] + tables.least[full - here]
            for empty in range(here, spare + 1):
                total = before[s, empty - here] + cost
                before[s + 1, empty] = min(before[s + 1, empty], total)


@compiled
def _chosen(lines: Lines, rooms: Rooms, tables: Tables, slope: Floats, came: Mask) -> None:
    """Who comes in the cheapest choice, from the last session and pair to the first."""
    empty = rooms.spare
    for s in range(len(rooms.room) - 1, -1, -1):
        room, total = rooms.room[s], tables.before[s + 1, empty]
        full, width = tables.offset[s + 1] - 1, room + 1
        if not rooms.opened[s] and room <= empty and tables.before[s, empty - room] == total:
            empty -= room
            continue
        here, most = 0, min(room, empty)
        while here < most and tables.before[s, empty - here] + (rooms.setup[s] + tables.least[full - here]) != total:
            here += 1
        empty -= here
        at = full - here
        for i in range(lines.start[s + 1] - 1, lines.start[s] - 1, -1):
            if tables.least[at - width] == tables.least[at]:
                at -= width
            else:
                at -= width + lines.slots[i]
                came[i] = True
                slope[lines.client[i]] -= 1.0


@compiled
def _without(lines: Lines, rooms: Rooms, tables: Tables, least: Least) -> None:
    """The least total with and without each session and pair: what leads there is known, what follows is new."""
    last = len(rooms.room)
    for empty in range(rooms.spare + 1):
        tables.after[last, empty] = NEVER if empty else 0.0
    for s in range(last - 1, -1, -1):
        _others(rooms, tables, s)
        _after(rooms, tables, least, s)
        _pairs(lines, rooms, tables, least, s)


@compiled
def _others(rooms: Rooms, tables: Tables, s: int) -> None:
    """The least cost of all sessions but one, as far as that is asked for: it may be empty itself, but not more."""
    spare = rooms.spare
    fewest = max(0, spare - rooms.room[s])
    for empty in range(spare + 1):
        tables.others[empty] = NEVER
    for here in range(spare + 1):
        for empty in range(max(here, fewest), spare + 1):
            total = tables.before[s, empty - here] + tables.after[s + 1, here]
            tables.others[empty] = min(tables.others[empty], total)


@compiled
def _after(rooms: Rooms, tables: Tables, least: Least, s: int) -> None:
    """The least cost of a session and all that follow, and the least total with and without it."""
    after, spare, room = tables.after, rooms.spare, rooms.room[s]
    full = tables.offset[s + 1] - 1
    for empty in range(spare + 1):
        after[s, empty] = NEVER
    least.not_held[s] = least.held[s] = NEVER
    if not rooms.opened[s] and room <= spare:
        least.not_held[s] = tables.others[spare - room]
        for empty in range(room, spare + 1):
            after[s, empty] = after[s + 1, empty - room]
    for here in range(min(room, spare) + 1):
        cost = rooms.setup[s] + tables.least[full - here]
        least.held[s] = min(least.held[s], cost + tables.others[spare - here])
        for empty in range(here, spare + 1):
            after[s, empty] = min(after[s, empty], after[s + 1, empty - here] + cost)


@compiled
def _pairs(lines: Lines, rooms: Rooms, tables: Tables, least: Least, s: int) -> None:
    """The least total with and without each pair of a session: the pairs before, this one, and whatever follows."""
    room, spare, back = rooms.room[s], rooms.spare, tables.back
    width, row, start = room + 1, 0, tables.offset[s + 1] - room - 1
    for load in range(width):
        back[0, load] = tables.others[spare - room + load] + rooms.setup[s] if room - load <= spare else NEVER
    for i in range(lines.start[s + 1] - 1, lines.start[s] - 1, -1):
        start -= width
        long, value = lines.slots[i], tables.value[i]
        least.without_pair[i], least.with_pair[i] = least.not_held[s], NEVER
        for load in range(width):
            least.without_pair[i] = min(least.without_pair[i], tables.least[start + load] + back[row, load])
            back[1 - row, load] = back[row, load]
        for load in range(width - long):
            after = value + back[row, load + long]
            least.with_pair[i] = min(least.with_pair[i], tables.least[start + load] + after)
            back[1 - row, load] = min(back[row, load], after)
        row = 1 - row
