"""The progress line."""

from io import StringIO

from rich.console import Console

from outreach_optimizer.cli.progress import plain_teller, progress_line, progress_sentence
from outreach_optimizer.cli.screen import Screen
from outreach_optimizer.solver import Progress
from outreach_optimizer.texts import load


def screen(*, terminal: bool) -> Screen:
    console = Console(file=StringIO(), force_terminal=terminal, width=100, color_system=None, legacy_windows=False)
    return Screen(load("de"), console, console)


def written(where: Screen) -> str:
    assert isinstance(where.err.file, StringIO)
    return where.err.file.getvalue()


def test_the_line_tells_seconds_best_bound_and_gap() -> None:
    line = progress_sentence(12.4, Progress(12, 10812.5, 10787, 0.00236), load("de"))
    assert line == "12 s · bester Plan 10.812,5 min · Schranke 10.787,0 min · Abstand 0,24 %"


def test_what_is_not_known_yet_is_said_so() -> None:
    assert progress_sentence(1, None, load("en")) == "1 s · no plan yet"
    assert progress_sentence(1, Progress(1, None, 5, None), load("en")) == "1 s · no plan yet"
    assert "bound – min · gap – %" in progress_sentence(1, Progress(1, 9, None, None), load("en"))
    assert "bound – min · gap – %" in progress_sentence(1, Progress(1, 9, -70, 8), load("en"))


def test_a_log_gets_the_first_plan_and_then_a_line_now_and_then() -> None:
    log = screen(terminal=False)
    tell = plain_teller(log)
    tell(0.1, None)
    for second in range(25):
        tell(second, Progress(second, 100 - second, 50, 0.5))
    assert [line.split()[0] for line in written(log).splitlines()] == ["0", "10", "20"]


def test_a_log_gets_no_line_when_nothing_is_new() -> None:
    log = screen(terminal=False)
    with progress_line(log) as tell:
        for second in range(60):
            tell(second, Progress(1, 100, 50, 0.5))
    assert len(written(log).splitlines()) == 1


def test_a_terminal_gets_one_line_that_changes_and_vanishes() -> None:
    terminal = screen(terminal=True)
    with progress_line(terminal) as tell:
        tell(1, Progress(1, 100, 50, 0.5))
        tell(2, Progress(2, 90, 50, 0.4))
    assert "100,0 min" in written(terminal)
    assert "90,0 min" in written(terminal)
    assert written(terminal).endswith("\x1b[2K")
