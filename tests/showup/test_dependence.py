"""Shows that hang together: means are kept, closed forms, mixtures summed by hand."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_optimizer.showup.counts import headcount_of, mean, shows_pmf, tail
from outreach_optimizer.showup.dependence import beta_binomial, beta_mixture, common_shock

rates = st.lists(st.floats(0, 1), max_size=10)
correlations = st.floats(0, 0.98)


def closed_beta_binomial(n: int, a: float, b: float) -> list[float]:
    def log_beta(x: float, y: float) -> float:
        return math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y)

    return [math.comb(n, k) * math.exp(log_beta(k + a, n - k + b) - log_beta(a, b)) for k in range(n + 1)]


def pair_correlation(pmf: np.ndarray, one: float, other: float) -> float:
    """Of two people, from the probability that both come."""
    return float(pmf[2] - one * other) / math.sqrt(one * (1 - one) * other * (1 - other))


@given(rates, st.floats(0, 0.95), st.floats(0, 1))
def test_a_common_shock_keeps_the_mean(people: list[float], chance: float, factor: float) -> None:
    pmf = common_shock(people, chance, factor)
    assert pmf.sum() == pytest.approx(1)
    assert pmf.min() >= 0
    assert mean(pmf) == pytest.approx(sum(people), abs=1e-9)


def test_a_common_shock_is_a_mixture() -> None:
    people = [0.4, 0.6, 0.65]
    raised = [rate / 0.9 for rate in people]
    assert common_shock(people, 0.1) == pytest.approx(0.9 * shows_pmf(raised) + 0.1 * np.array([1, 0, 0, 0]))
    shocked, otherwise = [rate / 2 for rate in people], [rate * 0.9 / 0.8 for rate in people]
    expected = 0.8 * shows_pmf(otherwise) + 0.2 * shows_pmf(shocked)
    assert common_shock(people, 0.2, 0.5) == pytest.approx(expected)


def test_a_rate_does_not_rise_above_1_in_a_common_shock() -> None:
    assert common_shock([0.9], 0.2) == pytest.approx([0.1, 0.9])
    # 0.9 = 0.8 * 1 + 0.2 * 0.5, while 0.4 = 0.8 * 0.5 + 0.2 * 0.
    expected = 0.8 * shows_pmf([1, 0.5]) + 0.2 * shows_pmf([0.5, 0])
    assert common_shock([0.9, 0.4], 0.2) == pytest.approx(expected)


@given(st.integers(0, 30), st.floats(0.05, 0.95), st.floats(0.01, 0.95))
def test_a_beta_binomial_has_its_closed_form(invited: int, rate: float, correlation: float) -> None:
    strength = 1 / correlation - 1
    closed = closed_beta_binomial(invited, rate * strength, (1 - rate) * strength)
    assert beta_binomial(invited, rate, correlation) == pytest.approx(closed, abs=1e-10)


def test_a_beta_binomial_reaches_from_independent_to_all_or_none() -> None:
    assert beta_binomial(6, 0.6, 0) == pytest.approx(shows_pmf([0.6] * 6))
    assert beta_binomial(4, 0.6, 1) == pytest.approx([0.4, 0, 0, 0, 0.6])
    assert beta_binomial(6, 0.5, 1 / 3) == pytest.approx([1 / 7] * 7)
    assert pair_correlation(beta_binomial(2, 0.65, 0.1), 0.65, 0.65) == pytest.approx(0.1)


@given(st.integers(0, 30), st.floats(0.05, 0.95), st.floats(0.001, 0.95))
def test_for_equal_rates_the_mixture_is_beta_binomial(invited: int, rate: float, correlation: float) -> None:
    mixed = beta_mixture([rate] * invited, correlation)
    assert mixed == pytest.approx(beta_binomial(invited, rate, correlation), abs=1e-10)


@given(rates, correlations)
def test_the_mixture_keeps_the_mean(people: list[float], correlation: float) -> None:
    pmf = beta_mixture(people, correlation)
    assert pmf.sum() == pytest.approx(1)
    assert pmf.min() >= -1e-14
    assert mean(pmf) == pytest.approx(sum(people), abs=1e-9)


def test_the_mixture_is_the_integral_over_the_common_effect() -> None:
    """Midpoints of the density of Beta(3, 2), which belongs to a mean of 0.6 and a correlation of 1/6."""
    people = [0.3, 0.5, 0.7, 0.9]
    steps = (np.arange(20_000) + 0.5) / 20_000
    density = 12 * steps**2 * (1 - steps) / len(steps)
    given_effect = [
        steps * rate / 0.6 if rate <= 0.6 else 1 - (1 - rate) * (1 - steps) / 0.4 for rate in people
    ]  # straight lines through the own rate at 0.6
    for count, chance in enumerate(beta_mixture(people, 1 / 6)):
        expected = 0.0
        for outcome in itertools.product((0, 1), repeat=4):
            if sum(outcome) == count:
                factors = [p if came else 1 - p for p, came in zip(given_effect, outcome, strict=True)]
                expected += float(density @ math.prod(factors))
        assert chance == pytest.approx(expected, abs=1e-8)


def test_people_of_the_mean_rate_have_the_correlation_and_others_less() -> None:
    assert pair_correlation(beta_mixture([0.5, 0.5], 0.2), 0.5, 0.5) == pytest.approx(0.2)
    assert 0 < pair_correlation(beta_mixture([0.3, 0.7], 0.2), 0.3, 0.7) < 0.2


def test_without_correlation_or_with_certain_people_shows_are_independent() -> None:
    for people in ([0.3, 0.8], [1.0, 1.0], [0.0], []):
        assert beta_mixture(people, 0) == pytest.approx(shows_pmf(people), abs=1e-14)
        assert beta_mixture(people, 1e-300) == pytest.approx(shows_pmf(people), abs=1e-14)
    assert beta_mixture([1.0, 1.0], 0.3).tolist() == [0, 0, 1]
    assert beta_mixture([0.0, 0.0], 0.3).tolist() == [1, 0, 0]
    assert common_shock([0.3, 0.8], 0).tolist() == shows_pmf([0.3, 0.8]).tolist()


def test_stress_raises_the_risk_of_seven_invited_to_six_slots() -> None:
    people = [0.65] * 7
    risks = [tail(pmf, 6) for pmf in (shows_pmf(people), common_shock(people, 0.1), beta_mixture(people, 0.1))]
    assert risks == pytest.approx([0.65**7, 0.9 * (0.65 / 0.9) ** 7, closed_beta_binomial(7, 5.85, 3.15)[7]])
    assert headcount_of(beta_mixture(people, 0.1), 6).shows == pytest.approx(4.55)


def test_chances_factors_and_correlations_are_in_range() -> None:
    for chance, factor in ((-0.1, 0), (1, 0), (0.1, -0.1), (0.1, 1.1)):
        with pytest.raises(ValueError, match=str(chance)):
            common_shock([0.5], chance, factor)
    with pytest.raises(ValueError, match=r"1\.1"):
        beta_binomial(3, 0.5, 1.1)
    for correlation in (-0.1, 1):
        with pytest.raises(ValueError, match=str(correlation)):
            beta_mixture([0.5], correlation)
