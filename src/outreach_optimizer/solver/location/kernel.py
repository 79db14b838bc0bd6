"""A node of a location problem at prices, and subgradient steps from there, as machine code: `climb` in less time.

Importing this module imports numba, which takes a quarter of a second. What is compiled calls nothing of other modules:
numba would not see that these have changed.
"""

import numpy as np

from outreach_optimizer.solver.dual.guests import EXACT
from outreach_optimizer.solver.dual.kernel import compiled
from outreach_optimizer.solver.dual.prepared import Floats, Mask
from outreach_optimizer.solver.location.laid import Pairs, Seen, Sessions, Way

LOOKS = 4
MOST_LOOKS = 10_000
"""A search for the best set has a look for so many cells of the dynamic program that comes next; so many at most."""
SAME = 1e-3
"""Millionths of a minute that floating-point sums may be wrong."""


@compiled
def steps_up(
    pairs: Pairs,
    sessions: Sessions,
    seen: Seen,
    way: Way,
    goal: float,
    step: float,
    patience: int,
    shorter: float,
    last_step: float,
    fresh: float,
) -> tuple[float, float, int]:
    """Subgradient steps towards a goal, as `climb` says; the bound there, what is taken costs, and the steps made."""
    bound = now = _looked(pairs, sessions, way.now, seen, way.slope)
    _copy(way.slope, way.top_slope)
    stalled, made, first = 0, 0, 1
    while made < len(way.taken):
        _note(pairs, seen, way.came[made % len(way.came)])
        for s in range(len(seen.taken)):
            way.taken[made, s], way.slot_price[made, s] = seen.taken[s], seen.slot_price[s]
        made += 1
        if bound >= goal or now == np.inf:
            break
        norm, keep = 0.0, 0.0 if first else 1 - fresh
        for c in range(len(way.now)):
            way.along[c] = (1 - keep) * way.slope[c] + keep * way.along[c]
            norm += way.along[c] * way.along[c]
        if norm <= 0:
            break
        length = step * max(goal - now, 1e-4 * abs(goal)) / norm
        for c in range(len(way.now)):
            way.now[c] = np.rint(way.now[c] + length * way.along[c])
        now, first = _looked(pairs, sessions, way.now, seen, way.slope), 0
        if now > bound:
            bound, stalled = now, 0
            _copy(way.now, way.top)
            _copy(way.slope, way.top_slope)
        else:
            stalled += 1
        if stalled >= patience:
            step, stalled, first, now = step * shorter, 0, 1, bound
            _copy(way.top, way.now)
            _copy(way.top_slope, way.slope)
            if step < last_step:
                break
    bound = _looked(pairs, sessions, way.top, seen, way.slope)
    for s in range(len(seen.cut)):
        if seen.cut[s]:
            _whole(pairs, sessions, way.top, s, seen)
    total = 0.0
    for c in range(len(way.top)):
        total += way.top[c]
    _force(sessions, seen, bound - total, way.more)
    return bound, bound - total, made


@compiled
def _copy(values: Floats, into: Floats) -> None:
    for i in range(len(into)):
        into[i] = values[i]


@compiled
def _looked(pairs: Pairs, sessions: Sessions, prices: Floats, seen: Seen, slope: Floats) -> float:
    """Fill in what is seen at some prices, and the slope; the bound. What is not taken may keep a guest in parts."""
    for s in range(len(sessions.room)):
        _in_parts(pairs, sessions, prices, s, seen)
    some, base = 1, 0.0
    while some:
        base, some = _choose(sessions, seen, sessions.opened, sessions.closed), 0
        for s in range(len(sessions.room)):
            if seen.cut[s] and seen.taken[s]:
                seen.cut[s], some = False, 1
                _whole(pairs, sessions, prices, s, seen)
    for c in range(len(slope)):
        slope[c] = 1.0
    for s in range(len(seen.taken)):
        if seen.taken[s]:
            for i in range(pairs.start[s], pairs.start[s] + seen.pays[s]):
                slope[pairs.client[seen.order[i]]] -= seen.amount[seen.order[i]]
    for c in range(len(prices)):
        base += prices[c]
    return base


