"""The linear conditions against the exact chance constraint: one never admits too much, the other never too little."""

from itertools import accumulate, combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.showup.bracket import Bracket, bracket, curvature_of, floor_of
from outreach_optimizer.showup.counts import shows_pmf, tail
from outreach_optimizer.showup.sizing import chance_prefix

ROUNDING = 1e-9
RISKS = (0.01, 0.05, 0.1, 0.2)
CAPACITIES = (4, 6, 8, 10, 13, 16, 20)
POOLS = ((6.5, 3.5), (2.0, 1.08))
"""Beta distributions of rates with a mean of 0.65: as estimated in domain C.5 and C.6, and much wider."""


def kept(rates: list[float], capacity: int, risk: float) -> bool:
    return tail(shows_pmf(rates), capacity) <= risk + ROUNDING


def admits(limits: Bracket, rates: list[float], capacity: int, *, safe: bool) -> bool:
    """What the condition says of a group; up to the capacity nobody is too many."""
    if len(rates) <= capacity:
        return True
    weight = limits.weight_of(safe=safe)
    return sum(map(weight, rates)) <= limits.by_number(safe=safe).get(len(rates), -1.0)


@st.composite
def groups(draw: st.DrawFn) -> tuple[int, float, tuple[float, float], float, list[float]]:
    """Capacity, risk, span, curvature, and rates of a group that is a little too large or just not."""
    capacity, risk = draw(st.integers(1, 7)), draw(st.sampled_from(RISKS))
    low = round(draw(st.sampled_from((0.0, 0.3, 0.55, 0.9))) + floor_of(risk) / 10 + 0.005, 3)
    low = max(low, floor_of(risk))
    high = draw(st.sampled_from((min(1.0, low + 0.05), min(1.0, low + 0.3), 1.0)))
    curvature = draw(st.sampled_from((0.0, curvature_of(capacity, risk), 0.45)))
    within = st.floats(low, high) | st.sampled_from((low, high, (low + high) / 2))
    one = draw(within)
    size = draw(st.integers(capacity + 1, capacity + 4))
    rates = draw(st.just([one] * size) | st.lists(within, min_size=size, max_size=size))
    return capacity, risk, (low, high), curvature, rates


@given(groups())
@settings(max_examples=400)
def test_the_sufficient_condition_suffices_and_the_necessary_one_is_necessary(
    group: tuple[int, float, tuple[float, float], float, list[float]],
) -> None:
    capacity, risk, span, curvature, rates = group
    limits = bracket(capacity, risk, curvature, span, capacity + 4)
    fine = kept(rates, capacity, risk)
    assert fine or not admits(limits, rates, capacity, safe=True)
    assert admits(limits, rates, capacity, safe=False) or not fine


def test_both_verdicts_of_both_conditions_occur_between_them() -> None:
    limits = bracket(6, 0.05, curvature_of(6, 0.05), (0.2, 1.0), 12)
    found = set()
    for group in map(list, combinations_with_replacement((0.3, 0.45, 0.6, 0.75), 8)):
        verdict = admits(limits, group, 6, safe=True), kept(group, 6, 0.05), admits(limits, group, 6, safe=False)
        assert list(verdict) == sorted(verdict)
        found.add(verdict)
    assert len(found) == 4


@pytest.mark.parametrize("risk", RISKS)
@pytest.mark.parametrize("capacity", [1, 4, 9])
def test_equal_rates_lose_nothing(capacity: int, risk: float) -> None:
    """A narrow span around one rate: exactly as many as the table of domain C.2 says, or one less at its edge."""
    for rate in (rate for rate in (0.3, 0.6, 0.65, 0.7, 0.95) if rate > floor_of(risk) + 0.001):
        span = rate - 0.001, rate + 0.001
        limits = bracket(capacity, risk, curvature_of(capacity, risk), span, 3 * capacity + 3)
        exact = chance_prefix([rate] * (4 * capacity + 4), capacity, risk)
        for number in range(capacity + 1, 3 * capacity + 3):
            assert admits(limits, [rate] * number, capacity, safe=False) or number > exact
            assert not admits(limits, [rate] * number, capacity, safe=True) or number <= exact
            if abs(tail(shows_pmf([rate] * number), capacity) - risk) > 0.002:
                assert admits(limits, [rate] * number, capacity, safe=True) == (number <= exact)


def test_without_risk_there_is_no_number_above_the_capacity() -> None:
    limits = bracket(3, 0, curvature_of(3, 0), (0.05, 1.0), 9)
    assert (limits.sufficient, limits.necessary) == ({}, {})
    assert admits(limits, [1.0] * 3, 3, safe=True)


def test_rates_below_the_floor_weigh_as_much_as_the_floor_where_it_must_be_safe() -> None:
    limits = bracket(4, 0.1, 0.2, (0.25, 1.0), 9)
    weight = limits.weight_of(safe=True)
    assert weight(0) == weight(0.1) == weight(0.25) == pytest.approx(0.25 - 0.2 * 0.25**2)
    wide = limits.weight_of(safe=False)
    assert [wide(knot) for knot in limits.knots] == pytest.approx([weight(knot) for knot in limits.knots])
    assert all(wide(rate) <= weight(rate) + 1e-12 for rate in np.linspace(0.25, 1, 50))


@pytest.mark.parametrize("span", [(0.1, 1.0), (0.6, 0.6), (0.7, 0.6), (0.5, 1.01)])
def test_spans_for_which_nothing_is_proven_are_refused(span: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="0"):
        bracket(5, 0.1, 0.2, span, 9)


@pytest.mark.parametrize(("risk", "floor"), [(0, 0), (0.05, 0.105573), (0.1, 0.225403), (0.2, 0.552786), (0.3, 1)])
def test_the_floor_is_where_one_of_two_comes_with_four_times_the_risk(risk: float, floor: float) -> None:
    assert floor_of(risk) == pytest.approx(floor, abs=1e-6)
    if risk <= 0.25:
        assert 1 - (1 - floor_of(risk)) ** 2 == pytest.approx(4 * risk)


def test_in_a_thousand_random_sessions_the_safe_condition_leaves_hardly_anything_and_admits_nothing_wrong() -> None:
    """In any order of inviting, and if those come first who come least often (as many as possible)."""
    random, cases = np.random.default_rng(0), list(product(POOLS, (0.05, 0.1), CAPACITIES))
    possible, invited = 0, 0
    for number in range(1000):
        pool, risk, capacity = cases[number % len(cases)]
        low = max(round(floor_of(risk) + 0.005, 2), 0.2)
        rates = np.maximum(low, random.beta(*pool, size=2 * capacity)).round(4).tolist()
        limits = bracket(capacity, risk, curvature_of(capacity, risk), (low, 1.0), 2 * capacity)
        weight = limits.weight_of(safe=True)
        for people in (rates, sorted(rates)):
            exact = [kept(people[:size], capacity, risk) for size in range(1, len(people) + 1)]
            weights = enumerate(accumulate(map(weight, people)), start=1)
            sure = [size <= capacity or total <= limits.sufficient.get(size, -1.0) for size, total in weights]
            assert not [size for size, (safe, fine) in enumerate(zip(sure, exact, strict=True), 1) if safe and not fine]
            possible += exact.index(False)
            invited += sure.index(False)
    assert invited >= 0.98 * possible
