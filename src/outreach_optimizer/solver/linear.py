"""A linear problem in whole numbers as columns of numbers, and as a model for MathOpt."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Linear(NamedTuple):
    """Minimize ``prices · x + offset`` over whole numbers within bounds, and rows within bounds.

    Parameters
    ----------
    prices, lower, upper
        Per variable.
    row, column, entry
        The matrix, row by row.
    row_lower, row_upper
        Per row; infinite where there is no bound.
    offset
        What is paid anyway.
    """

    prices: Reals
    lower: Reals
    upper: Reals
    row: Whole
    column: Whole
    entry: Reals
    row_lower: Reals
    row_upper: Reals
    offset: float


class Rows:
    """Rows as they come; a variable stands in a row once."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.entry: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, terms: Mapping[int, int], lower: float, upper: float) -> None:
        """Bound a weighted sum of variables."""
        self.row += [len(self.lower)] * len(terms)
        self.column += terms
        self.entry += map(float, terms.values())
        self.lower.append(lower)
        self.upper.append(upper)

    def add_literals(self, literals: Sequence[int], lower: float, upper: float) -> None:
        """Bound the number of true literals; a negative one is the negation of variable ``-literal - 1``."""
        terms: dict[int, int] = {}
        for literal in literals:
            index = literal if literal >= 0 else -literal - 1
            terms[index] = terms.get(index, 0) + (1 if literal >= 0 else -1)
        negated = sum(literal < 0 for literal in literals)
        self.add(terms, lower - negated, upper - negated)

    def linear(self, prices: Reals, lower: Reals, upper: Reals, offset: float) -> Linear:
        """The problem with these rows; arguments as in `Linear`."""
        return Linear(
            prices,
            lower,
            upper,
            row=np.array(self.row, dtype=np.int64),
            column=np.array(self.column, dtype=np.int64),
            entry=np.array(self.entry, dtype=np.float64),
            row_lower=np.array(self.lower, dtype=np.float64),
            row_upper=np.array(self.upper, dtype=np.float64),
            offset=offset,
        )


def as_mathopt(linear: Linear) -> mathopt.Model:
    """The model for MathOpt."""
    return mathopt.Model.from_model_proto(as_proto(linear))


def as_proto(linear: Linear) -> model_pb2.ModelProto:
    """MathOpt's file of it; filled by columns of numbers, which is a hundred times faster than term by term."""
    proto, count = model_pb2.ModelProto(), len(linear.prices)
    proto.variables.ids.extend(range(count))
    proto.variables.lower_bounds.extend(linear.lower.tolist())
    proto.variables.upper_bounds.extend(linear.upper.tolist())
    proto.variables.integers.extend([True] * count)
    proto.objective.offset = linear.offset
    priced = np.nonzero(linear.prices)[0]
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(linear.prices[priced].tolist())
    proto.linear_constraints.ids.extend(range(len(linear.row_lower)))
    proto.linear_constraints.lower_bounds.extend(linear.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(linear.row_upper.tolist())
    order = np.lexsort((linear.column, linear.row))
    proto.linear_constraint_matrix.row_ids.extend(linear.row[order].tolist())
    proto.linear_constraint_matrix.column_ids.extend(linear.column[order].tolist())
    proto.linear_constraint_matrix.coefficients.extend(linear.entry[order].tolist())
    return proto
