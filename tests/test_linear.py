"""Every constraint of a model read as rows: the same points keep both."""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from ortools.sat.python import cp_model
from ortools.sat.python.cp_model import IntVar

from drawn import instances
from outreach_optimizer.errors import ModelError
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.solver.linear import Linear
from outreach_optimizer.solver.reading import of_model
from tiny import instance

Literals = Sequence[IntVar]
Point = Sequence[int]


def with_literals(number: int) -> tuple[Model, list[IntVar]]:
    """A model of nothing, and literals of it."""
    model = build(instance())
    assert not model.cp.proto.variables
    return model, [model.cp.new_bool_var(f"x{position}") for position in range(number)]


def keeps(linear: Linear, point: Point) -> bool:
    sums = np.zeros(len(linear.row_lower))
    np.add.at(sums, linear.row, linear.entry * np.array(point, dtype=float)[linear.column])
    return bool(((sums >= linear.row_lower) & (sums <= linear.row_upper)).all())


KINDS: dict[str, tuple[Callable[[cp_model.CpModel, Literals], object], Callable[[Point], bool]]] = {
    "bool_or": (lambda cp, x: cp.add_bool_or(x[0], ~x[1], x[2]), lambda x: bool(x[0] or not x[1] or x[2])),
    "bool_or if": (
        lambda cp, x: cp.add_bool_or(x[0], x[1]).only_enforce_if(x[2], ~x[3]),
        lambda x: bool(x[0] or x[1] or not x[2] or x[3]),
    ),
    "bool_and": (lambda cp, x: cp.add_bool_and(x[0], ~x[1]), lambda x: bool(x[0] and not x[1])),
    "bool_and if": (
        lambda cp, x: cp.add_bool_and(x[0], ~x[1]).only_enforce_if(x[2]),
        lambda x: bool((x[0] and not x[1]) or not x[2]),
    ),
    "implication": (lambda cp, x: cp.add_implication(x[0], ~x[1]), lambda x: not (x[0] and x[1])),
    "at_most_one": (lambda cp, x: cp.add_at_most_one(x[0], ~x[1], x[2]), lambda x: x[0] + (1 - x[1]) + x[2] <= 1),
    "exactly_one": (lambda cp, x: cp.add_exactly_one(x[0], ~x[1], x[2]), lambda x: x[0] + (1 - x[1]) + x[2] == 1),
    "sum from above": (lambda cp, x: cp.add(2 * x[0] - 3 * x[1] <= 0), lambda x: 2 * x[0] - 3 * x[1] <= 0),
    "sum from below": (lambda cp, x: cp.add(2 * x[0] + x[3] >= 2), lambda x: 2 * x[0] + x[3] >= 2),
    "sum between": (
        lambda cp, x: cp.add_linear_constraint(x[0] + x[1] + 2 * x[2], 1, 3),
        lambda x: 1 <= x[0] + x[1] + 2 * x[2] <= 3,
    ),
    "the same twice": (lambda cp, x: cp.add(x[0] + x[1] + x[0] <= 2), lambda x: 2 * x[0] + x[1] <= 2),
    "greatest": (lambda cp, x: cp.add_max_equality(x[0], [x[1], x[2]]), lambda x: x[0] == max(x[1], x[2])),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_points_keep_a_constraint_and_its_rows(kind: str) -> None:
    add, definition = KINDS[kind]
    model, literals = with_literals(4)
    add(model.cp, literals)
    linear = of_model(model)
    verdicts = set()
    for point in product((0, 1), repeat=4):
        assert keeps(linear, point) == definition(point), point
        verdicts.add(definition(point))
    assert verdicts == {True, False}


@pytest.mark.parametrize(
    ("add", "what"),
    [
        (lambda cp, x: cp.add_bool_xor(x[0], x[1]), "bool_xor"),
        (lambda cp, x: cp.add(x[0] + x[1] <= 1).only_enforce_if(x[2]), "linear"),
        (lambda cp, x: cp.add_linear_expression_in_domain(x[0] + x[1], cp_model.Domain.from_values([0, 2])), "linear"),
        (lambda cp, x: cp.add_at_most_one(x[0], x[1]).only_enforce_if(x[2]), "at_most_one"),
        (lambda cp, x: cp.add_max_equality(x[0], [x[1], 1 - x[2]]), "a maximum of other things than literals"),
    ],
)
def test_what_has_no_rows_is_an_error(add: Callable[[cp_model.CpModel, Literals], object], what: str) -> None:
    model, literals = with_literals(3)
    add(model.cp, literals)
    with pytest.raises(ModelError, match=what):
        of_model(model)


@given(instances(without=("expected",)))
@settings(max_examples=60)
def test_solutions_keep_the_rows_and_cost_the_same(problem: Instance) -> None:
    model, solver = build(problem), cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if solver.solve(model.cp) != cp_model.OPTIMAL:
        return
    linear = of_model(model)
    point = solver.response_proto.solution
    assert keeps(linear, point)
    assert ((linear.lower <= point) & (point <= linear.upper)).all()
    cost = float(linear.prices @ np.array(point)) + linear.offset
    assert round(1e6 * cost) == model.micro(solver.objective_value)


@pytest.mark.parametrize(("low", "high", "possible"), [(0, 2, True), (-1, 0, True), (1, 2, False), (-2, -1, False)])
def test_a_sum_of_nothing_is_nothing(low: int, high: int, possible: bool) -> None:
    model, _ = with_literals(1)
    model.add_sum([], low=low, high=high)
    assert keeps(of_model(model), (0,)) == possible


def test_shipped_models_have_a_linear_reading() -> None:
    """All that the encoders write, in both grains."""
    for exact in (False, True):
        linear = of_model(build(generate("tiny", 1), exact=exact))
        assert len(linear.row_lower) == linear.row.max() + 1
