"""What pydantic complains about, in our own words: code, pointer, value found, what is allowed."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pydantic import ValidationError

from outreach_optimizer.errors import Problem
from outreach_optimizer.jsontext import Path, pointer, shown, suggestion

Schema = Mapping[str, object]

CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_type": "not_text",
    "int_type": "not_integer",
    "float_type": "not_number",
    "finite_number": "not_finite",
    "bool_type": "not_boolean",
    "tuple_type": "not_list",
    "model_type": "not_object",
    "dict_type": "not_object",
    "date_type": "not_date",
    "date_parsing": "not_date",
    "literal_error": "not_a_choice",
    "string_too_short": "text_length",
    "string_too_long": "text_length",
    "too_short": "list_length",
    "too_long": "list_length",
    "string_pattern_mismatch": "text_pattern",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "clock": "not_clock",
    "seeds": "not_seeds",
    "union": "not_a_home",
}
"""What pydantic calls a fault (the last three are ours), and the name of our sentence about it."""
OWN = ("clock", "seeds")
"""Faults that our own validators raise."""
PATTERNS = {r"^[\w][\w.:+-]*$": "not_an_id", r"^[\w][\w.:+ -]*$": "not_a_word", "^[A-Z]{2}$": "not_a_state"}
"""Patterns that have a sentence of their own."""


class Fault(NamedTuple):
    """One complaint: pydantic's name for it, the path in the tree, the value that stands there."""

    kind: str
    path: Path
    value: object


def faults(tree: Mapping[str, object], error: ValidationError) -> Iterator[Fault]:
    """Complaints about a tree, each once; of a field that may be text or an object only what fits the value there.

    A list that is too short only because its members are wrong is none.
    """
    found = list(_faults(tree, error))
    for fault in found:
        inside = (other.path[: len(fault.path)] == fault.path != other.path for other in found)
        if fault.kind != "too_short" or not any(inside):
            yield fault


def _faults(tree: Mapping[str, object], error: ValidationError) -> Iterator[Fault]:
    unions: set[Path] = set()
    for detail in error.errors(include_url=False, include_input=False):
        path, union, value = _place(tree, detail["loc"], missing=detail["type"] == "missing")
        if union is not None and path == union:
            if not isinstance(value, dict) and union not in unions:
                unions.add(union)
                yield Fault("union", path, value)
        else:
            own = str(detail.get("ctx", {}).get("error"))
            yield Fault(own if own in OWN else detail["type"], path, value)


def problem_of(schema: Schema, tree: Mapping[str, object], fault: Fault) -> Problem:
    """Problem that says what a fault is, with everything that is allowed instead.

    Parameters
    ----------
    schema
        JSON schema of the format.
    tree
        The file.
    fault
        The complaint; its path leads through ``tree``.
    """
    code = CODES.get(fault.kind, "not_valid")
    facts: dict[str, object] = {}
    nodes = list(_nodes(schema, fault.path))
    if code in ("missing", "unknown_field"):
        facts["field"] = fault.path[-1]
    if code == "unknown_field":
        known = [str(key) for node in _nodes(schema, fault.path[:-1]) for key in _table(node, "properties")]
        absent = set(known) - set(_at(tree, fault.path[:-1]))
        facts |= {"allowed": tuple(known), **suggestion(str(fault.path[-1]), [key for key in known if key in absent])}
    elif code == "not_a_choice":
        facts["allowed"] = tuple(choice for node in nodes for choice in _choices(node))
    elif code == "text_length":
        facts |= {"least": _first(nodes, "minLength") or 0, "most": _first(nodes, "maxLength")}
    elif code == "list_length":
        facts |= {"least": _first(nodes, "minItems") or 0, "most": _first(nodes, "maxItems")}
    elif code == "text_pattern":
        facts["pattern"] = _first(nodes, "pattern")
        code = PATTERNS.get(str(facts["pattern"]), code)
    elif code == "out_of_range":
        facts |= {"least": _first(nodes, "minimum"), "most": _first(nodes, "maximum")}
        code = {(False, True): "too_large", (True, False): "too_small", (False, False): "not_clock"}.get(
            (facts["least"] is not None, facts["most"] is not None), code
        )
    found = None if code == "missing" else shown(fault.value)
    return Problem(code, pointer(*fault.path), found, {key: fact for key, fact in facts.items() if fact is not None})


def _place(tree: object, loc: tuple[int | str, ...], *, missing: bool) -> tuple[Path, Path | None, object]:
    """Path and value of a complaint, without pydantic's labels for the members of a union, and where the union is."""
    path: list[str | int] = []
    union, value = None, tree
    for number, token in enumerate(loc):
        if isinstance(value, dict) and token in value:  # noqa: SIM114 - mypy narrows each branch by itself
            value = value[token]
        elif isinstance(value, list) and isinstance(token, int):
            value = value[token]
        elif not missing or number < len(loc) - 1:
            union = tuple(path)
            continue
        path.append(token)
    return tuple(path), union, value


def _nodes(schema: Schema, path: Path) -> Iterator[Schema]:
    """Parts of a JSON schema that say what may stand at a path."""
    nodes = list(_options(schema, schema))
    for token in path:
        below = [
            node.get("items")
            if isinstance(token, int)
            else _table(node, "properties").get(token, node.get("additionalProperties"))
            for node in nodes
        ]
        nodes = [option for node in below if isinstance(node, dict) for option in _options(schema, node)]
    yield from nodes


def _options(schema: Schema, node: Schema) -> Iterator[Schema]:
    """Schemas of which one holds, references followed."""
    reference = node.get("$ref")
    if isinstance(reference, str):
        yield from _options(schema, _table(_table(schema, "$defs"), reference.rpartition("/")[2]))
    elif "anyOf" in node:
        options = node["anyOf"]
        for option in options if isinstance(options, list) else ():
            yield from _options(schema, option)
    elif node.get("type") != "null":
        yield node


def _table(node: Schema, key: str) -> Schema:
    value = node.get(key)
    return value if isinstance(value, dict) else {}


def _choices(node: Schema) -> list[object]:
    choices = node.get("enum", [node["const"]] if "const" in node else [])
    return choices if isinstance(choices, list) else []


def _first(nodes: list[Schema], key: str) -> object:
    return next((node[key] for node in nodes if key in node), None)


def _at(tree: object, path: Path) -> Mapping[str, object]:
    for token in path:
        tree = tree[token]  # type: ignore[index]  # pydantic has just been there
    return tree if isinstance(tree, dict) else {}
