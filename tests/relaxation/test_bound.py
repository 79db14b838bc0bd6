"""The bound by hand, prices in the plan file, and prices that mean nothing."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brute import cheapest_schedule
from drawn import instances
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import Bound, bound
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.relaxation.prices import Prices, certificate_of, default_prices, price_limit, prices_of, sound
from outreach_optimizer.schedule import Certificate
from priced import HUGE, MINUTE, drawn_prices
from tiny import caseworker, client, instance, only, session, site, table

SEEDS = st.integers(0, 10**6)


def town(*, days: int = 1, guests: int = 3, **fields: object) -> Instance:
    """Sessions of two slots on several days; drive 15 min, set-up 30 min, clients 10 min away, 240 min for nobody."""
    names = [f"c{number}" for number in range(guests)]
    return instance(
        sites=(site("a"),),
        sessions=tuple(session(f"s{number}", "a", on=number) for number in range(days)),
        caseworkers=(caseworker("w1", **fields),),
        clients=tuple(client(name) for name in names),
        travel=only(table("clients", ["a"], {name: [10] for name in names}), table("offices", ["a"], {"base": [15]})),
        rules={"min_crew": 1, "walk_in_reserve": 0},
        weights={"rhythm": 0},
    )


def priced(problem: Instance, **fields: object) -> Prices:
    """Clients for what nobody costs, a duty for the drive there and back; the rest as said."""
    plain = default_prices(problem)
    dear = np.full(len(problem.clients), 240 * MINUTE, dtype=np.int64)
    return plain._replace(**({"clients": dear} | {name: np.array(value) for name, value in fields.items()}))


def test_one_session_by_hand() -> None:
    """Two of three are invited: 2 × 20 min of ways, 30 min of drive, 30 min of set-up, 240 min for the third."""
    problem = town()
    found = bound(problem, priced(problem))
    assert found == Bound(720 * MINUTE, 0, 0, (30 + 30 - 2 * 220) * MINUTE, 0)
    best = cheapest_schedule(problem)
    assert best is not None
    assert found.micro == best[0] == 340 * MINUTE


def test_too_few_duties_by_hand() -> None:
    """One of two sessions is held. At 380 min a duty, which is what a session brings, the bound is the optimum."""
    problem = town(days=2, guests=4, max_duties=1)
    best = cheapest_schedule(problem)
    assert best is not None
    assert best[0] == (2 * 20 + 30 + 30 + 2 * 240) * MINUTE
    found = bound(problem, priced(problem, caseworkers=[380 * MINUTE]))
    assert found == Bound(960 * MINUTE, 0, -380 * MINUTE, 0, 0)
    assert found.micro == best[0]


def test_too_few_minutes_by_hand() -> None:
    """A tour takes 180 min: 15 + 15 before, 120, 15 + 15 after. At 410 min a duty a session brings nothing."""
    for minutes in (180, 359):
        problem = town(days=2, guests=4, max_minutes=minutes)
        found = bound(problem, priced(problem, duties=[[410 * MINUTE], [410 * MINUTE]]))
        assert found == Bound(960 * MINUTE, 0, (30 - 410) * MINUTE, 0, 0)
        best = cheapest_schedule(problem)
        assert best is not None
        assert best[0] == found.micro == 580 * MINUTE
    enough = problem.replace(caseworkers=(problem.caseworkers[0].replace(max_minutes=360),))
    assert bound(enough, priced(enough, duties=[[410 * MINUTE], [410 * MINUTE]])).months == 2 * (30 - 410) * MINUTE


def test_too_few_sessions_by_hand() -> None:
    problem = town(days=2, guests=4)
    problem = problem.replace(rules=problem.rules.replace(max_sessions=1))
    assert bound(problem, priced(problem, budget=380 * MINUTE)).micro == 580 * MINUTE


def test_one_caseworker_against_another_by_hand() -> None:
    """Only w1 can work. At 5 min a duty the balance costs 5 min, and nobody else pays less."""
    problem = town()
    problem = problem.replace(caseworkers=(*problem.caseworkers, caseworker("w2", absent=(problem.period.start,))))
    best = cheapest_schedule(problem)
    assert best is not None
    assert best[0] == 345 * MINUTE
    prices = priced(problem)
    assert bound(problem, prices).micro == 340 * MINUTE
    assert bound(problem, prices._replace(balance=np.array([5, -5]) * MINUTE)).micro == 345 * MINUTE
    for wrong in ([5, -4], [6, -6], [5, 0]):
        assert bound(problem, prices._replace(balance=np.array(wrong) * MINUTE)).micro == 340 * MINUTE


def test_who_costs_less_than_the_price_is_not_invited_by_hand() -> None:
    """At 250 min for every client nobody costs 10 min less than that."""
    problem = town()
    dear = np.full(3, 250 * MINUTE, dtype=np.int64)
    assert bound(problem, priced(problem, clients=dear)) == Bound(
        750 * MINUTE, -30 * MINUTE, 0, (30 + 30 - 2 * 230) * MINUTE, 0
    )


def everybody_for(own: str, *, continuity: str = "soft") -> Instance:
    """The town with two caseworkers for four clients, all of whom are one's own: two slots with each caseworker."""
    problem = town(guests=4)
    return problem.replace(
        caseworkers=(caseworker("w1"), caseworker("w2")),
        clients=tuple(one.replace(caseworker=own, continuity=continuity) for one in problem.clients),
        weights=problem.weights.replace(staff_balance=0),
    )


