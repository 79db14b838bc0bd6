"""Crews of one or two, one by one, as machine code: whom they can meet, and how many of those, counts for each.

A slot with a member of the crew is taken by everybody who can meet nobody else of it, and by those who would rather
meet this one. So a crew in which one can help all and the other nobody is half a crew. Guests come to a crew in the
order of what they cost per slot, the last one maybe in part. That is their best choice where nobody has an own
caseworker. Else it may be dearer than the best, as slots with that one go to who comes first, though others could gain
more by them: short talks, or who can meet nobody else. Bounds with a duty or a guest do not suffer from it.
"""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.kernel import Crews, Found, Pairs, Prices, Shorts, compiled
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

ANYBODY, WITH_OWN, APART = 0, 1, 2
"""Whom a guest meets: whoever is able; the own caseworker; somebody else, for that price."""


class Line(NamedTuple):
    """Guests of one session in the order of what they cost per slot; memory for one session after the other.

    Parameters
    ----------
    pair, ratio, kind
        Who, at what cost per slot, and whom they meet; who has an own caseworker may be there twice.
    order
        Places of the above, the cheapest first.
    taken
        Per pair of the session: slots with the own caseworker.
    total
        Per column: price of being on duty, less what guests gain by it at the price of a slot.
    alone
        The same if everybody whom this one can meet came here, as far as there are slots with this one.
    placed, amount
        Places of those who come with a crew, and their slots.
    """

    pair: Shorts
    ratio: Floats
    kind: Shorts
    order: Ints
    taken: Shorts
    total: Floats
    alone: Floats
    placed: Ints
    amount: Shorts


class Filled(NamedTuple):
    """A crew with its guests.

    Parameters
    ----------
    cost
        Of the guests.
    price
        What one more slot would be worth.
    first, second
        What one more slot with each member would be worth beyond that; the same for a crew of one.
    number
        Guests, the last one maybe in part.
    """

    cost: float
    price: float
    first: float
    second: float
    number: int


@compiled
def evaluate_crews(
    first: int, last: int, few: Mask, pairs: Pairs, able: Ints, crews: Crews, prices: Prices, found: Found
) -> None:
    """Fill in what is found in those sessions from ``first`` to before ``last`` which have few crews."""
    line = _memory(first, last, few, pairs, prices.duties.shape[1])
    for s in range(first, last):
        if few[s]:
            number, fixed = _line_up(s, pairs, able, prices, line)
            one, two = _cheapest(s, number, fixed, pairs, able, crews, prices, line, found)
            found.crew[s, :] = False
            found.slot_price[s] = 0.0
            if one >= 0:
                filled = _fill(s, one, two, number, pairs, able, crews, line)
                found.crew[s, one] = found.crew[s, two] = True
                found.slot_price[s] = filled.price
                for place in range(filled.number):
                    pair = line.pair[line.placed[place]]
                    found.guest[s, place] = pairs.client[pair]
                    found.amount[s, place] = line.amount[place] / pairs.slots[pair]


@compiled
def regret_crews(
    first: int,
    last: int,
    few: Mask,
    pairs: Pairs,
    able: Ints,
    crews: Crews,
    prices: Prices,
    with_duty: Floats,
    with_pair: Floats,
) -> None:
    """Fill in lower bounds of these sessions with each duty (sessions × columns) and with each pair.

    A crew is at least as dear as its guests are at prices of its slots, each by themselves.
    """
    line = _memory(first, last, few, pairs, prices.duties.shape[1])
    for s in range(first, last):
        if not few[s]:
            continue
        begin, end, columns = pairs.start[s], pairs.start[s + 1], prices.duties.shape[1]
        number, _ = _line_up(s, pairs, able, prices, line)
        for one in range(columns):
            for two in range(one, columns):
                size = 1 if one == two else 2
                duty = prices.duties[s, one] + (prices.duties[s, two] if size == 2 else 0.0)
                if not crews.least[s] <= size <= crews.most[s] or not np.isfinite(duty):
                    continue
                filled = _fill(s, one, two, number, pairs, able, crews, line)
                paid = filled.first + (filled.second if size == 2 else 0.0)
                cost = duty - filled.price * crews.room[s, size] - paid * crews.seats[s]
                for pair in range(begin, end):
                    cost += min(0.0, _reduced(pair, one, two, filled, pairs, able, prices))
                with_duty[s, one] = min(with_duty[s, one], cost)
                with_duty[s, two] = min(with_duty[s, two], cost)
                for pair in range(begin, end):
                    reduced = _reduced(pair, one, two, filled, pairs, able, prices)
                    with_pair[pair] = min(with_pair[pair], cost + max(0.0, reduced))


