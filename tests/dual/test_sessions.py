"""What a session costs at given prices: against all crews and all sets of guests."""

import random
from itertools import chain, combinations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from drawn import crowded_instances, instances
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Prepared, prepare
from outreach_optimizer.solver.dual.sessions import CREWS, Wanted, evaluate, pairs_at
from tiny import caseworker, client, instance, only, session, site, table

SEEDS = st.integers(0, 10**6)
MINUTE = 1e6
CLOSE = 1e-3
"""Millionths of a minute."""
PROBLEMS = instances() | crowded_instances()


def drawn_prices(known: Facts, prepared: Prepared, rng: random.Random) -> tuple[Floats, Floats]:
    """Prices of clients and of duties; infinite where nobody is."""
    clients = np.array([rng.randint(-20, 200) * MINUTE for _ in known.out])
    duties = np.array([rng.randint(-10, 60) * MINUTE for _ in range(prepared.offered.size)])
    return clients, np.where(prepared.offered >= 0, duties.reshape(prepared.offered.shape), np.inf)


def subsets(members: Ints) -> list[tuple[int, ...]]:
    return list(chain.from_iterable(combinations(members.tolist(), size) for size in range(len(members) + 1)))


def cheapest(known: Facts, prepared: Prepared, s: int, clients: Floats, duties: Floats) -> float:
    """Least cost of a crew and whole guests, each of whom can meet one of the crew."""
    guests = np.flatnonzero(prepared.session == s)
    costs = [np.inf]
    for size in range(max(1, int(known.least[s])), int(known.most[s]) + 1):
        for crew in combinations(np.flatnonzero(prepared.offered[s] >= 0).tolist(), size):
            workers = prepared.offered[s, list(crew)]
            value = {}
            for pair in guests.tolist():
                c = prepared.client[pair]
                if known.able[known.need[c], workers].any():
                    missed = 0 <= prepared.own[pair] not in crew
                    value[pair] = prepared.cost[pair] - clients[c] + (known.other if missed else 0)
            paying = np.array([pair for pair in value if value[pair] < 0], dtype=np.int64)
            costs += [
                duties[s, list(crew)].sum() + sum(value[pair] for pair in chosen)
                for chosen in subsets(paying)
                if sum(prepared.slots[pair] for pair in chosen) <= known.guests[s, size]
            ]
    return float(min(costs))


@given(PROBLEMS, SEEDS)
def test_no_session_costs_less_than_the_bound_at_the_price_of_a_slot(problem: Instance, seed: int) -> None:
    known, rng = facts(problem), random.Random(seed)  # noqa: S311 - no secret
    prepared = prepare(known)
    clients, duties = drawn_prices(known, prepared, rng)
    found = evaluate(prepared, clients, duties, one_by_one=False)
    for s in range(len(known.most)):
        assert found.cost[s] <= cheapest(known, prepared, s, clients, duties) + CLOSE


