"""The search: stopped, out of time, bound by pins, misled by the coarse model; and the reasons that it gives."""

from itertools import pairwise
from threading import Event

import pytest
from ortools.sat.python import cp_model

from brute import cheapest_schedule
from outreach_optimizer.checker import check
from outreach_optimizer.errors import InputError
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.solver import Progress, Result, Status, solve
from tiny import caseworker, client, day, instance, only, plan, session, site, table, window

NINE, TEN, ELEVEN = (window(f"{hour:02d}:00", f"{hour + 1:02d}:00") for hour in (9, 10, 11))


def town(**fields: object) -> Instance:
    """A session of two hours with two caseworkers close to everybody, nothing kept free, nobody alone for long."""
    plain = {
        "sites": (site("ruhla"),),
        "sessions": (session("am", "ruhla"),),
        "caseworkers": (caseworker("w1"), caseworker("w2")),
        "rules": {"min_crew": 1, "walk_in_reserve": 0},
    }
    return instance(**plain | fields)


def accepted(problem: Instance, result: Result) -> bool:
    return result.schedule is not None and check(problem, result.schedule).violations == ()


def test_a_stopped_search_returns_a_plan_that_the_checker_accepts() -> None:
    month, stop = generate("month", 1), Event()
    stop.set()
    result = solve(month, workers=2, time_limit_s=300, stop=stop)
    assert result.interrupted
    assert result.status is Status.FEASIBLE
    assert accepted(month, result)
    assert result.seconds["solve"] < 60


def test_a_search_can_be_stopped_as_soon_as_there_is_a_plan() -> None:
    month, stop = generate("month", 1), Event()

    def enough(progress: Progress) -> None:
        if progress.objective_min is not None:
            stop.set()

    result = solve(month, workers=2, time_limit_s=300, stop=stop, on_progress=enough)
    assert stop.is_set()
    assert accepted(month, result)
    assert result.interrupted or result.status is Status.OPTIMAL


@pytest.mark.parametrize("time_limit_s", [0, 0.05])
def test_hardly_any_time_is_enough_for_a_valid_outcome(time_limit_s: float) -> None:
    month = generate("month", 1)
    result = solve(month, workers=1, time_limit_s=time_limit_s)
    assert not result.interrupted
    assert result.status in {Status.FEASIBLE, Status.NO_RESULT}
    assert accepted(month, result) == (result.status is Status.FEASIBLE)
    if result.objective_min is not None:
        assert result.bound_min is not None
        assert 0 <= result.bound_min <= result.objective_min
        assert result.gap is not None
        assert 0 <= result.gap <= 1


def test_the_result_tells_how_it_came_about() -> None:
    problem = town(clients=(client("c1"),))
    result = solve(problem, workers=1, seed=7)
    assert (result.workers, result.seed, result.sha256, result.interrupted) == (1, 7, problem.digest, False)
    assert set(result.seconds) == {"build", "solve", "check"}
    assert min(result.seconds.values()) >= 0
    assert set(result.versions) == {"outreach-optimizer", "ortools", "numpy", "pydantic"}
    assert result.schedule is not None
    assert result.schedule.instance is not None
    assert (result.schedule.instance.name, result.schedule.instance.sha256) == ("tiny", problem.digest)
    assert result.schedule.proof is not None
    assert (result.schedule.proof.seed, result.schedule.proof.workers) == (7, 1)


def test_nothing_to_plan_is_solved_at_once() -> None:
    for problem in (instance(), town(), town(sessions=(), clients=(client("c1"),)), town(caseworkers=())):
        result = solve(problem, workers=1)
        assert result.status is Status.OPTIMAL
        assert result.schedule is not None
        assert (result.schedule.duties, result.schedule.appointments) == ((), ())


def test_an_agreed_session_that_nobody_can_hold_is_infeasible() -> None:
    result = solve(town(sites=(site("ruhla", min_sessions=1),), caseworkers=(), clients=(client("c1"),)), workers=1)
    assert result.status is Status.INFEASIBLE
    assert (result.schedule, result.report, result.objective_min, result.gap) == (None, None, None, None)


# Pins


