"""Reference values of domain D.2, and what a measure of a burden must never do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_optimizer.measures import burden, gini, kolm_ede, p90, quantile_linear, share_within, tail_mean

REFERENCE_MIN = (4, 6, 7, 9, 10, 12, 15, 18, 25, 44)
IMPROVED_MIN = (4, 6, 7, 9, 10, 2, 15, 18, 25, 44)
TRIPS = st.lists(st.floats(0, 150), min_size=1, max_size=30)


def test_the_reference_vector_has_its_published_figures() -> None:
    found = burden(REFERENCE_MIN)
    assert found is not None
    assert found._asdict() == {
        "people": 10,
        "mean_min": 15,
        "median_min": 11,
        "p90_min": 25,
        "worst_min": 44,
        "share_15": 0.7,
        "share_30": 0.9,
        "share_45": 1.0,
        "kolm_ede_min": pytest.approx(19.2034275, abs=5e-8),
        "gini": pytest.approx(0.3786667, abs=5e-8),
    }


def test_the_equivalent_with_less_aversion_is_the_published_one() -> None:
    assert kolm_ede(REFERENCE_MIN, 0.02) == pytest.approx(16.4426506, abs=5e-8)


def test_the_two_rules_for_the_ninetieth_percentile_differ_as_published() -> None:
    assert p90(REFERENCE_MIN) == 25
    assert quantile_linear(REFERENCE_MIN, 0.9) == pytest.approx(26.9)


def test_the_gini_trap_a_shorter_trip_for_one_raises_gini_and_no_headline() -> None:
    before, after = burden(REFERENCE_MIN), burden(IMPROVED_MIN)
    assert before is not None
    assert after is not None
    assert (round(before.gini, 3), round(after.gini, 3)) == (0.379, 0.436)
    assert (after.mean_min, round(after.kolm_ede_min, 2)) == (14, 18.65)
    assert after.p90_min <= before.p90_min
    assert after.worst_min <= before.worst_min
    assert after.share_15 >= before.share_15


def test_the_mean_of_the_worst_tenth_counts_people_on_the_border_in_part() -> None:
    assert tail_mean(REFERENCE_MIN) == pytest.approx(44)
    assert tail_mean(REFERENCE_MIN, 0.8) == pytest.approx((44 + 25) / 2)
    assert tail_mean(REFERENCE_MIN, 0.85) == pytest.approx((44 + 25 / 2) / 1.5)
    assert tail_mean(REFERENCE_MIN, 0) == pytest.approx(15)


@given(TRIPS, st.floats(0.1, 0.95))
def test_the_mean_of_the_worst_is_the_optimum_of_its_linear_program(trips: list[float], part: float) -> None:
    """min eta + sum(max(t - eta, 0)) / ((1 - part) n) is reached at a trip."""
    values = np.array(trips)
    costs = [eta + np.maximum(values - eta, 0).sum() / ((1 - part) * len(values)) for eta in values]
    assert tail_mean(trips, part) == pytest.approx(min(costs), abs=1e-6)


@given(TRIPS, st.data())
def test_a_shorter_trip_never_makes_a_headline_worse(trips: list[float], data: st.DataObject) -> None:
    person = data.draw(st.integers(0, len(trips) - 1))
    shorter = [*trips]
    shorter[person] = data.draw(st.floats(0, trips[person]))
    before, after = burden(trips), burden(shorter)
    assert before is not None
    assert after is not None
    for name in ("mean_min", "median_min", "p90_min", "worst_min", "kolm_ede_min"):
        assert getattr(after, name) <= getattr(before, name) + 1e-9, name
    for name in ("share_15", "share_30", "share_45"):
        assert getattr(after, name) >= getattr(before, name), name


@given(TRIPS)
def test_the_equivalent_lies_between_the_mean_and_the_worst(trips: list[float]) -> None:
    assert np.mean(trips) - 1e-9 <= kolm_ede(trips) <= max(trips) + 1e-9


def test_taking_from_the_longest_for_the_shortest_lowers_the_equivalent() -> None:
    assert kolm_ede((10, 20, 60)) > kolm_ede((15, 20, 55)) > kolm_ede((30, 30, 30)) == pytest.approx(30)


def test_very_long_trips_do_not_overflow() -> None:
    assert kolm_ede([100_000, 0]) == pytest.approx(100_000 - 13.8629436, abs=1e-6)  # 20 ln 2


def test_a_share_counts_the_limit_itself() -> None:
    assert share_within([15, 15.001, 14.9], 15) == pytest.approx(2 / 3)


def test_nobody_has_no_burden() -> None:
    assert burden([]) is None


def test_equal_trips_are_not_unequal() -> None:
    assert gini([30, 30, 30]) == 0
