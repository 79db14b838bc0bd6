"""Lines of clients: the tables of domain C.3, all outcomes played through, identities."""

import itertools
import math
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.showup.counts import mean, shows_pmf
from outreach_optimizer.showup.slots import Line, figures, line, waits

Bookings = list[list[float]]


class Played(NamedTuple):
    """Expectations from all outcomes."""

    left: list[float]
    idle: list[float]
    waits: list[list[float]]
    overtime: dict[int, float]


def outcomes(bookings: Bookings) -> Iterator[tuple[float, list[list[bool]]]]:
    """All that can happen, with probability."""
    everybody = [rate for booked in bookings for rate in booked]
    for shows in itertools.product((False, True), repeat=len(everybody)):
        remaining = iter(shows)
        chance = math.prod(rate if came else 1 - rate for rate, came in zip(everybody, shows, strict=True))
        yield chance, [[next(remaining) for _ in booked] for booked in bookings]


def by_brute_force(bookings: Bookings, servers: Sequence[int], times: Sequence[float], after: int) -> Played:
    """Play the line for each outcome; those of a slot who come share the places of their slot evenly."""
    played = Played([0.0] * len(servers), [0.0] * len(servers), [[0.0] * len(booked) for booked in bookings], {})
    for chance, shows in outcomes(bookings):
        queue: deque[int] = deque()
        waited: list[list[float]] = [[] for _ in bookings]

        def serve(number: int, now: float, queue: deque[int] = queue, waited: list[list[float]] = waited) -> int:
            served = min(number, len(queue))
            for _ in range(served):
                slot = queue.popleft()
                waited[slot].append(now - times[slot])
            return served

        for t, came in enumerate(shows):
            queue.extend([t] * sum(came))
            played.idle[t] += chance * (servers[t] - serve(servers[t], times[t]))
            played.left[t] += chance * len(queue)
        length = 0
        while queue:
            serve(after, times[-1] + length * (times[-1] - times[-2]))
            length += 1
        played.overtime[length] = played.overtime.get(length, 0.0) + chance
        for t, came in enumerate(shows):
            for person, comes in enumerate(came):
                if comes:
                    played.waits[t][person] += chance / bookings[t][person] * sum(waited[t]) / len(waited[t])
    return played


def homogeneous(bookings: str, servers: int = 1, rate: float = 0.65) -> Line:
    return line([[rate] * int(booked) for booked in bookings], [servers] * len(bookings))


def draw_rates(most: int) -> st.SearchStrategy[Bookings]:
    people = st.lists(st.floats(0.01, 1), max_size=4)
    return st.lists(people, min_size=1, max_size=5).filter(lambda bookings: sum(map(len, bookings)) <= most)


@pytest.mark.parametrize(
    ("bookings", "waiting", "waiting_after", "idle", "overtime"),
    [
        ("111111", 0, 0, 2.1, 0),
        ("211110", 1.067079, 0, 2.1, 0),
        ("211111", 1.116101, 0, 1.499022, 0.049022),
        ("211211", 2.136610, 0.031864, 1.079002, 0.279002),
        ("221111", 2.717460, 0.031864, 1.010230, 0.210230),
        ("212121", 3.309856, 0.183758, 0.781564, 0.631564),
        ("221211", 3.995354, 0.168514, 0.689989, 0.539989),
        ("121212", 2.678291, 0.265547, 0.995809, 0.845809),
    ],
)
def test_the_table_of_c3(bookings: str, waiting: float, waiting_after: float, idle: float, overtime: float) -> None:
    found = homogeneous(bookings)
    row = (found.waiting, found.waiting_after, sum(found.idle), found.overtime)
    assert row == pytest.approx((waiting, waiting_after, idle, overtime), abs=5e-7)
    # One caseworker sees everybody who is left one after the other.
    last = found.left[-1]
    assert found.waiting_after == pytest.approx(float(last @ [q * (q - 1) / 2 for q in range(len(last))]), abs=1e-12)
    assert found.overtime_pmf == pytest.approx(last)