def test_pins_are_kept_even_if_they_cost_more() -> None:
    problem = town(
        sessions=(session("am", "ruhla"), session("late", "ruhla", on=9, setup_min=90)),
        clients=(client("c1", due=day(0), caseworker="w1", continuity="soft"), client("c2")),
        pins={
            "duties": [{"session": "late", "caseworker": "w1"}],
            "appointments": [{"client": "c1", "session": "late", "caseworker": "w2", "start": "10:00"}],
        },
    )
    result = solve(problem, workers=1)
    assert accepted(problem, result)
    assert result.schedule is not None
    assert set(problem.pins.appointments) <= set(result.schedule.appointments)
    assert set(problem.pins.duties) <= set(result.schedule.duties)
    assert result.report is not None
    assert result.report.objective_micro == cheapest_schedule(problem)[0]


def test_a_posted_invitation_stays_although_no_letter_would_arrive_in_time() -> None:
    posted = {"client": "c1", "session": "am", "caseworker": "w1", "start": "09:00"}
    problem = town(clients=(client("c1"), client("c2")), posting_days=(day(-3),), pins={"appointments": [posted]})
    result = solve(problem, workers=1)
    assert result.status is Status.OPTIMAL
    assert result.schedule is not None
    assert result.schedule.appointments == problem.pins.appointments
    assert [(left.client, left.reason) for left in result.schedule.uninvited] == [("c2", "notice")]


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        ("client_available", {"clients": (client("c1", absent=(day(0),)), client("c2"))}),
        ("skills", {"clients": (client("c1", skills=("debt",)), client("c2"))}),
        ("site_open", {"sites": (site("ruhla", status="planned"),)}),
        ("one_booking", {"pins": {"appointments": [
            {"client": name, "session": "am", "caseworker": "w1", "start": "09:00"} for name in ("c1", "c2")
        ]}}),
        ("session_budget", {"rules": {"max_sessions": 0, "min_crew": 1, "walk_in_reserve": 0}}),
    ],
)  # fmt: skip
def test_pins_that_contradict_a_rule_are_refused(rule: str, fields: dict[str, object]) -> None:
    pins = {"appointments": [{"client": "c1", "session": "am", "caseworker": "w1", "start": "09:00"}]}
    problem = town(**{"clients": (client("c1"), client("c2")), "pins": pins} | fields)
    with pytest.raises(InputError) as caught:
        solve(problem, workers=1)
    assert {(found.code, found.facts["rule"]) for found in caught.value.problems} == {("pins_contradict_rule", rule)}


def test_pins_that_only_together_with_other_rules_are_impossible_make_the_problem_infeasible() -> None:
    alone = {"client": "c1", "session": "am", "caseworker": "w1", "start": "09:00"}
    rules = {"min_crew": 2, "walk_in_reserve": 0}
    problem = town(
        caseworkers=(caseworker("w1"),), clients=(client("c1"),), pins={"appointments": [alone]}, rules=rules
    )
    assert solve(problem, workers=1).status is Status.INFEASIBLE
    assert cheapest_schedule(problem) is None


# Sessions that cannot be seated as the coarse model would like

