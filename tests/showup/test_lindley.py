"""Random lengths: the values of domain C.4, all outcomes played through, laws with closed forms."""

import itertools
import math
from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.showup.counts import mean
from outreach_optimizer.showup.lindley import (
    Workload,
    gamma_law,
    poisson_law,
    two_clients_cost,
    two_clients_interval,
    workload,
)


def homogeneous(bookings: Sequence[int], rate: float, law: np.ndarray, interval_min: int) -> Workload:
    return workload([[rate] * booked for booked in bookings], law, interval_min)


def digits(bookings: str) -> tuple[int, ...]:
    return tuple(map(int, bookings))


def by_brute_force(
    bookings: list[list[float]], law: np.ndarray, interval_min: int
) -> tuple[list[list[float]], float, dict[int, float]]:
    """Waits, idle minutes and distribution of tardiness from all outcomes, lengths and orders."""
    waits = [[0.0] * len(booked) for booked in bookings]
    lengths = [None, *np.flatnonzero(law).tolist()]
    tardiness: dict[int, float] = {}
    idle = 0.0
    people = [(t, k, rate) for t, booked in enumerate(bookings) for k, rate in enumerate(booked)]
    for outcome in itertools.product(lengths, repeat=len(people)):
        took = {(t, k): length for (t, k, _), length in zip(people, outcome, strict=True) if length is not None}
        chance = math.prod(
            1 - rate if length is None else rate * law[length]
            for (_, _, rate), length in zip(people, outcome, strict=True)
        )
        orders = [list(itertools.permutations(p for p in took if p[0] == t)) for t in range(len(bookings))]
        for order in itertools.product(*orders):
            weight, free_at, unused = chance / math.prod(map(len, orders)), 0, 0
            for t, k in itertools.chain(*order):
                begin = max(free_at, t * interval_min)
                unused += begin - free_at
                waits[t][k] += weight * (begin - t * interval_min) / bookings[t][k]
                free_at = begin + took[t, k]
            end = len(bookings) * interval_min
            idle += weight * (unused + max(0, end - free_at))
            tardiness[max(0, free_at - end)] = tardiness.get(max(0, free_at - end), 0.0) + weight
    return waits, idle, tardiness


def one_after_the_other(bookings: Sequence[int], law: np.ndarray, interval_min: int) -> tuple[float, float]:
    """Mean wait and tardiness if all come, for laws whose sum may be below 1."""
    work, waits = np.ones(1), []
    for booked in bookings:
        for _ in range(booked):
            waits.append(mean(work))
            work = np.convolve(work, law)
        work = np.append(work[: interval_min + 1].sum(), work[interval_min + 1 :])
    return sum(waits) / len(waits), mean(work)


@pytest.mark.parametrize(
    ("bookings", "wait", "idle", "tardiness", "cost"),
    [
        ("1110111011", 9.805312, 0.271053, 22.271053, 12.884757),
        ("1101101102", 7.717445, 0.925387, 22.925387, 12.442210),
        ("1101101012", None, None, None, 12.406409),
        ("2" + "01" * 22 + "000", None, None, None, 6.929507),
        ("11" + "10" * 22 + "00", None, None, None, 6.854614),
    ],
)
def test_the_poisson_consultations_of_c4(
    bookings: str, wait: float | None, idle: float | None, tardiness: float | None, cost: float
) -> None:
    found = homogeneous(digits(bookings), 1, poisson_law(9), 5)
    row = (found.mean_wait_min, found.idle_min, found.tardiness_min)
    assert 0.4 * row[0] + 0.2 * row[1] + 0.4 * row[2] == pytest.approx(cost, abs=5e-7)
    for value, known in zip(row, (wait, idle, tardiness), strict=True):
        assert known is None or value == pytest.approx(known, abs=5e-7)


@pytest.mark.parametrize(
    ("bookings", "wait", "cost"),
    [
        ("1110111011", 9.798788, 12.870365),
        ("1101101102", 7.711570, 12.427946),
        ("2" + "01" * 22 + "000", None, 6.922066),
        ("11" + "10" * 22 + "00", None, 6.847167),
    ],
)
def test_the_published_values_of_c4_drop_the_longest_consultations(
    bookings: str, wait: float | None, cost: float
) -> None:
    """From 23 minutes on, where the distribution function is 0.9999; idle minutes are then computed from the mean 9."""
    invited, intervals = sum(digits(bookings)), len(bookings)
    found_wait, tardiness = one_after_the_other(digits(bookings), poisson_law(9)[:23], 5)
    idle = 5 * intervals + tardiness - 9 * invited
    assert 0.4 * found_wait + 0.2 * idle + 0.4 * tardiness == pytest.approx(cost, abs=6e-7)
    assert wait is None or found_wait == pytest.approx(wait, abs=6e-7)
    exact = homogeneous(digits(bookings), 1, poisson_law(9), 5)
    again = one_after_the_other(digits(bookings), poisson_law(9), 5)
    assert again == pytest.approx((exact.mean_wait_min, exact.tardiness_min), abs=1e-10)


