"""Pieces of a plan that are planned anew while a MIP solver runs, and the search of instances of medium size."""

import threading
import time

import pytest
from hypothesis import given, settings

from drawn import crowded_instances, instances
from outreach_optimizer.errors import ModelError
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.build import build as generate_preset
from outreach_optimizer.generate.parameters import Parameters
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import default_prices, prices_of
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver import Progress, guided, solve
from outreach_optimizer.solver.beside import Beside
from outreach_optimizer.solver.dual.ascent import relax
from outreach_optimizer.solver.guided import replanned
from outreach_optimizer.solver.improve import Tell
from outreach_optimizer.solver.pieces import Replan, Replanned
from outreach_optimizer.solver.plans import Accepted, accepted
from proven import agrees_with_brute_force

QUARTER = generate("quarter", 1)
NOBODY_TOLD = Tell(None, 0.0, 0)


def beside_of(plan: Accepted | None, *, replan: Replan = replanned, workers: int = 1) -> Beside:
    prices = default_prices(QUARTER)
    return Beside(relax(QUARTER), replan, workers=workers, seed=1, tell=NOBODY_TOLD, best=plan, prices=prices)


def test_a_plan_gets_better_beside_and_the_end_of_the_block_ends_it(plan: Accepted) -> None:
    beside, threads, begin = beside_of(plan), threading.active_count(), time.monotonic()
    with beside.going(None, until=begin + 300):
        time.sleep(25)
    assert time.monotonic() - begin < 35
    assert threading.active_count() == threads
    assert beside.best is not None
    assert beside.best.report.objective_micro < plan.report.objective_micro
    assert accepted(QUARTER, beside.best.schedule) is not None


@pytest.mark.parametrize("workers", [0, 1])
def test_without_a_plan_or_a_worker_nothing_is_done(plan: Accepted, workers: int) -> None:
    empty = accepted(generate("tiny", 1), Schedule())
    known = plan if workers == 0 else empty
    beside = beside_of(known, workers=workers)
    with beside.going(None, until=time.monotonic() + 60):
        assert not [thread for thread in threading.enumerate() if thread.name == "beside"]
    assert beside.best is known


def _breaks(instance: Instance, schedule: Schedule, time_limit_s: float, seed: int) -> Replanned:
    raise ValueError(f"planned {len(schedule.duties)} of {instance.name}: {time_limit_s}, {seed}")


def test_what_fails_beside_is_not_lost(plan: Accepted) -> None:
    with (
        pytest.raises(ModelError, match="ValueError: planned"),
        beside_of(plan, replan=_breaks).going(None, until=time.monotonic() + 60),
    ):
        time.sleep(10)


@given(instances(without=("overbooking", "expected")) | crowded_instances())
@settings(max_examples=25)
def test_a_draft_before_the_model_leaves_the_optimum_what_it_is(problem: Instance) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guided, "MEDIUM", 0)
        agrees_with_brute_force(problem)


def test_an_instance_of_medium_size_soon_has_a_plan_and_then_a_good_one() -> None:
    problem = generate_preset("quarter", 2, Parameters(clients=280, days=60))
    assert guided.MEDIUM <= len(relax(problem).prepared.client) <= guided.LARGE
    told = list[Progress]()
    result = solve(problem, workers=2, time_limit_s=40, on_progress=told.append)
    assert result.schedule is not None
    assert result.objective_min is not None
    first = next(progress for progress in told if progress.objective_min is not None)
    certified = bound(problem, prices_of(problem, result.schedule.certificate)).micro / 1e6
    assert first.seconds < 20
    assert first.objective_min is not None
    assert result.objective_min <= first.objective_min
    assert certified <= result.bound_min <= result.objective_min
    assert first.objective_min < 1.15 * certified
    assert result.objective_min < 1.05 * certified