def seats_for_all(monkeypatch: pytest.MonkeyPatch, problem: Instance) -> None:
    """As if a caseworker could meet as many as the session can seat."""
    known = facts(problem)
    free = known._replace(seats=known.guests.max(axis=1))
    monkeypatch.setattr("outreach_optimizer.relaxation.bound.facts", lambda _: free)


def test_two_of_four_meet_the_own_caseworker_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """4 × 20 min of ways, 2 × 30 min of drive, 30 min of set-up, and 2 × 20 min for meeting another one."""
    problem = everybody_for("w1")
    assert problem.weights.continuity == 20
    best = cheapest_schedule(problem)
    assert best is not None
    assert bound(problem, priced(problem)).micro == best[0] == (80 + 60 + 30 + 2 * 20) * MINUTE
    seats_for_all(monkeypatch, problem)
    assert bound(problem, priced(problem)).micro == (80 + 60 + 30) * MINUTE


def test_two_of_four_are_not_invited_who_can_meet_one_caseworker_only_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """2 × 20 min of ways, 30 min of drive, 30 min of set-up, 2 × 240 min for the others; a second one helps nobody."""
    problem = everybody_for("w1", continuity="hard")
    best = cheapest_schedule(problem)
    assert best is not None
    assert bound(problem, priced(problem)).micro == best[0] == (40 + 30 + 30 + 2 * 240) * MINUTE
    seats_for_all(monkeypatch, problem)
    assert bound(problem, priced(problem)).micro == (80 + 60 + 30) * MINUTE


def test_negative_prices_of_limits_do_not_count() -> None:
    problem = town(days=2, guests=4, max_duties=1)
    problem = problem.replace(rules=problem.rules.replace(max_sessions=1))
    plain, wrong = priced(problem), np.array([-5 * MINUTE])
    assert bound(problem, plain._replace(caseworkers=wrong, budget=-5 * MINUTE)) == bound(problem, plain)


def test_prices_of_limits_that_are_not_there_do_not_count() -> None:
    problem = town()
    plain = priced(problem)
    odd = plain._replace(caseworkers=np.array([10**9]), budget=10**9)
    assert bound(problem, odd) == bound(problem, plain)


@given(instances(), SEEDS)
@settings(max_examples=40)
def test_prices_survive_the_plan_file(problem: Instance, seed: int) -> None:
    prices = sound(problem, drawn_prices(problem, random.Random(seed), 300))  # noqa: S311 - no secret
    written = certificate_of(problem, prices).model_dump_json()
    read = prices_of(problem, Certificate.model_validate_json(written))
    assert bound(problem, read) == bound(problem, prices)
    again = certificate_of(problem, sound(problem, read))
    assert again.model_dump_json() == written


def test_default_prices_leave_nothing_to_write() -> None:
    problem = town(days=2)
    assert certificate_of(problem, default_prices(problem)) == Certificate()
    assert bound(problem, prices_of(problem, None)) == bound(problem, default_prices(problem))


@given(instances(), SEEDS)
@settings(max_examples=40)
def test_the_largest_prices_overflow_nowhere(problem: Instance, seed: int) -> None:
    """The same sums in whole numbers of any size."""
    rng = random.Random(seed)  # noqa: S311 - no secret
    plain = default_prices(problem)
    huge = plain._replace(
        clients=np.array([rng.choice((HUGE, -HUGE)) for _ in plain.clients], dtype=np.int64),
        duties=np.where(plain.duties >= 0, rng.choice((HUGE, -HUGE)), 0),
        caseworkers=np.full_like(plain.caseworkers, HUGE),
        budget=HUGE,
    )
    counted, limit = sound(problem, huge), price_limit(problem)
    assert max(map(abs, counted.clients.tolist()), default=0) <= max(limit, 240 * 1000 * MINUTE)
    assert max(map(abs, counted.duties.ravel().tolist()), default=0) <= limit
    assert all(abs(part) < 2**61 for part in bound(problem, huge))


def test_a_talk_of_hundreds_of_slots_at_the_largest_prices_overflows_nowhere() -> None:
    """A talk has more slots than a crew has left, and one guest pays for a slot what the other one pays 700 times."""
    problem = town(guests=2)
    long, short = problem.clients
    problem = problem.replace(
        slot_min=1,
        sessions=(session("s0", "a", start="09:00", end="21:00"),),
        clients=(long.replace(slots=700), short),
        rules=problem.rules.replace(
            walk_in_reserve=600, max_work_min=1440, rest_after_min=1440, long_rest_after_min=1440
        ),
    )
    best = cheapest_schedule(problem)
    assert best is not None
    for clients in ([HUGE, HUGE], [-HUGE, HUGE], [HUGE, 0]):
        assert bound(problem, priced(problem, clients=clients)).micro <= best[0]


def test_prices_of_minutes_stand_for_duties_that_are_not_listed() -> None:
    """180 min away at 2 min each, and 30 min of drive."""
    problem = town(days=2)
    given = Certificate.model_validate({"minutes": {"w1": 2 * MINUTE}, "duties": {"s1": {"w1": 7 * MINUTE}}})
    read = prices_of(problem, given)
    assert read.duties.tolist() == [[390 * MINUTE], [7 * MINUTE]]


@pytest.mark.parametrize("unit", [1, 10**6])
def test_unknown_ids_mean_nothing(unit: int) -> None:
    problem = town()
    odd = Certificate.model_validate(
        {"clients": {"nobody": unit}, "duties": {"gone": {"w1": unit}, "s0": {"w9": unit}}, "minutes": {"w9": unit}}
    )
    assert bound(problem, prices_of(problem, odd)) == bound(problem, default_prices(problem))
