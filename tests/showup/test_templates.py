"""Slot templates: tables of domain C.3, search against enumeration."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.showup.slots import line
from outreach_optimizer.showup.templates import Template, Weights, best_template, improved_template, template

costs = st.sampled_from((0.0, 0.1, 0.3, 1.0, 2.0, 5.0, 10.0))


def enumerated(slots: int, rate: float, weights: Weights, servers: int, invited: range) -> float:
    """Lowest cost of all templates."""
    every = itertools.product(range(invited[-1] + 1), repeat=slots)
    return min(template(one, rate, servers).cost(weights) for one in every if sum(one) in invited)


@pytest.mark.parametrize(
    ("weights", "bookings", "cost"),
    [
        ((1, 1, 1), "111111", 2.1),
        ((1, 2, 1), "211111", 4.163168),
        ((1, 2, 2), "111111", 4.2),
        ((0.3, 1, 1.5), "211111", 1.907386),
        ((0.1, 1, 1.5), "221111", 1.600508),
        ((1, 5, 5), "212111", 8.767970),
        ((1, 10, 10), "221111", 14.953927),
    ],
)
def test_the_optimal_templates_of_c3(weights: tuple[float, float, float], bookings: str, cost: float) -> None:
    wanted = tuple(map(int, bookings))
    found = best_template(6, 0.65, Weights(*weights), invited=range(3, 13))
    assert (found.bookings, found.cost(Weights(*weights))) == (wanted, pytest.approx(cost, abs=1e-6))
    for start in ((1,) * 6, (0,) * 6, (6, 0, 0, 0, 0, 6)):
        assert improved_template(start, 0.65, Weights(*weights)).bookings == wanted


def test_a_template_has_the_figures_of_its_line() -> None:
    found, known = template((3, 2, 3, 2, 2, 2), 0.65, 2), line([[0.65] * n for n in (3, 2, 3, 2, 2, 2)], [2] * 6)
    assert found[1:] == (known.waiting, known.waiting_after, sum(known.idle), known.overtime)
    assert found.invited == 14
    assert Template((2, 1), 1.0, 0.25, 3.0, 0.5).cost(Weights(2, 10, 100)) == 2.5 + 30 + 50


@given(st.integers(2, 3), st.floats(0.1, 1), st.builds(Weights, costs, costs, costs), st.integers(1, 2))
@settings(max_examples=25)
def test_both_searches_find_the_optimum(slots: int, rate: float, weights: Weights, servers: int) -> None:
    numbers = range(2 * slots * servers + 1)
    lowest = enumerated(slots, rate, weights, servers, numbers)
    assert best_template(slots, rate, weights, servers).cost(weights) == pytest.approx(lowest, abs=1e-9)
    for invited in (slots, slots * servers + 1):
        lowest = enumerated(slots, rate, weights, servers, range(invited, invited + 1))
        exact = best_template(slots, rate, weights, servers, range(invited, invited + 1))
        assert (exact.invited, exact.cost(weights)) == (invited, pytest.approx(lowest, abs=1e-9))
        start = (invited,) + (0,) * (slots - 1)
        moved = improved_template(start, rate, weights, servers, same_number=True)
        assert (moved.invited, moved.cost(weights)) == (invited, pytest.approx(lowest, abs=1e-9))


@given(
    st.integers(2, 5),
    st.sampled_from((0.35, 0.5, 0.65, 0.8, 0.95)),
    st.builds(Weights, costs.filter(bool), costs, costs.filter(bool)),
    st.integers(1, 2),
    st.data(),
)
@settings(max_examples=25)
def test_from_any_start_the_neighbors_lead_to_the_optimum(
    slots: int, rate: float, weights: Weights, servers: int, data: st.DataObject
) -> None:
    start = data.draw(st.lists(st.integers(0, 4), min_size=slots, max_size=slots))
    found = improved_template(start, rate, weights, servers)
    exact = best_template(slots, rate, weights, servers, range(max(2 * slots * servers, found.invited) + 1))
    assert found.cost(weights) == pytest.approx(exact.cost(weights), abs=1e-9)


def test_waiting_counts_until_everybody_is_served() -> None:
    """Until the end of the last slot alone, (1, 1, 4) and (2, 2, 2) would be best."""
    six = range(6, 7)
    assert best_template(3, 0.65, Weights(1, 0, 0), invited=six).bookings == (2, 1, 3)
    assert best_template(3, 0.65, Weights(1, 5, 5), invited=six).bookings == (3, 1, 2)


def test_weights_are_not_negative_and_some_number_is_allowed() -> None:
    with pytest.raises(ValueError, match="-1"):
        best_template(3, 0.5, Weights(-1, 1, 1))
    with pytest.raises(ValueError, match="range"):
        best_template(3, 0.5, Weights(1, 1, 1), invited=range(0))
