"""Which factor stands where on the page."""

from collections.abc import Mapping
from typing import Literal

from outreach_optimizer.study.design import varied
from outreach_optimizer.study.spec import StudySpec

Axis = Literal["x", "color", "columns", "rows"]
AXES: tuple[Axis, ...] = ("x", "color", "columns", "rows")
MOST_ON: Mapping[Axis, int] = {"x": 40, "color": 6, "columns": 12, "rows": 12}
"""Levels that can still be told apart."""


def axes_of(spec: StudySpec) -> dict[Axis, str]:
    """Factor of each axis: those that the file names, then other varied ones in the order of `Factors`, if they fit."""
    factors = varied(spec)
    placed: dict[Axis, str] = {axis: name for axis in AXES if (name := getattr(spec.page, axis)) is not None}
    free = [name for name in factors if name not in placed.values()]
    for axis in AXES:
        if axis not in placed:
            fitting = next((name for name in free if len(factors[name]) <= MOST_ON[axis]), None)
            if fitting is not None:
                placed[axis] = fitting
                free.remove(fitting)
    return placed
