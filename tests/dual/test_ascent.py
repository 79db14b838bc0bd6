"""The relaxation in floating point: its bound, its subgradient, and prices that rise."""

import random
import time

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drawn import crowded_instances, instances, wanted_instances
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import certificate_of, prices_of
from outreach_optimizer.solver.dual.ascent import Relaxed, ascend, first_point, look, prices_at, relax, whole_months
from outreach_optimizer.solver.dual.one_by_one import CREWS
from outreach_optimizer.solver.dual.routes import Months
from outreach_optimizer.solver.dual.volume import Point

SEEDS = st.integers(0, 10**6)
MINUTE = 1e6
PROBLEMS = instances(without=("budget", "overbooking")) | crowded_instances() | wanted_instances()


def drawn_point(relaxed: Relaxed, rng: random.Random, months: Months | None) -> Point:
    """Whole prices that the ascent could reach: of limits not negative, of clients at most what they cost uninvited."""
    chosen = relaxed.routes.chosen if months is None else relaxed.prepared.offered >= 0
    plain = first_point(relaxed)

    def noise(shape: tuple[int, ...], low: int) -> np.ndarray:
        return np.array([rng.randint(low, 60) * MINUTE for _ in range(int(np.prod(shape)))]).reshape(shape)

    return Point(
        np.minimum(plain.clients + noise(plain.clients.shape, -60), relaxed.facts.out),
        np.where(chosen, np.rint(plain.duties) + noise(plain.duties.shape, -60), np.rint(plain.duties)),
        np.where(np.isfinite(relaxed.limits), noise(plain.workers.shape, 0), 0.0),
    )


def every_crew_is_looked_at(relaxed: Relaxed) -> bool:
    columns = relaxed.prepared.offered.shape[1]
    held = np.flatnonzero(relaxed.facts.most > 0)
    return set(held) <= set(relaxed.prepared.few) and columns * (columns + 1) // 2 <= CREWS


def seats_suffice(relaxed: Relaxed) -> bool:
    """Whether everybody who wants to meet one caseworker can."""
    prepared, columns = relaxed.prepared, relaxed.prepared.offered.shape[1]
    wanted = np.where(prepared.alone >= 0, prepared.alone, prepared.own)
    some = wanted >= 0
    key = prepared.session[some] * columns + wanted[some]
    slots = np.bincount(key, weights=prepared.slots[some], minlength=prepared.offered.size)
    return bool((slots.reshape(prepared.offered.shape) <= prepared.seats[:, None]).all())


@given(PROBLEMS, SEEDS, st.booleans())
def test_the_bound_is_never_above_the_certified_one(problem: Instance, seed: int, whole: bool) -> None:
    """Where crews are looked at one by one, slots with a caseworker have no price, and all count that there are.

    The certificate prices them at one price for all crews, so it may be lower there.
    """
    relaxed = relax(problem)
    months = whole_months(relaxed) if whole else None
    point = drawn_point(relaxed, random.Random(seed), months)  # noqa: S311 - no secret
    certified = sum(bound(problem, prices_at(relaxed, point, 0.0)))
    assert look(relaxed, point, one_by_one=False, months=months).bound <= certified + 1
    if every_crew_is_looked_at(relaxed) and seats_suffice(relaxed):
        assert look(relaxed, point, months=months).bound <= certified + 1


@given(PROBLEMS, SEEDS, st.booleans())
def test_the_slope_is_a_subgradient(problem: Instance, seed: int, whole: bool) -> None:
    """The bound is concave: nowhere is it above any of its tangents."""
    relaxed, rng = relax(problem), random.Random(seed)  # noqa: S311 - no secret
    assume(every_crew_is_looked_at(relaxed))
    months = whole_months(relaxed) if whole else None
    points = [first_point(relaxed), *(drawn_point(relaxed, rng, months) for _ in range(4))]
    outcomes = [look(relaxed, point, months=months) for point in points]
    for here, at in zip(outcomes, points, strict=True):
        for there, other in zip(outcomes, points, strict=True):
            moved = [
                np.subtract(new, old, where=np.isfinite(old), out=np.zeros_like(old))
                for new, old in zip(other, at, strict=True)
            ]
            along = sum(float((slope * move).sum()) for slope, move in zip(here.slope, moved, strict=True))
            assert there.bound <= here.bound + along + 1


