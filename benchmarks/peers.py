"""What a user would pick instead: CP-SAT as it comes, HiGHS, SCIP, CBC, and a rule by hand; each with its trace."""

import datetime as dt
import math
import re
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from greedy import by_hand
from measures import Moment, Outcome
from outreach_optimizer.checker import check
from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.solver.linear import Linear, as_mathopt

MIP_SOLVERS = {"highs": mathopt.SolverType.HIGHS, "scip": mathopt.SolverType.GSCIP}
ENDINGS = {
    mathopt.TerminationReason.OPTIMAL: "OPTIMAL",
    mathopt.TerminationReason.FEASIBLE: "FEASIBLE",
    mathopt.TerminationReason.INFEASIBLE: "INFEASIBLE",
    mathopt.TerminationReason.NO_SOLUTION_FOUND: "NO_RESULT",
}
HIGHS_LINE = re.compile(r"^\s*[A-Za-z]?\s*\d+\s+\d+\s+\d+\s+[\d.]+%\s+(\S+)\s+(\S+)\s")
CBC_PLAN = re.compile(r"^Cbc00(?:04|12|16|38)I .*?[Ss]olution (?:of|found of) (\S+) .*?\(?([\d.]+) seconds\)?")
CBC_BOUND = re.compile(r"best possible (?:solution )?(\S+?),? .*?\(([\d.]+) seconds\)")


def cp_sat(instance: Instance, workers: int, limit_s: float) -> Outcome:
    """CP-SAT's default portfolio on the coarse model: without seating, so a little less to do."""
    begin = time.monotonic()
    model = build(instance)
    built, solver = time.monotonic(), cp_model.CpSolver()
    watch = _Watch(model, begin)
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = max(0.01, limit_s - (built - begin))
    solver.best_bound_callback = watch.on_bound
    status = solver.solve(model.cp, watch)
    objective = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        objective = model.micro(solver.objective_value) / 1e6
    bound = model.micro(math.ceil(solver.best_objective_bound - 1e-6)) / 1e6
    ending = {"UNKNOWN": "NO_RESULT"}.get(solver.status_name(status), solver.status_name(status))
    # CP-SAT reports 0 as its bound if it was stopped before it had any.
    known = bound if status != cp_model.UNKNOWN else watch.bound
    trace = [*watch.trace, Moment(time.monotonic() - begin, objective, known)]
    return Outcome(ending, objective, known, trace, _stages(begin, built))


class _Watch(cp_model.CpSolverSolutionCallback):
    """Notes when plans and bounds get better; minutes."""

    def __init__(self, model: Model, begin: float) -> None:
        super().__init__()
        self._model, self._begin = model, begin
        self.trace: list[Moment] = []
        self.objective: float | None = None
        self.bound: float | None = None

    def on_solution_callback(self) -> None:
        """A better plan, called by CP-SAT."""
        self.objective = self._model.micro(self.objective_value) / 1e6
        self._note()

    def on_bound(self, bound: float) -> None:
        """A better bound, called by CP-SAT."""
        self.bound = self._model.micro(math.ceil(bound - 1e-6)) / 1e6
        self._note()

    def _note(self) -> None:
        self.trace.append(Moment(time.monotonic() - self._begin, self.objective, self.bound))


def by_mathopt(name: str, linear: Callable[[], Linear], limit_s: float) -> Outcome:
    """HiGHS or SCIP as they come, to a gap of 0; both search in one thread."""
    begin = time.monotonic()
    model = as_mathopt(linear())
    built = time.monotonic()
    parameters = mathopt.SolveParameters(
        time_limit=dt.timedelta(seconds=max(0.1, limit_s - (built - begin))), relative_gap_tolerance=0
    )
    trace: list[Moment] = []

    def listen(lines: Iterable[str]) -> None:
        trace.extend(
            Moment(time.monotonic() - begin, *known) for known in map(MIP_LOGS[name], lines) if known is not None
        )

    result = mathopt.solve(model, MIP_SOLVERS[name], params=parameters, msg_cb=listen)
    objective = result.objective_value() if result.has_primal_feasible_solution() else None
    bound = _finite(str(result.termination.objective_bounds.dual_bound))
    trace.append(Moment(time.monotonic() - begin, objective, bound))
    ending = ENDINGS.get(result.termination.reason, result.termination.reason.name)
    return Outcome(ending, objective, bound, trace, _stages(begin, built))


