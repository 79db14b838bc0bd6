"""What holds for every instance: plans that the checker accepts, bounds, the optimum of brute force, free options."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from brute import cheapest_schedule
from drawn import EXPECTED, crowded_instances, instances, overbooked_instances
from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance
from outreach_optimizer.solver import Result, Status, solve
from tiny import caseworker, day, session, window


def solved(instance: Instance) -> Result:
    """Result of one worker with a time limit that is never reached."""
    return solve(instance, workers=1, time_limit_s=120)


def agrees_with_brute_force(instance: Instance) -> None:
    best, result = cheapest_schedule(instance), solved(instance)
    if best is None:
        assert result.status is Status.INFEASIBLE
        assert (result.schedule, result.report, result.objective_min, result.gap) == (None, None, None, None)
        return
    assert result.status is Status.OPTIMAL
    assert result.report is not None
    assert result.report.objective_micro == best[0]


@given(instances(without=("expected",)))
@settings(max_examples=80)
def test_the_optimum_is_that_of_brute_force(instance: Instance) -> None:
    agrees_with_brute_force(instance)


@given(crowded_instances())
@settings(max_examples=100)
def test_the_optimum_is_that_of_brute_force_where_sessions_are_hard_to_seat(instance: Instance) -> None:
    agrees_with_brute_force(instance)


@given(overbooked_instances())
@settings(max_examples=100)
def test_the_optimum_is_that_of_brute_force_where_more_are_invited_than_fit(instance: Instance) -> None:
    agrees_with_brute_force(instance)


@given(instances(always=("overbooking", "rates", "risk", "waiting", "attendance"), without=("expected",)))
@settings(max_examples=50)
def test_the_optimum_is_that_of_brute_force_where_rates_count(instance: Instance) -> None:
    agrees_with_brute_force(instance)


@given(overbooked_instances(priced=EXPECTED) | instances(always=("overbooking", "rates", "risk", "expected")))
@settings(max_examples=100)
def test_no_bound_is_above_the_optimum_where_expectations_have_a_price(instance: Instance) -> None:
    """What comes of the arrangement inside a session is bounded from below only: a plan may be best and not proven."""
    best, result = cheapest_schedule(instance), solve(instance, workers=1, time_limit_s=1)
    if best is None:
        assert result.status in {Status.INFEASIBLE, Status.NO_RESULT}
        return
    assert result.report is not None
    assert result.bound_min is not None
    assert round(1_000_000 * result.bound_min) <= best[0] <= result.report.objective_micro
    assert result.status is not Status.OPTIMAL or best[0] == result.report.objective_micro


@given(instances(always=("frequency", "max_duties"), without=("expected",)))
@settings(max_examples=60)
def test_what_was_agreed_with_the_municipalities_is_infeasible_exactly_if_no_schedule_keeps_it(
    instance: Instance,
) -> None:
    agrees_with_brute_force(instance)


@given(instances(), st.sampled_from((1, 2)), st.sampled_from((0.01, 2)))
@settings(max_examples=60)
def test_the_checker_accepts_every_plan_and_no_bound_is_above_it(
    instance: Instance, workers: int, time_limit_s: float
) -> None:
    result = solve(instance, workers=workers, time_limit_s=time_limit_s)
    assert (result.schedule is not None) == (result.status in {Status.OPTIMAL, Status.FEASIBLE})
    if result.schedule is None:
        return
    report = check(instance, result.schedule)
    assert report == result.report
    assert report.violations == ()
    assert result.objective_min == report.objective_min
    assert result.bound_min is not None
    assert result.bound_min <= report.objective_min
    assert (result.status is Status.OPTIMAL) == (result.bound_min == result.objective_min) == (result.gap == 0)
    assert sum(term.cost_min for term in report.terms.values()) == pytest.approx(report.objective_min)
    proof = result.schedule.proof
    assert proof is not None
    assert (proof.status, proof.objective, proof.bound) == (result.status, result.objective_min, result.bound_min)
    invited = set(result.schedule.by_client)
    assert {left.client for left in result.schedule.uninvited} == {client.id for client in instance.clients} - invited


def with_first(instance: Instance, kind: str, **fields: Any) -> Instance:  # noqa: ANN401 - any field of the model
    first, *others = getattr(instance, kind)
    return instance.replace(**{kind: (first.replace(**fields), *others)})


def with_rules(instance: Instance, **fields: Any) -> Instance:  # noqa: ANN401 - any field of the model
    return instance.replace(rules=instance.rules.replace(**fields))


def another_session(instance: Instance) -> Instance:
    offer = session("further", "site0", on=2, start="09:00", end="12:00")
    return instance.replace(sessions=(*instance.sessions, offer))


def another_window_of_a_caseworker(instance: Instance) -> Instance:
    """No windows at all mean any time, so that the first window would take time away."""
    windows = instance.caseworkers[0].windows
    return with_first(instance, "caseworkers", windows=(*windows, window("06:00", "20:00")) if windows else ())


def another_window_of_a_client(instance: Instance) -> Instance:
    """As with caseworkers."""
    windows = instance.clients[0].windows
    return with_first(instance, "clients", windows=(*windows, window("08:00", "16:00")) if windows else ())


def another_caseworker(instance: Instance) -> Instance:
    everything = caseworker("further", skills=("debt", "youth"), languages=("ar",))
    return instance.replace(caseworkers=(*instance.caseworkers, everything))


OPTIONS: dict[str, Callable[[Instance], Instance]] = {
    "another session": another_session,
    "another window of a caseworker": another_window_of_a_caseworker,
    "another window of a client": another_window_of_a_client,
    "another caseworker": another_caseworker,
    "another skill": lambda i: with_first(i, "caseworkers", skills=("debt", "youth"), languages=("ar",)),
    "another desk": lambda i: with_first(i, "sessions", desks=i.sessions[0].desks + 1),
    "another duty": lambda i: with_first(i, "caseworkers", max_duties=9, max_minutes=None),
    "a present caseworker": lambda i: with_first(i, "caseworkers", absent=()),
    "no closure": lambda i: with_first(i, "sites", closures=(), spacing_days=0, max_sessions=None),
    "a ramp": lambda i: with_first(i, "sites", barrier_free=True),
    "a planned site": lambda i: with_rules(i, held_statuses=("open", "planned")),
    "a larger budget": lambda i: with_rules(i, max_sessions=None),
    "longer ways": lambda i: with_rules(i, max_travel_min=120),
    "a smaller crew": lambda i: with_rules(i, min_crew=1),
    "no reserve": lambda i: with_rules(i, walk_in_reserve=0),
    "a smaller load": lambda i: with_rules(i, min_load=0),
    "longer days": lambda i: with_rules(i, max_work_min=900, rest_after_min=900, long_rest_after_min=900),
    "a letter more": lambda i: i.replace(posting_days=(*i.posting_days, day(-12)) if i.posting_days else ()),
}
"""Changes after which every schedule that was allowed is still allowed and costs no more.

