"""Everybody bids for the seats of a crew; then whatever cells are left.

Importing this module imports numba, which takes a third of a second.
"""

import numpy as np

from outreach_optimizer.solver.construct.auction import (
    FREE,
    NOWHERE,
    Hall,
    auction,
    costs_of,
    exchange,
    fill,
    keep_free,
)
from outreach_optimizer.solver.construct.cells import Cells, Wishes, cells_of, wishes_of
from outreach_optimizer.solver.construct.guests import Guests, Market, Pin, Worth
from outreach_optimizer.solver.construct.trades import Options, trade
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

LOWER = 5e6
"""By so much prices begin below what slots are thought to be worth: bids raise prices, nothing lowers them."""
OWED = 500e6
"""Worth of a slot that has to be filled, so that a site gets the sessions that it was promised."""
EXCHANGES = 4
"""Times that everybody without a seat tries to take one."""
TRADES = 8
"""Times that everybody looks for a better place after that."""
MOST_BIDS, FEWEST_BIDS = 100, 100_000
"""Bids of each bidder on average, and of all where there are few; then everybody else stays without a seat."""
COARSE = 1e6
"""Finer steps begin with prices that steps of this size find."""
BACK = 3
"""So many of these steps lower."""


def invite(market: Market, crew: Mask, price: Floats, owed: Ints, *, step: float) -> Guests:
    """Fill the seats of a crew, sessions × caseworkers, at about the least cost.

    Parameters
    ----------
    price
        Per session: what a slot is about worth.
    owed
        Per session: slots that are filled whatever it costs.
    step
        By which a bid is at least higher than the last one.
    """
    instance, known, parties, hours, _ = market
    cells = cells_of(instance, known, crew)
    pins = _seat_pins(market, cells)
    absent = np.zeros(len(parties.slots), dtype=np.bool_)
    absent[[pin.party for pin in market.pins]] = True
    wishes = wishes_of(parties, known, hours, cells, bonus=np.where(owed > 0, OWED, 0.0), absent=absent)
    reserve = instance.rules.walk_in_reserve
    hall = empty_hall(cells, wishes, _first_prices(cells, np.maximum(0.0, price - LOWER), owed), reserve)
    most_bids = max(FEWEST_BIDS, MOST_BIDS * len(hall.seat))
    if step < COARSE:
        auction(cells, wishes, hall, COARSE, most_bids)
        hall = empty_hall(cells, wishes, hall.price - BACK * COARSE, reserve)
    auction(cells, wishes, hall, step, most_bids)
    keep_free(cells, wishes, hall)
    order = np.argsort(wishes.session, kind="stable")
    party = np.repeat(np.arange(len(parties.slots)), np.diff(wishes.start))[order]
    start = np.searchsorted(wishes.session[order], np.arange(len(crew) + 1))
    options = Options(order, party, start)
    fill(cells, wishes, hall, *options, step)
    worth = Worth(_slot_worth(cells, hall.price), hall.pays / parties.slots)
    cost = np.zeros(len(parties.slots))
    costs_of(cells, wishes, hall, cost)
    exchange(cells, wishes, hall, cost, EXCHANGES)
    trade(cells, wishes, hall, cost, options, instance.rules.min_load, TRADES)
    option = np.full(len(parties.slots), -1, dtype=np.int64)
    seated = np.flatnonzero(hall.chosen >= 0)
    option[seated] = wishes.option[hall.chosen[seated]]
    for pin in pins:
        here = np.arange(parties.start[pin.party], parties.start[pin.party + 1])
        for place in here[parties.session[here] == pin.session].tolist():
            option[pin.party], cost[pin.party] = place, parties.cost[place]
    return Guests(option, hall.seat[: len(parties.slots)], cells, pins, worth, float(cost.sum()))


def _seat_pins(market: Market, cells: Cells) -> tuple[Pin, ...]:
    """Close the cells of posted appointments."""
    kept = []
    for pin in market.pins:
        duties = range(cells.duty[pin.session], cells.duty[pin.session + 1])
        place = next((at for at, duty in enumerate(duties) if cells.worker[duty] == pin.worker), -1)
        grid = market.instance.sessions[pin.session].slot_starts(market.instance.slot_min)
        if place >= 0 and pin.start in grid:
            cell = int(cells.first[pin.session] + place * cells.slots[pin.session] + grid.index(pin.start))
            cells.closed[cell : cell + market.instance.clients[pin.client].slots] = True
            kept.append(pin)
    return tuple(kept)


def _first_prices(cells: Cells, price: Floats, owed: Ints) -> Floats:
    """Per cell, those of the sessions; for slots that are owed one is paid."""
    here = price[cells.session]
    for s in np.flatnonzero(owed).tolist():
        mine = np.linspace(cells.first[s], cells.first[s + 1] - 1, min(cells.first[s + 1] - cells.first[s], owed[s]))
        here[np.unique(mine.astype(np.int64))] = -OWED
    here[cells.closed] = np.inf
    return np.asarray(here)


def empty_hall(cells: Cells, wishes: Wishes, price: Floats, reserve: int) -> Hall:
    """A hall in which nobody sits yet, at the prices of its cells, with so many slots of each session to keep free."""
    least = np.full(len(cells.slots), np.inf)
    np.minimum.at(least, cells.session, price)
    reserves = np.repeat(np.flatnonzero(np.diff(cells.duty)), reserve)
    parties = len(wishes.slots)
    return Hall(
        price=price,
        holder=np.full(len(price), FREE, dtype=np.int64),
        least=least,
        seat=np.full(parties + len(reserves), NOWHERE, dtype=np.int64),
        chosen=np.full(parties, NOWHERE, dtype=np.int64),
        pays=wishes.out.copy(),
        reserve=reserves,
    )


def _slot_worth(cells: Cells, price: Floats) -> Floats:
    """What an hour of another caseworker would be worth: the mean of the lowest price at each hour."""
    slot = (np.arange(len(price)) - cells.first[cells.session]) % np.maximum(1, cells.slots[cells.session])
    lowest = np.full((len(cells.slots), int(cells.slots.max(initial=1))), np.inf)
    np.minimum.at(lowest, (cells.session, slot), price)
    known = np.isfinite(lowest)
    return np.asarray(np.where(known, lowest, 0.0).sum(axis=1) / np.maximum(1, known.sum(axis=1)))
