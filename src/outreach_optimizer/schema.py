"""JSON Schema of the file formats, as deterministic text."""

import json

from outreach_optimizer.fields import Frozen
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.comparison import Comparison
from outreach_optimizer.scenarios.scenario import ScenarioFile
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.study.spec import StudySpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """Schema of an instance; ``instances/schema.json`` is this text."""
    return _text(Instance)


def plan_schema_text() -> str:
    """Schema of a plan."""
    return _text(Schedule)


def scenarios_schema_text() -> str:
    """Schema of a scenario file."""
    return _text(ScenarioFile)


def comparison_schema_text() -> str:
    """Schema of what ``outreach compare --json`` writes."""
    return _text(Comparison)


def study_schema_text() -> str:
    """Schema of a study."""
    return _text(StudySpec)


def _text(model: type[Frozen]) -> str:
    schema = {"$schema": DIALECT} | model.model_json_schema(mode="validation")
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
