import datetime as dt
import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from outreach_optimizer.errors import Problem
from outreach_optimizer.faults import CODES, PATTERNS
from outreach_optimizer.saving import WRITE_FAULTS
from outreach_optimizer.texts import Lang, load

PACKAGE = Path(__file__).parents[2] / "src/outreach_optimizer"
TABLES = sorted(path.stem for path in (PACKAGE / "texts/de").glob("*.toml"))


def sentences(lang: str, table: str) -> dict[str, str]:
    def flat(name: str, value: object) -> dict[str, str]:
        if not isinstance(value, dict):
            assert isinstance(value, str), name
            return {name: value}
        return {key: text for part, inner in value.items() for key, text in flat(f"{name}.{part}", inner).items()}

    return flat(table, tomllib.loads((PACKAGE / f"texts/{lang}/{table}.toml").read_text(encoding="utf-8")))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_tables() -> None:
    assert sorted(path.stem for path in (PACKAGE / "texts/en").glob("*.toml")) == TABLES


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_have_the_same_sentences_and_placeholders(table: str) -> None:
    german, english = sentences("de", table), sentences("en", table)
    assert german.keys() == english.keys()
    for key, text in german.items():
        assert placeholders(text) == placeholders(english[key]), key
        assert text.strip(), key
        assert english[key].strip(), key


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("lang", ["de", "en"])
def test_placeholders_are_plain_names(table: str, lang: str) -> None:
    for key, text in sentences(lang, table).items():
        assert all(name.isidentifier() for name in placeholders(text)), key


def test_every_problem_has_a_sentence_and_every_sentence_a_problem() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    raised = set(re.findall(r"""(?:Problem|problem_at|repeated)\(\s*(?:code=)?"(\w+)\"""", source))
    raised |= {"json_extra", "json_syntax", "too_small", "too_large", "write_failed", "not_valid"}
    raised |= {f"is_{kind}" for kind in ("instance", "plan", "scenarios", "study", "boundaries")}
    raised |= {*CODES.values(), *PATTERNS.values(), *WRITE_FAULTS.values()}
    told = {key.split(".")[1] for key in sentences("de", "problem")} - {"found", "hint"}
    assert told == raised


def test_hints_start_with_maybe() -> None:
    for lang, word in (("de", "Vielleicht "), ("en", "Maybe ")):
        hints = [text for key, text in sentences(lang, "problem").items() if key.startswith("problem.hint.")]
        assert hints
        assert all(text.startswith(word) for text in hints)


@pytest.mark.parametrize(
    ("value", "spec", "german", "english"),
    [
        (30.0, "", "30", "30"),
        (7.25, "", "7,25", "7.25"),
        (1 / 3, "", "0,33", "0.33"),
        (-0.001, "", "0", "0"),
        (float("inf"), "", "inf", "inf"),
        (12, "", "12", "12"),
        (12, ".1f", "12,0", "12.0"),
        (12345.678, ",.1f", "12.345,7", "12,345.7"),
        (dt.date(2026, 1, 5), "", "05.01.2026", "2026-01-05"),
        (True, "", "ja", "yes"),
        (False, "", "nein", "no"),
        (None, "", "\N{EN DASH}", "\N{EN DASH}"),
        (["a", 1.5, dt.date(2026, 1, 5)], "", "a, 1,5, 05.01.2026", "a, 1.5, 2026-01-05"),
        ("Ruhla", "", "Ruhla", "Ruhla"),
    ],
)
def test_facts_are_written_as_the_language_does(value: object, spec: str, german: str, english: str) -> None:
    assert load("de").text(value, spec) == german
    assert load("en").text(value, spec) == english


def test_numbers_keep_the_decimals_asked_for() -> None:
    assert load("de").number(1234.5, 2) == "1234,50"
    assert load("en").number(1234.5, 0) == "1234"
    assert load("de").number(-0.01, 1) == "0,0"


def test_weekdays_are_short() -> None:
    week = [dt.date(2026, 1, 5) + dt.timedelta(days=day) for day in range(7)]
    assert [load("de").weekday(day) for day in week] == ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]
    assert [load("en").weekday(day) for day in week] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


@pytest.mark.parametrize("lang", ["de", "en"])
def test_an_unknown_name_or_a_missing_fact_is_a_key_error(lang: Lang) -> None:
    texts = load(lang)
    assert not texts.has("problem.nothing")
    assert not texts.has("nothing.at_all")
    with pytest.raises(KeyError, match="nothing"):
        texts.say("nothing.at_all")
    with pytest.raises(KeyError, match="found"):
        texts.say("problem.found")


def test_a_fact_may_be_called_key() -> None:
    assert load("en").say("problem.found", found=1, key=2, self=3) == "Found: 1."


def test_a_problem_without_a_file_is_its_sentence_alone() -> None:
    assert load("en").problem_text(Problem("file_is_folder")) == "This is a folder; a file is needed."


def test_a_rule_without_a_sentence_shows_its_facts() -> None:
    problem = Problem("pins_contradict_rule", "/pins", {"found": 3, "needed": 2.5}, {"rule": "nameless"})
    assert load("de").problem_text(problem).endswith("Gefunden: found = 3, needed = 2,5.")


def test_languages_are_loaded_once() -> None:
    assert load("de") is load("de")