Each only takes a condition away from a rule, or adds somebody or something that a plan may leave unused.
"""
UNPRICED = {"another caseworker": ("staff_balance",), "a ramp": ("client_excess",)}
"""Terms that look at what is offered and not used, so that the option is not free unless their weight is 0.

`staff_balance` compares with the caseworker who has the fewest duties. `client_excess` measures against the nearest
site that suits the client: a ramp there moves the yardstick (opening a site does not).
"""


@given(st.sampled_from(sorted(OPTIONS)), instances(without=("frequency", "expected", "attendance")))
@settings(max_examples=150)
def test_an_option_never_makes_the_best_plan_worse(option: str, instance: Instance) -> None:
    """Sites owe no minimum here: opening a planned site with one would be an obligation, not an option.

    Nor do rates depend on letters: with another posting day more people come, which may be too many.
    """
    blind = instance.weights.replace(**dict.fromkeys(UNPRICED.get(option, ()), 0))
    before = instance.replace(weights=blind)
    after = OPTIONS[option](before)
    assume(after != before)
    with_option, without_option = solved(after), solved(before)
    assert with_option.status is without_option.status is Status.OPTIMAL
    assert with_option.report is not None
    assert without_option.report is not None
    assert with_option.report.objective_micro <= without_option.report.objective_micro
