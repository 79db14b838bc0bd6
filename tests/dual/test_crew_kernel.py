"""Crews one by one, as machine code, against linear problems and against all plans of small sessions."""

import random
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from ortools.math_opt.python import mathopt

import tiny
from drawn import crowded_instances, instances, wanted_instances
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.solver.dual.crew_kernel import regret_crews
from outreach_optimizer.solver.dual.kernel import Found, Prices
from outreach_optimizer.solver.dual.prepared import Floats, Prepared, prepare
from outreach_optimizer.solver.dual.step import find, lay

MINUTE = 1e6
CLOSE = 1.0
"""Millionths of a minute."""
PROBLEMS = instances(without=("overbooking",)) | crowded_instances() | wanted_instances()
Crew = tuple[int, ...]


def drawn_prices(prepared: Prepared, clients: int, seed: int) -> Prices:
    """Some duties pay, some clients stay away, some slots were free."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    duties = np.array([float(rng.randint(-10, 60)) for _ in range(prepared.offered.size)])
    return Prices(
        np.array([rng.randint(-20, 200) * MINUTE for _ in range(clients)]),
        np.where(prepared.offered >= 0, duties.reshape(prepared.offered.shape) * MINUTE, np.inf),
        np.array([rng.choice((0, rng.randint(0, 90), 500)) * MINUTE for _ in prepared.most]),
    )


def found_at(prepared: Prepared, prices: Prices) -> Found:
    with ThreadPoolExecutor(1) as thread:
        return find(lay(prepared), prices, thread)


def crews_of(prepared: Prepared, s: int) -> list[Crew]:
    """All crews of a session, as columns."""
    columns = np.flatnonzero(prepared.offered[s] >= 0).tolist()
    sizes = range(int(prepared.least[s]), int(prepared.most[s]) + 1)
    return [crew for size in sizes for crew in combinations(columns, size)]


def meetings(prepared: Prepared, prices: Prices, pair: int, crew: Crew) -> list[tuple[int, float]]:
    """With whom of a crew a client can talk, and what that costs less the price of the client."""
    value = float(prepared.cost[pair] - prices.clients[prepared.client[pair]])
    own, missed = int(prepared.own[pair]), float(prepared.missed[pair])
    able = [column for column in crew if prepared.able[pair] >> column & 1]
    return [(column, value + (0.0 if own in {-1, column} else missed)) for column in able]


def pairs_of(prepared: Prepared, s: int) -> list[int]:
    return np.flatnonzero(prepared.session == s).tolist()


def in_parts(prepared: Prepared, prices: Prices, s: int, crew: Crew) -> float:
    """Least cost of a crew and its guests, who may come in parts, by a linear solver."""
    model = mathopt.Model()
    room, seats = float(prepared.room[s, len(crew)]), float(prepared.seats[s])
    with_whom: dict[int, list[mathopt.LinearTerm]] = {column: [] for column in crew}
    cost = mathopt.LinearExpression(sum(prices.duties[s, column] for column in crew) / MINUTE)
    for pair in pairs_of(prepared, s):
        shares = []
        for column, value in meetings(prepared, prices, pair, crew):
            share = model.add_variable(lb=0.0, ub=1.0)
            shares.append(share)
            with_whom[column].append(float(prepared.slots[pair]) * share)
            cost += value / MINUTE * share
        if shares:
            model.add_linear_constraint(mathopt.fast_sum(shares) <= 1.0)
    for terms in with_whom.values():
        if terms:
            model.add_linear_constraint(mathopt.fast_sum(terms) <= seats)
    taken = list(chain.from_iterable(with_whom.values()))
    if taken:
        model.add_linear_constraint(mathopt.fast_sum(taken) <= room)
    model.minimize(cost)
    result = mathopt.solve(model, mathopt.SolverType.GLOP)
    assert result.termination.reason is mathopt.TerminationReason.OPTIMAL
    return float(result.objective_value()) * MINUTE


def no_own(prepared: Prepared) -> Prepared:
    """Nobody has an own caseworker, and all talks are equally long."""
    return prepared._replace(
        own=np.full_like(prepared.own, -1),
        missed=np.zeros_like(prepared.missed),
        slots=np.ones_like(prepared.slots),
        alone=np.full_like(prepared.alone, -1),
    )


def is_a_plan(prepared: Prepared, prices: Prices, found: Found, s: int) -> None:
    """The crew that is found can have the guests that are found, at the cost that is found."""
    crew = tuple(np.flatnonzero(found.crew[s]).tolist())
    assert crew in crews_of(prepared, s)
    of = {int(prepared.client[pair]): pair for pair in pairs_of(prepared, s)}
    slots: dict[int, float] = {}
    for guest, amount in zip(found.guest[s].tolist(), found.amount[s].tolist(), strict=True):
        if amount > 0:
            slots[of[guest]] = slots.get(of[guest], 0.0) + amount * float(prepared.slots[of[guest]])
    assert all(taken <= prepared.slots[pair] + 1e-9 for pair, taken in slots.items())
    assert sum(slots.values()) <= prepared.room[s, len(crew)] + 1e-9
    for column in crew:
        only = [pair for pair in slots if {w for w, _ in meetings(prepared, prices, pair, crew)} == {column}]
        assert sum(slots[pair] for pair in only) <= prepared.seats[s] + 1e-9
    least = sum(prices.duties[s, column] for column in crew)
    least += sum(
        min(value for _, value in meetings(prepared, prices, pair, crew)) * taken / prepared.slots[pair]
        for pair, taken in slots.items()
    )
    assert found.cost[s] >= least - CLOSE


@given(PROBLEMS, st.integers(0, 10**6))
def test_the_cheapest_crew_is_found_with_guests_whom_it_can_meet(problem: Instance, seed: int) -> None:
    known = facts(problem)
    prepared = prepare(known)
    prices = drawn_prices(prepared, len(known.out), seed)
    found = found_at(prepared, prices)
    for s in prepared.few.tolist():
        crews = crews_of(prepared, s)
        if not crews:
            assert found.cost[s] == np.inf
            continue
        is_a_plan(prepared, prices, found, s)
        least = min(in_parts(prepared, prices, s, crew) for crew in crews)
        assert found.cost[s] >= least - CLOSE


@given(PROBLEMS, st.integers(0, 10**6))
def test_it_is_the_cheapest_where_all_talks_are_alike(problem: Instance, seed: int) -> None:
    known = facts(problem)
    prepared = no_own(prepare(known))
    prices = drawn_prices(prepared, len(known.out), seed)
    found = found_at(prepared, prices)
    for s in prepared.few.tolist():
        costs = [in_parts(prepared, prices, s, crew) for crew in crews_of(prepared, s)]
        if costs:
            assert found.cost[s] == pytest.approx(min(costs), abs=CLOSE)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_in_a_month(seed: int) -> None:
    known = facts(generate("month", seed))
    prepared = no_own(prepare(known))
    prices = drawn_prices(prepared, len(known.out), seed)
    found = found_at(prepared, prices)
    for s in prepared.few[::7].tolist():
        is_a_plan(prepared, prices, found, s)
        least = min(in_parts(prepared, prices, s, crew) for crew in crews_of(prepared, s))
        assert found.cost[s] == pytest.approx(least, abs=CLOSE)


def whole_plans(prepared: Prepared, prices: Prices, s: int, crew: Crew) -> list[tuple[float, frozenset[int]]]:
    """Cost and pairs of every way to invite guests whom the crew has slots for."""
    found, pairs = [], [pair for pair in pairs_of(prepared, s) if meetings(prepared, prices, pair, crew)]
    base = sum(prices.duties[s, column] for column in crew)
    for chosen in product(*([None, *meetings(prepared, prices, pair, crew)] for pair in pairs)):
        slots = [
            (way[0], float(prepared.slots[pair])) for pair, way in zip(pairs, chosen, strict=True) if way is not None
        ]
        if sum(taken for _, taken in slots) <= prepared.room[s, len(crew)] and all(
            sum(taken for column, taken in slots if column == member) <= prepared.seats[s] for member in crew
        ):
            cost = base + sum(way[1] for way in chosen if way is not None)
            found.append((cost, frozenset(pair for pair, way in zip(pairs, chosen, strict=True) if way is not None)))
    return found


def regrets_at(prepared: Prepared, prices: Prices) -> tuple[Floats, Floats]:
    laid = lay(prepared)
    with_duty, with_pair = np.full(prices.duties.shape, np.inf), np.full(len(laid.able), np.inf)
    regret_crews(0, len(prepared.least), laid.few, laid.pairs, laid.able, laid.crews, prices, with_duty, with_pair)
    return with_duty, with_pair


@given(PROBLEMS, st.integers(0, 10**6))
def test_no_plan_with_a_duty_or_a_guest_is_cheaper_than_its_bound(problem: Instance, seed: int) -> None:
    known = facts(problem)
    prepared = prepare(known)
    prices = drawn_prices(prepared, len(known.out), seed)
    assume(all(len(pairs_of(prepared, s)) <= 6 for s in prepared.few.tolist()))
    with_duty, with_pair = regrets_at(prepared, prices)
    for s in prepared.few.tolist():
        for crew in crews_of(prepared, s):
            for cost, pairs in whole_plans(prepared, prices, s, crew):
                assert all(with_duty[s, column] <= cost + CLOSE for column in crew)
                assert all(with_pair[pair] <= cost + CLOSE for pair in pairs)


@given(PROBLEMS, st.integers(0, 10**6))
def test_bounds_are_those_of_guests_in_parts_where_all_talks_are_alike(problem: Instance, seed: int) -> None:
    known = facts(problem)
    prepared = no_own(prepare(known))
    prices = drawn_prices(prepared, len(known.out), seed)
    with_duty, _ = regrets_at(prepared, prices)
    for s in prepared.few.tolist():
        costs = {crew: in_parts(prepared, prices, s, crew) for crew in crews_of(prepared, s)}
        for column in {column for crew in costs for column in crew}:
            least = min(cost for crew, cost in costs.items() if column in crew)
            assert with_duty[s, column] == pytest.approx(least, abs=CLOSE)


def test_who_finds_no_slot_with_the_own_caseworker_meets_the_other_one_by_hand() -> None:
    """Three want two slots with the same one of two caseworkers; the third one costs 20 minutes more."""
    names = ["c0", "c1", "c2"]
    problem = tiny.instance(
        sites=(tiny.site("hall"),),
        sessions=(tiny.session("am", "hall", on=9, end="11:00", desks=2),),
        caseworkers=(tiny.caseworker("w0"), tiny.caseworker("w1")),
        clients=tuple(tiny.client(name, caseworker="w0", continuity="soft") for name in names),
        travel=tiny.only(
            tiny.table("clients", ["hall"], {name: [10] for name in names}),
            tiny.table("offices", ["hall"], {"base": [10]}),
        ),
        rules={"min_crew": 2, "walk_in_reserve": 0},
    )
    prepared = prepare(facts(problem))
    prices = Prices(prepared.cost + 100 * MINUTE, np.array([[1.0, 2.0]]) * MINUTE, np.zeros(1))
    found = found_at(prepared, prices)
    assert found.cost[0] == (1 + 2 - 300 + 20) * MINUTE
    with_duty, with_pair = regrets_at(prepared, prices)
    assert with_duty.tolist() == [[found.cost[0]] * 2]
    assert with_pair.tolist() == [found.cost[0]] * 3