def test_the_pooled_and_the_separate_lines_of_c3() -> None:
    pooled, lanes = homogeneous("323222", 2), (homogeneous("211111"), homogeneous("112111"))
    found = (pooled.waiting, sum(pooled.idle), pooled.overtime)
    assert found == pytest.approx((1.025266, 2.934761, 0.034761), abs=5e-7)
    separate = (sum(lane.waiting for lane in lanes), sum(sum(lane.idle) for lane in lanes))
    assert separate == pytest.approx((2.107762, 3.065051), abs=5e-7)
    assert sum(lane.overtime for lane in lanes) == pytest.approx(0.165051, abs=5e-7)


def test_the_orders_of_c5() -> None:
    people = (0.45, 0.55, 0.6, 0.6, 0.65, 0.75, 0.85)
    found = []
    for pair in itertools.combinations(range(7), 2):
        for others in set(itertools.permutations(people[k] for k in range(7) if k not in pair)):
            one = line([[people[k] for k in pair], *([rate] for rate in others)], [1] * 6)
            assert sum(one.idle) == pytest.approx(1.586921, abs=5e-7)
            assert one.overtime == pytest.approx(0.036921, abs=5e-7)
            waiting = one.waiting + one.waiting_after
            found.append((waiting + 2 * sum(one.idle) + 2 * one.overtime, one.waiting, [people[k] for k in pair]))
    assert min(found) == (pytest.approx(3.871055, abs=5e-7), pytest.approx(0.623372, abs=5e-7), [0.45, 0.55])
    assert max(found) == (pytest.approx(4.816325, abs=5e-7), pytest.approx(1.568642, abs=5e-7), [0.75, 0.85])


@given(draw_rates(8), st.data())
@settings(max_examples=60)
def test_all_outcomes_give_the_same_figures(bookings: Bookings, data: st.DataObject) -> None:
    servers = data.draw(st.lists(st.integers(0, 3), min_size=len(bookings), max_size=len(bookings)))
    after = data.draw(st.integers(1, 3))
    lengths = data.draw(st.lists(st.sampled_from((20, 30, 75)), min_size=len(bookings), max_size=len(bookings)))
    times = [sum(lengths[:t]) for t in range(len(bookings) + 1)]
    played = by_brute_force(bookings, servers, times, after)
    found = figures(bookings, servers, times, after)
    assert [mean(pmf) for pmf in found.line.left] == pytest.approx(played.left, abs=1e-10)
    assert found.line.idle == pytest.approx(played.idle, abs=1e-10)
    for of_slot, known in zip(found.waits, played.waits, strict=True):
        assert of_slot == pytest.approx(known, abs=1e-10)
    for length, chance in enumerate(found.line.overtime_pmf):
        assert chance == pytest.approx(played.overtime.get(length, 0.0), abs=1e-10)


def test_all_outcomes_of_ten_people_give_the_same_figures() -> None:
    bookings = [[0.9, 0.35, 0.5], [0.65, 0.2], [1.0], [0.75, 0.6, 0.45], [0.8]]
    servers, times = [1, 2, 0, 1, 2], [0, 30, 60, 90, 120, 150]
    played = by_brute_force(bookings, servers, times, 2)
    found = figures(bookings, servers, times)
    assert [mean(pmf) for pmf in found.line.left] == pytest.approx(played.left, abs=1e-10)
    assert found.line.idle == pytest.approx(played.idle, abs=1e-10)
    assert [*itertools.chain(*found.waits)] == pytest.approx([*itertools.chain(*played.waits)], abs=1e-10)