ONE_ABLE = (caseworker("w1", skills=("debt",)), caseworker("w2"))
CROWDS = {
    "two clients at the same hour, one able caseworker": town(
        caseworkers=ONE_ABLE, clients=tuple(client(name, skills=("debt",), windows=(NINE,)) for name in ("c1", "c2"))
    ),
    "the same with a dearer session later": town(
        caseworkers=ONE_ABLE,
        sessions=(session("am", "ruhla"), session("later", "ruhla", on=8, setup_min=60)),
        clients=tuple(client(name, skills=("debt",), windows=(NINE,), due=day(0)) for name in ("c1", "c2", "c3")),
    ),
    "two clients who must meet the same caseworker at the same hour": town(
        clients=tuple(client(name, caseworker="w2", continuity="hard", windows=(TEN,)) for name in ("c1", "c2"))
    ),
    "two clients who would like to meet the same caseworker at the same hour": town(
        clients=tuple(
            client(name, caseworker="w1", continuity="soft", windows=windows)
            for name, windows in (("c1", (NINE,)), ("c2", (NINE,)))
        )
    ),
    "a household that cannot come without a gap": town(
        sessions=(session("am", "ruhla", end="12:00"),),
        clients=(
            client("c1", household="home", windows=(NINE,), priority=2),
            client("c2", household="home", windows=(ELEVEN,)),
        ),
    ),
    "a household whose gap a third member fills": town(
        sessions=(session("am", "ruhla", end="12:00"),),
        clients=(
            client("c1", household="home", windows=(NINE,)),
            client("c2", household="home", windows=(ELEVEN,)),
            client("c3", household="home", windows=(TEN,), priority=0),
        ),
    ),
    "two published appointments at the same time": town(
        clients=(client("c1"), client("c2")),
        published=tuple(
            {"client": name, "session": "am", "caseworker": "w1", "start": "09:00"} for name in ("c1", "c2")
        ),
    ),
    "a published appointment, two who can come at nine and one who insists": town(
        clients=(
            client("c1"),
            client("c2", windows=(NINE,)),
            client("c3", windows=(NINE,)),
            client("c4", caseworker="w1", continuity="hard"),
        ),
        published=({"client": "c1", "session": "am", "caseworker": "w1", "start": "09:00"},),
        weights={"changes": 10},
    ),
    "three clients at two hours for whom a second caseworker must come": town(
        sessions=(session("am", "ruhla", end="12:00"),),
        clients=tuple(client(name, windows=(NINE, ELEVEN)) for name in ("c1", "c2", "c3")),
        weights={"staff_balance": 0},
    ),
    "a household for whom a second caseworker must come": town(
        sessions=(session("am", "ruhla", end="12:00"),),
        clients=tuple(client(name, household="home", windows=(NINE, ELEVEN)) for name in ("c1", "c2")),
        weights={"staff_balance": 0},
    ),
    "long talks that do not fit around the short ones": town(
        sessions=(session("am", "ruhla", end="12:00"),),
        caseworkers=(caseworker("w1"),),
        clients=(client("c1", slots=2), client("c2", windows=(TEN,), priority=1.5)),
    ),
}


def coarse_micro(problem: Instance) -> int:
    """Optimum of the coarse model before any cut."""
    model, solver = build(problem), cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return model.micro(solver.objective_value)


@pytest.mark.parametrize("case", CROWDS)
def test_what_cannot_be_seated_is_cut_off_until_the_optimum_is_exact(case: str) -> None:
    problem = CROWDS[case]
    best = cheapest_schedule(problem)
    assert best is not None
    assert coarse_micro(problem) < best[0], "the coarse model is right by itself, so that nothing is tried here"
    result = solve(problem, workers=1, time_limit_s=60)
    assert result.status is Status.OPTIMAL
    assert result.report is not None
    assert result.report.objective_micro == best[0]
    assert accepted(problem, result)


# Progress


@pytest.mark.parametrize("case", ["tiny", "month", *CROWDS])
def test_progress_only_gets_better(case: str) -> None:
    problem = CROWDS[case] if case in CROWDS else generate(case, 1)
    told: list[Progress] = []
    result = solve(problem, workers=2, time_limit_s=60, on_progress=told.append)
    assert told
    for earlier, later in pairwise(told):
        assert earlier.seconds <= later.seconds
        if earlier.objective_min is not None:
            assert later.objective_min is not None
            # A plan that cannot be seated, which the optimum shows to be none, is given up.
            assert later.objective_min <= earlier.objective_min or earlier.objective_min < result.objective_min
        assert 0 <= earlier.bound_min <= later.bound_min
    assert all(progress.gap is None or 0 <= progress.gap <= 1 for progress in told)
    assert told[-1].bound_min <= result.bound_min
    assert told[-1].objective_min <= result.objective_min


# Reasons


