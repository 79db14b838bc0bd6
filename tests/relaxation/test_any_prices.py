"""Whatever the prices, the bound is never above the cheapest schedule that the checker accepts."""

import random

from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from brute import cheapest_schedule
from drawn import EXPECTED, crowded_instances, instances, overbooked_instances, wanted_instances
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound, session_values
from outreach_optimizer.relaxation.facts import facts
from outreach_optimizer.relaxation.prices import default_prices
from priced import climbed, drawn_prices, forgeries

SEEDS = st.integers(0, 10**6)
PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking, which would try all schedules of thousands of instances."""


def no_prices_reach_above_the_optimum(problem: Instance, seed: int) -> None:
    best = cheapest_schedule(problem)
    if best is None:
        return
    rng = random.Random(seed)  # noqa: S311 - no secret
    good = climbed(problem, rng, 40)
    tried = [default_prices(problem), good, *(drawn_prices(problem, rng, spread) for spread in (1, 30, 300))]
    for prices in [*tried, *forgeries(good, rng, 8)]:
        assert bound(problem, prices).micro <= best[0]


@given(instances(), SEEDS)
@settings(max_examples=120, phases=PHASES)
def test_no_prices_reach_above_the_optimum(problem: Instance, seed: int) -> None:
    no_prices_reach_above_the_optimum(problem, seed)


@given(crowded_instances(), SEEDS)
@settings(max_examples=50, phases=PHASES)
def test_no_prices_reach_above_the_optimum_where_sessions_are_hard_to_seat(problem: Instance, seed: int) -> None:
    no_prices_reach_above_the_optimum(problem, seed)


@given(wanted_instances(), SEEDS)
@settings(max_examples=60, phases=PHASES)
def test_no_prices_reach_above_the_optimum_where_many_want_the_same_caseworker(problem: Instance, seed: int) -> None:
    no_prices_reach_above_the_optimum(problem, seed)


def test_of_these_some_are_worth_more_because_slots_with_one_caseworker_are_short() -> None:
    """So that the test before says something of seats; with seats for all, each session is worth no more."""

    def worth_more(problem: Instance) -> bool:
        known, prices = facts(problem), climbed(problem, random.Random(1), 40)  # noqa: S311 - no secret
        without = session_values(known._replace(seats=known.guests.max(axis=1, initial=0)), prices)
        return bool((session_values(known, prices) > without).any())

    assert find(wanted_instances(), worth_more, settings=settings(max_examples=2000, phases=PHASES))


@given(
    overbooked_instances()
    | overbooked_instances(priced=EXPECTED)
    | instances(always=("overbooking", "rates", "risk", "waiting", "attendance")),
    SEEDS,
)
@settings(max_examples=60, phases=PHASES)
def test_no_prices_reach_above_the_optimum_where_more_are_invited_than_fit(problem: Instance, seed: int) -> None:
    no_prices_reach_above_the_optimum(problem, seed)


@given(instances(always=("frequency", "spacing", "rhythm", "room", "budget"), without=("expected",)), SEEDS)
@settings(max_examples=60, phases=PHASES)
def test_no_prices_reach_above_the_optimum_where_sites_have_agreements(problem: Instance, seed: int) -> None:
    no_prices_reach_above_the_optimum(problem, seed)


@given(instances(always=("max_duties", "staff_windows", "crew"), without=("expected",)), SEEDS)
@settings(max_examples=60, phases=PHASES)
def test_no_prices_reach_above_the_optimum_where_caseworkers_are_short(problem: Instance, seed: int) -> None:
    no_prices_reach_above_the_optimum(problem, seed)
