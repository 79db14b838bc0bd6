"""From a JSON tree to a frozen model, although parts of the tree are broken.

What is broken is cut out, so that the cross-checks still see everything else; `Sound.outwards` brings their pointers
back to the file and drops what is only a consequence of a cut.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sized
from functools import cache
from typing import Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from outreach_optimizer.errors import Problem
from outreach_optimizer.faults import Fault, Schema, faults, problem_of
from outreach_optimizer.jsontext import Path, listed, pointer, tokens_of

Model = TypeVar("Model", bound=BaseModel)


class Sound(NamedTuple, Generic[Model]):
    """What is left of a tree when the broken parts are cut out.

    Parameters
    ----------
    value
        The model; None if too little is left.
    problems
        Faults of the structure.
    tree
        The whole tree, as it stands in the file.
    cuts
        Paths in the file of what was cut out.
    """

    value: Model | None
    problems: list[Problem]
    tree: Mapping[str, object]
    cuts: frozenset[Path]

    def outwards(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """Problems found in `value`, with pointers into the file and without consequences of the cuts."""
        above = {cut[:length] for cut in self.cuts for length in range(1, len(cut) + 1)}
        left = _left(self.tree, self.cuts)
        names = dict.fromkeys([*self.tree, *(str(cut[0]) for cut in self.cuts)])
        members = {name: _members(self.tree.get(name), name, self.cuts) for name in names}
        for problem in problems:
            path = _outer(self.tree, left, tokens_of(problem.pointer))
            collection = members.get(str(problem.facts.get("collection", "/"))[1:], Members())
            below = any(path[:length] in self.cuts for length in range(len(path)))
            if path in above or below or collection.may_have_held(problem.facts.get("id")):
                continue
            facts = dict(problem.facts)
            if "other" in facts:
                facts["other"] = pointer(*_outer(self.tree, left, tokens_of(str(facts["other"]))))
            if "allowed" in facts and collection.ids:
                facts["allowed"] = collection.ids
            yield problem._replace(pointer=pointer(*path), facts=facts)


class Members(NamedTuple):
    """Members of a collection: ids to choose from, ids that were cut out, and whether others may have been."""

    ids: tuple[str, ...] = ()
    cut: frozenset[str] = frozenset()
    others_cut: bool = False

    def may_have_held(self, known: object) -> bool:
        """Whether a member was cut out that may be the one with this id, or any member if None."""
        return self.others_cut or bool(self.cut if known is None else known in self.cut)


def sound(model: type[Model], tree: Mapping[str, object], stand_ins: Mapping[str, object]) -> Sound[Model]:
    """Read a tree as a model and cut out what is broken, as little as possible.

    Parameters
    ----------
    model
        The format.
    tree
        The file.
    stand_ins
        What takes the place of fields that the model cannot do without.
    """
    problems: list[Problem] = []
    cuts: set[Path] = set()
    while True:
        rest = dict(tree)
        if cuts:
            rest = {key: _without(value, (key,), cuts) for key, value in tree.items() if (key,) not in cuts}
            rest |= {key: value for key, value in stand_ins.items() if (key,) in cuts}
        text = json.dumps(rest, ensure_ascii=False).encode("utf-8", "replace")
        try:
            return Sound(model.model_validate_json(text, strict=True), problems, tree, frozenset(cuts))
        except ValidationError as error:
            found = list(faults(rest, error))
        left = _left(tree, cuts)
        new = {_cut(fault._replace(path=_outer(tree, left, fault.path))) for fault in found}
        if not cuts:
            problems = [problem_of(_schema(model), tree, fault) for fault in found]
            # A misspelled field is missing under its right name.
            meant = zip(found, problems, strict=True)
            new |= {(*fault.path[:-1], str(p.facts["suggestion"])) for fault, p in meant if "suggestion" in p.facts}
        if new <= cuts:
            return Sound(None, problems, tree, frozenset(cuts))
        cuts |= new


def _members(items: object, name: str, cuts: frozenset[Path]) -> Members:
    """Members of a field of the file that may be a collection."""
    ids = [item.get("id") if isinstance(item, dict) else None for item in (items if isinstance(items, list) else ())]
    lost = [known for number, known in enumerate(ids) if (name, number) in cuts]
    return Members(
        listed(known for known in ids if isinstance(known, str)),
        frozenset(known for known in lost if isinstance(known, str)),
        (name,) in cuts or not all(isinstance(known, str) for known in lost),
    )


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()


def _cut(fault: Fault) -> Path:
    """Path of what must go so that a fault is gone."""
    path = fault.path
    if fault.kind == "missing" and len(path) > 1:
        path = path[:-1]
    if path[:2] == ("travel", "tables") and len(path) > 3:
        # Rows and columns without one of them no longer fit together.
        return path[: 4 if path[3] == "km" else 3]
    return path


def _left(tree: object, cuts: Iterable[Path]) -> dict[Path, list[int]]:
    """Positions in the file of what is left in the lists that have lost members, by the path of the list."""
    lost: dict[Path, set[int]] = {}
    for cut in cuts:
        if isinstance(cut[-1], int):
            lost.setdefault(cut[:-1], set()).add(cut[-1])
    left: dict[Path, list[int]] = {}
    for path, positions in lost.items():
        left[path] = [number for number in range(len(_at(tree, path))) if number not in positions]
    return left


def _at(tree: object, path: Path) -> Sized:
    for token in path:
        tree = tree[token]  # type: ignore[index]  # the path was found in the tree
    return tree if isinstance(tree, Sized) else ()


def _outer(tree: object, left: Mapping[Path, list[int]], inner: Iterable[str | int]) -> Path:
    """Path in the file of a path in what is left of it."""
    path: Path = ()
    for token in inner:
        step: str | int = token
        if isinstance(tree, list):
            step = left[path][int(token)] if path in left else int(token)
            tree = tree[step]
        elif isinstance(tree, dict):
            tree = tree.get(step)
        path = (*path, step)
    return path


def _without(value: object, path: Path, cuts: set[Path]) -> object:
    if isinstance(value, dict):
        return {key: _without(member, (*path, key), cuts) for key, member in value.items() if (*path, key) not in cuts}
    if isinstance(value, list):
        members = enumerate(value)
        return [_without(member, (*path, number), cuts) for number, member in members if (*path, number) not in cuts]
    return value
