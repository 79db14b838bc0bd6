"""Numbers of people who come: reference values of domain C.1, brute force, what holds for all rates."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.showup.counts import (
    central_range,
    headcount,
    headcount_of,
    less,
    mean,
    shows_pmf,
    shows_pmfs,
    tail,
)

NINE = (0.9, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.4)
rates = st.lists(st.floats(0, 1), max_size=12)


def by_brute_force(people: list[float]) -> np.ndarray:
    """Distribution of the count from all outcomes."""
    pmf = np.zeros(len(people) + 1)
    for outcome in itertools.product((0, 1), repeat=len(people)):
        pmf[sum(outcome)] += math.prod(rate if came else 1 - rate for rate, came in zip(people, outcome, strict=True))
    return pmf


def binomial(n: int, rate: float) -> np.ndarray:
    return np.array([math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)])


def test_the_distribution_of_c1() -> None:
    known = (2.835e-05, 6.9682e-04, 6.8616e-03, 3.631692e-02, 0.11523930)
    known += (0.22900627, 0.28630880, 0.21776378, 0.09156195, 0.01621620)
    pmf = shows_pmf(NINE)
    assert pmf == pytest.approx(known, abs=5e-9)
    assert mean(pmf) == pytest.approx(5.85)
    assert pmf @ np.arange(10) ** 2 - mean(pmf) ** 2 == pytest.approx(1.8525)
    assert tail(pmf, 6) == pytest.approx(0.325541925, abs=5e-10)


def test_the_binomial_with_the_same_mean_of_c1() -> None:
    pmf = shows_pmf([0.65] * 9)
    assert tail(pmf, 6) == pytest.approx(0.337273, abs=5e-7)
    assert pmf @ np.arange(10) ** 2 - mean(pmf) ** 2 == pytest.approx(2.0475)


@pytest.mark.parametrize(
    ("invited", "idle", "overflow"),
    [
        (6, 2.1, 0),
        (7, 1.499022, 0.049022),
        (8, 1.000991, 0.200991),
        (9, 0.629070, 0.479070),
        (10, 0.374852, 0.874852),
    ],
)
def test_idle_and_overflow_of_c2(invited: int, idle: float, overflow: float) -> None:
    found = headcount([0.65] * invited, 6)
    assert (found.idle, found.overflow) == pytest.approx((idle, overflow), abs=5e-7)
    assert (found.shows, found.served) == pytest.approx((0.65 * invited, 6 - idle), abs=5e-7)


@given(st.lists(st.floats(0, 1), max_size=9))
@settings(max_examples=25)
def test_all_outcomes_give_the_same_distribution(people: list[float]) -> None:
    assert shows_pmf(people) == pytest.approx(by_brute_force(people), abs=1e-10)


@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=5))
def test_many_groups_at_once_are_each_group_alone(groups: list[list[float]]) -> None:
    pmfs = shows_pmfs(np.array(groups).T)
    for column, group in enumerate(groups):
        assert pmfs[:, column] == pytest.approx(shows_pmf(group), abs=1e-14)


@given(rates, st.integers(0, 14))
def test_slots_less_idle_plus_overflow_are_shows(people: list[float], capacity: int) -> None:
    found = headcount(people, capacity)
    assert capacity - found.idle + found.overflow == pytest.approx(sum(people), abs=1e-10)
    assert found.served == pytest.approx(capacity - found.idle, abs=1e-10)
    assert found == headcount_of(shows_pmf(people), capacity)
    assert found.risk == tail(shows_pmf(people), capacity)
    assert min(found) >= -1e-12


@given(rates, st.integers(-1, 12), st.data())
def test_the_tail_rises_with_each_rate(people: list[float], capacity: int, data: st.DataObject) -> None:
    higher = [data.draw(st.floats(rate, 1)) for rate in people]
    assert tail(shows_pmf(people), capacity) <= tail(shows_pmf(higher), capacity) + 1e-12
    assert tail(shows_pmf(people), capacity) <= tail(shows_pmf([*people, 0.5]), capacity) + 1e-12


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.data())
def test_above_the_mean_the_binomial_with_the_same_mean_has_at_least_the_tail(
    people: list[float], data: st.DataObject
) -> None:
    """Hoeffding (1956), doi:10.1214/aoms/1177728178: P(S <= c) for c >= mean."""
    capacity = data.draw(st.integers(math.ceil(sum(people)), len(people)))
    wider = binomial(len(people), min(1.0, sum(people) / len(people)))
    assert tail(shows_pmf(people), capacity) <= tail(wider, capacity) + 1e-12


@given(rates, st.sampled_from((0.5, 0.8, 0.9, 0.95, 0.999)))
def test_a_central_range_has_at_least_its_share_and_cuts_off_no_more_than_half_of_the_rest(
    people: list[float], share: float
) -> None:
    pmf = shows_pmf(people)
    low, high = central_range(pmf, share)
    assert pmf[low : high + 1].sum() >= share - 1e-9
    assert max(pmf[:low].sum(), pmf[high + 1 :].sum()) <= (1 - share) / 2 + 1e-9
    # No end can be moved inwards.
    assert pmf[: low + 1].sum() > (1 - share) / 2 - 1e-9
    assert pmf[high:].sum() > (1 - share) / 2 - 1e-9


def test_the_range_of_nine_people() -> None:
    assert central_range(shows_pmf(NINE)) == (4, 8)
    assert central_range(shows_pmf(NINE), 0.5) == (5, 7)
    # A quarter on either side may be cut off.
    assert central_range(np.array([0.25, 0.5, 0.25]), 0.5) == (1, 1)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_a_share_is_between_0_and_1(share: float) -> None:
    with pytest.raises(ValueError, match=str(share)):
        central_range(np.ones(1), share)


def test_of_nobody_nobody_comes() -> None:
    assert shows_pmf([]).tolist() == [1]
    assert headcount([], 3) == (0, 0, 3, 0, 0)
    assert (tail(np.ones(1), -1), tail(np.ones(1), -5)) == (1, 1)


@given(rates, st.integers(0, 14))
def test_what_is_left_is_the_overflow(people: list[float], taken: int) -> None:
    left = less(shows_pmf(people), taken)
    assert left.sum() == pytest.approx(1)
    assert mean(left) == pytest.approx(headcount(people, taken).overflow, abs=1e-12)
