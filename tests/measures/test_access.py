"""Reference values of domain D.2, and the identity that no slot is lost."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from outreach_optimizer.measures import access_2sfca, gaussian_access_2sfca

Measure = Callable[..., NDArray[np.float64]]
PEOPLE, SLOTS = np.array([200.0, 150, 120, 60]), np.array([40.0, 30])
MINUTES = np.array([[5.0, 25], [12, 18], [28, 8], [35, 12]])


def test_access_within_one_catchment_is_the_published_one() -> None:
    found = access_2sfca(PEOPLE, SLOTS, MINUTES, 30)
    assert found == pytest.approx([0.1417102] * 3 + [0.0566038], abs=5e-8)


def test_access_with_falling_weights_is_the_published_one() -> None:
    found = gaussian_access_2sfca(PEOPLE, SLOTS, MINUTES, 30)
    assert found == pytest.approx([0.1442146, 0.1577029, 0.1050338, 0.0816264], abs=5e-8)


@pytest.mark.parametrize("measure", [access_2sfca, gaussian_access_2sfca])
def test_no_slot_is_lost_where_each_site_is_in_reach_of_somebody(measure: Measure) -> None:
    assert PEOPLE @ measure(PEOPLE, SLOTS, MINUTES, 30) == pytest.approx(70)


@pytest.mark.parametrize("measure", [access_2sfca, gaussian_access_2sfca])
def test_a_site_that_nobody_reaches_gives_nothing(measure: Measure) -> None:
    minutes = np.column_stack([MINUTES, [np.inf, np.nan, 31, 90]])
    assert measure(PEOPLE, np.append(SLOTS, 99.0), minutes, 30) == pytest.approx(measure(PEOPLE, SLOTS, MINUTES, 30))


def test_whoever_reaches_no_site_has_no_access() -> None:
    assert access_2sfca(PEOPLE, SLOTS, MINUTES, 8).tolist()[3] == 0
