"""Which instance files are meant, and the tasks that they make."""

import glob
import hashlib
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from outreach_optimizer.batch.running import JOURNAL
from outreach_optimizer.batch.task import Label, Order, Settled, Task, refused, task_of
from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.files import read_task
from outreach_optimizer.jsontext import problem_at, visible
from outreach_optimizer.scenarios.scenario import Conditions, Scenario, ScenarioFile

LONGEST_BYTES = 120
SHORTENED = 30
"""Characters that are left of a longer name."""
UNSAFE = re.compile(r"[^\w.+-]")
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that Windows gives to devices."""
TODAY = "today"
"""The instance without a scenario, as comparisons call it."""


class Source(NamedTuple):
    """A file that was named or found, or what is wrong with a name.

    Parameters
    ----------
    inside
        Its path below the folder that was named; its name if it was named itself.
    """

    path: Path
    inside: Path
    problem: Problem | None = None


class Way(NamedTuple):
    """How each instance is solved: scenarios, if any, seconds and seed."""

    scenarios: ScenarioFile | None
    time_limit_s: float
    seed: int

    @property
    def variants(self) -> Sequence[tuple[int, Scenario | None]]:
        """Today and the scenarios, with their positions."""
        return [(0, None), *enumerate(self.scenarios.scenarios if self.scenarios else ())]


def sources_of(words: Iterable[Path], results: Path) -> list[Source]:
    """Files that are meant by files, folders and patterns, each once.

    In folders, and in the folders in them, files ``*.json`` are meant, but nothing that is hidden, no plans
    (``*.plan.json``) and no results of ours.

    Parameters
    ----------
    results
        Folder that the results go to.

    Raises
    ------
    InputError
        One of the folders is that of the results, or nothing is meant at all.
    """
    words, found = list(words), dict[str, Source]()
    for word in words:
        if word.resolve() == results.resolve():
            raise InputError([Problem("batch_same_folder", file=str(word))])
        for source in _meant(word, results.resolve()):
            if not source.path.name.endswith(".plan.json"):
                found.setdefault(os.path.normcase(os.path.abspath(source.path)), source)  # noqa: PTH100 - links stay
    if not found:
        raise InputError(Problem("batch_nothing", file=str(word)) for word in words)
    return list(found.values())


def tasks_of(sources: Sequence[Source], way: Way) -> Iterator[Task | Settled]:
    """Tasks of files, which are read one after the other when they are needed; `count_of` tells how many."""
    names = iter(_names(sources, way))
    for source in sources:
        text, problems = "", [source.problem] if source.problem else []
        if not problems:
            try:
                text = read_task(source.path)
            except InputError as error:
                problems = list(error.problems)
        for position, scenario in way.variants:
            name, labels = next(names), _labels(source, scenario, way)
            order = Order(
                instance=text,
                scenarios=None if way.scenarios is None else applied(way.scenarios, scenario),
                position=position,
                time_limit_s=way.time_limit_s,
                seed=way.seed,
            )
            wrong = problems or list(_unfit(position, scenario))
            task = task_of(name, labels, order)
            yield Settled(task._replace(key="", payload=""), refused("INVALID", wrong)) if wrong else task


def count_of(sources: Sequence[Source], way: Way) -> int:
    """How many tasks `tasks_of` gives."""
    return len(sources) * len(way.variants)


def applied(file: ScenarioFile, scenario: Scenario | None) -> ScenarioFile | None:
    """What is applied to an instance under one scenario of a file, or none; None: nothing."""
    if scenario is None and file.common == Conditions():
        return None
    return ScenarioFile(common=file.common, scenarios=() if scenario is None else (scenario,))


def _meant(word: Path, results: Path) -> Iterator[Source]:
    if not os.path.lexists(word) and glob.has_magic(str(word)):
        paths = sorted(Path(match) for match in glob.glob(str(word), recursive=True))  # noqa: PTH207 - not below a folder
        if not paths:
            yield Source(word, Path(word.name), Problem("batch_no_match"))
        for path in paths:
            yield from _meant(path, results)
    elif word.is_dir() and word.suffix.lower() != ".json":
        inside = list(_inside(word, results))
        yield from inside or [Source(word, Path(word.name or "_"), Problem("batch_nothing"))]
    else:
        yield Source(word, Path(word.name))


def _inside(top: Path, results: Path) -> Iterator[Source]:
    refusals: list[OSError] = []
    for here, folders, files in os.walk(top, onerror=refusals.append):
        folder = Path(here)
        named = [name for name in (*files, *folders) if name.lower().endswith(".json") and not name.startswith(".")]
        for name in sorted(named):
            yield Source(folder / name, (folder / name).relative_to(top))
        folders[:] = sorted(name for name in folders if name not in named and _is_input(folder / name, results))
    for refusal in refusals:
        path, reason = Path(refusal.filename), refusal.strerror or str(refusal)
        yield Source(path, path.relative_to(top), Problem("file_unreadable", facts={"reason": reason}))


def _is_input(folder: Path, results: Path) -> bool:
    if folder.name.startswith(".") or folder.name.endswith(".searches") or folder.resolve() == results:
        return False
    return not (folder / JOURNAL).exists()


def _labels(source: Source, scenario: Scenario | None, way: Way) -> dict[str, Label]:
    labels: dict[str, Label] = {"file": visible(str(source.path))}
    if way.scenarios is not None:
        labels["scenario"] = TODAY if scenario is None else scenario.id
    return labels


def _unfit(position: int, scenario: Scenario | None) -> Iterator[Problem]:
    if scenario is not None and scenario.measures.same_caseworker_days:
        yield problem_at("batch_needs_compare", "scenarios", position, "measures", "same_caseworker_days")


def _names(sources: Sequence[Source], way: Way) -> list[str]:
    """Names of tasks."""
    wanted, origins = [], []
    for source in sources:
        for _, scenario in way.variants:
            ending = f"--{scenario.id}" if scenario else ""
            wanted.append(".".join(source.inside.with_suffix("").parts) + ending)
            origins.append(f"{source.path.absolute()}{ending}")
    return distinct_names(wanted, origins)


def distinct_names(wanted: Iterable[str], origins: Sequence[str]) -> list[str]:
    """Names that every file system takes, each once; those that would be the same also tell where they come from."""
    names = [_safe(name) for name in wanted]
    times = Counter(name.casefold() for name in names)
    return [
        name if times[name.casefold()] == 1 else f"{name}-{_digest(origin)}"
        for name, origin in zip(names, origins, strict=True)
    ]


def _safe(name: str) -> str:
    """A name that every file system takes."""
    safe = UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(".") or "_"
    if RESERVED.fullmatch(safe):
        safe = f"_{safe}"
    return safe if len(safe.encode()) <= LONGEST_BYTES else f"{safe[:SHORTENED]}-{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:8]