@given(PROBLEMS, SEEDS)
def test_where_all_crews_are_looked_at_a_session_costs_what_the_best_one_does(problem: Instance, seed: int) -> None:
    """Up to guests who are cut in two, which those of one slot never are."""
    known, rng = facts(problem), random.Random(seed)  # noqa: S311 - no secret
    prepared = prepare(known)
    columns = prepared.offered.shape[1]
    assume(len(prepared.few) and columns * (columns + 1) // 2 <= CREWS)
    clients, duties = drawn_prices(known, prepared, rng)
    rough = evaluate(prepared, clients, duties, one_by_one=False)
    found = evaluate(prepared, clients, duties, one_by_one=True)
    for s in prepared.few.tolist():
        exact = cheapest(known, prepared, s, clients, duties)
        assert rough.cost[s] - CLOSE <= found.cost[s] <= exact + CLOSE
        if set(prepared.slots[prepared.session == s].tolist()) <= {1}:
            assert abs(found.cost[s] - exact) <= CLOSE
        assert known.least[s] <= found.crew[s].sum() <= known.most[s]


@given(PROBLEMS, SEEDS)
def test_a_given_price_of_a_slot_only_chooses_the_crews_that_are_looked_at(problem: Instance, seed: int) -> None:
    known, rng = facts(problem), random.Random(seed)  # noqa: S311 - no secret
    prepared = prepare(known)
    columns = prepared.offered.shape[1]
    assume(len(prepared.few) == np.count_nonzero(known.most))
    clients, duties = drawn_prices(known, prepared, rng)
    price = np.array([rng.randint(0, 90) * MINUTE for _ in known.most])
    found = evaluate(prepared, clients, duties, one_by_one=True)
    given_price = evaluate(prepared, clients, duties, one_by_one=True, slot_price=price)
    if columns * (columns + 1) // 2 <= CREWS:
        assert np.array_equal(found.cost, given_price.cost)
    for s in range(len(known.most)):
        guests = given_price.wanted.session == s
        filled = (given_price.amount * given_price.wanted.slots)[guests].sum()
        assert filled <= known.guests[s, given_price.crew[s].sum()] + CLOSE


@given(PROBLEMS, SEEDS)
def test_at_the_price_of_a_slot_every_crew_costs_what_its_able_guests_add_up_to(problem: Instance, seed: int) -> None:
    known, rng = facts(problem), random.Random(seed)  # noqa: S311 - no secret
    prepared = prepare(known)
    assume(len(prepared.few))
    clients, duties = drawn_prices(known, prepared, rng)
    price = np.array([rng.randint(0, 90) * MINUTE for _ in known.most])
    value = prepared.cost - clients[prepared.client]
    pair = np.flatnonzero(value < 0)
    wanted = Wanted(
        pair, *(part[pair] for part in (prepared.session, value, prepared.slots, prepared.own)),
        *(part[pair] for part in (prepared.missed, prepared.need, prepared.able)),
    )  # fmt: skip
    columns = prepared.offered.shape[1]
    low = pairs_at(prepared, wanted, duties, price).reshape(-1, columns, columns)
    for row, s in enumerate(prepared.few.tolist()):
        present = np.flatnonzero(prepared.offered[s] >= 0).tolist()
        for crew in chain(combinations(present, 1), combinations(present, 2)):
            if not known.least[s] <= len(crew) <= known.most[s]:
                assert low[row, crew[0], crew[-1]] == np.inf
                continue
            cost = duties[s, list(crew)].sum() - price[s] * known.guests[s, len(crew)]
            for at in np.flatnonzero(prepared.session[pair] == s).tolist():
                if known.able[wanted.need[at], prepared.offered[s, list(crew)]].any():
                    missed = 0 <= wanted.own[at] not in crew
                    cost += min(0, wanted.value[at] + price[s] * wanted.slots[at] + (known.other if missed else 0))
            assert abs(low[row, crew[0], crew[-1]] - cost) <= CLOSE


def test_whoever_can_meet_one_caseworker_only_does_not_come_without_that_one() -> None:
    problem = instance(
        sites=(site("hall"),),
        sessions=(session("am", "hall", on=9, end="14:00", desks=3),),
        caseworkers=tuple(caseworker(name) for name in ("own", "other", "third")),
        clients=tuple(client(name, caseworker="own", continuity="hard") for name in ("c0", "c1")),
        travel=only(
            table("clients", ["hall"], {"c0": [10], "c1": [10]}), table("offices", ["hall"], {"base": [10]})
        ),
        rules={"min_crew": 1},
    )  # fmt: skip
    prepared = prepare(facts(problem))
    assert prepared.most.tolist() == [3]
    assert len(prepared.few) == 0
    wishes = prepared.cost[0] + 50 * MINUTE
    found = evaluate(prepared, np.full(2, wishes), np.array([[130.0, 10.0, 10.0]]) * MINUTE, one_by_one=False)
    # With the own one it is 130 less twice 50, so the cheapest crew is one of the others with nobody to meet.
    assert found.cost[0] == 10 * MINUTE
    assert not found.amount.any()
    found = evaluate(prepared, np.full(2, wishes), np.array([[70.0, 10.0, 10.0]]) * MINUTE, one_by_one=False)
    assert found.cost[0] == -30 * MINUTE
    assert found.crew[0].tolist() == [True, False, False]
