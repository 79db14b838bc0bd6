"""Reads and writes the user's files; nothing else opens them.

A file that cannot be used raises `InputError` with everything that is wrong with it, in the order of the file.
"""

import gc
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel

from outreach_optimizer.boundaries import boundary_problems, feature_collection
from outreach_optimizer.crosscheck import cross_check, cross_check_schedule
from outreach_optimizer.csvtext import table_of
from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.history import History, history_of
from outreach_optimizer.instance import Instance
from outreach_optimizer.jsontext import decode, in_file_order, parse, problem_at, shown, suggestion
from outreach_optimizer.scenarios.scenario import ScenarioFile
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.structure import Sound, sound
from outreach_optimizer.study.spec import StudySpec

Model = TypeVar("Model", bound=BaseModel)
Kind = Literal["instance", "plan", "scenarios", "study", "boundaries"]

LARGEST_MIB = 100
"""Of an instance file in a batch, so that none takes the memory of all; a larger one is solved alone."""
VERSION = 1
FORMATS: Mapping[Kind, str] = {
    "instance": "outreach-instance",
    "plan": "outreach-plan",
    "scenarios": "outreach-scenarios",
    "study": "outreach-study",
}
TELLING: Mapping[Kind, tuple[str, ...]] = {
    "boundaries": ("features", "coordinates", "geometry"),
    "instance": ("sites", "clients"),
    "study": ("factors", "seeds", "page", "scenario_file"),
    "scenarios": ("scenarios", "built_in"),
    "plan": ("duties", "appointments"),
}
"""Fields by which a file without a format is known, in this order."""
STAND_INS: Mapping[str, object] = {
    "name": "-",
    "period": {"start": "0001-01-01", "end": "9999-12-31"},
    **{name: [] for name in ("offices", "sites", "sessions", "caseworkers", "clients")},
}
"""In the place of fields that are broken, so that the cross-checks can look at the others."""


def read_instance(path: Path) -> Instance:
    """Instance of a file, complete and free of contradictions.

    Raises
    ------
    InputError
        Something in the file is wrong; all of it is told.
    """
    with _named(path):
        return instance_of(decode(_bytes(path)))


def instance_of(text: str) -> Instance:
    """Instance of the text of a file, as `read_instance` gives it.

    Raises
    ------
    InputError
        Something in the text is wrong; all of it is told, without a file.
    """
    from outreach_optimizer.checker import contradictions  # noqa: PLC0415 - numpy, of no use to a file that is refused

    with _without_collector():
        tree, problems = _tree(text, "instance")
        instance = _accepted(sound(Instance, tree, STAND_INS), problems, cross_check)
    contradicting = contradictions(instance)
    if contradicting:
        raise InputError(in_file_order(tree, contradicting))
    return instance


def read_schedule(path: Path, instance: Instance) -> Schedule:
    """Schedule of a file, made by us or by hand; it may break every rule, but names nothing unknown.

    Raises
    ------
    InputError
        Something in the file is wrong; all of it is told.
    """
    with _named(path), _without_collector():
        tree, problems = _tree(decode(_bytes(path)), "plan")
        kept = sound(Schedule, tree, {})
        return _accepted(kept, problems, lambda schedule: cross_check_schedule(instance, schedule))


def read_scenarios(path: Path, instance: Instance | None) -> tuple[ScenarioFile, str]:
    """Scenarios of a file and the SHA-256 of the file.

    Parameters
    ----------
    instance
        All of them can be applied to it; None: for which instance is not known yet.

    Raises
    ------
    InputError
        Something in the file is wrong; all of it is told.
    """
    from outreach_optimizer.scenarios.checking import names_twice, scenario_problems  # noqa: PLC0415 - numpy, as above

    def problems_of(scenarios: ScenarioFile) -> Iterable[Problem]:
        return names_twice(scenarios) if instance is None else scenario_problems(scenarios, instance)

    with _named(path):
        data = _bytes(path)
        tree, problems = _tree(decode(data), "scenarios")
        file = _accepted(sound(ScenarioFile, tree, {}), problems, problems_of)
    return file, hashlib.sha256(data).hexdigest()


def read_study(path: Path) -> StudySpec:
    """Study of a file that can be run, with the scenarios of the file that it names in the place of its own.

    Raises
    ------
    InputError
        Something in one of the files is wrong; all of it is told.
    """
    from outreach_optimizer.study.checking import reusable_problems, study_problems  # noqa: PLC0415 - numpy, as above

    with _named(path):
        tree, problems = _tree(decode(_bytes(path)), "study")
        spec = _accepted(sound(StudySpec, tree, {}), problems, study_problems)
    if spec.scenario_file is None:
        return spec
    other = path.parent / spec.scenario_file
    with _named(other):
        tree, problems = _tree(decode(_bytes(other)), "scenarios")
        scenarios = _accepted(sound(ScenarioFile, tree, {}), problems, reusable_problems)
    whole = spec.replace(scenarios=scenarios, scenario_file=None)
    with _named(path):
        problems = study_problems(whole)
        if problems:
            raise InputError(problems)
    return whole


