"""Writes literals, sums and objectives straight into the model: what CP-SAT's expressions write, in less time.

Expressions sort and merge what they are given, one object per literal. So do these functions, on plain numbers; what
is the same in many constraints is copied. Variables are named by their index in the model.
"""

from collections.abc import Callable, Mapping

from ortools.sat.python.cp_model import CpModel, IntVar
from ortools.sat.python.cp_model_helper import ConstraintProto, IntegerVariableProto

LEAST, MOST = -(2**63), 2**63 - 1
"""What CP-SAT writes for a side without a bound."""


def maker(cp: CpModel) -> Callable[[str], IntVar]:
    """Give a function that makes a literal of a name."""
    template, proto = IntegerVariableProto(), cp.proto
    template.domain.extend((0, 1))
    variables = proto.variables

    def make(name: str) -> IntVar:
        template.name = name
        variables.append(template)
        return IntVar(proto, len(variables) - 1)

    return make


def implier(cp: CpModel) -> Callable[[int, int], None]:
    """Give a function that makes one literal imply another."""
    template = ConstraintProto()
    given, implied = template.enforcement_literal, template.bool_and.literals
    given.append(0)
    implied.append(0)
    add = cp.proto.constraints.append

    def imply(one: int, other: int) -> None:
        given[0], implied[0] = one, other
        add(template)

    return imply


def row_writer(cp: CpModel, indices: list[int], weights: list[int], high: int) -> Callable[[int], None]:
    """Give a function that bounds, for any later variable, this variable plus a weighted sum from above."""
    template = ConstraintProto()
    row, last = template.linear, len(indices)
    row.vars.extend([*indices, 0])
    row.coeffs.extend([*weights, 1])
    row.domain.extend((LEAST, high))
    variables, add = row.vars, cp.proto.constraints.append

    def write(index: int) -> None:
        variables[last] = index
        add(template)

    return write


def write_row(
    cp: CpModel, indices: list[int], weights: list[int], low: int | None = None, high: int | None = None
) -> None:
    """Bound a weighted sum of variables from below, above or both sides: a row each."""
    ascending = sorted(set(indices))
    if indices != ascending or 0 in weights:
        merged = dict(zip(indices, weights, strict=True))
        if len(merged) < len(indices):
            merged = dict.fromkeys(indices, 0)
            for index, weight in zip(indices, weights, strict=True):
                merged[index] += weight
        indices = [index for index in ascending if merged[index]]
        weights = [merged[index] for index in indices]
    sides = [] if low is None else [(low, MOST)]
    sides += [] if high is None else [(LEAST, high)]
    for side in sides:
        row = cp.proto.constraints.add().linear
        row.vars.extend(indices)
        row.coeffs.extend(weights)
        row.domain.extend(side)


def write_objective(cp: CpModel, coefficients: Mapping[int, int]) -> None:
    """Minimize a weighted sum of variables."""
    cp.proto.clear_objective()
    objective = cp.proto.objective
    objective.vars.extend(sorted(coefficients))
    objective.coeffs.extend([coefficients[index] for index in sorted(coefficients)])
    objective.scaling_factor = 1.0
