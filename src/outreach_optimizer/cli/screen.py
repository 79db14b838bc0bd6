"""Where the program writes: standard output for results, standard error for progress and complaints."""

import io
import json
import shutil
import sys
from typing import NamedTuple, TextIO

from rich.console import Console

from outreach_optimizer.texts import Texts

WIDEST = 120
WITHOUT_TERMINAL = 100


class Screen(NamedTuple):
    """The user's language and the two streams."""

    texts: Texts
    out: Console
    err: Console


def open_screen(texts: Texts) -> Screen:
    """Consoles on the standard streams."""
    return Screen(texts, _console(sys.stdout), _console(sys.stderr))


def print_document(text: str) -> None:
    """Write a machine-readable document to standard output: UTF-8, whatever the terminal prefers."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(text)
    sys.stdout.flush()


def print_json(document: object) -> None:
    """Write one JSON document, and nothing else, to standard output."""
    print_document(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def _console(stream: TextIO) -> Console:
    # A Windows console without UTF-8 shows "?" for what it does not know, instead of a traceback.
    if isinstance(stream, io.TextIOWrapper) and not (stream.encoding or "").lower().startswith("utf"):
        stream.reconfigure(errors="replace")
    columns = shutil.get_terminal_size((WITHOUT_TERMINAL, 24)).columns
    return Console(file=stream, width=min(WIDEST, columns), markup=False, emoji=False, highlight=False)
