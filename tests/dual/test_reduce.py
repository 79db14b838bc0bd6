"""Regret: no schedule with an invitation or a duty costs less than the bound and its regret."""

import random
import time

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from drawn import crowded_instances, instances, wanted_instances
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.relaxation.bound import bound, session_values
from outreach_optimizer.relaxation.sites import cheapest_sites
from outreach_optimizer.solver.dual.ascent import Relaxed, ascend, first_point, relax, whole_months
from outreach_optimizer.solver.dual.calendar import MOST_TOGETHER
from outreach_optimizer.solver.dual.reduce import ROUNDING, Regret, few_crews, kept, quick_regret, regret
from outreach_optimizer.solver.dual.volume import Point
from tiny import caseworker, client, instance, only, session, site, table

SEEDS = st.integers(0, 10**6)
MINUTE = 1e6
PHASES = (Phase.explicit, Phase.generate)
"""Without shrinking, which would solve thousands of models."""


def cheapest_with(model: Model, literal: cp_model.IntVar) -> int | None:
    """Cost of the cheapest schedule in which a literal of the exact model is true."""
    forced = model.cp.clone()
    forced.add(forced.get_bool_var_from_proto_index(literal.index) == 1)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(forced)
    assert status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}
    return model.micro(solver.objective_value) if status == cp_model.OPTIMAL else None


def no_schedule_costs_less_than_bound_and_regret(problem: Instance, seed: int) -> None:
    """At the first prices, at better ones, and at any."""
    relaxed, rng = relax(problem), random.Random(seed)  # noqa: S311 - no secret
    model = build(problem, exact=True)
    costs = {key: cheapest_with(model, literal) for key, literal in [*model.invited.items()]}
    duty_costs = {key: cheapest_with(model, literal) for key, literal in model.duty.items()}
    good = ascend(relaxed, until=time.monotonic() + 60, steps=40).point
    noise = np.array([rng.randint(-30, 30) * MINUTE + 0.4 for _ in problem.clients])
    points = [first_point(relaxed), good, Point(good.clients + noise, good.duties, good.workers)]
    for point in points:
        regrets = [regret(relaxed, point), regret(relaxed, point, compiled=True)]
        assert all(found.bound == bound(problem, found.prices).micro for found in regrets)
        if few_crews(relaxed):
            regrets += [quick_regret(relaxed, point, months) for months in (None, whole_months(relaxed))]
        for found in regrets:
            no_schedule_is_cheaper(relaxed, found, costs, duty_costs)


def no_schedule_is_cheaper(
    relaxed: Relaxed,
    found: Regret,
    costs: dict[tuple[int, int], int | None],
    duty_costs: dict[tuple[int, int], int | None],
) -> None:
    """With an invitation, a duty or a session; whatever has an invitation or a duty holds its session."""
    prepared = relaxed.prepared
    for number, (c, s) in enumerate(zip(prepared.client.tolist(), prepared.session.tolist(), strict=True)):
        cost = costs.get((c, s))
        assert cost is None or found.bound + found.pairs[number] <= cost
        assert found.pairs[number] >= found.sessions[s]
    for s, place in zip(*np.nonzero(prepared.offered >= 0), strict=True):
        cost = duty_costs.get((int(s), int(prepared.offered[s, place])))
        assert found.duties[s, place] >= found.sessions[s]
        if cost is not None:
            assert found.bound + found.sessions[s] <= cost
            assert found.bound + found.duties[s, place] <= cost


@given(instances(without=("overbooking", "expected")), SEEDS)
@settings(max_examples=40, phases=PHASES)
def test_no_schedule_costs_less_than_bound_and_regret(problem: Instance, seed: int) -> None:
    no_schedule_costs_less_than_bound_and_regret(problem, seed)


@given(crowded_instances(), SEEDS)
@settings(max_examples=20, phases=PHASES)
def test_no_schedule_costs_less_than_bound_and_regret_in_crowded_sessions(problem: Instance, seed: int) -> None:
    no_schedule_costs_less_than_bound_and_regret(problem, seed)


@given(wanted_instances(), SEEDS)
@settings(max_examples=30, phases=PHASES)
def test_no_schedule_costs_less_than_bound_and_regret_where_many_want_the_same_caseworker(
    problem: Instance, seed: int
) -> None:
    no_schedule_costs_less_than_bound_and_regret(problem, seed)


