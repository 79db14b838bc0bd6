import math

import pytest

from measures import LONGEST_TRACE, Moment, gap, gap_at, primal_integral, shifted_geometric_mean, thinned

TRACE = [Moment(1, 200, None), Moment(3, 200, 50), Moment(5, 100, 80)]


def test_the_gap_is_relative_to_the_plan() -> None:
    assert gap(200, 150) == 0.25
    assert gap(0, 0) == 0
    assert gap(100, 100.0000001) == 0
    assert gap(None, 3) is gap(3, None) is None


def test_the_gap_after_some_seconds_is_what_was_known_then() -> None:
    assert gap_at(TRACE, 0.5) is None
    assert gap_at(TRACE, 2) is None
    assert gap_at(TRACE, 3) == 0.75
    assert gap_at(TRACE, 60) == pytest.approx(0.2)


def test_the_primal_integral_counts_the_distance_from_the_best_plan_by_hand() -> None:
    # 1 s without a plan, 4 s at 200 instead of 100, 5 s at the best one.
    assert primal_integral(TRACE, 100, 10) == pytest.approx(1 * 1 + 4 * 0.5 + 0)
    assert primal_integral(TRACE, 100, 4) == pytest.approx(1 + 3 * 0.5)
    assert primal_integral([], 100, 10) == 10
    assert primal_integral([Moment(0, 0, None)], 0, 10) == 0


def test_a_trace_keeps_what_got_better_and_never_gets_worse() -> None:
    told = [Moment(1, 9, None), Moment(2, 9, None), Moment(3, 12, 4), Moment(4, None, 3), Moment(5, 7, None)]
    assert thinned(told) == [Moment(1, 9, None), Moment(3, 9, 4), Moment(5, 7, 4)]


def test_a_long_trace_is_cut_and_keeps_its_end() -> None:
    kept = thinned(Moment(number, 10_000 - number, None) for number in range(5000))
    assert len(kept) <= LONGEST_TRACE
    assert kept[-1] == Moment(4999, 5001, None)


def test_short_runs_do_not_outweigh_long_ones() -> None:
    assert shifted_geometric_mean([3, 3, 3]) == pytest.approx(3)
    assert shifted_geometric_mean([0, 3]) == pytest.approx(1)
    assert math.isclose(shifted_geometric_mean([0.001, 99]), math.sqrt(1.001 * 100) - 1)