def cbc(linear: Callable[[], Linear], workers: int, limit_s: float) -> Outcome:
    """The model written term by term with PuLP, as its manual shows, and solved by the CBC that it brings along."""
    import pulp  # noqa: PLC0415 - an extra, needed for this peer only
    from pulp.apis.coin_api import pulp_cbc_path  # noqa: PLC0415 - as above

    begin = time.monotonic()
    arrays = linear()
    model = pulp.LpProblem("plan", pulp.LpMinimize)
    bounds = zip(arrays.lower.tolist(), arrays.upper.tolist(), strict=True)
    variables = [model.add_variable(f"x{x}", low, high, cat="Integer") for x, (low, high) in enumerate(bounds)]
    model += pulp.lpSum(price * x for price, x in zip(arrays.prices.tolist(), variables, strict=True) if price)
    sums: list[list[Any]] = [[] for _ in arrays.row_lower]
    for row, column, entry in zip(arrays.row.tolist(), arrays.column.tolist(), arrays.entry.tolist(), strict=True):
        sums[row].append(entry * variables[column])
    for terms, low, high in zip(sums, arrays.row_lower.tolist(), arrays.row_upper.tolist(), strict=True):
        total = pulp.lpSum(terms)
        if math.isfinite(low):
            model += total >= low
        if math.isfinite(high):
            model += total <= high
    built = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "cbc.log"
        left_s = max(1, limit_s - (built - begin))
        about = {"logPath": str(log), "threads": workers, "timeLimit": left_s, "gapRel": 0}
        model.solve(pulp.COIN_CMD(path=pulp_cbc_path, msg=False, **about))
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    found = model.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
    proven = model.sol_status == pulp.LpSolutionOptimal
    objective = pulp.value(model.objective) + arrays.offset if found else None
    trace = [m for m in cbc_trace(lines, built - begin, arrays.offset) if found or m.objective is None]
    bound = objective if proven else max((m.bound for m in trace if m.bound is not None), default=None)
    trace.append(Moment(time.monotonic() - begin, objective, bound))
    ending = "OPTIMAL" if proven else "FEASIBLE" if found else "NO_RESULT"
    return Outcome(ending, objective, bound, trace, _stages(begin, built))


def rule_by_hand(instance: Instance) -> Outcome:
    """The nearest session with room first; no bound."""
    begin = time.monotonic()
    schedule = by_hand(instance)
    planned = time.monotonic()
    report = check(instance, schedule)
    violated = tuple(sorted({found.rule for found in report.violations}))
    objective = None if violated else report.objective_min
    seconds = {"solve": planned - begin, "check": time.monotonic() - planned}
    trace = [Moment(planned - begin, objective, None)]
    return Outcome("INVALID" if violated else "FEASIBLE", objective, None, trace, seconds, schedule, violated)


def highs_line(line: str) -> tuple[float | None, float | None] | None:
    """Objective and bound of a line of HiGHS's log; None if it tells neither."""
    found = HIGHS_LINE.match(line)
    return (_finite(found[2]), _finite(found[1])) if found else None


def scip_line(line: str) -> tuple[float | None, float | None] | None:
    """Objective and bound of a line of SCIP's log; None if it tells neither."""
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) < 17 or cells[0] == "time":
        return None
    return _finite(cells[-3]), _finite(cells[-4])


MIP_LOGS = {"highs": highs_line, "scip": scip_line}


def cbc_trace(lines: Iterable[str], since_s: float, offset: float) -> list[Moment]:
    """What CBC's log tells of plans and bounds, with the seconds that it counts itself."""
    trace = []
    for line in lines:
        plan, bound = CBC_PLAN.search(line), CBC_BOUND.search(line)
        if plan and (cost := _finite(plan[1])) is not None:
            trace.append(Moment(since_s + float(plan[2]), cost + offset, None))
        if bound and (least := _finite(bound[1])) is not None:
            trace.append(Moment(since_s + float(bound[2]), None, least + offset))
    return trace


def _finite(text: str) -> float | None:
    """A number of a log; none for dashes and what stands for infinity."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e20 else None


def _stages(begin: float, built: float) -> dict[str, float]:
    return {"build": built - begin, "solve": time.monotonic() - built}
