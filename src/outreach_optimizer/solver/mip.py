"""Another engine for the same model: a MIP solver inside the OR-Tools wheel, by MathOpt."""

import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from outreach_optimizer.checker import MICRO
from outreach_optimizer.errors import ModelError
from outreach_optimizer.model.variables import Model
from outreach_optimizer.solver.coarse import Run, guests_of
from outreach_optimizer.solver.linear import Linear, as_proto
from outreach_optimizer.solver.reading import of_model
from outreach_optimizer.solver.result import Status

PROGRAM = Path(__file__).with_name("mip_process.py")
TOLERANCE = 1e-9
"""Relative error of the bounds that floating-point solvers tell."""
LOOK_S = 0.05
"""How often the stop event is looked at."""
NOTHING = Run(Status.NO_RESULT, (), None, None, interrupted=False)


def run_mip(model: Model, *, time_limit_s: float, seed: int, stop: Event | None, start: Sequence[int] = ()) -> Run:
    """Solve the model, cuts included, by HiGHS where consultations have many lengths, else by SCIP.

    ``start`` has the value of every variable in a solution; SCIP begins with it, and its heuristics look around it.
    Measured on restricted models (benchmarks/README.md): HiGHS proves knapsacks of many weights sooner, SCIP the
    planning of crews. Neither can be stopped in a thread, so they run in a process, which ends with the stop event.
    """
    knapsacks = len({client.slots for client in model.instance.clients}) > 2
    engine = "HIGHS" if knapsacks else "GSCIP"
    task = _task(of_model(model), engine=engine, gap=0.0, time_limit_s=time_limit_s, seed=seed, start=start)
    answer = _ask(task, stop)
    return NOTHING._replace(interrupted=True) if answer is None else _read(model, answer)


def true_variables(
    linear: Linear, *, engine: str, gap: float, time_limit_s: float, stop: Event | None
) -> frozenset[int] | None:
    """Variables that are at least a half in the best solution of a problem; None if none was found in time.

    Parameters
    ----------
    engine
        ``HIGHS`` or ``GSCIP``.
    gap
        The search may end so near to its bound, as part of it.
    """
    answer = _ask(_task(linear, engine=engine, gap=gap, time_limit_s=time_limit_s, seed=0, start=()), stop)
    return None if answer is None or answer["objective"] is None else frozenset(answer["true"])


def _task(linear: Linear, *, engine: str, gap: float, time_limit_s: float, seed: int, start: Sequence[int]) -> bytes:
    """What the process reads."""
    proto: bytes = as_proto(linear).SerializeToString()
    task = {
        "engine": engine,
        "gap": gap,
        "time_limit_s": max(0.1, time_limit_s),
        "seed": seed,
        "start": list(start),
        "bytes": len(proto),
    }
    return json.dumps(task).encode() + b"\n" + proto


def _ask(question: bytes, stop: Event | None) -> dict[str, Any] | None:
    """Answer of the process; None if it was stopped.

    Raises
    ------
    ModelError
        It ended without an answer.
    """
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 - our program
            [sys.executable, "-P", str(PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=complaints,
            start_new_session=True,  # Ctrl-C is for us, not for the solver
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
        )
        with process:
            try:
                stopped = _tell(process, question) and _wait(process, stop)
            finally:
                process.kill()
        if stopped:
            return None
        told.seek(0)
        complaints.seek(0)
        if process.returncode != 0:
            raise ModelError(f"the MIP solver ended with {process.returncode}: {complaints.read().decode()[-500:]}")
        answer: dict[str, Any] = json.loads(told.readlines()[-1])
        return answer


def _tell(process: subprocess.Popen[bytes], question: bytes) -> bool:
    """Ask; False if the process has ended already. The pipe stays open: the process ends when we do."""
    try:
        if process.stdin is not None:
            process.stdin.write(question)
            process.stdin.flush()
    except BrokenPipeError:
        process.wait()
        return False
    return True


def _wait(process: subprocess.Popen[bytes], stop: Event | None) -> bool:
    """Wait for the end; whether the stop event or Ctrl-C came first."""
    while True:
        try:
            process.wait(LOOK_S)
        except subprocess.TimeoutExpired:
            if stop is not None and stop.is_set():
                return True
        except KeyboardInterrupt:
            return True
        else:
            return False


def _read(model: Model, answer: dict[str, Any]) -> Run:
    if answer["reason"] == "INFEASIBLE":
        return NOTHING._replace(status=Status.INFEASIBLE)
    bound_micro = _on_grid(model, answer["bound"], math.ceil, TOLERANCE)
    if answer["objective"] is None:
        return NOTHING._replace(bound_micro=bound_micro)
    objective_micro = _on_grid(model, answer["objective"], round, 0.0)
    true = set(answer["true"])
    guests = guests_of(model, lambda literal: literal.index in true)
    # It means optimal up to a tolerance; what is proven says the bound.
    status = Status.OPTIMAL if answer["reason"] == "OPTIMAL" else Status.FEASIBLE
    return Run(status, guests, objective_micro, bound_micro, interrupted=False)


def _on_grid(model: Model, value_min: float, to_whole: Callable[[float], int], tolerance: float) -> int | None:
    """Millionths of a minute among those that the objective can be; bounds first get worse by a tolerance."""
    if not math.isfinite(value_min):
        return None
    micro = value_min * MICRO
    return to_whole((micro - tolerance * abs(micro) - model.offset) / model.scale) * model.scale + model.offset