@given(draw_rates(20), st.integers(1, 4))
def test_the_identities_hold(bookings: Bookings, servers: int) -> None:
    slots = len(bookings)
    found = figures(bookings, [servers] * slots, range(slots + 1))
    everybody = [rate for booked in bookings for rate in booked]
    one = found.line
    assert servers * slots - sum(one.idle) + one.overtime == pytest.approx(sum(everybody), abs=1e-10)
    waited = sum(
        rate * wait
        for booked, of_slot in zip(bookings, found.waits, strict=True)
        for rate, wait in zip(booked, of_slot, strict=True)
    )
    assert waited == pytest.approx(one.waiting + one.waiting_after, abs=1e-10)
    assert found.shows == pytest.approx(shows_pmf(everybody), abs=1e-12)
    assert one.overtime_pmf.sum() == pytest.approx(1)
    alone = line(bookings, [servers] * slots)
    assert alone.idle == pytest.approx(one.idle, abs=1e-12)
    assert all(mine == pytest.approx(other, abs=1e-12) for mine, other in zip(alone.left, one.left, strict=True))


@given(draw_rates(16), draw_rates(16))
def test_together_nobody_waits_longer_than_in_separate_lanes(one: Bookings, other: Bookings) -> None:
    pairs = list(itertools.zip_longest(one, other, fillvalue=[]))
    lanes = [line([pair[k] for pair in pairs], [1] * len(pairs)) for k in (0, 1)]
    pooled = line([[*mine, *yours] for mine, yours in pairs], [2] * len(pairs))
    assert pooled.waiting <= sum(lane.waiting for lane in lanes) + 1e-9
    assert pooled.waiting + pooled.waiting_after <= sum(lane.waiting + lane.waiting_after for lane in lanes) + 1e-9
    assert sum(pooled.idle) <= sum(sum(lane.idle) for lane in lanes) + 1e-9


@given(draw_rates(12), st.integers(1, 3))
def test_who_is_more_likely_to_come_waits_less_than_those_invited_with_them(bookings: Bookings, servers: int) -> None:
    found = waits(bookings, [servers] * len(bookings), range(len(bookings) + 1))
    for booked, of_slot in zip(bookings, found, strict=True):
        by_rate = [wait for _, wait in sorted(zip(booked, of_slot, strict=True), reverse=True)]
        assert all(early <= late + 1e-9 for early, late in itertools.pairwise(by_rate))


def test_after_the_last_slot_a_full_crew_serves_unless_said_otherwise() -> None:
    bookings, servers = [[1.0] * 5, [1.0]], [2, 1]
    assert line(bookings, servers).overtime_pmf == pytest.approx([0, 0, 1])
    assert line(bookings, servers, 1).overtime_pmf[3] == pytest.approx(1)
    assert line(bookings, servers, 3).overtime_pmf == pytest.approx([0, 1])
    assert line(bookings, [0, 0]).overtime_pmf[6] == pytest.approx(1)
    assert line(bookings, servers, 1).waiting_after == pytest.approx(0 + 1 + 2)


def test_slots_after_the_last_are_as_long_as_the_last() -> None:
    found = waits([[1.0], [1.0] * 3], [1, 1], [0, 20, 50])
    assert found == [[0], pytest.approx([(0 + 30 + 60) / 3] * 3)]


def test_a_slot_that_nobody_is_invited_to_is_idle_if_nobody_waits() -> None:
    found = figures([[], [0.5, 0.5], []], [1, 1, 1], [0, 10, 20, 30])
    assert found.line.idle == pytest.approx((1, 0.25, 0.75))
    assert found.waits == [[], pytest.approx([2.5, 2.5]), []]
    nobody = figures([[], []], [2, 0], [0, 10, 20])
    assert (nobody.waits, nobody.line.idle, nobody.line.waiting_after) == ([[], []], (2, 0), 0)


def test_rates_can_be_arrays() -> None:
    listed, arrays = [[0.5, 0.25], [0.75]], [np.array([0.5, 0.25]), np.array([0.75])]
    assert waits(listed, [1, 1], [0, 1, 2]) == waits(arrays, [1, 1], [0, 1, 2])


def test_slots_servers_and_times_fit_together() -> None:
    with pytest.raises(ValueError, match="2 times for 2 slots"):
        figures([[0.5], [0.5]], [1, 1], [0, 10])
    with pytest.raises(ValueError, match="shorter"):
        figures([[0.5], [0.5]], [1], [0, 10, 20])
    with pytest.raises(ValueError, match="shorter"):
        line([[0.5], [0.5]], [1])
