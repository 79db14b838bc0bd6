"""The pages in docs/ name everything that is registered, with the ids that the definitions cite."""

import re
from pathlib import Path

import pytest

from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.instance import Instance
from outreach_optimizer.kpis import kpis
from outreach_optimizer.limits import Rules, Weights
from outreach_optimizer.model.strengthen import INEQUALITIES
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.schedule import Schedule

DOCS = Path(__file__).parents[1] / "docs"
ROW = re.compile(r"^\| ([RTK]\d+) \| `(\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def requirements(letter: str) -> dict[str, str]:
    return {name: number for number, name, *_ in ROW.findall(page("requirements.md")) if number.startswith(letter)}


@pytest.mark.parametrize(("letter", "registered"), [("R", CONSTRAINTS), ("T", OBJECTIVES)])
def test_every_definition_cites_the_requirement_of_its_name(letter: str, registered: dict[str, object]) -> None:
    cited = {}
    for name, definition in registered.items():
        found = re.search(rf"docs/requirements\.md, ({letter}\d+)", definition.__doc__ or "")
        assert found, name
        cited[name] = found[1]
    assert requirements(letter) == cited
    assert sorted(cited.values(), key=lambda number: int(number[1:])) == [
        f"{letter}{number}" for number in range(1, len(registered) + 1)
    ]


def test_every_key_figure_has_its_row() -> None:
    empty = Instance.model_construct(offices=(), sites=(), sessions=(), caseworkers=(), clients=(), name="empty")
    figures = kpis(empty, Schedule())
    assert requirements("K").keys() == figures.keys()


def test_the_formulation_names_every_rule_term_and_inequality() -> None:
    formulation = page("formulation.md")
    for name in (*CONSTRAINTS, *OBJECTIVES, *INEQUALITIES):
        assert f"`{name}`" in formulation, name


def test_the_glossary_names_every_model_of_the_file_format() -> None:
    glossary = page("glossary.md")
    for name in ("Instance", "Site", "Session", "Caseworker", "Client", "Duty", "Appointment", "Schedule"):
        assert f"`{name}`" in glossary, name


def test_no_page_names_a_field_that_the_rules_and_weights_do_not_have() -> None:
    fields = {"rules": Rules.model_fields, "weights": Weights.model_fields}
    for path in DOCS.glob("*.md"):
        for kind, field in re.findall(r"`(rules|weights)\.(\w+)", path.read_text(encoding="utf-8"), re.IGNORECASE):
            assert field in fields[kind.lower()], f"{path.name}: {kind}.{field}"