def test_the_best_of_all_distributions_of_eight_clients_over_ten_intervals_of_c4() -> None:
    """Beginnings in the order of their cost: the first that is complete is the best of all 24 310."""
    law, invited, intervals = poisson_law(9), 8, 10
    queue: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    while len(queue[0][1]) < intervals:
        _, beginning = heappop(queue)
        rest = invited - sum(beginning)
        for booked in range(rest + 1) if len(beginning) < intervals - 1 else (rest,):
            bookings = (*beginning, booked)
            found = homogeneous(bookings, 1, law, 5)
            # What is idle at the end is known: 50 + tardiness - 72.
            cost = 0.4 * found.waiting_min / invited + 0.2 * found.idle_min
            cost += 0.4 * (found.tardiness_min if len(bookings) == intervals else 22 + found.idle_min)
            heappush(queue, (cost, bookings))
    assert queue[0] == (pytest.approx(12.406409, abs=5e-7), digits("1101101012"))


@pytest.mark.parametrize(
    ("bookings", "wait", "idle", "tardiness"),
    [
        ("111111", 1.872124, 65.792698, 2.792698),
        ("211111", 8.826108, 47.834965, 4.334965),
        ("221111", 17.159768, 33.154543, 9.154543),
        ("211211", 14.106194, 35.484819, 11.484819),
    ],
)
def test_the_no_shows_of_c4(bookings: str, wait: float, idle: float, tardiness: float) -> None:
    found = homogeneous(digits(bookings), 0.65, poisson_law(30), 30)
    row = (found.mean_wait_min, found.idle_min, found.tardiness_min)
    assert row == pytest.approx((wait, idle, tardiness), abs=6e-7)


@pytest.mark.parametrize(
    ("bookings", "interval_min", "wait", "tardiness"),
    [
        ("111111", 60, 1.06, 1.37),
        ("211111", 60, 8.00, 1.48),
        ("111111", 45, 5.17, 7.88),
        ("211111", 45, 15.16, 10.47),
    ],
)
def test_the_talks_of_c4(bookings: str, interval_min: int, wait: float, tardiness: float) -> None:
    found = homogeneous(digits(bookings), 0.65, gamma_law(45, 15), interval_min)
    assert (found.mean_wait_min, found.tardiness_min) == pytest.approx((wait, tardiness), abs=0.005)


@pytest.mark.parametrize(
    ("rate", "ratio", "interval"), [(1, 1, 0.693147), (0.65, 2, 0.402126), (0.65, 5, 1.016136), (0.8, 1, 0.364643)]
)
def test_the_two_clients_of_c4(rate: float, ratio: float, interval: float) -> None:
    best = two_clients_interval(rate, ratio, 1)
    assert best == pytest.approx(interval, abs=5e-7)
    nearby = [two_clients_cost(best + step, rate, ratio, 1) for step in (-1e-3, 0, 1e-3)]
    assert min(nearby) == nearby[1]
    # In minutes of consultations that take 45 of them.
    assert two_clients_interval(rate, ratio, 1, speed=1 / 45) == pytest.approx(45 * best)
    in_minutes = two_clients_cost(45 * best, rate, ratio, 1, speed=1 / 45)
    assert in_minutes == pytest.approx(45 * two_clients_cost(best, rate, ratio, 1))


def test_two_clients_are_invited_at_once_if_waiting_is_cheap() -> None:
    """Domain C.4: at a rate of 0.65 up to a ratio of 0.8284."""
    assert two_clients_interval(0.65, 0.8284, 1) == 0
    assert two_clients_interval(0.65, 0.8285, 1) > 0
    assert two_clients_cost(0, 0.65, 0.5, 1) < two_clients_cost(0.1, 0.65, 0.5, 1)


