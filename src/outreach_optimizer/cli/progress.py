"""The progress line: one line that changes on a terminal, a line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.live import Live
from rich.spinner import Spinner

from outreach_optimizer.cli.screen import Screen
from outreach_optimizer.texts import Texts

if TYPE_CHECKING:
    from outreach_optimizer.solver import Progress  # OR-Tools takes a second, of no use to a batch

QUIET_S = 10
"""Seconds between two plain lines, at least, after the first one."""

Tell = Callable[[float, "Progress | None"], None]


@contextmanager
def progress_line(screen: Screen) -> Iterator[Tell]:
    """Function that shows the seconds gone and the last progress, on standard error."""
    if not screen.err.is_terminal:
        yield plain_teller(screen)
        return
    spinner = Spinner("dots" if screen.err.encoding.startswith("utf") else "line", text="", style="cyan")
    with Live(spinner, console=screen.err, auto_refresh=False, transient=True) as live:

        def tell(elapsed_s: float, progress: "Progress | None") -> None:
            spinner.update(text=progress_sentence(elapsed_s, progress, screen.texts))
            live.refresh()

        yield tell


def plain_teller(screen: Screen) -> Tell:
    """Lines for a log: the first plan at once, then what is new, every `QUIET_S` seconds at most."""
    last: list[tuple[float, Progress]] = []

    def tell(elapsed_s: float, progress: "Progress | None") -> None:
        if progress is None or progress.objective_min is None:
            return
        if last and (elapsed_s - last[-1][0] < QUIET_S or progress == last[-1][1]):
            return
        last[:] = [(elapsed_s, progress)]
        screen.err.print(progress_sentence(elapsed_s, progress, screen.texts), soft_wrap=True)

    return tell


def progress_sentence(elapsed_s: float, progress: "Progress | None", texts: Texts) -> str:
    """Seconds gone, best plan, bound and gap, as far as they are known."""
    elapsed = texts.number(elapsed_s, 0)
    if progress is None or progress.objective_min is None:
        return texts.say("cli.solve.progress_none", elapsed=elapsed)
    # The first bounds may lie far below zero; they say nothing.
    unknown = progress.bound_min is None or progress.bound_min < 0
    return texts.say(
        "cli.solve.progress",
        elapsed=elapsed,
        best=texts.text(progress.objective_min, ",.1f"),
        bound=texts.text(None) if unknown else texts.text(progress.bound_min, ",.1f"),
        gap=texts.text(None) if unknown or progress.gap is None else texts.number(100 * progress.gap, 2),
    )
