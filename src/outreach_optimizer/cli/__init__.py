"""The program ``outreach``: parse, call, print, exit code.

Language, help and version are looked for before anything else, so that every answer has the user's language.
"""

import os
import sys
from collections.abc import Mapping, Sequence

import typer

from outreach_optimizer.cli.commands import app
from outreach_optimizer.cli.exit_codes import BAD_INPUT, DONE
from outreach_optimizer.cli.help import complain, print_help
from outreach_optimizer.cli.screen import Screen, open_screen
from outreach_optimizer.errors import InputError
from outreach_optimizer.texts import Lang, load


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen, words = take_language(words, os.environ)
    lang = known_language(chosen)
    screen = open_screen(load(lang or "de"))
    if lang is None:
        # The language is what went wrong, so both are spoken.
        for speech in (load("de"), load("en")):
            screen.err.print(speech.say("cli.error.language", found=chosen))
        return BAD_INPUT
    if not words or _asks(words, "--help", "-h"):
        return print_help(typer.main.get_command(app), words, screen)
    if _asks(words, "--version"):
        screen.out.print(f"outreach {_version()}")
        return DONE
    return _run(words, screen)


def take_language(words: Sequence[str], environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """Language that was asked for, wherever ``--lang`` stands, and the other words."""
    lang, rest = environment.get("OUTREACH_LANG") or "de", list(words)
    end = rest.index("--") if "--" in rest else len(rest)
    number = 0
    while number < end:
        if rest[number].startswith("--lang="):
            lang, taken = rest[number].removeprefix("--lang="), 1
        elif rest[number] == "--lang":
            lang, taken = (rest[number + 1] if number + 1 < end else ""), 2
        else:
            number += 1
            continue
        del rest[number : min(number + taken, end)]
        end = rest.index("--") if "--" in rest else len(rest)
    return lang, rest


def known_language(lang: str) -> Lang | None:
    """Language of a word like ``en`` or ``de_DE.UTF-8``; None if there are no texts in it."""
    codes: dict[str, Lang] = {"de": "de", "en": "en"}
    return codes.get(lang.lower().replace("-", "_").partition("_")[0])


def _run(words: list[str], screen: Screen) -> int:
    command = typer.main.get_command(app)
    try:
        return int(command.main(args=words, prog_name="outreach", standalone_mode=False, obj=screen) or 0)
    except InputError as error:
        for problem in error.problems:
            screen.err.print(screen.texts.problem_text(problem), soft_wrap=True)
        return BAD_INPUT
    except typer.TyperException as error:
        complain(error, screen)
        return BAD_INPUT


def _asks(words: Sequence[str], *flags: str) -> bool:
    own = words[: words.index("--")] if "--" in words else words
    return any(word in flags for word in own)


def _version() -> str:
    from outreach_optimizer import __version__  # noqa: PLC0415 - reading the metadata costs 25 ms

    return __version__
