"""What a session costs at given prices: against all crews and all sets of guests."""

import random
from itertools import chain, combinations
from typing import NamedTuple

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from drawn import crowded_instances, instances, wanted_instances
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.solver.dual.one_by_one import CREWS, pairs_at
from outreach_optimizer.solver.dual.prepared import NEVER, Floats, Prepared, prepare
from outreach_optimizer.solver.dual.sessions import at_slot_price, evaluate
from outreach_optimizer.solver.dual.wanted import seated_at, wanted_at
from tiny import caseworker, client, instance, only, session, site, table

SEEDS = st.integers(0, 10**6)
MINUTE = 1e6
CLOSE = 1e-3
"""Millionths of a minute."""
PROBLEMS = instances() | crowded_instances() | wanted_instances()


def drawn_prices(known: Facts, prepared: Prepared, rng: random.Random) -> tuple[Floats, Floats]:
    """Prices of clients and of duties; infinite where nobody is."""
    clients = np.array([rng.randint(-20, 200) * MINUTE for _ in known.out])
    duties = np.array([rng.randint(-10, 60) * MINUTE for _ in range(prepared.offered.size)])
    return clients, np.where(prepared.offered >= 0, duties.reshape(prepared.offered.shape), np.inf)


def crews_of(known: Facts, prepared: Prepared, s: int) -> list[tuple[int, ...]]:
    """Columns of all crews."""
    present = np.flatnonzero(prepared.offered[s] >= 0).tolist()
    sizes = range(max(1, int(known.least[s])), int(known.most[s]) + 1)
    return list(chain.from_iterable(combinations(present, size) for size in sizes))


class Guest(NamedTuple):
    """Who can meet one of a crew: cost with whoever is wanted, and with another one; infinite where that cannot be."""

    slots: int
    wanted: int
    value: float
    apart: float


def guests_of(known: Facts, prepared: Prepared, s: int, clients: Floats, crew: tuple[int, ...]) -> list[Guest]:
    """Of a session and crew.

    Where crews are looked at one by one, slots with somebody are only counted for those who would rather meet this one;
    elsewhere also for those who can meet nobody else.
    """
    found, workers = [], prepared.offered[s, list(crew)]
    for pair in np.flatnonzero(prepared.session == s).tolist():
        c, own = int(prepared.client[pair]), int(prepared.own[pair])
        if known.able[known.need[c], workers].any():
            value = float(prepared.cost[pair] - clients[c])
            with_own = value if own in {-1, *crew} else np.inf
            apart = np.inf if own < 0 or prepared.missed[pair] == NEVER else value + known.other
            found.append(Guest(int(prepared.slots[pair]), own, with_own, apart))
    return found


def cheapest(known: Facts, prepared: Prepared, s: int, clients: Floats, duties: Floats) -> float:
    """Least cost of a crew and whole guests, within the slots of the session and those with each of the crew."""
    costs = [np.inf]
    for crew in crews_of(known, prepared, s):
        best = {(0, *(0 for _ in crew)): 0.0}
        limits = int(known.guests[s, len(crew)]), *(int(known.seats[s]) for _ in crew)
        for guest in guests_of(known, prepared, s, clients, crew):
            after = dict(best)
            for taken, cost in best.items():
                for value, counted in ((guest.value, guest.wanted), (guest.apart, -1)):
                    counts = [True, *(member == counted for member in crew)]
                    full = tuple(used + guest.slots * c for used, c in zip(taken, counts, strict=True))
                    if all(used <= limit for used, limit in zip(full, limits, strict=True)):
                        after[full] = min(cost + value, after.get(full, 0.0))
            best = after
        costs.append(float(duties[s, list(crew)].sum()) + min(best.values()))
    return min(costs)


def in_line(known: Facts, prepared: Prepared, s: int, clients: Floats, duties: Floats) -> float:
    """The same in parts: the cheapest slots come first, with whoever is wanted as long as this one has some left.

    The cheapest way if all talks are equally long; of others, a short one gains more per slot by the own caseworker
    although it may come later.
    """
    costs = [np.inf]
    for crew in crews_of(known, prepared, s):
        seats, line = dict.fromkeys(crew, float(known.seats[s])), list[tuple[float, float]]()
        guests = guests_of(known, prepared, s, clients, crew)
        for guest in sorted(guests, key=lambda guest: guest.value / guest.slots):
            seated = 0.0
            if guest.value < np.inf:
                seated = float(guest.slots) if guest.wanted < 0 else min(seats[guest.wanted], guest.slots)
                line.append((guest.value / guest.slots, seated))
            if guest.wanted in seats and guest.value < 0:
                seats[guest.wanted] -= seated
            line.append((guest.apart / guest.slots, guest.slots - seated))
        cost, room = float(duties[s, list(crew)].sum()), float(known.guests[s, len(crew)])
        for ratio, slots in sorted(line):
            part = min(slots, room) if ratio < 0 else 0.0
            cost, room = cost + (part * ratio if part else 0.0), room - part
        costs.append(cost)
    return min(costs)