@given(PROBLEMS, SEEDS, st.booleans())
def test_one_step_along_the_slope_raises_the_bound_where_it_is_smooth(
    problem: Instance, seed: int, whole: bool
) -> None:
    """Finite differences: the bound between two points close together follows the slope, if both have the same."""
    relaxed, rng = relax(problem), random.Random(seed)  # noqa: S311 - no secret
    assume(every_crew_is_looked_at(relaxed))
    months = whole_months(relaxed) if whole else None
    at = drawn_point(relaxed, rng, months)
    here = look(relaxed, at, months=months)
    close = Point(*(price + 1e-3 * slope for price, slope in zip(at, here.slope, strict=True)))
    there = look(relaxed, close, months=months)
    same = all((one == other).all() for one, other in zip(here.slope, there.slope, strict=True))
    if same:
        norm = sum(float((slope * slope).sum()) for slope in here.slope)
        assert there.bound - here.bound == pytest.approx(1e-3 * norm, abs=1e-4)


@pytest.mark.parametrize("preset", ["tiny", "month"])
def test_prices_rise_towards_the_optimum(preset: str) -> None:
    problem = generate(preset, 1)
    relaxed, told = relax(problem), list[float]()
    start = look(relaxed, first_point(relaxed)).bound
    found = ascend(relaxed, until=time.monotonic() + 60, steps=100, on_better=told.append)
    assert told == sorted(told)
    assert told[-1] == found.bound
    certified = bound(problem, prices_at(relaxed, found.point, 0.0)).micro
    # Crews that are not looked at may make a difference, guests who are cut in two hardly any.
    assert certified == pytest.approx(found.bound, rel=1e-3)
    assert certified > start
    assert found.steps == 100


def test_an_ascent_goes_on_where_an_earlier_one_ended() -> None:
    relaxed = relax(generate("tiny", 1))
    first = ascend(relaxed, until=time.monotonic() + 60, steps=30)
    again = ascend(relaxed, until=time.monotonic() + 60, steps=30, start=first.point)
    assert first.bound <= again.bound


def test_without_time_the_first_point_is_the_best() -> None:
    relaxed = relax(generate("tiny", 1))
    found = ascend(relaxed, until=0.0, steps=30)
    assert found.steps == 1
    assert found.bound == look(relaxed, first_point(relaxed)).bound


def test_whole_months_certify_more_where_minutes_are_short() -> None:
    problem = generate("month", 19)
    relaxed = relax(problem)
    daily, whole = (
        ascend(relaxed, until=time.monotonic() + 60, steps=300, target=19_700 * MINUTE, months=months)
        for months in (None, whole_months(relaxed))
    )
    certified = []
    for found in (daily, whole):
        budget = look(relaxed, found.point).held.budget
        certified.append(bound(problem, prices_at(relaxed, found.point, budget)).micro)
    assert certified[1] > certified[0]
    assert certified[1] == pytest.approx(whole.bound, rel=1e-4)
    read = prices_of(problem, certificate_of(problem, prices_at(relaxed, whole.point, budget)))
    assert bound(problem, read).micro == certified[1]


def test_often_is_what_steps_hold_and_with_whom() -> None:
    problem = generate("month", 1)
    relaxed = relax(problem)
    often = ascend(relaxed, until=time.monotonic() + 60, steps=200).often
    assert often is not None
    assert ((often.held >= 0) & (often.held <= 1 + 1e-9)).all()
    sizes = often.duties.sum(axis=1)
    assert (sizes >= often.held * relaxed.prepared.least - 1e-9).all()
    assert (sizes <= often.held * relaxed.prepared.most + 1e-9).all()
    assert often.held.sum() > 1
