"""Every rule and every term is explained in both languages, and every violation can be told."""

import ast
import inspect
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from outreach_optimizer.checker import check
from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.instance import Instance
from outreach_optimizer.kpis import kpis
from outreach_optimizer.limits import Rules, Weights
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.outputs.explain import RULE_PARTS, TERM_PARTS
from outreach_optimizer.outputs.sentences import VARIANTS, violation_sentence
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Lang, Texts, load

PLANTED = Path(__file__).parents[1] / "planted"
LANGS: tuple[Lang, ...] = ("de", "en")


def table(lang: str, name: str) -> dict[str, dict[str, object]]:
    source = files("outreach_optimizer.texts").joinpath(lang, f"{name}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def violation_sentences(lang: str, rule: str) -> dict[str, str]:
    """Sentences of a rule by variant; the only one has the empty name."""
    told = table(lang, "rule")[rule]["violation"]
    return {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {"": str(told)}


def fact_keys(rule: str) -> Iterator[set[str]]:
    """Keys of every ``Violation({...})`` in the definition of a rule."""
    source = inspect.getsource(import_module(f"outreach_optimizer.constraints.{rule}"))
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Violation":
            facts = node.args[0]
            assert isinstance(facts, ast.Dict), f"{rule}: the facts of a violation are a literal"
            yield {key.value for key in facts.keys if isinstance(key, ast.Constant)}


@pytest.fixture(scope="module")
def planted() -> tuple[Instance, Schedule]:
    return (
        Instance.model_validate_json((PLANTED / "instance.json").read_bytes()),
        Schedule.model_validate_json((PLANTED / "plan.json").read_bytes()),
    )


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_a_rule_has_all_its_parts(lang: Lang, rule: str) -> None:
    texts = load(lang)
    for part in ("title", *RULE_PARTS):
        assert texts.say(f"rule.{rule}.{part}").strip()
    assert all(sentence.strip() for sentence in violation_sentences(lang, rule).values())
    assert texts.has(f"reason.{rule}")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("term", OBJECTIVES)
def test_a_term_has_all_its_parts(lang: Lang, term: str) -> None:
    for part in ("title", *TERM_PARTS):
        assert load(lang).say(f"term.{term}.{part}").strip()


@pytest.mark.parametrize("lang", LANGS)
def test_no_text_is_left_over(lang: Lang) -> None:
    assert set(table(lang, "rule")) == set(CONSTRAINTS)
    assert set(table(lang, "term")) == set(OBJECTIVES)


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_figure_has_a_name(lang: Lang, planted: tuple[Instance, Schedule]) -> None:
    assert set(table(lang, "kpi")) == set(kpis(*planted))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_a_violation_sentence_uses_only_facts_that_the_definition_gives(lang: Lang, rule: str) -> None:
    given = set.intersection(*fact_keys(rule))
    for sentence in violation_sentences(lang, rule).values():
        used = {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
        assert used <= given


@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_a_rule_names_the_requirement_of_its_definition(rule: str) -> None:
    docstring = inspect.getdoc(CONSTRAINTS[rule]) or ""
    requirement = docstring.partition("docs/requirements.md, ")[2].split()[0].strip(".,")
    assert load("de").say(f"rule.{rule}.reference").endswith(f"Anforderung {requirement}")
    assert load("en").say(f"rule.{rule}.reference").endswith(f"requirement {requirement}")


@pytest.mark.parametrize("rule", CONSTRAINTS)
def test_a_limit_names_fields_that_exist(rule: str) -> None:
    for lang in LANGS:
        limit = load(lang).say(f"rule.{rule}.limit")
        for word in limit.replace(",", " ").replace(";", " ").split():
            if word.startswith("rules."):
                assert word.removeprefix("rules.") in Rules.model_fields
            elif "[]." in word:
                collection, _, field = word.partition("[].")
                item = Instance.model_fields[collection].annotation
                assert field in item.__args__[0].model_fields  # type: ignore[union-attr]  # a tuple of models


def test_every_term_has_a_weight_of_its_name() -> None:
    assert set(OBJECTIVES) == set(Weights.model_fields)


def test_the_planted_plan_breaks_every_rule_in_every_way(planted: tuple[Instance, Schedule]) -> None:
    told = {
        (found.rule, next((str(found.violation.facts[name]) for name in VARIANTS if name in found.violation.facts), ""))
        for found in check(*planted).violations
    }
    assert told == {(rule, variant) for rule in CONSTRAINTS for variant in violation_sentences("en", rule)}


@pytest.mark.parametrize("lang", LANGS)
def test_every_planted_violation_is_told_without_gaps(lang: Lang, planted: tuple[Instance, Schedule]) -> None:
    instance, schedule = planted
    texts: Texts = load(lang)
    for found in check(instance, schedule).violations:
        sentence = violation_sentence(instance, found, texts)
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "None" not in sentence
