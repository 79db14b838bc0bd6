"""One run, measured in this process; `run` starts a fresh one for each."""

import math
import resource
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from adapter import as_instance, published_cost, rounding
from measures import GAPS_AT_S, Moment, Outcome, gap, gap_at, thinned
from outreach_optimizer.checker import MICRO
from outreach_optimizer.errors import OutreachError
from outreach_optimizer.generate import dump_instance, generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.saving import write_text
from outreach_optimizer.schedule import Schedule
from published import FAMILIES, Location, read

EXPECTED = (
    "invited", "expected_shows", "expected_held", "expected_idle_min", "expected_wait_mean_min",
    "expected_wait_max_min", "overflow_risk_max", "travel_mean_min",
)  # fmt: skip
OURS = "outreach"


class Task(NamedTuple):
    """One run.

    Parameters
    ----------
    solver
        Ours is ``outreach``; else a peer.
    preset
        A preset, or a family of published instances.
    seed
        Of the preset; of our search for a published instance.
    instance
        Name of a published instance.
    path, keep, memory_gib
        Its file; folder in which instance and plan are kept; address space. They do not tell runs apart.
    """

    solver: str
    preset: str
    seed: int
    workers: int
    time_limit_s: float
    overbooking: str = "none"
    risk: float = 0.05
    instance: str = ""
    path: str = ""
    keep: str = ""
    memory_gib: float = 0


KEYS = tuple(name for name in Task._fields if name not in ("path", "keep", "memory_gib"))


def measure(task: Task) -> Mapping[str, object]:
    """Read or generate, solve and measure; what is verified afterwards costs neither time nor memory of the run."""
    if task.memory_gib and task.solver != "timefold":  # a Java machine reserves more than it uses
        resource.setrlimit(resource.RLIMIT_AS, (round(task.memory_gib * 2**30),) * 2)
    problem = read(task.preset, Path(task.path)) if task.preset in FAMILIES else None
    instance = as_instance(problem) if problem is not None else generate(task.preset, task.seed)
    if task.overbooking != "none":
        changed = {"overbooking": task.overbooking, "overflow_risk": task.risk}
        instance = instance.replace(rules=instance.rules.replace(**changed))
    begin = time.monotonic()
    outcome = _ours(instance, problem, task) if task.solver == OURS else _peer(instance, problem, task)
    wall_s = time.monotonic() - begin
    usage = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    facts: dict[str, object] = {"name": name_of(task), "sha256": instance.digest}
    facts |= {"wall_s": round(wall_s, 3), "peak_mib": round(max(usage) / 1024, 1)}
    if problem is not None:
        outcome, cost = by_published_numbers(problem, outcome)
        facts |= {"published": problem.published, "published_cost": cost}
        facts |= {"tolerance": rounding(problem) + problem.half_digit}
    if task.keep and outcome.schedule is not None:
        keep(instance, outcome.schedule, Path(task.keep) / name_of(task) / task.solver)
    return told(outcome, task.time_limit_s) | certified(instance, outcome) | facts


def name_of(task: Task) -> str:
    """Name of the instance, rules that were changed included."""
    rules = f"-{task.overbooking}-{task.risk}" if task.overbooking != "none" else ""
    return f"{task.preset}/{task.instance or task.seed}{rules}"


def told(outcome: Outcome, limit_s: float) -> dict[str, object]:
    """An outcome as a line tells it; gaps at moments that the limit allows."""
    trace = thinned(outcome.trace)
    over = outcome.status == "OPTIMAL"
    return {
        "status": outcome.status,
        "objective_min": outcome.objective,
        "bound_min": outcome.bound,
        "gap": gap(outcome.objective, outcome.bound),
        "gaps": {f"{s}": gap_at(trace, s) for s in GAPS_AT_S if s <= limit_s or over},
        "trace": trace,
        "seconds": {stage: round(seconds, 3) for stage, seconds in outcome.seconds.items()},
        "kpis": outcome.kpis,
        "violated": list(outcome.violated),
    }


