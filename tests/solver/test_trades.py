"""Guests trade places: what they cost is counted right, no session loses whom it needs, and nothing is left to gain."""

import random
from typing import NamedTuple

import numpy as np
import pytest

from outreach_optimizer.solver.construct.auction import FREE, LEAST_GAIN, NOWHERE, Bid, Hall, costs_of, missed, take
from outreach_optimizer.solver.construct.bids import empty_hall
from outreach_optimizer.solver.construct.cells import Cells, Wishes, cells_of, wishes_of
from outreach_optimizer.solver.construct.draft import board_of
from outreach_optimizer.solver.construct.trades import Options, trade
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.dual.prepared import Floats
from squares import square

MANY = 100


class Room(NamedTuple):
    """Two mornings with two caseworkers, some guests in any seats that suit them, and what they cost there."""

    cells: Cells
    wishes: Wishes
    hall: Hall
    cost: Floats
    options: Options

    def trade(self, least: int = 0) -> int:
        return int(trade(self.cells, self.wishes, self.hall, self.cost, self.options, least, MANY))

    def guests(self) -> list[int]:
        """Of each session."""
        seats = self.hall.seat[: len(self.wishes.slots)]
        return np.bincount(self.cells.session[seats[seats != NOWHERE]], minlength=2).tolist()

    def cost_at(self, party: int, cell: int) -> tuple[int, float]:
        """Option and cost of a party in a cell; infinite where it cannot be."""
        s = self.cells.session[cell]
        duty, slot = divmod(cell - self.cells.first[s], self.cells.slots[s])
        wishes = self.wishes
        for option in range(wishes.start[party], wishes.start[party + 1]):
            if wishes.session[option] == s and wishes.begins[wishes.hours[option], slot]:
                tables = wishes.need, wishes.own, wishes.able, wishes.other, self.cells.worker
                return option, wishes.cost[option] + missed.py_func(*tables, party, self.cells.duty[s] + duty)
        return NOWHERE, np.inf


def room(seed: int, people: int = 40, share: float = 1.0) -> Room:
    """Seats are taken at random by a share of those who find one."""
    given, luck = square(seed, people), random.Random(seed)  # noqa: S311 - no secret
    board = board_of(given, relax(given).facts)
    market, crew = board.market, np.ones((2, 2), dtype=np.bool_)
    parties, known = market.parties, market.known
    cells = cells_of(given, known, crew)
    nobody = np.zeros(len(parties.slots), dtype=np.bool_)
    wishes = wishes_of(parties, known, market.hours, cells, bonus=np.zeros(2), absent=nobody)
    hall = empty_hall(cells, wishes, np.zeros(len(cells.session)), given.rules.walk_in_reserve)
    order = np.lexsort((np.repeat(np.arange(people), np.diff(wishes.start)), wishes.session))
    party = np.repeat(np.arange(people), np.diff(wishes.start))[order]
    start = np.searchsorted(wishes.session[order], np.arange(3))
    made = Room(cells, wishes, hall, np.zeros(people), Options(order, party, start))
    for number, s in enumerate(hall.reserve.tolist(), start=people):
        free = [c for c in range(cells.first[s], cells.first[s + 1]) if hall.holder[c] == FREE]
        take(number, Bid(luck.choice(free), NOWHERE, 0.0, 0.0), 0.0, wishes, hall)
    for p in luck.sample(range(people), people):
        free = [c for c in range(len(hall.price)) if hall.holder[c] == FREE and np.isfinite(made.cost_at(p, c)[1])]
        if free and luck.random() < share:
            cell = luck.choice(free)
            take(p, Bid(cell, *made.cost_at(p, cell), 0.0), 0.0, wishes, hall)
    costs_of(cells, wishes, hall, made.cost)
    return made


def gains(made: Room, least: int) -> list[float]:
    """What each trade saves that makes the one who asks for it better off; every guest has one slot."""
    hall, out, parties, found = made.hall, made.wishes.out, len(made.wishes.slots), []
    guests = made.guests()
    for p in range(parties):
        seat = int(hall.seat[p])
        at = int(made.cells.session[seat]) if seat != NOWHERE else NOWHERE
        for cell in range(len(hall.price)):
            there, other, s = made.cost_at(p, cell)[1], int(hall.holder[cell]), int(made.cells.session[cell])
            saved = made.cost[p] - there
            may_leave = seat == NOWHERE or guests[at] > least
            if other == p or saved <= LEAST_GAIN:
                continue
            if (other == FREE and (may_leave or s == at)) or (other >= parties and s == at):
                found.append(saved)
            elif 0 <= other < parties:
                if may_leave:
                    found.append(saved + made.cost[other] - out[other])
                if seat != NOWHERE:
                    found.append(saved + made.cost[other] - made.cost_at(other, seat)[1])
    return found


@pytest.mark.parametrize("seed", range(12))
def test_nothing_is_left_to_gain_and_costs_are_counted_right(seed: int) -> None:
    made = room(seed, people=(12, 20, 40)[seed % 3], share=(0.7, 1.0)[seed % 2])
    before = made.cost.sum()
    assert max(gains(made, 0)) > LEAST_GAIN
    assert made.trade() > 0
    assert max(gains(made, 0), default=0.0) <= LEAST_GAIN
    counted = np.zeros(len(made.cost))
    costs_of(made.cells, made.wishes, made.hall, counted)
    assert counted == pytest.approx(made.cost)
    assert made.cost.sum() < before
    assert made.trade() == 0


@pytest.mark.parametrize("seed", range(12))
def test_everybody_sits_where_it_is_possible_and_walk_ins_keep_their_slots(seed: int) -> None:
    made = room(seed)
    made.trade()
    hall, parties = made.hall, len(made.wishes.slots)
    for bidder, seat in enumerate(hall.seat.tolist()):
        if seat != NOWHERE:
            assert hall.holder[seat] == bidder
    assert np.count_nonzero(hall.holder != FREE) == np.count_nonzero(hall.seat != NOWHERE)
    for p in range(parties):
        if hall.seat[p] != NOWHERE:
            option, cost = made.cost_at(p, int(hall.seat[p]))
            assert (hall.chosen[p], made.cost[p]) == (option, pytest.approx(cost))
    assert made.cells.session[hall.seat[parties:]].tolist() == hall.reserve.tolist()


@pytest.mark.parametrize("seed", range(12))
def test_no_session_loses_guests_that_it_needs(seed: int) -> None:
    made = room(seed, people=8)
    before = made.guests()
    least = max(before)
    made.trade(least)
    assert all(now >= then for now, then in zip(made.guests(), before, strict=True))
    assert max(gains(made, least), default=0.0) <= LEAST_GAIN
