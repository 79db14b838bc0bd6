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

from drawn import crowded_instances, instances
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.solver.dual.ascent import duty_prices, look, relax
from outreach_optimizer.solver.dual.calendar import hold_within
from outreach_optimizer.solver.dual.kernel import Found, Prices, compiled
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.prepared import NEVER, Floats, Mask, Prepared, prepare
from outreach_optimizer.solver.dual.sessions import at_slot_price, wanted_at
from outreach_optimizer.solver.dual.step import find, lay, step_at
from tiny import caseworker, client, instance, only, session, site, table

MINUTE = 1e6
CLOSE = 1e-3
"""Millionths of a minute."""
LATER = 60.0


def found_at(prepared: Prepared, prices: Prices, *, threads: int = 1) -> Found:
    with ThreadPoolExecutor(threads) as pool:
        return find(lay(prepared), prices, pool)


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


def filled(prepared: Prepared, prices: Prices, s: int, crew: Mask) -> tuple[float, float, float]:
    """Slots taken, cost of the guests, and what one more slot would be worth."""
    line = []
    for pair in np.flatnonzero(prepared.session == s).tolist():
        away = prepared.own[pair] >= 0 and not crew[prepared.own[pair]]
        value = prepared.cost[pair] - prices.clients[prepared.client[pair]] + (prepared.missed[pair] if away else 0)
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
        comes = found.amount[s] > 0
        guests, amount = found.guest[s, comes], found.amount[s, comes]
        assert len(set(guests.tolist())) == len(guests)
        of = {int(prepared.client[pair]): pair for pair in np.flatnonzero(prepared.session == s).tolist()}
        pairs = np.array([of[guest] for guest in guests.tolist()], dtype=np.int64)
        own = prepared.own[pairs]
        away = (own >= 0) & ~before[s][np.maximum(own, 0)] if before.shape[1] else own >= 0
        value = prepared.cost[pairs] - prices.clients[guests] + np.where(away, prepared.missed[pairs], 0.0)
        assert abs((amount * prepared.slots[pairs]).sum() - taken) <= CLOSE
        assert abs((amount * value).sum() - paid) <= CLOSE
        assert ((amount > 0) & (amount < 1)).sum() <= 1


@given(instances() | crowded_instances(), st.integers(0, 10**6))
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