@compiled
def _memory(first: int, last: int, few: Mask, pairs: Pairs, columns: int) -> Line:
    """As much as the largest of these sessions needs."""
    most = 0
    for s in range(first, last):
        if few[s]:
            most = max(most, pairs.start[s + 1] - pairs.start[s])
    return Line(
        np.empty(2 * most, np.int32),
        np.empty(2 * most),
        np.empty(2 * most, np.int32),
        np.empty(2 * most, np.int64),
        np.empty(most, np.int32),
        np.empty(columns),
        np.empty(columns),
        np.empty(2 * most, np.int64),
        np.empty(2 * most, np.int32),
    )


@compiled
def _line_up(s: int, pairs: Pairs, able: Ints, prices: Prices, line: Line) -> tuple[int, float]:
    """How many stand in line, and what guests cost at the price of a slot whoever is on duty."""
    number, fixed, begin, price = 0, 0.0, pairs.start[s], prices.slots[s]
    for column in range(len(line.total)):
        line.total[column] = prices.duties[s, column]
    for pair in range(begin, pairs.start[s + 1]):
        value = pairs.cost[pair] - prices.clients[pairs.client[pair]]
        if value >= 0:
            continue
        slots, own = pairs.slots[pair], pairs.own[pair]
        here = value + price * slots
        if own < 0:
            line.pair[number], line.ratio[number], line.kind[number] = pair, value / slots, ANYBODY
            number += 1
            fixed += min(0.0, here)
            continue
        apart = value + pairs.missed[pair]
        if able[pair] >> own & 1:
            line.pair[number], line.ratio[number], line.kind[number] = pair, value / slots, WITH_OWN
            number += 1
            line.total[own] += min(0.0, here) - min(0.0, apart + price * slots)
        if apart < 0:
            line.pair[number], line.ratio[number], line.kind[number] = pair, apart / slots, APART
            number += 1
            fixed += min(0.0, apart + price * slots)
    line.order[:number] = np.argsort(line.ratio[:number])
    return number, fixed


@compiled
def _cheapest(
    s: int,
    number: int,
    fixed: float,
    pairs: Pairs,
    able: Ints,
    crews: Crews,
    prices: Prices,
    line: Line,
    found: Found,
) -> tuple[int, int]:
    """The columns of the cheapest crew, the same one twice for a crew of one, or -1; its cost is filled in.

    At the price of a slot guests and caseworkers are independent of each other, be it that all slots are alike or that
    each caseworker has slots and guests alone. A crew that is no cheaper there than the best one so far need not be
    looked at.
    """
    found.cost[s] = np.inf
    one, two = -1, -1
    rising = np.argsort(line.total)
    _alone(s, number, pairs, able, crews, prices, line)
    for size in range(max(1, crews.least[s]), min(2, crews.most[s]) + 1):
        guests = fixed - prices.slots[s] * crews.room[s, size]
        for x in range(len(rising)):
            for y in range(x if size == 1 else x + 1, x + 1 if size == 1 else len(rising)):
                i, j = rising[x], rising[y]
                low = guests + line.total[i] + (line.total[j] if size == 2 else 0.0)
                if not low < found.cost[s]:
                    break
                apart = line.alone[i] + (line.alone[j] if size == 2 else 0.0) - prices.slots[s] * crews.room[s, size]
                if apart >= found.cost[s]:
                    continue
                cost = prices.duties[s, i] + (prices.duties[s, j] if size == 2 else 0.0)
                cost += _fill(s, i, j, number, pairs, able, crews, line).cost
                if cost < found.cost[s]:
                    found.cost[s], one, two = cost, i, j
    return one, two


