"""The kernel against the same evaluation in numpy, and against filling sessions in plain Python."""

import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import FunctionType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawn import crowded_instances, instances, wanted_instances
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.solver.dual.ascent import duty_prices, look, relax
from outreach_optimizer.solver.dual.calendar import hold_within
from outreach_optimizer.solver.dual.kernel import Found, Prices, compiled
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import NEVER, Floats, Mask, Prepared, prepare
from outreach_optimizer.solver.dual.sessions import at_slot_price
from outreach_optimizer.solver.dual.step import find, lay, step_at
from outreach_optimizer.solver.dual.wanted import wanted_at
from tiny import caseworker, client, instance, only, session, site, table

MINUTE = 1e6
CLOSE = 1e-3
"""Millionths of a minute."""
LATER = 60.0


def found_at(prepared: Prepared, prices: Prices, *, threads: int = 1) -> Found:
    """By the kernel for any number of crews, also where they are few."""
    with ThreadPoolExecutor(threads) as pool:
        return find(lay(prepared._replace(few=np.zeros(0, dtype=np.int64))), prices, pool)


def drawn_prices(prepared: Prepared, clients: int, seed: int) -> Prices:
    """Some duties pay, some slots are free."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    duties = np.array([float(rng.randint(-10, 60)) for _ in range(prepared.offered.size)]).reshape(
        prepared.offered.shape
    )
    return Prices(
        np.array([rng.randint(-20, 200) * MINUTE for _ in range(clients)]),
        np.where(prepared.offered >= 0, duties * MINUTE, np.inf),
        np.array([rng.choice((0, rng.randint(0, 90), 500)) * MINUTE for _ in prepared.most]),
    )


def alone_never_away(prepared: Prepared) -> Prepared:
    """Where only one is able to meet a client, nobody else does, whatever is missed."""
    alone = prepared.alone >= 0
    return prepared._replace(
        own=np.where(alone, prepared.alone, prepared.own), missed=np.where(alone, NEVER, prepared.missed)
    )


def by_numpy(prepared: Prepared, prices: Prices, slot_price: Floats) -> tuple[Floats, Mask]:
    """Cost and crew at a price per slot."""
    priced = at_slot_price(prepared, wanted_at(prepared, prices.clients), prices.duties, slot_price)
    return priced.bound, priced.crew


def claims(prepared: Prepared, prices: Prices, s: int, slot_price: float) -> dict[int, list[float]]:
    """Per column: what each slot with this one gains those who would rather, or can only, meet this one; falling."""
    gains: dict[int, list[float]] = {column: [] for column in range(prepared.offered.shape[1])}
    for pair in np.flatnonzero((prepared.session == s) & (prepared.own >= 0)).tolist():
        slots = int(prepared.slots[pair])
        here = prepared.cost[pair] - prices.clients[prepared.client[pair]] + slot_price * slots
        gain = min(0.0, here + prepared.missed[pair]) - min(0.0, here)
        gains[int(prepared.own[pair])] += [gain / slots] * slots
    return {column: sorted(found, reverse=True) for column, found in gains.items()}


def seat_prices(prepared: Prepared, prices: Prices, s: int, slot_price: float) -> Floats:
    """Per column: what the first slot with this one would gain that there is not."""
    seats = int(prepared.seats[s])
    wanted = claims(prepared, prices, s, slot_price)
    return np.array([gains[seats] if len(gains) > seats else 0.0 for gains in wanted.values()])


def priced_by_hand(prepared: Prepared, prices: Prices, s: int, slot_price: float) -> float:
    """Cost at a price per slot: claims with each caseworker up to the last slot, the cheapest crew of every size."""
    fixed = 0.0
    for pair in np.flatnonzero(prepared.session == s).tolist():
        value = prepared.cost[pair] - prices.clients[prepared.client[pair]] + prepared.missed[pair]
        fixed += min(0.0, value + slot_price * prepared.slots[pair])
    wanted = claims(prepared, prices, s, slot_price)
    workers = sorted(
        prices.duties[s, column] - sum(gains[: int(prepared.seats[s])])
        for column, gains in wanted.items()
        if prepared.offered[s, column] >= 0
    )
    sizes = range(int(prepared.least[s]), int(prepared.most[s]) + 1)
    return fixed + min(sum(workers[:size]) - slot_price * prepared.room[s, size] for size in sizes)


def cost_of(prepared: Prepared, prices: Prices, pair: int, crew: Mask, seat: Floats) -> float:
    """What a client costs less the price: with the one wanted, for whose slots is paid, or with another one."""
    value, own = prepared.cost[pair] - prices.clients[prepared.client[pair]], int(prepared.own[pair])
    if own < 0:
        return float(value)
    with_own = seat[own] * prepared.slots[pair] if crew[own] else np.inf
    return float(value + min(prepared.missed[pair], with_own))


def filled(prepared: Prepared, prices: Prices, s: int, crew: Mask) -> tuple[float, float, float]:
    """Slots taken, cost of the guests, and what one more slot would be worth."""
    line, seat = [], seat_prices(prepared, prices, s, float(prices.slots[s]))
    for pair in np.flatnonzero(prepared.session == s).tolist():
        value = cost_of(prepared, prices, pair, crew, seat)
        if value < 0:
            line.append((value / prepared.slots[pair], prepared.slots[pair]))
    room, taken, cost = float(prepared.room[s, crew.sum()]), 0.0, 0.0
    for ratio, slots in sorted(line):
        part = min(slots, room - taken)
        taken, cost = taken + part, cost + part * ratio
        if part < slots:
            return taken, cost, -ratio
    return taken, cost, 0.0


def agrees(prepared: Prepared, prices: Prices, found: Found) -> None:
    """Whatever the kernel finds is what the other ways find."""
    prepared = alone_never_away(prepared)
    cost, crew = by_numpy(prepared, prices, found.slot_price)
    possible = np.isfinite(cost)
    assert np.array_equal(possible, np.isfinite(found.cost))
    assert np.allclose(found.cost[possible], cost[possible], rtol=0, atol=CLOSE)
    assert np.array_equal(found.crew, crew)
    _, before = by_numpy(prepared, prices, prices.slots)
    for s in np.flatnonzero(possible).tolist():
        taken, paid, slot_price = filled(prepared, prices, s, before[s])
        assert abs(found.slot_price[s] - slot_price) <= CLOSE
        assert abs(found.cost[s] - priced_by_hand(prepared, prices, s, float(found.slot_price[s]))) <= CLOSE
        comes = found.amount[s] > 0
        guests, amount = found.guest[s, comes], found.amount[s, comes]
        assert len(set(guests.tolist())) == len(guests)
        of = {int(prepared.client[pair]): pair for pair in np.flatnonzero(prepared.session == s).tolist()}
        pairs = np.array([of[guest] for guest in guests.tolist()], dtype=np.int64)
        seat = seat_prices(prepared, prices, s, float(prices.slots[s]))
        value = np.array([cost_of(prepared, prices, pair, before[s], seat) for pair in pairs.tolist()])
        assert abs((amount * prepared.slots[pairs]).sum() - taken) <= CLOSE
        assert abs((amount * value).sum() - paid) <= CLOSE
        assert ((amount > 0) & (amount < 1)).sum() <= 1


@given(instances() | crowded_instances() | wanted_instances(), st.integers(0, 10**6))
def test_crews_costs_guests_and_slot_prices_are_those_of_numpy_and_plain_python(problem: Instance, seed: int) -> None:
    known = facts(problem)
    prepared = prepare(known)
    prices = drawn_prices(prepared, len(known.out), seed)
    agrees(prepared, prices, found_at(prepared, prices))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("preset", ["month", "stress"])
def test_the_same_where_many_stand_in_line(preset: str, seed: int) -> None:
    known = facts(generate(preset, seed + 1))
    prepared = prepare(known)
    prices = drawn_prices(prepared, len(known.out), seed)
    agrees(prepared, prices, found_at(prepared, prices))


def hall(people: int, **changes: object) -> Prepared:
    """One session with three slots for guests, and one caseworker."""
    names = [f"c{number}" for number in range(people)]
    plain = {
        "sites": (site("hall"),),
        "sessions": (session("am", "hall", on=9, end="13:00", desks=3),),
        "caseworkers": (caseworker("w0"),),
        "clients": tuple(client(name) for name in names),
        "travel": only(
            table("clients", ["hall"], {name: [10] for name in names}), table("offices", ["hall"], {"base": [10]})
        ),
        "rules": {"min_crew": 1},
    }
    return prepare(facts(instance(**(plain | changes))))


def test_a_guest_who_only_fits_in_part_pays_for_the_slots() -> None:
    prepared = hall(2, clients=(client("c0", slots=2), client("c1", slots=2)))
    room = prepared.room[0, 1]
    assert room == 3
    prices = Prices(prepared.cost + np.array([50.0, 30.0]) * MINUTE, np.array([[MINUTE]]), np.zeros(1))
    found = found_at(prepared, prices)
    assert found.guest[0, :2].tolist() == [0, 1]
    assert found.amount[0].tolist()[:2] == [1.0, 0.5]
    assert found.slot_price[0] == 15 * MINUTE
    # At 15 minutes per slot the second one just pays nothing, and the first one 20 more than that.
    assert found.cost[0] == (1 - 20 - 3 * 15) * MINUTE


@pytest.mark.parametrize("before", [0, 15, 300])
def test_a_slot_is_free_where_there_is_room_for_all_whatever_it_cost_before(before: float) -> None:
    prepared = hall(3)
    prices = Prices(prepared.cost + 5 * MINUTE, np.array([[MINUTE]]), np.full(1, before * MINUTE))
    found = found_at(prepared, prices)
    assert found.slot_price[0] == 0
    assert found.amount[0].sum() == 3
    assert found.cost[0] == -14 * MINUTE


def test_a_full_session_says_what_the_next_one_would_pay() -> None:
    prepared = hall(5)
    prices = Prices(
        prepared.cost + np.array([7.0, 3.0, 9.0, 5.0, 4.0]) * MINUTE, np.array([[MINUTE]]), np.full(1, 100 * MINUTE)
    )
    found = found_at(prepared, prices)
    assert sorted(found.guest[0, :3].tolist()) == [0, 2, 3]
    assert found.amount[0].tolist() == [1, 1, 1, 0]
    assert found.slot_price[0] == 4 * MINUTE


def test_nobody_comes_where_nobody_is_on_duty_or_nobody_wants_to() -> None:
    prepared = hall(3)
    nobody = found_at(prepared, Prices(prepared.cost + MINUTE, np.array([[np.inf]]), np.zeros(1)))
    assert nobody.cost[0] == np.inf
    assert not nobody.crew.any()
    assert not nobody.amount.any()
    unwilling = found_at(prepared, Prices(prepared.cost - MINUTE, np.array([[MINUTE]]), np.full(1, MINUTE)))
    assert unwilling.cost[0] == MINUTE
    assert not unwilling.amount.any()


def pair_of(people: int, *, slots: tuple[int, ...] = (), continuity: str = "soft") -> Prepared:
    """The session is held by two caseworkers, of whom everybody wants the first one: four slots with each."""
    lengths = [*slots, *[1] * (people - len(slots))]
    prepared = hall(
        people,
        caseworkers=(caseworker("w0"), caseworker("w1")),
        clients=tuple(
            client(f"c{number}", slots=length, caseworker="w0", continuity=continuity)
            for number, length in enumerate(lengths)
        ),
        rules={"min_crew": 2, "walk_in_reserve": 0},
    )
    assert prepared.seats.tolist() == [4]
    assert prepared.room[0].tolist() == [0, 4, 8]
    return prepared


@pytest.mark.parametrize("before", [0, 3, 500])
def test_more_than_can_meet_the_own_caseworker_come_and_meet_another_one(before: float) -> None:
    """Six slots are wanted with one who has four; missing this one costs 20 minutes, however long the talk is."""
    prepared = pair_of(5, slots=(2,))
    gains = np.array([90.0, 30.0, 50.0, 60.0, 70.0]) * MINUTE
    prices = Prices(prepared.cost + gains, np.array([[1.0, 2.0]]) * MINUTE, np.full(1, before * MINUTE))
    found = found_at(prepared, prices)
    assert found.crew[0].tolist() == [True, True]
    assert found.slot_price[0] == 0
    # All come. Of the six slots the single ones gain 20 minutes each by the own one, and the talk of two 10 per slot:
    # the four single ones have the seats, and the long talk is held with the other one.
    assert found.cost[0] == (1 + 2 - gains.sum() / MINUTE + 20) * MINUTE
    agrees(prepared, prices, found)


def test_a_long_talk_that_finds_half_of_its_slots_with_the_own_caseworker_is_cut_in_two() -> None:
    prepared = pair_of(3, slots=(2, 2, 2))
    gains = np.array([90.0, 80.0, 70.0]) * MINUTE
    for seats, missed in ((6, 0), (5, 0.5), (4, 1), (3, 1.5), (2, 2), (0, 3)):
        fewer = prepared._replace(seats=np.array([seats]))
        prices = Prices(fewer.cost + gains, np.array([[1.0, 2.0]]) * MINUTE, np.zeros(1))
        found = found_at(fewer, prices)
        assert found.cost[0] == (3 - 240 + 20 * missed) * MINUTE
        agrees(fewer, prices, found)


def test_who_can_meet_one_caseworker_only_comes_as_far_as_this_one_has_slots() -> None:
    """However many slots the other one has; so a slot of the session is free."""
    prepared = pair_of(6, continuity="hard")
    gains = np.array([30.0, 90.0, 20.0, 60.0, 50.0, 70.0]) * MINUTE
    prices = Prices(prepared.cost + gains, np.array([[1.0, 2.0]]) * MINUTE, np.zeros(1))
    found = found_at(prepared, prices)
    assert found.crew[0].tolist() == [True, True]
    assert found.cost[0] == (1 + 2 - (90 + 60 + 50 + 70)) * MINUTE
    agrees(prepared, prices, found)


@pytest.mark.parametrize("seed", [1, 2])
def test_any_number_of_threads_takes_the_same_steps(seed: int) -> None:
    relaxed = relax(build_region(seed, offices=1))
    one, other = (
        ascend_large(
            relaxed, *level_point(relaxed), target=None, until=time.monotonic() + LATER, steps=40, workers=workers
        )
        for workers in (1, 3)
    )
    assert one.bound == other.bound
    assert all(np.array_equal(mine, its) for mine, its in zip(one.point, other.point, strict=True))
    assert np.array_equal(one.slot_price, other.slot_price)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_bound_of_a_step_is_what_the_relaxation_is_worth(seed: int) -> None:
    relaxed = relax(build_region(seed, offices=1))
    rise = ascend_large(relaxed, *level_point(relaxed), target=None, until=time.monotonic() + LATER, steps=150)
    exact = look(relaxed, rise.point, one_by_one=False)
    assert rise.bound == pytest.approx(exact.bound, rel=5e-3)
    with ThreadPoolExecutor(1) as threads:
        seen = step_at(relaxed, lay(relaxed.prepared), rise.point, rise.slot_price, threads)
    prices = Prices(rise.point.clients, duty_prices(relaxed, rise.point), rise.slot_price)
    cost, crew = by_numpy(alone_never_away(relaxed.prepared), prices, seen.slot_price)
    held = hold_within(relaxed.calendars, cost + relaxed.facts.setup, relaxed.instance.rules.max_sessions)
    assert np.array_equal(np.flatnonzero(seen.held), np.sort(held.sessions))
    assert np.array_equal(seen.crew, crew)
    elsewhere = exact.bound - exact.held.cost
    assert seen.bound == pytest.approx(elsewhere + held.cost, abs=1.0)


def test_without_a_folder_to_keep_it_in_machine_code_is_made_anew() -> None:
    def double(number: int) -> int:
        return 2 * number

    nowhere = FunctionType(double.__code__.replace(co_filename="<nowhere>"), {})
    assert compiled(nowhere)(21) == 42


def test_a_month_is_planned_without_the_compiler() -> None:
    code = (
        "import sys; from outreach_optimizer.generate import generate; from outreach_optimizer.solver import solve; "
        "solve(generate('month', 1), time_limit_s=2, workers=1); sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
