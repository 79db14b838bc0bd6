"""Reference values of domain D.2, and extremes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_optimizer.measures import atkinson, gini, hoover, jain, theil_l, theil_t

REFERENCE_MIN = (4, 6, 7, 9, 10, 12, 15, 18, 25, 44)
TRIPS = st.lists(st.floats(0.5, 150), min_size=1, max_size=25)


def test_the_reference_vector_has_its_published_figures() -> None:
    assert gini(REFERENCE_MIN) == pytest.approx(0.3786667, abs=5e-8)
    assert theil_t(REFERENCE_MIN) == pytest.approx(0.2396867, abs=5e-8)
    assert theil_l(REFERENCE_MIN) == pytest.approx(0.2370334, abs=5e-8)
    assert atkinson(REFERENCE_MIN, 0.5) == pytest.approx(0.1132687, abs=5e-8)
    assert atkinson(REFERENCE_MIN, 1) == pytest.approx(0.2110351, abs=5e-8)
    assert atkinson(REFERENCE_MIN, 2) == pytest.approx(0.3583066, abs=5e-8)
    assert hoover(REFERENCE_MIN) == pytest.approx(0.28)


@given(TRIPS)
def test_gini_is_half_the_mean_difference_of_two_people_in_means(trips: list[float]) -> None:
    values = np.array(trips)
    difference = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(trips) == pytest.approx(difference / (2 * values.mean()), abs=1e-9)


@given(TRIPS, st.floats(0.5, 3))
def test_a_change_of_the_unit_changes_none_of_them(trips: list[float], factor: float) -> None:
    scaled = [factor * trip for trip in trips]
    for measure in (gini, hoover, theil_t, theil_l, jain, lambda t: atkinson(t, 0.5), lambda t: atkinson(t, 1)):
        assert measure(scaled) == pytest.approx(measure(trips), abs=1e-9)


def test_equal_trips_are_not_unequal() -> None:
    assert [f([30.0] * 4) for f in (gini, hoover, theil_t, theil_l)] == pytest.approx([0] * 4)
    assert [atkinson([30.0] * 4, epsilon) for epsilon in (0.5, 1, 2)] == pytest.approx([0] * 3)
    assert jain([30.0] * 4) == 1


def test_one_who_travels_for_all_is_the_extreme() -> None:
    alone = (0, 0, 0, 40)
    assert gini(alone) == hoover(alone) == 0.75
    assert theil_t(alone) == pytest.approx(np.log(4))
    assert theil_l(alone) == np.inf
    assert atkinson(alone, 1) == atkinson(alone, 2) == 1
    assert atkinson(alone, 0.5) == pytest.approx(0.75)
    assert jain(alone) == 0.25


def test_nobody_who_travels_is_not_unequal() -> None:
    nobody = (0, 0)
    assert [f(nobody) for f in (gini, hoover, theil_t, theil_l)] == [0] * 4
    assert atkinson(nobody, 1) == 0
    assert jain(nobody) == 1