@compiled
def _in_parts(pairs: Pairs, sessions: Sessions, prices: Floats, s: int, seen: Seen) -> None:
    """The guests of a session by value per slot, the last one in parts."""
    begin = end = pairs.start[s]
    for i in range(begin, pairs.start[s + 1]):
        k = seen.order[i]
        value = pairs.cost[k] - prices[pairs.client[k]]
        seen.amount[k] = 0.0
        if value < 0:  # sorted by insertion: from step to step few change places
            seen.ratio[k], seen.order[i] = value / pairs.slots[k], seen.order[end]
            j = end - 1
            while j >= begin and seen.ratio[seen.order[j]] > seen.ratio[k]:
                seen.order[j + 1] = seen.order[j]
                j -= 1
            seen.order[j + 1] = k
            end += 1
    left, seen.value[s], seen.pays[s] = sessions.room[s], sessions.setup[s], end - begin
    seen.slot_price[s], seen.cut[s] = 0.0, False
    for i in range(begin, end):
        k = seen.order[i]
        if pairs.slots[k] <= left:
            left -= pairs.slots[k]
            seen.amount[k] = 1.0
            seen.value[s] += pairs.cost[k] - prices[pairs.client[k]]
        elif seen.slot_price[s] == 0:
            seen.slot_price[s], seen.cut[s] = -seen.ratio[k], left > 0
            seen.amount[k] = left / pairs.slots[k]
            seen.value[s] += seen.ratio[k] * left
            left = 0


@compiled
def _whole(pairs: Pairs, sessions: Sessions, prices: Floats, s: int, seen: Seen) -> None:
    """Whole guests of a session that cuts one: who is far from the price of a slot is settled, others are packed."""
    begin, end = pairs.start[s], pairs.start[s] + seen.pays[s]
    left = spare = sessions.room[s]
    gap, most, gain = EXACT, 0.0, 0.0
    for i in range(begin, end):
        k = seen.order[i]
        value = pairs.cost[k] - prices[pairs.client[k]]
        if seen.amount[k] == 1:
            left -= pairs.slots[k]
            spare = left
            continue
        gap -= seen.amount[k] * value
        if pairs.slots[k] <= spare:  # best of them alone, or one after the other
            most = min(most, value)
        if pairs.slots[k] <= left:
            left -= pairs.slots[k]
            gain += value
    gap += min(most, gain)
    left, wanted, count = sessions.room[s], 0, 0
    for i in range(begin, end):
        k = seen.order[i]
        if abs(seen.ratio[k] + seen.slot_price[s]) * pairs.slots[k] <= gap:
            seen.free[count], seen.long[count] = k, pairs.slots[k]
            seen.worth[count] = prices[pairs.client[k]] - pairs.cost[k]
            count += 1
            wanted += pairs.slots[k]
        elif seen.ratio[k] < -seen.slot_price[s]:
            left -= pairs.slots[k]
    if not packed(count, min(left, wanted), 0.5, seen):
        return
    seen.value[s], place = sessions.setup[s], 0
    for i in range(begin, end):
        k = seen.order[i]
        if place < count and seen.free[place] == k:
            seen.amount[k] = 1.0 if seen.top[place] else 0.0
            place += 1
        else:
            seen.amount[k] = 1.0 if seen.ratio[k] < -seen.slot_price[s] else 0.0
        seen.value[s] += seen.amount[k] * (pairs.cost[k] - prices[pairs.client[k]])


