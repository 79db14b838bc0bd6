"""Ranges contain the truth about as often as they promise, on people made up around a known truth."""

import numpy as np
import pytest

from bootstrap_coverage import Figure, World, coverage, true_value
from outreach_optimizer.scenarios.bootstrap import MIN_CLUSTERS, paired_change, paired_interval


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize(("world", "clusters"), [("even", 20), ("half", 12), ("half", 40)])
def test_the_range_of_the_mean_saving_contains_the_truth_in_nine_of_ten_cases(world: World, clusters: int) -> None:
    truth = true_value(world, "mean")
    found = coverage(world, "mean", clusters, truth, repetitions=500)
    assert 0.90 <= found.share <= 0.99
    assert found.wide_min < 10 * found.width_min


@pytest.mark.parametrize(("figure", "world", "clusters"), [("p90", "half", 40), ("p90 change", "even", 20)])
def test_the_ranges_of_the_p90_contain_the_truth_in_nine_of_ten_cases(
    figure: Figure, world: World, clusters: int
) -> None:
    truth = true_value(world, figure)
    assert coverage(world, figure, clusters, truth, repetitions=300, resamples=399).share >= 0.90


def test_where_one_settlement_in_ten_gains_the_range_falls_short_as_documented() -> None:
    truth = true_value("rare", "mean")
    assert coverage("rare", "mean", 12, truth, repetitions=200, resamples=199).share < 0.8


def test_neighbors_are_no_separate_proof() -> None:
    saved = np.repeat([0.0, 2, 4, 6, 8, 10], 20) + np.tile([0.0, 0.1], 60)
    towns = np.repeat(np.arange(6), 20).tolist()
    together, apart = paired_interval(saved, towns, rng()), paired_interval(saved, range(120), rng())
    assert together.low is not None
    assert together.high is not None
    assert apart.low is not None
    assert apart.high is not None
    assert together.estimate == apart.estimate == pytest.approx(5.05)
    assert together.high - together.low > 3 * (apart.high - apart.low)


def test_with_few_settlements_there_is_no_range() -> None:
    few = paired_interval([1.0, 2, 3, 4], list("abcd"), rng())
    assert (few.estimate, few.low, few.high, few.people, few.clusters) == (2.5, None, None, 4, MIN_CLUSTERS - 1)
    change = paired_change([9.0, 2, 3, 4], [1.0, 2, 3, 4], list("abcd"), rng(), statistic="p90")
    assert (change.estimate, change.low, change.high) == (5, None, None)


def test_what_is_the_same_for_all_has_no_range_to_speak_of() -> None:
    same = paired_interval([3.0] * 12, list("aabbccddeeff"), rng())
    assert (same.estimate, same.low, same.high) == (3, 3, 3)
    worst = paired_interval([3.0] * 12, list("aabbccddeeff"), rng(), statistic="p90")
    assert (worst.estimate, worst.low, worst.high) == (3, 3, 3)


def test_the_change_of_the_mean_is_the_mean_of_the_changes() -> None:
    before, after = np.arange(20.0) ** 1.5, np.arange(20.0)
    towns = [number // 2 for number in range(20)]
    assert paired_change(before, after, towns, rng()) == paired_interval(before - after, towns, rng())


def test_the_change_of_the_p90_is_not_the_p90_of_the_changes() -> None:
    before, after = [10.0] * 9 + [40, 50], [0.0] * 9 + [40, 50]
    towns = list("aabbccddeef")
    assert paired_change(before, after, towns, rng(), statistic="p90").estimate == 0
    assert paired_interval(np.subtract(before, after), towns, rng(), statistic="p90").estimate == 10


def test_the_same_seed_gives_the_same_range_and_the_names_of_settlements_play_no_role() -> None:
    saved = np.random.default_rng(1).normal(5, 3, 40)
    first = paired_interval(saved, [number // 4 for number in range(40)], rng())
    assert first == paired_interval(saved, [f"town {number // 4}" for number in range(40)], rng())
    assert first != paired_interval(saved, [number // 4 for number in range(40)], np.random.default_rng(6))


def test_more_certainty_needs_a_wider_range() -> None:
    saved, towns = np.random.default_rng(1).normal(5, 3, 40), [number // 4 for number in range(40)]
    ranges = [paired_interval(saved, towns, rng(), level=level) for level in (0.5, 0.8, 0.95)]
    widths = [found.high - found.low for found in ranges if found.high is not None and found.low is not None]
    assert widths == sorted(widths)
    assert len(set(widths)) == 3


def test_a_gain_that_one_town_brings_alone_is_told() -> None:
    saved = [10.0, 10, 10, 0, 0, 0, 1, -1]
    assert paired_interval(saved, list("aaabcdef"), rng()).leading_share == pytest.approx(30 / 32)
    assert paired_interval([0.0] * 8, list("aaabcdef"), rng()).leading_share == 0