def read_kept(path: Path) -> str | None:
    """Text that the program has written itself earlier; None if there is none that can be read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def read_boundaries(path: Path) -> dict[str, object]:
    """GeoJSON feature collection of areas, from a collection, a single feature or a bare geometry.

    Raises
    ------
    InputError
        Something in the file is wrong; all of it is told.
    """
    with _named(path):
        tree, problems = _tree(decode(_bytes(path)), "boundaries")
        problems += boundary_problems(tree)
        if problems:
            raise InputError(in_file_order(tree, problems))
    return feature_collection(tree)


def read_history(path: Path) -> History:
    """Past invitations of a CSV file, as counts by group.

    Raises
    ------
    InputError
        Something in the file is wrong; all of it is told.
    """
    with _named(path):
        return history_of(table_of(_bytes(path)))


def read_task(path: Path) -> str:
    """Text of an instance file that another process will understand.

    Raises
    ------
    InputError
        There is no such file, it cannot be read, or it is too large; without a file.
    """
    try:
        kind, size = (found := path.stat()).st_mode, found.st_size
    except OSError:
        kind, size = stat.S_IFREG, 0  # what is wrong is told when it is read
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise InputError([Problem("file_special")])
    if size > LARGEST_MIB * 2**20:
        raise InputError([Problem("file_too_large", facts={"limit": LARGEST_MIB, "size": round(size / 2**20)})])
    return decode(_bytes(path))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Tell the file in which something is wrong."""
    try:
        yield
    except InputError as error:
        raise _refused(path, error.problems) from None


@contextmanager
def _without_collector() -> Iterator[None]:
    """Read without the collector of cycles: what is read has none, and looking for them takes half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _tree(text: str, needed: Kind) -> tuple[Mapping[str, object], list[Problem]]:
    """JSON object of a text and what is wrong with it; refuse one of another kind or format."""
    parsed = parse(text)
    if not isinstance(parsed.tree, dict):
        raise InputError([Problem("top_not_object", "", shown(parsed.tree))])
    wrong = _wrong_kind(parsed.tree, needed)
    if wrong is not None:
        raise InputError([wrong])
    return parsed.tree, parsed.problems


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        folder = path.parent
        if not folder.is_dir():
            raise InputError([Problem("folder_missing", facts={"folder": str(folder)})]) from None
        names = sorted(e.name for e in folder.iterdir() if e.is_file()) if os.access(folder, os.R_OK) else []
        raise InputError([Problem("file_missing", facts=suggestion(path.name, names))]) from None
    except IsADirectoryError:
        raise InputError([Problem("file_is_folder")]) from None
    except OSError as error:
        raise InputError([Problem("file_unreadable", facts={"reason": error.strerror or str(error)})]) from error


def _wrong_kind(tree: Mapping[str, object], needed: Kind) -> Problem | None:
    kind = _kind(tree)
    if kind not in (None, needed):
        return Problem(f"is_{kind}", facts={"hint": f"needs_{needed}"})
    if needed == "boundaries":
        return None
    if tree.get("format", FORMATS[needed]) != FORMATS[needed]:
        return problem_at("not_a_choice", "format", found=tree["format"], allowed=(FORMATS[needed],))
    version = tree.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        return problem_at("version_newer", "version", found=version, newest=VERSION)
    if type(version) is not int or version != VERSION:
        return Problem("not_a_choice", "/version", shown(version), {"allowed": (VERSION,)})
    return None


def _kind(tree: Mapping[str, object]) -> Kind | None:
    """What a file seems to be, by its format or, in a file made by hand, by its fields."""
    for kind, name in FORMATS.items():
        if tree.get("format") == name:
            return kind
    if "format" in tree:
        return None
    told = (kind for kind, fields in TELLING.items() if any(field in tree for field in fields))
    return next(told, None)


def _accepted(kept: Sound[Model], problems: list[Problem], cross_checks: Callable[[Model], Iterable[Problem]]) -> Model:
    """Give the model of a file if its text, its structure and the cross-checks are all right."""
    found = [*problems, *kept.problems]
    if kept.value is not None:
        found += kept.outwards(cross_checks(kept.value))
    if found or kept.value is None:
        raise InputError(in_file_order(kept.tree, found))
    return kept.value


def _refused(path: Path, problems: Iterable[Problem]) -> InputError:
    return InputError(problem._replace(file=str(path)) for problem in problems)