def test_a_slot_with_the_own_caseworker_has_its_price_in_the_regret_by_hand() -> None:
    """Three who gain 200 minutes want two slots with the same caseworker; meeting another one costs 20 minutes.

    A fourth one gains 5 minutes with this caseworker, whose slot costs the 20 that another one loses: 15 more.
    """
    problem = instance(
        sites=(site("a"),),
        sessions=(session("s", "a", desks=2),),
        caseworkers=(caseworker("w1"), caseworker("w2")),
        clients=tuple(client(f"c{number}", caseworker="w1", continuity="soft") for number in range(4)),
        travel=only(
            table("clients", ["a"], {f"c{number}": [10 + number] for number in range(4)}),
            table("offices", ["a"], {"base": [15]}),
        ),
        rules={"min_crew": 2, "walk_in_reserve": 0},
        weights={"staff_balance": 0, "rhythm": 0, "continuity": 20},
    )
    relaxed = relax(problem)
    plain = first_point(relaxed)
    ways = np.array([20.0, 22.0, 24.0, 26.0])
    point = Point((ways + np.array([200.0, 200.0, 200.0, 5.0])) * MINUTE, plain.duties, plain.workers)
    found, model = regret(relaxed, point), build(problem, exact=True)
    assert found.pairs.tolist() == pytest.approx([0, 0, 0, 15 * MINUTE], abs=2 * ROUNDING)
    for c in range(4):
        cost = cheapest_with(model, model.invited[c, 0])
        assert cost is not None
        assert found.bound + found.pairs[c] <= cost


@given(
    instances(
        always=("frequency", "spacing", "rhythm", "room", "continuity", "skills"), without=("overbooking", "expected")
    ),
    SEEDS,
)
@settings(max_examples=25, phases=PHASES)
def test_no_schedule_costs_less_than_bound_and_regret_where_sites_have_agreements(problem: Instance, seed: int) -> None:
    no_schedule_costs_less_than_bound_and_regret(problem, seed)


@given(instances(without=("overbooking",)), SEEDS)
def test_a_regret_is_never_less_than_nothing(problem: Instance, seed: int) -> None:
    """Up to rounding; what is cheaper than the choice of the bound would contradict the bound."""
    relaxed, rng = relax(problem), random.Random(seed)  # noqa: S311 - no secret
    plain = first_point(relaxed)
    noise = np.array([rng.randint(-30, 30) * MINUTE for _ in problem.clients])
    found = regret(relaxed, Point(plain.clients + noise, plain.duties, plain.workers))
    least = sum(bound(problem, found.prices)) - found.bound - ROUNDING
    for regrets in (found.pairs, found.duties, found.sessions):
        assert (regrets >= least).all()


def rooms(number: int, **fields: object) -> Instance:
    """A site with so many rooms; in each a morning, an afternoon, which is dearer, and a whole day are offered."""
    offers = tuple(
        session(f"{name}{room}", "site", start=start, end=end, room=f"room{room}", setup_min=setup)
        for room in range(number)
        for name, start, end, setup in (
            ("am", "08:00", "10:00", 5),
            ("pm", "10:00", "12:00", 30),
            ("all", "08:00", "12:00", 50),
        )
    )
    near = only(table("clients", ["site"], {f"c{c}": [1] for c in range(5)}), table("offices", ["site"], {"base": [1]}))
    plain = {
        "sites": (site("site"),),
        "sessions": offers,
        "caseworkers": tuple(caseworker(f"w{w}") for w in range(3)),
        "clients": tuple(client(f"c{c}") for c in range(5)),
        "travel": near,
        "rules": {"min_crew": 1, "walk_in_reserve": 0},
    }
    return instance(**plain | fields)


@pytest.mark.parametrize("number", [3, 4])
def test_no_session_has_more_regret_than_the_best_choice_with_it_costs_more(number: int) -> None:
    """Even where a day has so many combinations that some are left out."""
    problem = rooms(number)
    relaxed = relax(problem)
    assert all(options.complete == (5**number <= MOST_TOGETHER) for options in relaxed.calendars.sites)
    plain = first_point(relaxed)
    found = regret(relaxed, Point(plain.clients + 100 * MINUTE, plain.duties, plain.workers))
    values = session_values(relaxed.facts, found.prices)
    best, unsure = cheapest_sites(problem, values), found.bound - sum(bound(problem, found.prices)) + ROUNDING
    for s in range(len(values)):
        forced = values.copy()
        forced[s] -= 10**15
        more = cheapest_sites(problem, forced) + 10**15 - best
        assert found.sessions[s] + unsure <= more + 1
        # In every room a morning and an afternoon are held, although one of them is dearer.
        assert (more == 0) == (s % 3 < 2)


def test_what_is_pinned_is_always_kept() -> None:
    problem = rooms(
        1,
        pins={
            "duties": [{"session": "am0", "caseworker": "w2"}],
            "appointments": [{"client": "c1", "session": "pm0", "caseworker": "w1", "start": "10:00"}],
        },
    )
    relaxed = relax(problem)
    found = kept(relaxed, regret(relaxed, first_point(relaxed)), -np.inf)
    assert np.argwhere(found.pair).tolist() == [[1, 1]]
    assert np.argwhere(found.duty).tolist() == [[0, 2], [1, 1]]


def test_with_any_regret_everything_is_kept() -> None:
    relaxed = relax(rooms(1))
    found = kept(relaxed, regret(relaxed, first_point(relaxed)), np.inf)
    known = relaxed.facts
    assert found.pair.sum() == len(known.pairs.client)
    assert (found.duty | ~known.duty).all()