@pytest.mark.parametrize(
    ("reason", "left", "fields"),
    [
        ("invitation_gap", client("c", consecutive_misses=2), {}),
        ("invitation_gap", client("c", last_invitation=day(-20)), {}),
        ("max_travel", client("c", mode="transit"), {}),
        ("barrier_free", client("c", barrier_free=True), {"sites": (site("ruhla", barrier_free=False),)}),
        ("network", client("c", network=True), {"sites": (site("ruhla", network_ok=False),)}),
        ("skills", client("c", skills=("debt",)), {}),
        ("skills", client("c", languages=("ar",)), {}),
        ("continuity", client("c", caseworker="w2", continuity="hard"), {"caseworkers": (
            caseworker("w1"), caseworker("w2", absent=(day(0),)),
        )}),
        ("client_available", client("c", windows=(window("06:00", "08:00"),)), {}),
        ("client_available", client("c", slots=2, windows=(NINE,)), {}),
        ("notice", client("c"), {"posting_days": (day(-2),)}),
        ("no_session", client("c"), {"sites": (site("ruhla", status="planned"),)}),
        ("no_session", client("c"), {"sites": (site("ruhla", closures=(day(0),)),)}),
        ("no_session", client("c"), {"caseworkers": ()}),
        ("no_session", client("c"), {"sessions": ()}),
    ],
)  # fmt: skip
def test_a_rule_that_excludes_every_session_is_the_reason(reason: str, left: object, fields: dict[str, object]) -> None:
    result = solve(town(**{"clients": (left,)} | fields), workers=1)
    assert result.schedule is not None
    assert [(gone.client, gone.reason, gone.facts) for gone in result.schedule.uninvited] == [("c", reason, {})]


def test_different_rules_for_different_sessions_are_counted() -> None:
    left = client("c", caseworker="w2", continuity="hard", absent=(day(0),))
    problem = town(
        sessions=(
            session("am", "ruhla"),
            session("pm", "ruhla", start="12:00", end="14:00"),
            session("x", "ruhla", on=1),
        ),
        caseworkers=(caseworker("w1"), caseworker("w2", absent=(day(1),))),
        clients=(left, client("other")),
    )
    result = solve(problem, workers=1)
    assert result.schedule is not None
    assert [(gone.client, gone.reason, gone.facts) for gone in result.schedule.uninvited] == [
        ("c", "several_rules", {"client_available": 2, "continuity": 1})
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"clients": (client("c", priority=0),)},
        {"clients": (client("c"),), "weights": {"uninvited": 1}},
        {"clients": (client("c"),), "rules": {"max_sessions": 0}},
    ],
    ids=["worthless", "cheap", "no budget"],
)
def test_possible_sessions_that_are_not_worth_it_or_full_outweigh(fields: dict[str, object]) -> None:
    offers = (session("am", "ruhla"), session("tue", "ruhla", on=1))
    result = solve(town(sessions=offers, **fields), workers=1)
    assert result.schedule is not None
    assert [(gone.client, gone.reason, gone.facts) for gone in result.schedule.uninvited] == [
        ("c", "outweighed", {"possible": 2})
    ]


def test_who_is_invited_has_no_reason() -> None:
    result = solve(town(clients=(client("c1"), client("c2"))), workers=1)
    assert result.schedule is not None
    assert len(result.schedule.appointments) == 2
    assert result.schedule.uninvited == ()


def test_a_full_session_outweighs_the_last_to_come() -> None:
    far = only(
        table("clients", ["ruhla"], {"c1": (1,), "c2": (2,), "c3": (3,)}), table("offices", ["ruhla"], {"base": (1,)})
    )
    crowd = tuple(client(name) for name in ("c3", "c1", "c2"))
    result = solve(town(caseworkers=(caseworker("w1"),), clients=crowd, travel=far), workers=1)
    assert result.schedule is not None
    assert [(gone.client, gone.reason, gone.facts) for gone in result.schedule.uninvited] == [
        ("c3", "outweighed", {"possible": 1})
    ]
    assert result.schedule.duties == plan("am-w1").duties


def test_prices_that_no_number_can_hold_exactly_are_refused() -> None:
    tiny = generate("tiny", 1)
    with pytest.raises(InputError) as refused:
        solve(tiny.replace(weights=tiny.weights.replace(uninvited=1e15, client_travel=0.001)))
    assert [(problem.code, problem.pointer) for problem in refused.value.problems] == [("prices_too_large", "/weights")]
