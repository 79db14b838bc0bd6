"""The model read as a linear one: one source of truth for CP-SAT, linear programs and other MIP solvers."""

import tempfile
from pathlib import Path

import numpy as np
from ortools.sat import cp_model_pb2

from outreach_optimizer.errors import ModelError
from outreach_optimizer.model.variables import Model
from outreach_optimizer.solver.linear import Linear, Rows

FREE = 2**62
"""CP-SAT's bounds beyond this are none."""


def of_model(model: Model) -> Linear:
    """A CP-SAT model read as linear, in minutes: the same solutions, clauses as sums of literals.

    Raises
    ------
    ModelError
        A constraint that has no linear reading here.
    """
    proto = _proto(model)
    rows = Rows()
    for constraint in proto.constraints:
        _read(constraint, rows)
    prices = np.zeros(len(proto.variables))
    for index, coefficient in zip(proto.objective.vars, proto.objective.coeffs, strict=True):
        prices[index] += coefficient * model.scale / 1e6
    return rows.linear(
        prices,
        lower=np.array([variable.domain[0] for variable in proto.variables], dtype=np.float64),
        upper=np.array([variable.domain[-1] for variable in proto.variables], dtype=np.float64),
        offset=model.offset / 1e6,
    )


def _proto(model: Model) -> cp_model_pb2.CpModelProto:
    """Through a file: the model of the Python wrapper is no message of the protobuf library."""
    proto = cp_model_pb2.CpModelProto()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pb"
        if not model.cp.export_to_file(str(path)):
            raise ModelError("the model cannot be exported")
        proto.ParseFromString(path.read_bytes())
    return proto


def _read(constraint: cp_model_pb2.ConstraintProto, rows: Rows) -> None:
    kind = constraint.WhichOneof("constraint")
    unless = [-literal - 1 for literal in constraint.enforcement_literal]
    if kind == "bool_or":
        rows.add_literals([*constraint.bool_or.literals, *unless], 1, np.inf)
    elif kind == "bool_and":
        for literal in constraint.bool_and.literals:
            rows.add_literals([literal, *unless], 1, np.inf)
    elif kind == "at_most_one" and not unless:
        rows.add_literals(constraint.at_most_one.literals, -np.inf, 1)
    elif kind == "exactly_one" and not unless:
        rows.add_literals(constraint.exactly_one.literals, 1, 1)
    elif kind == "linear" and not unless and len(constraint.linear.domain) == 2:
        _read_sum(constraint.linear, rows)
    elif kind == "lin_max" and not unless:
        _read_greatest(constraint.lin_max, rows)
    elif kind is not None:
        raise ModelError(f"{kind} has no linear reading here")


def _read_sum(total: cp_model_pb2.LinearConstraintProto, rows: Rows) -> None:
    terms: dict[int, int] = {}
    for index, coefficient in zip(total.vars, total.coeffs, strict=True):
        terms[index] = terms.get(index, 0) + coefficient
    low, high = total.domain
    if terms or not low <= 0 <= high:
        rows.add(terms, low if low > -FREE else -np.inf, high if high < FREE else np.inf)


def _read_greatest(greatest: cp_model_pb2.LinearArgumentProto, rows: Rows) -> None:
    """A literal is the greatest of literals: at least each, at most their sum."""
    parts = [greatest.target, *greatest.exprs]
    if any(len(part.vars) != 1 or part.coeffs[0] != 1 or part.offset for part in parts):
        raise ModelError("a maximum of other things than literals has no linear reading here")
    target, *literals = (part.vars[0] for part in parts)
    for literal in literals:
        rows.add({target: 1, literal: -1}, 0, np.inf)
    rows.add({target: -1} | dict.fromkeys(literals, 1), 0, np.inf)
