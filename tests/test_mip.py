"""The second engine: the same optimum as CP-SAT, bounds on the grid, and what is read of runs that do not end."""

import json
import subprocess
import sys
import time
from threading import Event, Timer

import pytest
from hypothesis import given, settings
from ortools.sat.python import cp_model

from drawn import instances
from outreach_optimizer.errors import ModelError
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.solver.linear import as_proto
from outreach_optimizer.solver.mip import PROGRAM, run_mip
from outreach_optimizer.solver.reading import of_model
from outreach_optimizer.solver.result import Status
from tiny import client, instance, session, site


def cp_sat_micro(model: Model) -> int | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model.cp)
    assert status in {cp_model.OPTIMAL, cp_model.INFEASIBLE}
    return model.micro(solver.objective_value) if status == cp_model.OPTIMAL else None


def with_long_talks(problem: Instance) -> Instance:
    """One more client with a talk of three slots: many lengths, so that the other solver runs."""
    return problem.replace(clients=(*problem.clients, client("long", slots=3), client("short"), client("two", slots=2)))


def agree(problem: Instance) -> None:
    model = build(problem)
    expected, run = cp_sat_micro(model), run_mip(model, time_limit_s=60, seed=1, stop=None)
    assert not run.interrupted
    if expected is None:
        assert (run.status, run.guests, run.objective_micro) == (Status.INFEASIBLE, (), None)
        return
    assert run.status is Status.OPTIMAL
    # Two plans whose costs differ by less than the tolerance of the solver are alike to it.
    tolerance = max(1, expected // 10**9)
    assert run.objective_micro is not None
    assert run.bound_micro is not None
    assert expected <= run.objective_micro <= expected + tolerance
    assert expected - 2 * tolerance <= run.bound_micro <= expected
    assert (run.bound_micro - model.offset) % model.scale == 0


@given(instances(without=("overbooking", "expected")))
@settings(max_examples=30)
def test_scip_agrees_with_cp_sat(problem: Instance) -> None:
    agree(problem)


@given(instances(without=("overbooking", "expected")))
@settings(max_examples=30)
def test_highs_agrees_with_cp_sat(problem: Instance) -> None:
    agree(with_long_talks(problem))


def test_guests_are_those_whom_the_objective_pays_for() -> None:
    problem = generate("tiny", 1)
    run = run_mip(build(problem), time_limit_s=60, seed=1, stop=None)
    fixed = build(problem)
    invited = {(c, guests.s) for guests in run.guests for c in guests.clients}
    duties = {(guests.s, w) for guests in run.guests for w in guests.crew}
    for literals, chosen in ((fixed.invited, invited), (fixed.duty, duties)):
        for key, literal in literals.items():
            fixed.cp.add(literal == (key in chosen))
    assert invited
    assert cp_sat_micro(fixed) == run.objective_micro == run.bound_micro


def test_a_month_that_is_cut_by_the_clock_claims_no_proof() -> None:
    model = build(generate("month", 1))
    run = run_mip(model, time_limit_s=0.3, seed=1, stop=None)
    assert run.status in {Status.NO_RESULT, Status.FEASIBLE}
    assert not run.interrupted
    optimum = 18_572_295_000
    assert run.bound_micro is None or run.bound_micro <= optimum
    assert run.objective_micro is None or run.objective_micro >= optimum


def test_a_stopped_run_ends_at_once() -> None:
    stop, begin = Event(), time.monotonic()
    Timer(1.0, stop.set).start()
    run = run_mip(build(generate("quarter", 1)), time_limit_s=300, seed=1, stop=stop)
    assert run == (Status.NO_RESULT, (), None, None, True)
    assert time.monotonic() - begin < 60


def test_a_process_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ModelError, match="the MIP solver ended with 1"):
        run_mip(build(generate("tiny", 1)), time_limit_s=10, seed=1, stop=None)


def test_the_process_ends_with_its_parent() -> None:
    process = subprocess.Popen([sys.executable, "-P", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    proto = as_proto(of_model(build(generate("quarter", 1)))).SerializeToString()
    task = {"engine": "GSCIP", "time_limit_s": 300, "seed": 1, "start": [], "bytes": len(proto)}
    with process:
        assert process.stdin is not None
        process.stdin.write(json.dumps(task).encode() + b"\n" + proto)
        process.stdin.close()
        assert process.wait(60) == 1


def test_what_no_plan_keeps_is_infeasible() -> None:
    problem = instance(sites=(site("ruhla", min_sessions=2),), sessions=(session("am", "ruhla"),))
    assert run_mip(build(problem), time_limit_s=10, seed=1, stop=None).status is Status.INFEASIBLE


@pytest.mark.parametrize("lengths", [(1, 2), (1, 2, 3)])
def test_the_same_seed_gives_the_same_plan(lengths: tuple[int, ...]) -> None:
    """By each of both solvers."""
    tiny = generate("tiny", 1)
    clients = tuple(person.replace(slots=lengths[c % len(lengths)]) for c, person in enumerate(tiny.clients))
    runs = [run_mip(build(tiny.replace(clients=clients)), time_limit_s=60, seed=5, stop=None) for _ in range(2)]
    assert runs[0] == runs[1]
    assert runs[0].status is Status.OPTIMAL


def test_scip_begins_with_a_given_solution() -> None:
    model = build(generate("month", 1))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.stop_after_first_solution = True
    assert solver.solve(model.cp) == cp_model.FEASIBLE
    start = tuple(solver.response_proto.solution)
    without = run_mip(model, time_limit_s=0.5, seed=1, stop=None)
    run = run_mip(model, time_limit_s=0.5, seed=1, stop=None, start=start)
    assert run.objective_micro is not None
    assert run.objective_micro <= model.micro(solver.objective_value)
    assert without.objective_micro is None or without.objective_micro > run.objective_micro
