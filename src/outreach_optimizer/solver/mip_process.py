"""Program of the process in which a MIP solver runs: it can be ended at any moment, which a thread of it cannot.

Started by its path, so that it loads OR-Tools and nothing of ours. Reads a line of JSON and a model of MathOpt from
standard input, writes a line of JSON to standard output. It ends at once when standard input does: with its parent.
"""

import datetime as dt
import json
import os
import sys
from threading import Thread

from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

HALF = 0.5


def main() -> None:
    """Solve, and tell how it ended, the bound, the objective and the variables that are true."""
    task = json.loads(sys.stdin.buffer.readline())
    proto = model_pb2.ModelProto.FromString(sys.stdin.buffer.read(task["bytes"]))
    Thread(target=_end_with_parent, name="parent", daemon=True).start()
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=task["time_limit_s"]),
        random_seed=task["seed"],
        relative_gap_tolerance=task["gap"],
    )
    model = mathopt.Model.from_model_proto(proto)
    given = mathopt.ModelSolveParameters()
    if task["start"] and task["engine"] == "GSCIP":
        start = {model.get_variable(index): value for index, value in enumerate(task["start"])}
        given.solution_hints.append(mathopt.SolutionHint(variable_values=start))
    result = mathopt.solve(model, mathopt.SolverType[task["engine"]], params=parameters, model_params=given)
    found = result.has_primal_feasible_solution()
    values = result.variable_values() if found else {}
    answer = {
        "reason": result.termination.reason.name,
        "bound": result.termination.objective_bounds.dual_bound,
        "objective": result.objective_value() if found else None,
        "true": [variable.id for variable, value in values.items() if value > HALF],
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)  # the other thread still reads


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
