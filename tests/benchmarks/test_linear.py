from pathlib import Path

import pytest
from ortools.math_opt.python import mathopt

from adapter import as_instance
from linear import strong
from measures import Moment
from outreach_optimizer.generate import generate
from outreach_optimizer.model.build import build
from outreach_optimizer.solver import Status, solve
from outreach_optimizer.solver.linear import Linear, as_mathopt
from outreach_optimizer.solver.reading import of_model
from peers import by_mathopt, cbc, cbc_trace, cp_sat, highs_line, rule_by_hand, scip_line
from published import FAMILIES
from published_tiny import by_brute_force, tiny

LIMIT_S = 60


def relaxed(linear: Linear) -> float:
    model = as_mathopt(linear)
    for variable in model.variables():
        variable.integer = False
    result = mathopt.solve(model, mathopt.SolverType.GLOP)
    assert result.termination.reason is mathopt.TerminationReason.OPTIMAL
    return float(result.objective_value())


@pytest.mark.parametrize("solver", ["highs", "scip"])
@pytest.mark.parametrize("family", FAMILIES)
def test_mip_solvers_find_the_optimum_of_the_strong_formulation(tmp_path: Path, family: str, solver: str) -> None:
    problem = tiny(family, tmp_path)
    outcome = by_mathopt(solver, lambda: strong(problem), LIMIT_S)
    assert outcome.status == "OPTIMAL"
    assert outcome.objective == pytest.approx(by_brute_force(problem))
    assert outcome.bound == pytest.approx(by_brute_force(problem))
    assert outcome.trace[-1].objective == outcome.objective


def test_the_strong_formulation_has_a_link_for_every_pair(tmp_path: Path) -> None:
    problem = tiny("holmberg", tmp_path)
    linear = strong(problem)
    assert len(linear.prices) == 3 * 2 + 2
    assert len(linear.row_lower) == 3 + 3 * 2 + 2
    assert len(strong(tiny("pmed", tmp_path)).row_lower) == 5 + 25 + 5 + 1
    weak = linear._replace(row_upper=linear.row_upper + ([0] * 3 + [1] * 6 + [0] * 2))
    assert relaxed(weak) < relaxed(linear) <= by_brute_force(problem)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("solver", ["highs", "scip"])
def test_the_linear_reading_of_a_model_has_its_optimum(seed: int, solver: str) -> None:
    instance = generate("tiny", seed)
    outcome = by_mathopt(solver, lambda: of_model(build(instance)), LIMIT_S)
    expected = cp_sat(instance, 1, LIMIT_S)
    assert (outcome.status, expected.status) == ("OPTIMAL", "OPTIMAL")
    assert outcome.objective == pytest.approx(expected.objective)
    assert expected.objective == expected.bound


def test_cbc_agrees_on_a_problem_and_on_a_model(tmp_path: Path) -> None:
    problem, instance = tiny("diaz", tmp_path), generate("tiny", 1)
    assert cbc(lambda: strong(problem), 1, LIMIT_S).objective == pytest.approx(by_brute_force(problem))
    outcome = cbc(lambda: of_model(build(instance)), 1, LIMIT_S)
    assert outcome.status == "OPTIMAL"
    assert outcome.objective == pytest.approx(cp_sat(instance, 1, LIMIT_S).objective)


@pytest.mark.parametrize(("preset", "seed"), [("tiny", 1), ("tiny", 2), ("month", 1)])
def test_the_rule_by_hand_keeps_every_rule_and_is_no_better_than_the_optimum(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    outcome = rule_by_hand(instance)
    assert (outcome.status, outcome.violated) == ("FEASIBLE", ())
    assert outcome.objective is not None
    assert outcome.schedule is not None
    assert outcome.schedule.appointments
    if preset == "tiny":
        best = solve(instance, workers=1)
        assert best.status is Status.OPTIMAL
        assert best.objective_min is not None
        assert outcome.objective >= best.objective_min


def test_the_rule_by_hand_sends_everybody_to_the_nearest_facility_with_room(tmp_path: Path) -> None:
    schedule = rule_by_hand(as_instance(tiny("holmberg", tmp_path))).schedule
    assert schedule is not None
    # c2 would go to f0, too, and 5 + 4 of 10 fit.
    assert {a.client: a.session for a in schedule.appointments} == {"c0": "f0", "c1": "f1", "c2": "f0"}


def test_lines_of_logs_are_read() -> None:
    highs = " R       0       0         0   0.00%   863.0863959     703               22.77%        0      0      0  7"
    assert highs_line(highs) == (703, 863.0863959)
    assert highs_line(" z  0  0  0   0.00%   inf             -0      Large        0      0      0    0     0.0s") == (
        0,
        None,
    )
    assert highs_line("  Primal bound      819") is None
    cells = "  0.0s|     1 |     0 |     7 |     - |  1088k |   0 |  30 |   5 |   5 |   0 |  0 |   0 |   0 "
    assert scip_line(f"{cells}| 8.63e+02 | 4.67e+02 |  84.82%| unknown") == (467, 863)
    assert scip_line(f"{cells}| 8.63e+02 |      --      |    Inf | unknown") == (None, 863)
    assert scip_line(" time | node  | left") is None


def test_the_log_of_cbc_is_read() -> None:
    lines = [
        "Cbc0004I Integer solution of 9311 found after 68 iterations and 0 nodes (0.10 seconds)",
        "Cbc0010I After 0 nodes, 1 on tree, 9311 best solution, best possible 8764.8457 (0.12 seconds)",
        "Cbc0038I Full problem 61 rows 510 columns, reduced to 0 rows 0 columns",
        "Cbc0001I Search completed - best objective 8848, took 120 iterations and 4 nodes (0.20 seconds)",
    ]
    assert cbc_trace(lines, 1, 2) == [Moment(1.1, 9313, None), Moment(1.12, None, 8766.8457)]
