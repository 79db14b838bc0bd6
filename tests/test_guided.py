"""The search led by prices: parts, what they prove of the whole, two engines, certificates and progress."""

import math
import time
from itertools import pairwise

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from brute import cheapest_schedule
from drawn import crowded_instances, instances, overbooked_instances
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance, Pins
from outreach_optimizer.model.build import build
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import prices_of
from outreach_optimizer.solver import Progress, Status, solve
from outreach_optimizer.solver.coarse import Ends
from outreach_optimizer.solver.dual.ascent import first_point, relax
from outreach_optimizer.solver.dual.reduce import kept, regret
from outreach_optimizer.solver.guided import LARGEST_SHARE
from outreach_optimizer.solver.rounds import Effort, attempts, search
from proven import agrees_with_brute_force
from tiny import caseworker, client, day, instance, only, session, site, table

PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking, which would try all schedules of thousands of instances."""
SOON = 1e-9
"""Steps of CP-SAT after which a MIP solver goes on: hardly any."""


def effort(*, workers: int = 1, time_limit_s: float = 60) -> Effort:
    return Effort(time.monotonic(), time_limit_s, workers, 1, None, None)


# Parts


@pytest.mark.parametrize(
    ("ends", "of_part", "of_whole"),
    [
        (Ends(), 7, 7),
        (Ends(least_micro=9), 7, 9),
        (Ends(least_micro=5, elsewhere_micro=8), 7, 7),
        (Ends(least_micro=5, elsewhere_micro=6), 7, 6),
        (Ends(least_micro=5, elsewhere_micro=6), 3, 5),
    ],
)
def test_the_bound_of_a_part_counts_up_to_what_is_elsewhere(ends: Ends, of_part: int, of_whole: int) -> None:
    assert ends.of_part(of_part) == of_whole


def owed(load: int, priorities: tuple[float, ...], **fields: object) -> Instance:
    """A session that is owed and needs guests, who live far away and are hardly worth an invitation."""
    names = [f"c{number}" for number in range(len(priorities))]
    plain = {
        "sites": (site("near"), site("far", min_sessions=1)),
        "sessions": (session("am", "near"), session("out", "far", on=1)),
        "caseworkers": (caseworker("w1"), caseworker("w2")),
        "clients": tuple(client(name, priority=worth) for name, worth in zip(names, priorities, strict=True)),
        "travel": only(
            table("clients", ["near", "far"], dict.fromkeys(names, (5, 60))),
            table("offices", ["near", "far"], {"base": (1, 1)}),
        ),
        "rules": {"min_crew": 1, "walk_in_reserve": 0, "min_load": load},
    }
    return instance(**plain | fields)


def test_a_part_without_a_plan_is_widened_until_it_has_one() -> None:
    """The relaxation does not know that the session needs three guests, so that the first part has too few."""
    problem = owed(3, (0.02, 0.02, 0.02, 0.02))
    relaxed = relax(problem)
    found = regret(relaxed, first_point(relaxed))
    part = kept(relaxed, found, LARGEST_SHARE * found.bound)
    assert part.pair[:, 1].sum() < 3, "the first part is enough, so that nothing is tried here"
    agrees_with_brute_force(problem)


@pytest.mark.parametrize(
    "problem",
    [
        owed(5, (1, 1, 1, 1)),
        owed(1, (1, 1), caseworkers=(caseworker("w1", absent=(day(1),)),)),
        owed(1, (1, 1), rules={"min_crew": 1, "walk_in_reserve": 0, "max_sessions": 0}),
    ],
    ids=["too few guests", "nobody on duty", "no budget"],
)
def test_where_no_part_has_a_plan_everything_is_searched_and_infeasible(problem: Instance) -> None:
    result = solve(problem, workers=1, time_limit_s=60)
    assert result.status is Status.INFEASIBLE
    assert not result.interrupted
    assert sum(result.seconds.values()) < 30


@given(
    instances(always=("frequency", "spacing"), without=("overbooking", "expected"))
    | instances(always=("household", "load"), without=("overbooking", "expected"))
    | instances(always=("budget", "published"), without=("overbooking", "expected"))
    | instances(always=("rhythm", "max_duties", "rest"), without=("overbooking", "expected"))
)
@settings(max_examples=80, phases=PHASES)
def test_parts_prove_the_optimum_of_brute_force(problem: Instance) -> None:
    agrees_with_brute_force(problem)


@given(instances(without=("overbooking", "expected")) | crowded_instances(), st.data())
@settings(max_examples=60, phases=PHASES)
def test_pins_are_in_every_part(problem: Instance, data: st.DataObject) -> None:
    """Pinned is what another price list would have planned, which is dear here."""
    other = problem.replace(
        weights=problem.weights.replace(uninvited=500, client_travel=0, staff_travel=0, session_setup=0, lateness=0)
    )
    best = cheapest_schedule(other)
    assume(best is not None and best[1].appointments)
    assert best is not None
    posted = data.draw(st.lists(st.sampled_from(best[1].appointments), max_size=2, unique=True))
    duties = data.draw(st.lists(st.sampled_from(best[1].duties), max_size=2, unique=True))
    agrees_with_brute_force(problem.replace(pins=Pins(duties=tuple(duties), appointments=tuple(posted))))


# Engines


@given(instances(without=("overbooking", "expected")) | crowded_instances())
@settings(max_examples=60, phases=PHASES)
def test_where_cp_sat_has_no_time_the_other_engine_proves_the_optimum(problem: Instance) -> None:
    """Cuts included: what cannot be seated is cut off and the engine starts again."""
    best, model, least = cheapest_schedule(problem), build(problem), effort()
    found = search(model, attempts(model, least, None, until_s=60, cp_sat_s=SOON), None, 1)
    assert found.infeasible == (best is None)
    assert (found.best is None) == (best is None)
    if best is not None and found.best is not None:
        assert found.best.report.objective_micro - best[0] <= max(1, best[0] // 10**9)
        assert found.bound_micro <= best[0]


def test_runs_of_both_engines_are_joined() -> None:
    """CP-SAT is cut off on a month, a MIP solver proves it: the plan is the proven one."""
    problem = generate("month", 1)
    relaxed = relax(problem)
    found = regret(relaxed, first_point(relaxed))
    model = build(problem, kept=kept(relaxed, found, math.inf))
    cut_off, short = attempts(model, effort(), None, until_s=0.2), effort(time_limit_s=60)
    rough = cut_off(None)
    joined = attempts(model, short, None, until_s=60, cp_sat_s=0.05)(None)
    assert rough.status is not Status.OPTIMAL
    assert joined.status is Status.OPTIMAL
    assert joined.objective_micro == joined.bound_micro
    assert joined.objective_micro is not None
    assert rough.objective_micro is None or rough.objective_micro >= joined.objective_micro


# What is told and what is proven


PROBLEMS = instances() | crowded_instances() | overbooked_instances()


@given(PROBLEMS, st.sampled_from((0.0, 0.3, 5)))
@settings(max_examples=80)
def test_every_plan_carries_a_certificate_that_does_not_claim_more_than_the_proof(
    problem: Instance, time_limit_s: float
) -> None:
    result = solve(problem, workers=1, time_limit_s=time_limit_s)
    if result.schedule is None:
        return
    assert result.schedule.certificate is not None
    assert result.report is not None
    certified = bound(problem, prices_of(problem, result.schedule.certificate)).micro
    assert 0 <= certified <= result.report.objective_micro
    overbooked = any(problem.overbooking_of(session) != "none" for session in problem.sessions)
    assert result.bound_min is not None
    assert overbooked or certified <= round(1e6 * result.bound_min)


@pytest.mark.parametrize("preset", ["tiny", "month"])
def test_the_certificate_of_a_proven_plan_is_close(preset: str) -> None:
    problem = generate(preset, 1)
    result = solve(problem, workers=2, time_limit_s=60)
    assert result.status is Status.OPTIMAL
    assert result.schedule is not None
    assert result.report is not None
    certified = bound(problem, prices_of(problem, result.schedule.certificate)).micro
    assert certified >= 0.995 * result.report.objective_micro


@given(instances(without=("overbooking",)) | crowded_instances())
@settings(max_examples=60)
def test_no_bound_that_is_told_is_above_the_cost_of_the_plan(problem: Instance) -> None:
    told: list[Progress] = []
    result = solve(problem, workers=1, time_limit_s=10, on_progress=told.append)
    for earlier, later in pairwise(told):
        assert earlier.bound_min is not None
        assert later.bound_min is not None
        assert 0 <= earlier.bound_min <= later.bound_min
    if result.objective_min is not None and result.bound_min is not None:
        assert told
        assert (told[-1].bound_min or 0) <= result.bound_min <= result.objective_min


def test_time_for_building_is_counted_by_itself() -> None:
    result = solve(generate("tiny", 1), workers=1, time_limit_s=30)
    assert set(result.seconds) == {"build", "solve", "check"}
    assert 0 < result.seconds["build"] < 5
    assert result.seconds["solve"] > 0
