import json

import pytest

from outreach_optimizer.scenarios.figures import Interval, Saying, Solved
from outreach_optimizer.scenarios.solving import (
    Attempt,
    Effort,
    Solver,
    Store,
    further_s,
    saving_of,
    search_key,
    verdict_of,
)
from villages import helped

STEP = Saying(code="variant")


def attempt(bound: float | None, objective: float | None, gaps: tuple[tuple[float, float], ...] = ()) -> Attempt:
    solved = Solved(status="FEASIBLE", objective_min=objective, bound_min=bound, gap=None, seconds=10, sha256="0" * 64)
    return Attempt(helped(), solved, None, None, gaps)


def test_a_difference_lies_between_the_bounds_crosswise() -> None:
    assert saving_of(attempt(90, 100), attempt(70, 80)) == Interval(low=10, high=30)
    assert saving_of(attempt(90, 100), attempt(None, 80)) is None
    assert saving_of(attempt(90, None), attempt(70, 80)) is None


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (1, 2, "better"),
        (-2, -1, "worse"),
        (0, 0, "same"),
        (-1, 1, "not_decided"),
        (0, 1, "not_decided"),
        (-1, 0, "not_decided"),
    ],
)
def test_a_sign_is_claimed_only_where_zero_lies_outside(low: float, high: float, verdict: str) -> None:
    assert verdict_of(Interval(low=low, high=high)) == verdict


def test_without_an_interval_nothing_is_decided() -> None:
    assert verdict_of(None) == "not_decided"


def test_further_time_follows_from_how_gaps_have_shrunk() -> None:
    halving = ((1.0, 80.0), (2.0, 40.0), (4.0, 20.0), (8.0, 10.0))
    before, after = attempt(90, 100, halving), attempt(85, 95, halving)
    saving = saving_of(before, after)
    # Width 20, difference of the plans 5: gaps must shrink to a quarter, which takes four times as long in all.
    assert further_s(before, after, saving) == pytest.approx(60)
    stuck = ((1.0, 10.0), (8.0, 10.0))
    assert further_s(attempt(90, 100, stuck), after, saving) == pytest.approx(20 * (4**4 - 1))


def test_further_time_is_not_guessed_where_it_is_decided_or_plans_cost_the_same() -> None:
    assert further_s(attempt(90, 100), attempt(50, 60), Interval(low=30, high=50)) is None
    alike = attempt(90, 100)
    assert further_s(alike, alike, saving_of(alike, alike)) is None
    assert further_s(attempt(None, None), alike, None) is None
    assert further_s(attempt(1, None), alike, Interval(low=-1, high=1)) is None


def test_the_name_of_a_search_depends_on_everything_that_matters() -> None:
    effort = Effort(time_limit_s=20, workers=1, seed=0)
    other = helped().replace(name="other")
    keys = [
        search_key(helped(), effort),
        search_key(other, effort),
        *(search_key(helped(), effort._replace(**{name: 3})) for name in ("time_limit_s", "workers", "seed")),
    ]
    assert len(set(keys)) == len(keys)
    assert search_key(helped(), effort) == keys[0]


def test_what_is_stored_is_used_and_told_to_be_reused() -> None:
    kept: dict[str, str] = {}
    effort = Effort(time_limit_s=20, workers=1, store=Store(kept.get, kept.__setitem__))
    first = Solver(effort).attempt(helped(), STEP)
    again = Solver(effort).attempt(helped(), STEP)
    assert (first.solved.reused, again.solved.reused) == (False, True)
    assert again.schedule == first.schedule
    assert again.solved == first.solved.replace(reused=True)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-20],
        lambda text: json.dumps(json.loads(text) | {"objective_min": 1.0}),
        lambda text: json.dumps(json.loads(text) | {"bound_min": 1.0}),
        lambda text: json.dumps(json.loads(text) | {"bound_min": 1e9}),
        lambda text: json.dumps(json.loads(text) | {"key": "another"}),
        lambda text: json.dumps(json.loads(text) | {"schedule": {"duties": [], "appointments": []}}),
    ],
    ids=["cut off", "wrong objective", "no proof", "impossible bound", "of another search", "another plan"],
)
def test_what_was_damaged_is_searched_anew(damage: object) -> None:
    kept: dict[str, str] = {}
    effort = Effort(time_limit_s=20, workers=1, store=Store(kept.get, kept.__setitem__))
    first = Solver(effort).attempt(helped(), STEP)
    (key,) = kept
    kept[key] = damage(kept[key])  # type: ignore[operator]
    again = Solver(effort).attempt(helped(), STEP)
    assert not again.solved.reused
    assert again.solved.objective_min == first.solved.objective_min


def test_the_same_instance_is_searched_once() -> None:
    solver = Solver(Effort(time_limit_s=20, workers=1))
    assert solver.attempt(helped(), STEP) is solver.attempt(helped(), STEP, part=0.5), "a proof holds for any time"
    assert solver.steps == 1