@compiled
def packed(count: int, width: int, step: float, seen: Seen) -> bool:
    """Choose the best set of what is sorted by worth for its length; False if that takes too much.

    Depth first (Horowitz and Sahni 1974), for what is better by more than a step; a dynamic program if that has no end.
    """
    best, total, left, at, looks = -1.0, 0.0, width, 0, 0
    while looks <= min(MOST_LOOKS, count * width // LOOKS):
        looks += 1
        bound, spare, i = total, left, at
        while i < count and seen.long[i] <= spare:
            spare -= seen.long[i]
            bound += seen.worth[i]
            i += 1
        if i < count:
            bound += seen.worth[i] * spare / seen.long[i]
        if bound > best + step:
            while at < i:
                seen.now[at] = True
                total += seen.worth[at]
                left -= seen.long[at]
                at += 1
            if at < count:
                seen.now[at] = False
                at += 1
                continue
            best = total
            for i in range(count):
                seen.top[i] = seen.now[i]
        at -= 1
        while at >= 0 and not seen.now[at]:
            at -= 1
        if at < 0:
            return True
        seen.now[at] = False
        total -= seen.worth[at]
        left += seen.long[at]
        at += 1
    return tabled(count, width, seen)


@compiled
def tabled(count: int, width: int, seen: Seen) -> bool:
    """The same by a dynamic program over length."""
    if count * (width + 1) > len(seen.took) or width >= len(seen.best):
        return False
    for room in range(width + 1):
        seen.best[room] = 0.0
    for place in range(count):
        row, long, worth = place * (width + 1), seen.long[place], seen.worth[place]
        for room in range(width, -1, -1):
            better = room >= long and seen.best[room - long] + worth > seen.best[room]
            seen.took[row + room] = better
            if better:
                seen.best[room] = seen.best[room - long] + worth
    at = width
    for place in range(count - 1, -1, -1):
        seen.top[place] = seen.took[place * (width + 1) + at]
        at -= seen.long[place] if seen.top[place] else 0
    return True


@compiled
def _choose(sessions: Sessions, seen: Seen, opened: Mask, closed: Mask) -> float:
    """Take what `problem.choose` does; what it costs."""
    count, missing = 0, sessions.load
    for s in range(len(seen.value)):
        seen.taken[s] = opened[s] or (seen.value[s] < 0 and not closed[s])
        if seen.taken[s]:
            count += 1
            missing -= sessions.room[s]
    if count > sessions.most and not _fewer(sessions, seen, opened):
        return np.inf
    if count > sessions.most:
        missing = 0
    total = 0.0
    if missing > 0:
        total = _cover(sessions, seen, closed, missing)
    else:
        for s in range(len(seen.value)):
            total += seen.value[s] if seen.taken[s] else 0.0
    return total


@compiled
def _fewer(sessions: Sessions, seen: Seen, opened: Mask) -> bool:
    """Take what is held for sure and the cheapest of what is taken, as many as may be; whether they may."""
    for i in range(1, len(seen.by_value)):
        s, j = seen.by_value[i], i - 1
        while j >= 0 and seen.value[seen.by_value[j]] > seen.value[s]:
            seen.by_value[j + 1] = seen.by_value[j]
            j -= 1
        seen.by_value[j + 1] = s
    left = sessions.most
    for s in range(len(opened)):
        left -= opened[s]
    if left < 0:
        return False
    for s in seen.by_value:
        if seen.taken[s] and not opened[s]:
            seen.taken[s] = left > 0
            left -= left > 0
    return True


@compiled
def _cover(sessions: Sessions, seen: Seen, closed: Mask, missing: int) -> float:
    """Take the cheapest sessions that fill so much room, by what is best left out; what all that is taken costs."""
    count, room, unit, total = 0, -missing, 0, 0.0
    for s in range(len(seen.value)):
        if seen.taken[s]:
            total += seen.value[s]
        elif not closed[s]:
            room += sessions.room[s]
            rest = sessions.room[s]
            while rest:
                unit, rest = rest, unit % rest
            total += seen.value[s]
            j = count - 1
            while j >= 0 and seen.value[seen.free[j]] * sessions.room[s] < seen.value[s] * sessions.room[seen.free[j]]:
                seen.free[j + 1] = seen.free[j]
                j -= 1
            seen.free[j + 1] = s
            count += 1
    if room < 0:
        return np.inf
    unit = max(1, unit)
    for place in range(count):
        seen.worth[place], seen.long[place] = seen.value[seen.free[place]], sessions.room[seen.free[place]] // unit
    if packed(count, room // unit, SAME, seen):
        for place in range(count):
            seen.taken[seen.free[place]] = not seen.top[place]
            total -= seen.worth[place] if seen.top[place] else 0.0
        return total
    for place in range(count):  # the last one that is left out only in part
        part = min(1.0, room / max(1, sessions.room[seen.free[place]]))
        seen.taken[seen.free[place]] = part < 1
        total -= part * seen.worth[place]
        room -= sessions.room[seen.free[place]] if part == 1 else room
    return total


@compiled
def _note(pairs: Pairs, seen: Seen, came: Mask) -> None:
    """Which pairs come."""
    for k in range(len(came)):
        came[k] = False
    for s in range(len(seen.taken)):
        if seen.taken[s]:
            for i in range(pairs.start[s], pairs.start[s] + seen.pays[s]):
                came[seen.order[i]] = seen.amount[seen.order[i]] > 0


@compiled
def _force(sessions: Sessions, seen: Seen, base: float, more: Floats) -> None:
    """What it costs more to hold each undecided session, or not to if it is taken; what is taken stays."""
    for s in range(len(more)):
        if not sessions.opened[s] and not sessions.closed[s]:
            _choose(sessions, seen, sessions.opened, sessions.closed)
            way = sessions.closed if seen.taken[s] else sessions.opened
            way[s] = True
            more[s] = _choose(sessions, seen, sessions.opened, sessions.closed) - base
            way[s] = False
    _choose(sessions, seen, sessions.opened, sessions.closed)
