"""Studies to test with: specifications as a file would have them, and runs whose truth is known."""

import json
from collections.abc import Callable, Mapping

import numpy as np

from outreach_optimizer.study.design import Cell, cells
from outreach_optimizer.study.findings import Run
from outreach_optimizer.study.spec import StudySpec

Tree = Mapping[str, object]


def spec_of(tree: Tree) -> StudySpec:
    return StudySpec.model_validate_json(json.dumps(tree), strict=True)


def invited_by(cell: Cell) -> float:
    """Ten people less without any room, two more per hundredth of load above 1, a level of its own for each seed."""
    luck = float(np.random.default_rng(cell.seed).normal(0, 3))
    return 60 + luck - 10 * float(cell.levels.get("blocked", 0)) + 2 * float(cell.levels.get("load", 1))


def runs_of(
    spec: StudySpec,
    invited: Callable[[Cell], float] = invited_by,
    *,
    gap: float = 0.0,
    fails: Callable[[Cell], bool] = lambda _cell: False,
) -> list[Run]:
    """Runs without noise: total effort is 100 minutes for each person who is not among 200."""
    found = []
    for cell in cells(spec):
        if fails(cell):
            found.append(Run(cell.levels, cell.seed, "INFEASIBLE", None, {}, "Kein <b>Plan</b>."))
            continue
        people = invited(cell)
        objective = 100 * (200 - people)
        values = {"invited": people, "objective_min": objective, "gap": gap, "seconds": 1.0}
        values |= {"travel_mean_min": 20.0 + cell.seed, "duties": 12, "share_30": 0.5}
        status = "FEASIBLE" if gap else "OPTIMAL"
        found.append(Run(cell.levels, cell.seed, status, objective * (1 - gap), values))
    return found
