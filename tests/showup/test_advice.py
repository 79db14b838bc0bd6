"""The advice how many to invite: its figures are those of the modules that it is made from, and of domain C."""

import itertools

import pytest

from outreach_optimizer.showup.advice import WEIGHTS, Question, Row, advice, spread
from outreach_optimizer.showup.slots import figures
from outreach_optimizer.showup.templates import template

USUAL = Question(slots=6, caseworkers=2, rate=0.65)


def row(question: Question, invited: int) -> Row:
    return advice(question).row(invited)


def test_the_chance_constraint_of_c2_is_the_advice() -> None:
    # Domain C.2, row c = 12, p = .65.
    found = advice(USUAL)
    assert found.invited == 14
    assert found.by_risk == {0.05: 14, 0.1: 15}
    assert found.best.risk == pytest.approx(0.0205, abs=5e-5)
    assert found.row(15).risk == pytest.approx(0.0617, abs=5e-5)


def test_the_newsvendor_of_c2_is_told_for_each_price() -> None:
    # Domain C.2, c = 6, p = .65: 9 for 1 : 1, 8 for 3 : 1, 7 for 5 : 1.
    assert advice(Question(slots=6, caseworkers=1, rate=0.65)).by_price == {1: 9, 3: 8, 5: 7}


def test_the_pooled_template_of_c3_is_found() -> None:
    best = advice(USUAL).best
    assert best.bookings == (3, 2, 3, 2, 2, 2)
    assert best.idle_min == pytest.approx(60 * 2.934761, abs=1e-4)
    assert best.overtime_min == pytest.approx(60 * 0.034761, abs=1e-4)
    assert best.mean_wait_min == pytest.approx(60 * 1.025266 / 9.1, abs=1e-4)
    assert best.held == pytest.approx(12 - 2.934761, abs=1e-6)
    assert best.longest_wait_min > best.mean_wait_min


def test_waiting_is_that_of_every_person_booked() -> None:
    for found in advice(USUAL).rows:
        bookings = [[0.65] * booked for booked in found.bookings]
        waits = list(itertools.chain(*figures(bookings, [2] * 6, range(0, 361, 60)).waits))
        assert found.mean_wait_min == pytest.approx(sum(waits) / found.invited)
        assert found.longest_wait_min == max(waits)


@pytest.mark.parametrize(("slots", "caseworkers", "invited"), [(3, 1, 4), (3, 2, 8), (4, 1, 6)])
def test_no_other_spread_of_the_same_number_is_better(slots: int, caseworkers: int, invited: int) -> None:
    found = spread(invited, slots, 0.6, caseworkers)
    others = [
        template(bookings, 0.6, caseworkers).cost(WEIGHTS)
        for bookings in itertools.product(range(invited + 1), repeat=slots)
        if sum(bookings) == invited
    ]
    assert found.invited == invited
    assert found.cost(WEIGHTS) == pytest.approx(min(others), abs=1e-12)


def test_a_spread_over_many_slots_keeps_the_number_and_no_shift_improves_it() -> None:
    found = spread(26, 10, 0.65, 2)
    assert found.invited == 26
    for start in ((0,) * 9 + (26,), (26,) + (0,) * 9):
        assert spread(26, 10, 0.65, 2, start).cost(WEIGHTS) == pytest.approx(found.cost(WEIGHTS), abs=1e-9)
    for source, target in itertools.permutations(range(10), 2):
        moved = list(found.bookings)
        moved[source] -= 1
        moved[target] += 1
        if moved[source] >= 0:
            assert template(moved, 0.65, 2).cost(WEIGHTS) > found.cost(WEIGHTS) - 1e-9


def test_the_table_goes_from_fewer_than_slots_to_clearly_too_many() -> None:
    rows = advice(USUAL).rows
    assert [row.invited for row in rows] == list(range(10, 21))
    assert rows[-2].risk <= 0.5 < rows[-1].risk


def test_a_long_table_is_thinned_and_keeps_the_numbers_that_matter() -> None:
    found = advice(Question(slots=5, caseworkers=4, rate=0.2))
    numbers = [row.invited for row in found.rows]
    assert {20, *found.by_risk.values(), *found.by_price.values()} <= set(numbers)
    assert numbers == sorted(set(numbers))
    assert len(numbers) < 35


def test_a_reserve_lowers_the_number_and_not_the_hours() -> None:
    kept = Question(slots=6, caseworkers=2, rate=0.65, reserve=2)
    assert advice(kept).invited == 12  # domain C.2, row c = 10
    assert row(kept, 12).idle_min == pytest.approx(row(USUAL, 12).idle_min)
    assert row(kept, 12).too_many > row(USUAL, 12).too_many == 0


def test_minutes_follow_the_length_of_a_slot() -> None:
    short, usual = row(USUAL._replace(slot_min=30), 15), row(USUAL, 15)
    for name in ("idle_min", "overtime_min", "mean_wait_min", "longest_wait_min"):
        assert getattr(short, name) == pytest.approx(getattr(usual, name) / 2)
    assert short.risk == usual.risk


def test_who_surely_comes_is_invited_to_a_slot_of_their_own() -> None:
    found = advice(USUAL._replace(rate=1.0))
    assert found.invited == 12
    assert found.best.bookings == (2,) * 6
    assert (found.best.risk, found.best.mean_wait_min, found.best.idle_min) == (0, 0, pytest.approx(0))


def test_the_stress_figures_differ_from_independent_ones() -> None:
    found = advice(USUAL)
    assert found.shock_shows == pytest.approx(9.1 / 2)
    assert found.best.risk < found.shock_risk
    assert found.best.risk < found.best.correlated_risk
    assert found.row(12).correlated_risk == 0


def test_nothing_beside_the_reserve_is_no_question() -> None:
    with pytest.raises(ValueError, match="reserve=12"):
        advice(USUAL._replace(reserve=12))
