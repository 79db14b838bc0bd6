"""Rates of strata: closed forms of the beta distribution, priors that stay sensible, scores by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.showup.counts import shows_pmf, tail
from outreach_optimizer.showup.strata import (
    PRIOR,
    Beta,
    Row,
    Stratum,
    below,
    brier,
    brier_left_out,
    calibration,
    credible_interval,
    estimate,
    fitted_prior,
    quantile,
)

counted = st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
strata = st.dictionaries(st.text(max_size=3), counted, max_size=12)


@pytest.mark.parametrize("n", [0.5, 1, 2, 7, 300, 10_000])
@pytest.mark.parametrize("probability", [0.001, 0.025, 0.5, 0.975])
def test_quantiles_of_powers_have_a_closed_form(n: float, probability: float) -> None:
    assert quantile(Beta(1, n), probability) == pytest.approx(1 - (1 - probability) ** (1 / n), abs=1e-12)
    assert quantile(Beta(n, 1), probability) == pytest.approx(probability ** (1 / n), abs=1e-12)


@pytest.mark.parametrize("probability", [0.001, 0.025, 0.3, 0.5, 0.975])
def test_other_quantiles_have_a_closed_form(probability: float) -> None:
    """3 x² - 2 x³ = u for Beta(2, 2); the arcsine distribution is Beta(1/2, 1/2)."""
    angle = math.acos(1 - 2 * probability) / 3
    assert quantile(Beta(2, 2), probability) == pytest.approx(0.5 + math.cos(angle + 4 * math.pi / 3), abs=1e-12)
    arcsine = math.sin(math.pi * probability / 2) ** 2
    assert quantile(Beta(0.5, 0.5), probability) == pytest.approx(arcsine, abs=1e-12)


@given(st.integers(1, 40), st.integers(0, 40), st.floats(0, 1))
def test_whole_beta_distributions_are_binomial_tails(came: int, stayed: int, rate: float) -> None:
    invited = came + stayed
    binomial = tail(shows_pmf([rate] * invited), came - 1)
    assert below(Beta(came, stayed + 1), rate) == pytest.approx(binomial, abs=1e-12)


def test_large_strata_are_as_exact() -> None:
    assert below(Beta(6500, 3501), 0.65) == pytest.approx(tail(shows_pmf([0.65] * 10_000), 6499), abs=1e-10)


@given(st.floats(0.3, 200), st.floats(0.3, 200), st.sampled_from((0.025, 0.3, 0.975)))
def test_a_quantile_is_where_the_distribution_has_its_probability(a: float, b: float, probability: float) -> None:
    assert below(Beta(a, b), quantile(Beta(a, b), probability)) == pytest.approx(probability, abs=1e-9)


def test_the_rates_of_c6() -> None:
    found = estimate({("ruhla", "bus"): (3, 10), ("geisa", "car"): (90, 100), "new": (0, 0)})
    assert [one.rate for one in found] == pytest.approx([9.5 / 20, 96.5 / 110, 0.65])
    assert [one.key for one in found] == [("ruhla", "bus"), ("geisa", "car"), "new"]
    assert [(one.came, one.invited) for one in found] == [(3, 10), (90, 100), (0, 0)]
    assert (found[2].low, found[2].high) == credible_interval(PRIOR)
    flat = estimate({"all": (9, 9)}, Beta(1, 1), share=0.9)
    assert flat == (Stratum("all", 9, 9, 10 / 11, pytest.approx(0.05**0.1), pytest.approx(0.95**0.1)),)


@given(strata, st.sampled_from((0.5, 0.95)))
@settings(max_examples=30)
def test_rates_lie_in_their_interval_between_what_was_seen_and_the_prior(
    counts: dict[str, tuple[int, int]], share: float
) -> None:
    for one in estimate(counts, share=share):
        assert 0 < one.low < one.rate < one.high < 1
        seen = one.came / one.invited if one.invited else PRIOR.mean
        assert min(seen, PRIOR.mean) - 1e-12 <= one.rate <= max(seen, PRIOR.mean) + 1e-12


def test_more_invitations_make_a_narrower_interval() -> None:
    widths = [one.high - one.low for one in estimate({n: (n * 13 // 20, n) for n in (0, 20, 100, 1000)})]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.06
    assert widths[0] > 0.5


def test_without_counts_the_fitted_prior_is_the_prior() -> None:
    assert fitted_prior({}) == pytest.approx(PRIOR)
    assert fitted_prior({"new": (0, 0)}) == pytest.approx(PRIOR)


def test_few_or_extreme_strata_do_not_make_the_prior_extreme() -> None:
    everybody = fitted_prior(dict.fromkeys("abcde", (2, 2)))
    nobody = fitted_prior(dict.fromkeys("abcde", (0, 2)))
    one = fitted_prior({"a": (0, 100)})
    for prior in (everybody, nobody, one):
        assert 0.2 < prior.mean < 0.9
        assert 1 <= sum(prior) <= 30
    assert nobody.mean < PRIOR.mean < everybody.mean


def test_a_prior_is_found_again_from_many_strata() -> None:
    rng = np.random.default_rng(3)
    for truth in (Beta(6.5, 3.5), Beta(30, 20), Beta(2, 2)):
        invited = rng.integers(30, 120, 300)
        came = rng.binomial(invited, rng.beta(*truth, 300))
        found = fitted_prior(dict(enumerate(zip(came.tolist(), invited.tolist(), strict=True))))
        assert found.mean == pytest.approx(truth.mean, abs=0.03)
        assert sum(found) == pytest.approx(sum(truth), rel=0.3)


def test_strata_that_do_not_differ_share_one_rate() -> None:
    prior = fitted_prior(dict.fromkeys(range(40), (65, 100)))
    assert prior.mean == pytest.approx(0.65)
    assert sum(prior) > 100


@given(strata)
@settings(max_examples=30)
def test_a_fitted_prior_can_always_be_used(counts: dict[str, tuple[int, int]]) -> None:
    prior = fitted_prior(counts)
    assert min(prior) > 0
    assert all(0 < one.low < one.high < 1 for one in estimate(counts, prior))


def test_the_score_of_brier() -> None:
    assert brier([0.5, 0.5], [True, False]) == 0.25
    assert brier([1.0, 0.2], [True, True]) == pytest.approx(0.32)


@given(st.dictionaries(st.integers(0, 9), st.sampled_from(((0, 0), (0, 3), (2, 3), (5, 5), (1, 1))), min_size=1))
@settings(max_examples=30)
def test_the_score_without_oneself_is_that_of_estimates_without_oneself(counts: dict[int, tuple[int, int]]) -> None:
    counts = {10: (1, 2), **counts}
    rates, happened = [], []
    for came, invited in counts.values():
        for comes in [True] * came + [False] * (invited - came):
            without = estimate({"others": (came - comes, invited - 1)})
            rates.append(without[0].rate)
            happened.append(comes)
    assert brier_left_out(counts) == pytest.approx(brier(rates, happened))


def test_calibration_counts_by_range() -> None:
    rates = [0.3, 0.1 + 0.2, 0.35, 0.699, 0.7, 1.0, 0.0]
    came = [True, False, True, True, False, True, False]
    assert calibration(rates, came) == [
        Row(0.0, 0.1, 1, 0.0, 0),
        Row(0.3, 0.4, 3, pytest.approx(0.95), 2),
        Row(0.6, 0.7, 1, pytest.approx(0.699), 1),
        Row(0.7, 0.8, 1, pytest.approx(0.7), 0),
        Row(0.9, 1.0, 1, 1.0, 1),
    ]
    assert calibration([1 - 0.9], [True]) == [Row(0.1, 0.2, 1, pytest.approx(0.1), 1)]
    assert calibration(rates, came, bins=1) == [Row(0.0, 1.0, 7, pytest.approx(3.349), 4)]
    assert calibration([], []) == []


def test_counts_and_shares_make_sense() -> None:
    for wrong in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match=str(wrong[0])):
            estimate({"ruhla": wrong})
    for share in (0, 1):
        with pytest.raises(ValueError, match=str(share)):
            estimate({"ruhla": (1, 2)}, share=share)
    for rates, came in (([], []), ([0.5], [])):
        with pytest.raises(ValueError, match="0"):
            brier(rates, came)
    with pytest.raises(ValueError, match="ruhla"):
        brier_left_out({"ruhla": (0, 0)})
