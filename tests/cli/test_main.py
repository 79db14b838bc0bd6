"""Words of the command line: language, help, complaints."""

import json
import re
from pathlib import Path

import pytest
import typer

from outreach_optimizer.cli import known_language, main, take_language
from outreach_optimizer.cli.commands import app
from outreach_optimizer.cli.help import param_sentence
from outreach_optimizer.cli.screen import open_screen
from outreach_optimizer.generate import PRESETS
from outreach_optimizer.texts import Lang, load

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # the group's class is private


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTREACH_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


def test_the_language_may_stand_anywhere() -> None:
    for words in (["--lang", "en", "show", "a"], ["show", "--lang=en", "a"], ["show", "a", "--lang", "en"]):
        assert take_language(words, {}) == ("en", ["show", "a"])


def test_the_last_language_counts() -> None:
    assert take_language(["--lang", "en", "--lang", "de"], {"OUTREACH_LANG": "en"}) == ("de", [])


def test_words_after_two_dashes_are_no_options() -> None:
    assert take_language(["show", "--", "--lang", "en"], {}) == ("de", ["show", "--", "--lang", "en"])


def test_the_environment_chooses_when_the_line_does_not() -> None:
    assert take_language(["show"], {"OUTREACH_LANG": "en"}) == ("en", ["show"])
    assert take_language(["show"], {"OUTREACH_LANG": ""}) == ("de", ["show"])


def test_languages_are_recognized_in_the_forms_of_locales() -> None:
    assert [known_language(word) for word in ("de", "EN", "de_DE.UTF-8", "en-GB", "fr", "")] == [
        "de",
        "en",
        "de",
        "en",
        None,
        None,
    ]


def test_an_unknown_language_is_refused_in_both(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "fr", "--help"]) == 2
    told = capsys.readouterr().err
    assert "Sprache" in told
    assert "language" in told


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_is_explained(command: str, lang: Lang, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--help", "--lang", lang]) == 0
    page = capsys.readouterr().out
    screen = open_screen(load(lang))
    for param in COMMANDS[command].params:
        if not param.hidden:
            assert param_sentence(command, param.name, screen).split()[0] in page
            assert param.opts[0] in page or (param.metavar or "") in page
    assert re.search(rf"\boutreach {command}\b.*\n", page)
    assert max(map(len, page.splitlines())) <= 100


@pytest.mark.parametrize("lang", ["de", "en"])
def test_every_example_of_the_help_can_be_parsed(lang: Lang) -> None:
    examples = [load(lang).say(f"cli.{name}.examples") for name in ("app", *COMMANDS)]
    lines = [line.split("   ")[0].partition(" > ")[0] for text in examples for line in text.strip().splitlines()]
    for line in lines:
        program, command, *words = take_language(line.split(), {})[1]
        assert program == "outreach"
        if "--help" not in words:
            COMMANDS[command].make_context(command, words)


def test_the_program_without_words_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert all(command in told for command in COMMANDS)


def test_the_help_names_every_preset() -> None:
    for lang in ("de", "en"):
        assert all(preset in load(lang).say("cli.generate.param.preset") for preset in PRESETS)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["solv"], "Den Befehl solv gibt es nicht. Vielleicht gemeint: solve."),
        (["solv", "--help"], "Den Befehl solv gibt es nicht. Vielleicht gemeint: solve."),
        (["xyz"], "Den Befehl xyz gibt es nicht."),
        (["solve"], "Es fehlt INSTANCE"),
        (["map", "a", "b"], "Es fehlt -o, --output HTML"),
        (["solve", "a", "--wokers", "2"], "Vielleicht gemeint: --workers."),
        (["solve", "a", "--workers", "0"], "Ungültiger Wert für --workers N. Erwartet: Rechenkerne"),
        (["solve", "a", "--seed", "x"], "Ungültiger Wert für --seed N."),
        (["generate", "--preset", "huge", "-o", "x.json"], "Ungültiger Wert für --preset."),
        (["show", "a", "b", "c"], "Der Aufruf ist nicht verständlich"),
        (["solve", "a", "-o"], "Der Aufruf ist nicht verständlich"),
        (["explain", "min_crw"], "Vielleicht gemeint: min_crew"),
        (["explain", "zzz"], "Keine Regel und kein Bestandteil heißt zzz."),
        (["-x"], "Die Option -x gibt es nicht."),
    ],
)
def test_a_wrong_line_is_told_what_is_wrong(
    words: list[str], answer: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    told = capsys.readouterr()
    assert answer in told.err
    assert told.out == ""
    assert list(tmp_path.iterdir()) == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert re.fullmatch(r"outreach \d+\.\d+\.\d+\n", capsys.readouterr().out)


def test_explain_lists_explains_and_writes_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    assert "walk_in_reserve" in capsys.readouterr().out
    assert main(["explain", "continuity", "--lang", "en"]) == 0
    assert capsys.readouterr().out.count("Reference") == 2
    assert main(["explain", "--all"]) == 0
    assert capsys.readouterr().out.count("Grundlage") == 41
    assert main(["explain", "--all", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("# Regeln und Zielwert\n")


def test_schemas_are_printed_or_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["title"] == "Instance"
    for other in ("--scenarios", "--comparison"):
        assert main(["schema", other]) == 0
        assert "outreach" in capsys.readouterr().out
    assert main(["schema", "--plan"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Schedule"
    assert main(["schema", "-o", str(tmp_path / "schema.json")]) == 0
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == printed