@compiled
def _alone(s: int, number: int, pairs: Pairs, able: Ints, crews: Crews, prices: Prices, line: Line) -> None:
    """Fill in what each caseworker costs with the cheapest guests for the slots with this one."""
    for column in range(len(line.alone)):
        line.alone[column], left = prices.duties[s, column], crews.seats[s]
        if not np.isfinite(line.alone[column]):
            continue
        for place in range(number):
            entry = line.order[place]
            pair, kind, value = line.pair[entry], line.kind[entry], line.ratio[entry] + prices.slots[s]
            if left == 0 or value >= 0:
                break
            mine = pairs.own[pair] == column
            if able[pair] >> column & 1 and (kind == ANYBODY or mine == (kind == WITH_OWN)):
                slots = min(left, pairs.slots[pair])
                line.alone[column] += value * slots
                left -= slots


@compiled
def _fill(s: int, one: int, two: int, number: int, pairs: Pairs, able: Ints, crews: Crews, line: Line) -> Filled:
    """Guests of a crew, the cheapest slots first, as long as there are slots at all and with whom they can meet."""
    first_bit, second_bit = np.int64(1) << one, np.int64(1) << two
    seats = crews.seats[s]
    first_left, second_left, left = seats, seats, int(crews.room[s, 1 if one == two else 2])
    cost, price, placed = 0.0, 0.0, 0
    # What the first guest would give for a slot who is turned away by each, and the most that it can be worth.
    first_best, first_most, second_best, second_most = 0.0, np.inf, 0.0, np.inf
    for place in range(number):
        entry = line.order[place]
        pair, kind, ratio = line.pair[entry], line.kind[entry], line.ratio[entry]
        slots, own = pairs.slots[pair], pairs.own[pair]
        with_whom, most = able[pair] & (first_bit | second_bit), np.inf
        mine = first_bit if own == one else second_bit if own == two else np.int64(0)
        if kind == WITH_OWN:
            if with_whom & ~mine:
                most = pairs.missed[pair] / slots
            with_whom = mine
            line.taken[pair - pairs.start[s]] = 0
        elif kind == APART and mine:
            with_whom &= ~mine
            slots -= line.taken[pair - pairs.start[s]]
        if with_whom == 0 or slots <= 0:
            continue
        amount = slots
        if with_whom == first_bit:
            amount = min(slots, first_left)
            if amount < slots and first_best == 0.0:
                first_best, first_most = -ratio, most
        elif with_whom == second_bit:
            amount = min(slots, second_left)
            if amount < slots and second_best == 0.0:
                second_best, second_most = -ratio, most
        if amount == 0:
            continue
        full = amount > left
        amount = min(amount, left)
        if with_whom == first_bit:
            first_left -= amount
        elif with_whom == second_bit:
            second_left -= amount
        if kind == WITH_OWN:
            line.taken[pair - pairs.start[s]] = amount
        if amount > 0:
            cost += ratio * amount
            left -= amount
            line.placed[placed], line.amount[placed] = entry, amount
            placed += 1
        if full:
            price = -ratio
            break
    first = min(first_most, max(0.0, first_best - price))
    second = min(second_most, max(0.0, second_best - price)) if one != two else first
    return Filled(cost, price, first, second, placed)


@compiled
def _reduced(pair: int, one: int, two: int, filled: Filled, pairs: Pairs, able: Ints, prices: Prices) -> float:
    """What a guest costs with the best of a crew at prices of slots; infinite if none of it is able."""
    slots, own, least = pairs.slots[pair], pairs.own[pair], np.inf
    if able[pair] >> one & 1:
        least = filled.first * slots + (0.0 if own < 0 or own == one else pairs.missed[pair])
    if able[pair] >> two & 1:
        least = min(least, filled.second * slots + (0.0 if own < 0 or own == two else pairs.missed[pair]))
    return float(pairs.cost[pair] - prices.clients[pairs.client[pair]] + filled.price * slots + least)
