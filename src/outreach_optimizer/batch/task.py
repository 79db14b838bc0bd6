"""What is to be solved, as text that can go to any process, and what came out."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Literal, NamedTuple

from outreach_optimizer.checker import TermValue
from outreach_optimizer.errors import Problem
from outreach_optimizer.fields import Frozen
from outreach_optimizer.scenarios.scenario import ScenarioFile
from outreach_optimizer.texts import load

VERSIONS = ("outreach-optimizer", "ortools", "numpy", "pydantic")

Status = Literal[
    "OPTIMAL",
    "FEASIBLE",
    "INFEASIBLE",
    "NO_RESULT",
    "INVALID",
    "ROUNDING",
    "ERROR",
    "CRASHED",
    "TIMEOUT",
    "OUT_OF_MEMORY",
]
"""How a task ended. ``INVALID``: the input is wrong; ``ROUNDING``: not possible with rounded homes; ``ERROR``: our bug;
the last three: the process did not live to tell."""
SOLVED: tuple[Status, ...] = ("OPTIMAL", "FEASIBLE")
"""There is a plan."""
TRANSIENT: tuple[Status, ...] = ("ROUNDING", "ERROR", "CRASHED", "TIMEOUT", "OUT_OF_MEMORY")
"""Another try may end otherwise."""

Label = str | int | float | None


class Order(Frozen):
    """Everything that a worker needs; JSON on the way.

    Dump it with ``exclude_unset``: a scenario changes what is given, not what is at its default.
    """

    instance: str
    """Text of an instance file."""
    scenarios: ScenarioFile | None = None
    """Common conditions and at most one scenario, which are applied to the instance."""
    position: int = 0
    """Of the scenario in its file, for pointers."""
    time_limit_s: float
    seed: int = 0


class Task(NamedTuple):
    """An instance to be solved in one way.

    Parameters
    ----------
    key
        Of everything that decides about the result (`key_of`).
    name
        Unique name of its files, also where upper and lower case are the same.
    labels
        What tells tasks apart in the table: file and scenario, levels of factors; the same columns for all.
    payload
        JSON of an `Order`.
    """

    key: str
    name: str
    labels: Mapping[str, Label]
    payload: str


class Fault(Frozen):
    """One thing that is wrong, where, and the sentence about it in each language."""

    code: str
    pointer: str = ""
    de: str
    en: str


class Outcome(Frozen):
    """What came out of a task.

    Attributes
    ----------
    objective_min, bound_min, gap
        As in `solver.Result`; minutes. None where unknown.
    seconds
        Wall-clock of reading, solving and checking.
    peak_mib
        Highest resident memory of the process during the task.
    plan
        Text of the plan file; None without a plan.
    faults
        Why there is none, as far as it is known.
    """

    status: Status
    objective_min: float | None = None
    bound_min: float | None = None
    gap: float | None = None
    terms: Mapping[str, TermValue] = {}
    kpis: Mapping[str, int | float | None] = {}
    seconds: float = 0
    peak_mib: float | None = None
    sha256: str | None = None
    """Digest of the instance that was solved, the scenario applied."""
    versions: Mapping[str, str] = {}
    plan: str | None = None
    faults: tuple[Fault, ...] = ()


class Settled(NamedTuple):
    """A task whose outcome is known without a worker: its file cannot be read, its instance not be generated."""

    task: Task
    outcome: Outcome


def task_of(name: str, labels: Mapping[str, Label], order: Order) -> Task:
    """Task of an order."""
    return Task(key_of(order), name, labels, order.model_dump_json(exclude_unset=True))


def key_of(order: Order) -> str:
    """SHA-256 of instance, scenario, options and versions."""
    instance = hashlib.sha256(order.instance.encode()).hexdigest()
    scenarios = None if order.scenarios is None else order.scenarios.model_dump(mode="json", exclude_unset=True)
    facts = [instance, scenarios, order.time_limit_s, order.seed, *map(version, VERSIONS)]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def refused(status: Status, problems: Iterable[Problem]) -> Outcome:
    """Outcome without a plan, for reasons."""
    return Outcome(status=status, faults=tuple(fault_of(problem) for problem in problems))


def fault_of(problem: Problem) -> Fault:
    """Problem as it is written down; the file is named elsewhere."""
    bare = problem._replace(file="")
    de, en = (load(lang).problem_text(bare) for lang in ("de", "en"))
    return Fault(code=problem.code, pointer=problem.pointer, de=de, en=en)