def best_in_line(prepared: Prepared, s: int) -> bool:
    """Whether all talks are equally long, or everybody finds a slot with the own caseworker."""
    here = prepared.session == s
    wanted = [prepared.slots[here & (prepared.own == column)].sum() for column in range(prepared.offered.shape[1])]
    return len(set(prepared.slots[here].tolist())) <= 1 or max(wanted, default=0) <= prepared.seats[s]


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
    """Up to guests who are cut in two, which those of one slot never are.

    Where slots with a caseworker are short and talks of unequal length, it costs what guests in line cost, no less.
    """
    known, rng = facts(problem), random.Random(seed)  # noqa: S311 - no secret
    prepared = prepare(known)
    columns = prepared.offered.shape[1]
    assume(len(prepared.few) and columns * (columns + 1) // 2 <= CREWS)
    clients, duties = drawn_prices(known, prepared, rng)
    rough = evaluate(prepared, clients, duties, one_by_one=False)
    found = evaluate(prepared, clients, duties, one_by_one=True)
    for s in prepared.few.tolist():
        exact = cheapest(known, prepared, s, clients, duties)
        assert abs(found.cost[s] - in_line(known, prepared, s, clients, duties)) <= CLOSE
        assert rough.cost[s] - CLOSE <= found.cost[s]
        if best_in_line(prepared, s):
            assert found.cost[s] <= exact + CLOSE
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
    seated = seated_at(prepared, wanted_at(prepared, clients), duties, price)
    columns = prepared.offered.shape[1]
    low = pairs_at(prepared, seated.wanted, seated.workers, price).reshape(-1, columns, columns)
    for row, s in enumerate(prepared.few.tolist()):
        present = np.flatnonzero(prepared.offered[s] >= 0).tolist()
        for crew in chain(combinations(present, 1), combinations(present, 2)):
            if not known.least[s] <= len(crew) <= known.most[s]:
                assert low[row, crew[0], crew[-1]] == np.inf
                continue
            cost = duties[s, list(crew)].sum() - price[s] * known.guests[s, len(crew)]
            cost += at_price(guests_of(known, prepared, s, clients, crew), price[s], int(known.seats[s]), crew)
            assert abs(low[row, crew[0], crew[-1]] - cost) <= CLOSE


def at_price(guests: list[Guest], price: float, seats: int, crew: tuple[int, ...]) -> float:
    """Guests who pay for their slots; slots with each of the crew go to those who gain most by one of them."""
    cost, gains = 0.0, {member: list[float]() for member in crew}
    for guest in guests:
        here, apart = (min(0.0, value + price * guest.slots) for value in (guest.value, guest.apart))
        if guest.wanted in gains:
            gains[guest.wanted] += [(here - apart) / guest.slots] * guest.slots
        cost += apart if guest.wanted >= 0 else here
    return cost + sum(sum(sorted(wanted)[:seats]) for wanted in gains.values())


@given(wanted_instances(), SEEDS)
def test_slots_with_a_caseworker_are_free_where_there_are_enough_and_no_crew_is_cheaper_for_their_price(
    problem: Instance, seed: int
) -> None:
    known, rng = facts(problem), random.Random(seed)  # noqa: S311 - no secret
    prepared = prepare(known)
    assume(len(prepared.few))
    clients, duties = drawn_prices(known, prepared, rng)
    price, wanted = np.array([rng.randint(0, 90) * MINUTE for _ in known.most]), wanted_at(prepared, clients)
    seat = seated_at(prepared, wanted, duties, price).seat
    for s, column in np.argwhere(prepared.offered >= 0).tolist():
        slots = wanted.slots[(wanted.session == s) & (wanted.own == column)].sum()
        assert seat[s, column] >= 0
        assert seat[s, column] == 0 or slots > known.seats[s]
    enough = prepared._replace(seats=np.full_like(prepared.seats, 100))
    assert not seated_at(enough, wanted, duties, price).seat.any()
    held = known.most > 0
    at, free_at = (at_slot_price(one, wanted, duties, price).bound[held] for one in (prepared, enough))
    assert (at >= free_at - CLOSE).all()
    found, free = (evaluate(one, clients, duties, one_by_one=True).cost[held] for one in (prepared, enough))
    assert (found >= free - CLOSE).all()


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
