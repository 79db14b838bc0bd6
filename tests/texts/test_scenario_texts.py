"""Every code that a comparison may hold has a sentence."""

import re
from pathlib import Path
from typing import get_args

import pytest

from outreach_optimizer.scenarios.comparison import Kind
from outreach_optimizer.texts import Lang, load

SOURCES = Path(__file__).parents[2] / "src/outreach_optimizer/scenarios"
GROUPS = ("question", "unavailable", "change", "reason", "turning", "setting", "assumption", "quality", "need", "step")


def codes() -> set[str]:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    return set(re.findall(r'Saying\(\s*code="(\w+)"', source)) | set(re.findall(r'_missing\(\w+, "(\w+)"\)', source))


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_code_has_a_sentence(lang: Lang) -> None:
    texts = load(lang)
    groups = (*GROUPS, "point")
    assert codes()
    for code in codes():
        assert any(texts.has(f"scenario.{group}.{code}") for group in groups), code


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_kind_of_variant_has_a_name(lang: Lang) -> None:
    assert all(load(lang).has(f"scenario.variant.{kind}.short") for kind in get_args(Kind))
