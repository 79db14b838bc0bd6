"""Documents for machines: the plan file, and what `solve` and `check` found."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from outreach_optimizer.checker import Report
from outreach_optimizer.fields import Frozen
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.expectations import session_documents
from outreach_optimizer.outputs.sentences import violation_sentence
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Texts
from outreach_optimizer.violation import Witness

if TYPE_CHECKING:
    from outreach_optimizer.solver import Result

LISTS = ("duties", "appointments", "uninvited")


def plan_text(schedule: Schedule) -> str:
    """A plan as JSON that people can read and compare: a line per duty, appointment and uninvited client."""
    fields = schedule.model_dump(mode="json", exclude_none=True)
    lines = []
    for name, value in fields.items():
        if name in LISTS and value:
            items = ",\n".join(f"    {json.dumps(item, ensure_ascii=False)}" for item in value)
            lines.append(f'  "{name}": [\n{items}\n  ]')
        else:
            lines.append(f'  "{name}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def result_document(instance: Instance, result: "Result", plan: Path | None) -> Mapping[str, object]:
    """What `solve` found, with the way to the plan file if there is one."""
    return {
        "status": result.status.value,
        "objective_min": result.objective_min,
        "bound_min": result.bound_min,
        "gap": result.gap,
        "interrupted": result.interrupted,
        "seconds": dict(result.seconds),
        "instance": {"name": instance.name, "sha256": result.sha256},
        "plan": None if plan is None else str(plan),
        "terms": None if result.report is None else _terms(result.report),
        "kpis": None if result.report is None else dict(result.report.kpis),
        "sessions": None if result.schedule is None else session_documents(instance, result.schedule),
        "seed": result.seed,
        "workers": result.workers,
        "versions": dict(result.versions),
    }


def check_document(instance: Instance, schedule: Schedule, report: Report, texts: Texts) -> Mapping[str, object]:
    """What `check` found; sentences are in the user's language, everything else is not."""
    reference = schedule.instance
    return {
        "violations": [
            {
                "rule": found.rule,
                "sentence": violation_sentence(instance, found, texts),
                "excess": found.violation.excess,
                "facts": {name: _plain(value) for name, value in found.violation.facts.items()},
                "witnesses": _witnesses(found.violation.witnesses),
            }
            for found in report.violations
        ],
        "objective_min": report.objective_min,
        "terms": _terms(report),
        "kpis": dict(report.kpis),
        "sessions": session_documents(instance, schedule),
        "instance": {"name": instance.name, "sha256": instance.digest},
        "made_for_this_instance": None if reference is None else reference.sha256 == instance.digest,
    }


def _terms(report: Report) -> dict[str, dict[str, float]]:
    return {name: dict(term._asdict()) for name, term in report.terms.items()}


def _witnesses(witnesses: Sequence[Witness]) -> list[dict[str, object]]:
    return [_fields(witness) for witness in witnesses]


def _fields(model: Frozen) -> dict[str, object]:
    return model.model_dump(mode="json")


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
