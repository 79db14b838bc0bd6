"""How many to invite: the table and the published examples of domain C.2, enumeration."""

import itertools
from itertools import repeat

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.showup.counts import ROUNDING, headcount, shows_pmf, tail
from outreach_optimizer.showup.sizing import (
    chance_prefix,
    chance_size,
    chance_table,
    newsvendor_cost,
    newsvendor_size,
)

Cell = tuple[int, float | None]
C2: list[tuple[int, float, Cell, Cell, Cell]] = [
    (5, 0.60, (6, 0.0467), (6, None), (7, 0.1586)),
    (5, 0.65, (5, None), (6, 0.0754), (6, None)),
    (5, 0.70, (5, None), (5, None), (6, 0.1176)),
    (6, 0.60, (7, 0.0280), (7, None), (8, 0.1064)),
    (6, 0.65, (7, 0.0490), (7, None), (8, 0.1691)),
    (6, 0.70, (6, None), (7, 0.0824), (7, None)),
    (8, 0.65, (9, 0.0207), (10, 0.0860), (10, None)),
    (10, 0.60, (12, 0.0196), (13, 0.0579), (14, 0.1243)),
    (10, 0.65, (12, 0.0424), (12, None), (13, 0.1132)),
    (10, 0.70, (11, 0.0198), (12, 0.0850), (12, None)),
    (12, 0.65, (14, 0.0205), (15, 0.0617), (16, 0.1339)),
]
rates = st.lists(st.floats(0, 1), max_size=14)


@pytest.mark.parametrize(("capacity", "rate", "five", "ten", "twenty"), C2)
def test_the_chance_table_of_c2(capacity: int, rate: float, five: Cell, ten: Cell, twenty: Cell) -> None:
    table = chance_table((rate,), (capacity,), (0.05, 0.10, 0.20))
    assert [row.invited for row in table] == [five[0], ten[0], twenty[0]]
    for row, (_, risk) in zip(table, (five, ten, twenty), strict=True):
        assert (row.capacity, row.rate) == (capacity, rate)
        assert row.expected.risk <= row.risk_limit < row.one_more
        assert risk is None or row.expected.risk == pytest.approx(risk, abs=5.1e-5)
        assert row.expected == headcount([rate] * row.invited, capacity)


def test_a_table_has_all_combinations_in_order() -> None:
    table = chance_table((0.6, 0.7), (5, 6), (0.05, 0.2))
    assert [(row.capacity, row.rate, row.risk_limit) for row in table] == [
        (capacity, rate, risk) for capacity in (5, 6) for rate in (0.6, 0.7) for risk in (0.05, 0.2)
    ]


@given(rates, st.integers(-1, 8), st.floats(0, 0.99))
def test_invited_by_chance_are_the_most_at_that_risk(people: list[float], capacity: int, risk: float) -> None:
    allowed = [n for n in range(len(people) + 1) if tail(shows_pmf(people[:n]), capacity) <= risk + ROUNDING]
    assert chance_prefix(people, capacity, risk) == max(allowed, default=0)


@given(st.lists(st.floats(0, 1), max_size=8), st.integers(0, 5), st.floats(0, 0.99))
@settings(max_examples=40)
def test_the_largest_number_is_that_of_the_best_choice(people: list[float], capacity: int, risk: float) -> None:
    allowed = [
        size
        for size in range(len(people) + 1)
        if any(tail(shows_pmf(some), capacity) <= risk + ROUNDING for some in itertools.combinations(people, size))
    ]
    assert chance_prefix(sorted(people), capacity, risk) == max(allowed)
    assert chance_prefix(sorted(people), capacity, risk) == max(allowed)


def test_a_risk_that_is_met_exactly_is_kept() -> None:
    assert chance_size(0.5, 1, 0.25) == 2
    assert chance_size(0.5, 1, 0.2499) == 1
    assert chance_size(0.1, 0, 1 - 0.9**7) == 7


@pytest.mark.parametrize(("ratio", "invited", "cost"), [
    (0.5, 10, 0.812277), (1, 9, 1.108140), (2, 8, 1.402974), (3, 8, 1.603965), (5, 7, 1.744134)
])  # fmt: skip
def test_the_newsvendor_of_c2(ratio: float, invited: int, cost: float) -> None:
    assert newsvendor_size(repeat(0.65), 6, 1, ratio) == invited
    assert newsvendor_cost(shows_pmf([0.65] * invited), 6, 1, ratio) == pytest.approx(cost, abs=5e-7)


@given(rates, st.integers(0, 8), st.floats(0, 5), st.floats(0.1, 5))
def test_the_newsvendor_rule_is_enumeration(people: list[float], capacity: int, idle: float, overflow: float) -> None:
    costs = [newsvendor_cost(shows_pmf(people[:n]), capacity, idle, overflow) for n in range(len(people) + 1)]
    assert costs[newsvendor_size(people, capacity, idle, overflow)] == pytest.approx(min(costs), abs=1e-6)


def test_of_equally_good_numbers_the_newsvendor_takes_the_most() -> None:
    assert newsvendor_size([0.5] * 4, 1, 1, 1) == 2
    assert newsvendor_cost(shows_pmf([0.5]), 1, 1, 1) == newsvendor_cost(shows_pmf([0.5] * 2), 1, 1, 1)


@pytest.mark.parametrize(("overbooked", "loss"), [(0, 69.00), (1, 47.60), (2, 61.90), (3, 100.00)])
def test_the_family_inn_of_c2(overbooked: int, loss: float) -> None:
    """0 to 3 guests do not come with 0.4, 0.3, 0.2, 0.1; an empty room costs 69, a guest too many 50."""
    rooms = 3
    pmf = np.zeros(rooms + overbooked + 1)
    pmf[overbooked : overbooked + 4] = (0.1, 0.2, 0.3, 0.4)
    assert newsvendor_cost(pmf, rooms, 69, 50) == pytest.approx(loss)


def test_the_rule_of_the_family_inn_of_c2() -> None:
    """Overbook one more while at least so many guests stay away with a probability of at most 0.58."""
    ratio, no_shows = 69 / (69 + 50), np.array([0.4, 0.3, 0.2, 0.1])
    assert round(ratio, 2) == 0.58
    assert [no_shows[: more + 1].sum() <= ratio for more in range(3)] == [True, False, False]


def test_the_seats_of_lindo_overbook_of_c2() -> None:
    """16 seats, a ticket of 225, a penalty of 100, 4 % do not come."""
    marginal = [(225 + 100) * tail(shows_pmf([0.96] * booked), 15) for booked in (16, 17)]
    assert marginal == pytest.approx((169.13, 277.37), abs=5e-3)
    assert newsvendor_size(repeat(0.96), 16, 225, 100) == 17


def test_where_any_number_could_be_invited_there_is_no_answer() -> None:
    for rate, risk in ((0, 0.05), (-1, 0.05), (0.5, 1), (0.5, 1 - 1e-10)):
        with pytest.raises(ValueError, match=str(rate)):
            chance_size(rate, 6, risk)
    for overflow_cost in (0, 1e-10):
        with pytest.raises(ValueError, match=str(overflow_cost)):
            newsvendor_size(repeat(0.5), 6, 1, overflow_cost)


def test_without_slots_nobody_is_invited() -> None:
    assert chance_size(0.5, 0, 0.05) == 0
    assert newsvendor_size([0.5, 0.5], 0, 1, 1) == 0
