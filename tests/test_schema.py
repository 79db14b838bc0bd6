"""The JSON Schemas of the file formats."""

import json
from pathlib import Path

import pytest

from outreach_optimizer.schema import (
    comparison_schema_text,
    plan_schema_text,
    scenarios_schema_text,
    schema_text,
    study_schema_text,
)

SHIPPED = Path(__file__).parents[1] / "instances" / "schema.json"


def test_the_shipped_schema_is_not_stale() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(
    "text",
    [schema_text(), plan_schema_text(), scenarios_schema_text(), comparison_schema_text(), study_schema_text()],
)
def test_a_schema_describes_its_fields(text: str) -> None:
    schema = json.loads(text)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert schema["additionalProperties"] is False
    for definition in schema["$defs"].values():
        assert definition["description"]