def certified(instance: Instance, outcome: Outcome) -> dict[str, object]:
    """Bound that anybody can recompute from the prices in the plan, and these prices; nothing without them."""
    certificate = outcome.schedule.certificate if outcome.schedule else None
    if certificate is None:
        return {}
    from outreach_optimizer.relaxation.bound import bound  # noqa: PLC0415 - only plans of ours carry a certificate
    from outreach_optimizer.relaxation.prices import prices_of  # noqa: PLC0415 - as above

    certified_min = bound(instance, prices_of(instance, certificate)).micro / MICRO
    return {
        "certified_min": certified_min,
        "certified_gap": gap(outcome.objective, certified_min),
        "certificate": certificate.model_dump(mode="json", exclude_defaults=True),
    }


def by_published_numbers(problem: Location, outcome: Outcome) -> tuple[Outcome, float | None]:
    """A plan of a published problem must serve everybody; its cost by the file's own numbers."""
    if outcome.schedule is None:
        return outcome, None
    if len(outcome.schedule.appointments) == len(problem.demands):
        return outcome, published_cost(problem, outcome.schedule)
    trace = [moment._replace(objective=None) for moment in outcome.trace]
    return outcome._replace(status="NO_RESULT", objective=None, trace=trace), None


def keep(instance: Instance, schedule: Schedule, folder: Path) -> None:
    """Write instance and plan, so that `outreach certify` can be tried on them."""
    write_text(folder / "instance.json", dump_instance(instance))
    write_text(folder / "plan.json", schedule.model_dump_json(indent=1) + "\n")


def _ours(instance: Instance, problem: Location | None, task: Task) -> Outcome:
    """What the public `solve` says."""
    from outreach_optimizer.solver import Progress, solve  # noqa: PLC0415 - its import is a part of our time

    trace: list[Moment] = []

    def note(progress: Progress) -> None:
        trace.append(Moment(progress.seconds, progress.objective_min, progress.bound_min))

    seed, begin = task.seed if problem is not None else 0, time.monotonic()
    result = solve(instance, time_limit_s=task.time_limit_s, workers=task.workers, seed=seed, on_progress=note)
    # What is told on the way may be a plan that cannot be seated; the last word is the checked one.
    final = math.inf if result.objective_min is None else result.objective_min - 1e-9
    trace = [m._replace(objective=None) if (m.objective or 0) < final else m for m in trace]
    trace.append(Moment(time.monotonic() - begin, result.objective_min, result.bound_min))
    return Outcome(
        status=result.status.value,
        objective=result.objective_min,
        bound=result.bound_min,
        trace=trace,
        seconds=result.seconds,
        schedule=result.schedule,
        kpis={name: result.report.kpis[name] for name in EXPECTED} if result.report else None,
    )


def _peer(instance: Instance, problem: Location | None, task: Task) -> Outcome:
    """What a peer says: HiGHS, SCIP and CBC get the strong formulation of a published problem."""
    import peers  # noqa: PLC0415 - its import is a part of its time
    from linear import strong  # noqa: PLC0415 - as above
    from outreach_optimizer.model.build import build  # noqa: PLC0415 - as above
    from outreach_optimizer.solver.linear import Linear  # noqa: PLC0415 - as above
    from outreach_optimizer.solver.reading import of_model  # noqa: PLC0415 - as above

    def arrays() -> Linear:
        return strong(problem) if problem is not None else of_model(build(instance))

    if task.solver == "cp-sat":
        return peers.cp_sat(instance, task.workers, task.time_limit_s)
    if task.solver in peers.MIP_SOLVERS:
        return peers.by_mathopt(task.solver, arrays, task.time_limit_s)
    if task.solver == "cbc":
        return peers.cbc(arrays, task.workers, task.time_limit_s)
    if task.solver == "timefold" and problem is not None:
        from timefold_peer import timefold  # noqa: PLC0415 - starts a Java machine

        return timefold(problem, task.time_limit_s)
    if task.solver == "by-hand":
        return peers.rule_by_hand(instance)
    raise OutreachError(f"{task.solver} does not solve {task.preset}")
