"""A study as tasks of a batch, and their outcomes as runs of the study."""

from collections.abc import Iterable, Iterator

from outreach_optimizer.batch.running import Row
from outreach_optimizer.batch.sources import applied, distinct_names
from outreach_optimizer.batch.task import SOLVED, Order, Settled, Task, refused, task_of
from outreach_optimizer.errors import InputError
from outreach_optimizer.generate import dump_instance
from outreach_optimizer.study.design import cells, instance_of, scenario_of
from outreach_optimizer.study.findings import Run
from outreach_optimizer.study.spec import StudySpec
from outreach_optimizer.texts import Lang

SEED = "seed"
"""Column of the seed; the other labels are factors."""


def study_tasks(spec: StudySpec) -> Iterator[Task | Settled]:
    """Tasks of a study in its order; each instance is made up when it is needed."""
    wanted = [cell.name for cell in cells(spec)]
    for name, cell in zip(distinct_names(wanted, wanted), cells(spec), strict=True):
        labels = {**cell.levels, SEED: cell.seed}
        position, scenario = scenario_of(cell, spec.scenarios)
        try:
            text = dump_instance(instance_of(cell))
        except InputError as error:
            yield Settled(Task("", name, labels, ""), refused("INVALID", error.problems))
            continue
        scenarios = applied(spec.scenarios, scenario)
        order = Order(instance=text, scenarios=scenarios, position=position, time_limit_s=spec.time_limit_s)
        yield task_of(name, labels, order)


def runs_of(rows: Iterable[Row], lang: Lang) -> list[Run]:
    """Runs of a study from the rows of its batch; reasons are sentences of a language."""
    return [_run(row, lang) for row in rows]


def _run(row: Row, lang: Lang) -> Run:
    outcome, labels = row.outcome, row.task.labels
    values: dict[str, float | None] = {}
    if outcome.status in SOLVED:
        values = {"objective_min": outcome.objective_min, "gap": outcome.gap, "seconds": outcome.seconds}
        values |= outcome.kpis
    return Run(
        levels={name: level for name, level in labels.items() if name != SEED and level is not None},
        seed=int(labels[SEED] or 0),
        status=outcome.status,
        bound_min=outcome.bound_min,
        values=values,
        reason=next((fault.de if lang == "de" else fault.en for fault in outcome.faults), None),
    )
