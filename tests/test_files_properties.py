"""Whatever happens to a file, the user gets sentences and no traceback."""

import copy
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.errors import InputError
from outreach_optimizer.files import read_boundaries, read_instance, read_schedule
from outreach_optimizer.texts import Lang, load

VALID = Path(__file__).parent / "valid_small.json"
INSTANCE = json.loads(VALID.read_text(encoding="utf-8"))
INSTANCE["travel"] |= {"computed": True, "car": {"min_per_km": 2}}
PLAN = {
    "instance": {"name": "x", "sha256": "0" * 64},
    "duties": [{"session": "wutha-0302", "caseworker": "w1"}, {"session": "wutha-0302", "caseworker": "w2"}],
    "appointments": [{"client": "c1", "session": "wutha-0302", "caseworker": "w1", "start": "09:00"}],
    "uninvited": [{"client": "c2", "reason": "max_travel", "facts": {"max_travel": 2}}],
}
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[10, 50], [11, 50], [11, 51], [10, 50]]]}}
    ],
}
WORDS = ("", "c1", "w1", "wutha", "09:00", "24:00", "XX", "a/b~c", "\ud800", "\0", "2027-03-02T00:00")
DATES = ("0001-01-01", "2027-03-02", "9999-12-31")
NUMBERS = (0, -1, 1.5, 1e300, 10**400, float("nan"), float("inf"), True)
ODD = (None, [], {}, [[]], [None], {"": {}}, *WORDS, *DATES, *NUMBERS)
ENGLISH_OF_PYDANTIC = ("Input should", "Field required", "Extra inputs", "Traceback")
LANGS: tuple[Lang, ...] = ("de", "en")

Place = tuple[str | int, ...]
Mutation = tuple[Place, str, object]
Read = Callable[[Path], object]


def places(tree: object, path: Place = ()) -> list[Place]:
    items: list[tuple[str | int, object]] = []
    if isinstance(tree, dict):
        items = list(tree.items())
    elif isinstance(tree, list):
        items = list(enumerate(tree))
    return [below for key, value in items for below in ((*path, key), *places(value, (*path, key)))]


def changed(tree: object, path: Place, change: str, value: object) -> object:
    """The tree with one place changed; as it was if an earlier change has removed the place."""
    tree = copy.deepcopy(tree)
    parent: Any = tree
    last = path[-1]
    try:
        for key in path[:-1]:
            parent = parent[key]
        if change == "drop":
            del parent[last]
        elif change == "replace":
            parent[last] = value
        elif isinstance(parent, list):
            parent.append(copy.deepcopy(parent[last]) if change == "repeat" else value)
        else:
            parent[f"{last}x"] = value
    except (KeyError, IndexError, TypeError):
        return tree
    return tree


def mutations(tree: object) -> st.SearchStrategy[list[Mutation]]:
    values = st.sampled_from(ODD) | st.text(max_size=5) | st.integers() | st.floats()
    change = st.tuples(st.sampled_from(places(tree)), st.sampled_from(["replace", "drop", "add", "repeat"]), values)
    return st.lists(change, min_size=1, max_size=4)


def read_safely(read: Read, file: Path) -> None:
    try:
        read(file)
    except InputError as error:
        problems = error.problems
    else:
        return
    assert problems
    for problem in problems:
        for lang in LANGS:
            text = load(lang).problem_text(problem)
            assert text.startswith(str(file))
            assert text.isprintable()
            assert not any(words in text for words in ENGLISH_OF_PYDANTIC)


def read_mutated(tree: object, mutated: Sequence[Mutation], read: Read, folder: Path) -> None:
    for mutation in mutated:
        tree = changed(tree, *mutation)
    file = folder / "mutated.json"
    file.write_text(json.dumps(tree), encoding="utf-8")
    read_safely(read, file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutated")


@settings(max_examples=400, deadline=None, derandomize=True)
@given(mutated=mutations(INSTANCE))
def test_a_mutated_instance_is_read_or_refused_with_sentences(mutated: list[Mutation], folder: Path) -> None:
    read_mutated(INSTANCE, mutated, read_instance, folder)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(mutated=mutations(PLAN))
def test_a_mutated_plan_is_read_or_refused_with_sentences(mutated: list[Mutation], folder: Path) -> None:
    instance = read_instance(VALID)
    read_mutated(PLAN, mutated, lambda file: read_schedule(file, instance), folder)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(mutated=mutations(AREAS))
def test_mutated_boundaries_are_read_or_refused_with_sentences(mutated: list[Mutation], folder: Path) -> None:
    read_mutated(AREAS, mutated, read_boundaries, folder)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.binary(max_size=30) | st.text(alphabet='{}[]",:\\u0aE-.1 \n').map(str.encode), cut=st.integers(0, 2500))
def test_bytes_of_any_kind_are_read_or_refused_with_sentences(data: bytes, cut: int, folder: Path) -> None:
    for content in (data, VALID.read_bytes()[:cut] + data):
        file = folder / "bytes.json"
        file.write_bytes(content)
        read_safely(read_instance, file)
