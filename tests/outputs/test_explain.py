"""Explanations of rules and terms, and the reference page made from them."""

from pathlib import Path

from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.outputs.explain import entries, markdown, named, similar_names
from outreach_optimizer.texts import load

REFERENCE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_every_rule_and_every_term_has_an_entry() -> None:
    told = [(entry.kind, entry.name) for entry in entries(load("de"))]
    assert told == [*(("rule", name) for name in CONSTRAINTS), *(("term", name) for name in OBJECTIVES)]


def test_a_name_of_a_rule_and_a_term_explains_both() -> None:
    assert [entry.kind for entry in named("continuity", load("en"))] == ["rule", "term"]


def test_an_unknown_name_has_no_entry_but_relatives() -> None:
    assert named("min_crw", load("en")) == ()
    assert similar_names("min_crw")[0] == "min_crew"


def test_the_price_of_a_term_is_its_default_weight() -> None:
    (entry,) = named("changes", load("en"))
    assert any("60 min" in sentence for _, sentence in entry.parts)


def test_the_reference_page_is_not_stale() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == markdown(load("en"))
