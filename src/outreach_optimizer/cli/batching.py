"""``batch``: a folder overnight; progress while it runs, a table at the end, and a way to go on."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.live import Live
from rich.spinner import Spinner

from outreach_optimizer.batch.connection import check_reachable, is_open
from outreach_optimizer.batch.engine import Engine, Event, Tell
from outreach_optimizer.batch.local import Limits, Local, cores, memory_of
from outreach_optimizer.batch.running import Batch, locked, run_batch
from outreach_optimizer.batch.sources import Way, count_of, sources_of, tasks_of
from outreach_optimizer.batch.table import csv_text, table_of, xlsx_bytes
from outreach_optimizer.batch.task import SOLVED, Settled, Task
from outreach_optimizer.cli.exit_codes import BROKEN_OFF, DONE, NO_RESULT, REFUSED
from outreach_optimizer.cli.interrupt import first_interrupt
from outreach_optimizer.cli.progress import QUIET_S
from outreach_optimizer.cli.screen import Screen, print_json
from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.files import read_scenarios
from outreach_optimizer.saving import write_bytes, write_text
from outreach_optimizer.texts import Texts

GRACE_S = 60
"""Beyond twice the time limit, for reading and checking; then the process that solves is taken to hang."""
FRAMES_PER_S = 4
CSV, XLSX = "results.csv", "results.xlsx"


class Options(NamedTuple):
    """How a batch is run; None: what suits the machine."""

    jobs: int | None
    timeout_s: float | None
    memory_mib: float | None
    resume: bool
    as_json: bool
    cluster: str | None
    round_homes: bool | None


def batch_files(
    screen: Screen, words: list[Path], way: Way, *, scenarios: Path | None, folder: Path, options: Options
) -> int:
    """Solve files, folders and patterns, with every scenario of a file."""
    if scenarios is not None:
        way = way._replace(scenarios=read_scenarios(scenarios, None)[0])
    sources = sources_of(words, folder)
    engine = engine_for(screen, way.time_limit_s, options)
    return run_tasks(screen, tasks_of(sources, way), count_of(sources, way), engine, folder=folder, options=options)[1]


def engine_for(screen: Screen, time_limit_s: float, options: Options) -> Engine:
    """The cluster that the user names, or else processes of this machine, no more than it has cores.

    Raises
    ------
    InputError
        No cluster answers there, or an option has no meaning for the engine.
    """
    timeout_s = options.timeout_s or 2 * time_limit_s + GRACE_S
    if options.cluster is not None:
        return _cluster(screen, options.cluster, timeout_s, options)
    if options.round_homes is not None:
        raise InputError([Problem("batch_only_cluster", file="--round-homes")])
    jobs = options.jobs or cores()
    if jobs > cores():
        jobs = cores()
        screen.err.print(screen.texts.say("batch.fewer_jobs", jobs=jobs), soft_wrap=True)
    return Local(jobs, Limits(timeout_s, options.memory_mib or memory_of(jobs)))


def _cluster(screen: Screen, address: str, timeout_s: float, options: Options) -> Engine:
    given = {"--jobs": options.jobs, "--memory": options.memory_mib}
    unfit = [Problem("batch_not_cluster", file=name) for name, value in given.items() if value is not None]
    if unfit:
        raise InputError(unfit)
    from outreach_optimizer.batch.cluster import Cluster, Terms  # noqa: PLC0415 - as needed

    check_reachable(address)
    if is_open(address):
        screen.err.print(screen.texts.say("batch.open", address=address), soft_wrap=True)

    def say(rounded: bool) -> None:
        screen.err.print(screen.texts.say("batch.rounded" if rounded else "batch.exact"), soft_wrap=True)

    return Cluster(address, Terms(timeout_s, options.round_homes), say)


def run_tasks(
    screen: Screen, tasks: Iterable[Task | Settled], count: int, engine: Engine, *, folder: Path, options: Options
) -> tuple[Batch, int]:
    """Run tasks with progress, write the table, say how it went; the batch and the exit code."""
    begin = time.monotonic()
    with locked(folder, resume=options.resume), first_interrupt(screen) as stop:
        progress = Progress(count, screen)
        try:
            with _shown(screen, progress) as tell:
                batch = run_batch(tasks, engine, folder, tell, stop)
            table = table_of(batch.rows, screen.texts)
            write_text(folder / CSV, csv_text(table, screen.texts))
            write_bytes(folder / XLSX, xlsx_bytes(table, screen.texts))
        except InputError:
            if progress.solved:
                screen.err.print(screen.texts.say("batch.go_on", folder=folder), soft_wrap=True)
            raise
    if options.as_json:
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        document = {
            "complete": batch.complete,
            "tasks": count,
            "solved": progress.solved,
            "failed": progress.failed,
            "kept": progress.kept,
            "seconds": round(time.monotonic() - begin, 3),
            "statuses": Counter(row.outcome.status for row in batch.rows),
            "folder": str(folder),
            "csv": str(folder / CSV),
            "xlsx": str(folder / XLSX),
            "rows": rows,
        }
        print_json(document)
    else:
        _print_summary(screen, batch, progress, folder)
    return batch, _last_words(screen, batch, folder)


class Progress:
    """What has happened so far; it is told events and says them in a line."""

    def __init__(self, count: int, screen: Screen) -> None:
        self.count, self.solved, self.failed, self.kept, self.retried = count, 0, 0, 0, 0
        self.running: set[str] = set()
        self._screen, self._begin, self._here = screen, time.monotonic(), 0

    def hear(self, event: Event) -> None:
        """Count an event; say what has failed at once."""
        name, outcome = event.task.name, event.outcome
        if event.kind == "started":
            self.running.add(name)
        else:
            self.running.discard(name)
        self.retried += event.kind == "retried"
        self.kept += event.kind == "kept"
        if outcome is None:
            return
        self.solved += outcome.status in SOLVED
        self.failed += outcome.status not in SOLVED
        self._here += event.kind != "kept" and event.tries > 0
        if outcome.status not in SOLVED and event.kind != "kept":
            texts = self._screen.texts
            why = [fault.sentence(texts.lang) for fault in outcome.faults[:1]]
            line = texts.say("batch.failed", name=name, status=texts.say(f"batch.status.{outcome.status}"), why=why)
            self._screen.err.print(line, soft_wrap=True)

    def sentence(self) -> str:
        """Done, failed, running, and when it will be over if it goes on like this."""
        texts, elapsed_s = self._screen.texts, time.monotonic() - self._begin
        done = self.solved + self.failed
        left_s = None if not self._here else (self.count - done) * elapsed_s / self._here
        return texts.say(
            "batch.progress",
            done=done,
            count=self.count,
            failed=self.failed,
            running=len(self.running),
            elapsed=duration(elapsed_s, texts),
            left=texts.text(None) if left_s is None else duration(left_s, texts),
        )


def duration(seconds: float, texts: Texts) -> str:
    """A time as hours and minutes, or minutes and seconds below an hour."""
    minutes, rest_s = divmod(round(seconds), 60)
    hours, rest_min = divmod(minutes, 60)
    if hours:
        return texts.say("batch.hours", hours=hours, minutes=f"{rest_min:02}")
    return texts.say("batch.minutes", minutes=minutes, seconds=f"{rest_s:02}")


@contextmanager
def _shown(screen: Screen, progress: Progress) -> Iterator[Tell]:
    """A line that changes on a terminal, elsewhere a line now and then."""
    if screen.err.is_terminal:
        spinner = Spinner("dots" if screen.err.encoding.startswith("utf") else "line", style="cyan")

        def line() -> Spinner:
            spinner.update(text=progress.sentence())
            return spinner

        with Live(get_renderable=line, console=screen.err, refresh_per_second=FRAMES_PER_S, transient=True):
            yield progress.hear
        return
    last = time.monotonic()

    def tell(event: Event) -> None:
        nonlocal last
        progress.hear(event)
        if event.outcome is not None and time.monotonic() - last > QUIET_S:
            last = time.monotonic()
            screen.err.print(progress.sentence(), soft_wrap=True)

    yield tell


def _print_summary(screen: Screen, batch: Batch, progress: Progress, folder: Path) -> None:
    texts = screen.texts
    statuses = Counter(row.outcome.status for row in batch.rows)
    counts = [f"{texts.say(f'batch.status.{status}')}: {number}" for status, number in statuses.most_common()]
    screen.out.print(
        texts.say("batch.done", done=len(batch.rows), count=progress.count, solved=progress.solved, kept=progress.kept),
        style="bold",
        soft_wrap=True,
    )
    if counts:
        screen.out.print(f"  {' · '.join(counts)}", soft_wrap=True)
    if progress.retried:
        screen.out.print(f"  {texts.say('batch.retried', count=progress.retried)}", soft_wrap=True)
    screen.out.print(texts.say("batch.written", xlsx=folder / XLSX, csv=folder / CSV), soft_wrap=True)


def _last_words(screen: Screen, batch: Batch, folder: Path) -> int:
    """Exit code, and how to go on if the batch has not come to its end."""
    if batch.lost is not None:
        screen.err.print(screen.texts.problem_text(batch.lost), style="bold red", soft_wrap=True)
    if not batch.complete:
        screen.err.print(screen.texts.say("batch.go_on", folder=folder), soft_wrap=True)
        return BROKEN_OFF if batch.lost is None else NO_RESULT
    return DONE if batch.all_solved else REFUSED