def test_the_cost_of_two_clients_is_that_of_short_steps() -> None:
    """Exponential lengths of mean 1 as geometric ones of 300 steps."""
    steps, rate = 300, 0.65
    law = np.append(0, (1 - 1 / steps) ** np.arange(12 * steps) / steps)
    found = workload([[rate], [rate]], law, steps // 2)
    waiting = found.waiting_min / steps
    # Paid until the end: the interval, and what is there after it.
    first = workload([[rate]], law, steps // 2)
    paid = 0.5 + first.tardiness_min / steps + rate
    assert 2 * waiting + paid == pytest.approx(two_clients_cost(0.5, rate, 2, 1), abs=5e-3)


@given(
    st.lists(st.lists(st.floats(0.05, 1), max_size=3), min_size=1, max_size=3).filter(lambda b: sum(map(len, b)) <= 4),
    st.sampled_from(((0, 1), (0, 0, 0.5, 0, 0.5), (0.25, 0, 0, 0.5, 0, 0, 0, 0.25))),
    st.integers(1, 5),
)
@settings(max_examples=50)
def test_all_outcomes_give_the_same_workload(bookings: list[list[float]], law: tuple[float, ...], d: int) -> None:
    waits, idle, tardiness = by_brute_force(bookings, np.array(law), d)
    found = workload(bookings, np.array(law), d)
    for of_interval, known in zip(found.waits_min, waits, strict=True):
        assert of_interval == pytest.approx(known, abs=1e-10)
    assert found.idle_min == pytest.approx(idle, abs=1e-10)
    for minutes, chance in enumerate(found.tardiness):
        assert chance == pytest.approx(tardiness.get(minutes, 0.0), abs=1e-10)
    assert max(tardiness) < len(found.tardiness)


@given(st.lists(st.lists(st.floats(0, 1), max_size=4), min_size=1, max_size=6), st.integers(1, 60))
def test_idle_is_what_is_not_worked(bookings: list[list[float]], interval_min: int) -> None:
    law = gamma_law(20, 8)
    found = workload(bookings, law, interval_min)
    shows = sum(map(sum, bookings))
    worked = shows * mean(law)
    assert found.idle_min == pytest.approx(len(bookings) * interval_min + found.tardiness_min - worked, abs=1e-9)
    assert found.tardiness.sum() == pytest.approx(1)
    total = sum(
        p * w
        for booked, waits in zip(bookings, found.waits_min, strict=True)
        for p, w in zip(booked, waits, strict=True)
    )
    assert found.waiting_min == pytest.approx(total)
    assert found.mean_wait_min * shows == pytest.approx(total)


def test_consultations_of_one_interval_are_slots() -> None:
    """Domain C.3, row 2,1,1,2,1,1."""
    found = homogeneous((2, 1, 1, 2, 1, 1), 0.65, np.append(np.zeros(30), 1.0), 30)
    row = (found.waiting_min / 30, found.idle_min / 30, found.tardiness_min / 30)
    assert row == pytest.approx((2.136610 + 0.031864, 1.079002, 0.279002), abs=1e-6)


def test_without_clients_the_day_is_idle() -> None:
    found = workload([[], []], poisson_law(9), 5)
    assert (found.mean_wait_min, found.idle_min, found.tardiness_min) == (0, 10, 0)


@pytest.mark.parametrize("mean_min", [0, 0.3, 9, 45, 300])
def test_a_poisson_law_has_its_mean_and_variance(mean_min: float) -> None:
    law = poisson_law(mean_min)
    assert law.sum() == pytest.approx(1, abs=1e-12)
    assert mean(law) == pytest.approx(mean_min, abs=1e-10)
    assert law @ np.arange(len(law)) ** 2 - mean_min**2 == pytest.approx(mean_min, abs=1e-8)
    assert law[1 if mean_min else 0] == pytest.approx(mean_min * math.exp(-mean_min) or 1)


def test_a_gamma_law_rounds_its_closed_forms() -> None:
    """Exponential, Erlang with nine, four and 625 stages, and the square of a normal number."""
    edges = np.append(1e-300, np.arange(300) + 0.5)
    closed = {
        (10, 10): lambda x: 1 - math.exp(-x / 10),
        (45, 15): lambda x: 1 - math.exp(-x / 5) * sum((x / 5) ** j / math.factorial(j) for j in range(9)),
        (5, 0.2): lambda x: 1 - sum(math.exp(j * math.log(125 * x) - 125 * x - math.lgamma(j + 1)) for j in range(625)),
        (0.5, 0.25): lambda x: 1 - math.exp(-8 * x) * sum((8 * x) ** j / math.factorial(j) for j in range(4)),
        (1, math.sqrt(2)): lambda x: math.erf(math.sqrt(x / 2)),
    }
    for (mean_min, sd_min), below in closed.items():
        law = gamma_law(mean_min, sd_min)
        known = np.diff([below(x) for x in edges])
        shared = min(len(law), len(known))
        assert law[:shared] == pytest.approx(known[:shared], abs=1e-12), mean_min
        assert known[shared:].sum() < 1e-12


@pytest.mark.parametrize(("mean_min", "sd_min"), [(45, 15), (20, 3), (30, 30), (5, 0.2), (480, 90)])
def test_a_gamma_law_has_nearly_its_mean_and_deviation(mean_min: float, sd_min: float) -> None:
    law = gamma_law(mean_min, sd_min)
    assert law.sum() == pytest.approx(1, abs=1e-12)
    assert law.min() >= 0
    assert mean(law) == pytest.approx(mean_min, abs=0.02)
    deviation = math.sqrt(law @ (np.arange(len(law)) - mean(law)) ** 2)
    assert deviation == pytest.approx(sd_min, abs=0.25)


def test_a_gamma_law_may_lie_within_seconds_of_a_border() -> None:
    """Mean 5.5 minutes, deviation 3 s: 12 100 stages."""
    late = 5.5 * 2200
    below = 1 - sum(math.exp(j * math.log(late) - late - math.lgamma(j + 1)) for j in range(12_100))
    assert gamma_law(5.5, 0.05)[5:7] == pytest.approx([below, 1 - below], abs=1e-9)


def test_lengths_and_intervals_are_positive() -> None:
    with pytest.raises(ValueError, match="0"):
        workload([[0.5]], poisson_law(9), 0)
    for wrong in ((0, 1), (1, 0), (-1, 1)):
        with pytest.raises(ValueError, match=r"\(-?\d, -?\d\)"):
            gamma_law(*wrong)
    with pytest.raises(ValueError, match="-1"):
        poisson_law(-1)
