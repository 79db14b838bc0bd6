"""From the bytes of a user's file to a JSON tree, telling in our own words what is wrong and where."""

import difflib
import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from outreach_optimizer.errors import InputError, Problem

DEEPEST = 40
"""No format of ours nests deeper than a quarter of this."""
LONGEST = 80
"""Characters of a found value that are shown."""
MOST_LISTED = 12
"""Words of a list that are shown."""
MOST_COMPARED = 200
"""Words among which a similar one is looked for: a hint is not worth seconds."""

Path = tuple[str | int, ...]
"""Keys and list positions that lead from the top of a JSON tree to a value."""

HALF_SURROGATE = re.compile("[\ud800-\udfff]")

SYNTAX_HINTS = (
    (re.compile(r",\s*[]}]?\s*$"), re.compile(r"\s*[]}]"), "trailing_comma"),
    (re.compile(r"\d,$"), re.compile(r"\d"), "decimal_comma"),
    (re.compile(r""), re.compile(r"\s*(//|/\*|#)"), "comment"),
    (re.compile(r""), re.compile(r"\s*['\u2018-\u201f\u00ab\u00bb]"), "quotes"),
    (re.compile(r""), re.compile(r"\s*(True|False|None)\b"), "python_word"),
)
"""What stands before and after the place where the reader stops, and the usual reason."""


class Parsed(NamedTuple):
    """A JSON tree and what is wrong with it although it can be read."""

    tree: object
    problems: list[Problem]


def pointer(*path: str | int) -> str:
    """JSON pointer (RFC 6901) of a path."""
    tokens = (visible(str(token)).replace("~", "~0").replace("/", "~1") for token in path)
    return "".join(f"/{token}" for token in tokens)


def visible(text: str) -> str:
    """Text in which nothing can steer a terminal or break a line."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def shown(value: object) -> str:
    """Value as JSON on one line, cut to `LONGEST` characters."""
    text = visible(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def problem_at(code: str, *path: str | int, found: object = None, **facts: object) -> Problem:
    """Problem at a path; what was found is shown as JSON."""
    return Problem(code, pointer(*path), None if found is None else shown(found), facts)


def listed(words: Iterable[str]) -> tuple[str, ...]:
    """Turn what is allowed into a list short enough to read."""
    first = tuple(islice(words, MOST_LISTED + 1))
    return (*first[:MOST_LISTED], "…") if len(first) > MOST_LISTED else first or ("-",)


def suggestion(word: str, among: Collection[str]) -> dict[str, str]:
    """Facts of the hint that another word was meant; none if no other word is close, or there are too many."""
    if len(among) > MOST_COMPARED:
        return {}
    folded = {known.strip().casefold(): known for known in among}
    close = difflib.get_close_matches(word.strip().casefold(), folded, 1, 0.7)
    return {"hint": "did_you_mean", "suggestion": folded[close[0]]} if close else {}


def decode(data: bytes) -> str:
    """Text of a file in UTF-8, with or without a byte order mark.

    Raises
    ------
    InputError
        The file is empty or in another encoding.
    """
    if not data.strip():
        raise InputError([Problem("file_empty")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        facts = {"line": before.count(b"\n") + 1, "hint": _encoding_hint(data)}
        raise InputError([Problem("not_utf8", found=f"0x{data[error.start]:02X}", facts=facts)]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError([Problem("not_utf8", found="0x00", facts={"line": line, "hint": _encoding_hint(data)})])
    return text


def parse(text: str) -> Parsed:
    """Tree of a JSON text; keys that stand twice and characters that do not exist are told.

    Raises
    ------
    InputError
        The text is not JSON, or nested too deeply.
    """
    twice: list[tuple[object, list[str]]] = []

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(pairs)
        if len(made) < len(pairs):
            twice.append((made, [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]))
        return made

    try:
        tree = json.loads(text, object_pairs_hook=unique, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise InputError([_syntax_problem(text, error)]) from None
    except RecursionError:
        raise InputError([Problem("too_deep", facts={"limit": DEEPEST})]) from None
    if not twice and "\\u" not in text and not _is_broken(text) and _is_flat(tree):
        return Parsed(tree, [])
    repeated = {id(made): keys for made, keys in twice}
    problems: list[Problem] = []
    for path, value in _walk(tree):
        if isinstance(value, dict):
            problems += [Problem("key_twice", pointer(*path, key)) for key in repeated.get(id(value), ())]
            problems += [Problem("broken_character", pointer(*path, key)) for key in value if _is_broken(key)]
        elif isinstance(value, str) and _is_broken(value):
            problems.append(Problem("broken_character", pointer(*path), shown(value)))
    return Parsed(tree, problems)


def in_file_order(tree: object, problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order in which their places stand in the file; what is missing comes after what is there."""

    def place(problem: Problem) -> list[int]:
        order, value = [], tree
        for token in tokens_of(problem.pointer):
            if isinstance(value, dict):
                order.append(list(value).index(token) if token in value else len(value))
                value = value.get(token)
            elif isinstance(value, list) and token.isdecimal():
                order.append(int(token))
                value = value[int(token)] if int(token) < len(value) else None
        return order

    return sorted(problems, key=place)


def tokens_of(pointer: str) -> list[str]:
    """Parts of a JSON pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def _is_broken(text: str) -> bool:
    """Whether half of a surrogate pair stands alone, which no encoding can write."""
    return not text.isascii() and HALF_SURROGATE.search(text) is not None


def _whole(digits: str) -> int | float:
    # Python refuses to read more than 4300 digits; no field holds more than nine.
    return int(digits) if len(digits) < 300 else math.copysign(math.inf, -1 if digits.startswith("-") else 1)


def _encoding_hint(data: bytes) -> str:
    if data.startswith(b"PK"):
        return "zip"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or data[:200].count(0) > len(data[:200]) // 4:
        return "utf16"
    return "binary" if b"\0" in data else "windows1252"


def _syntax_problem(text: str, error: json.JSONDecodeError) -> Problem:
    facts = {"line": error.lineno, "column": error.colno}
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return Problem("json_truncated", facts=facts)
    before, after = text[max(0, error.pos - 50) : error.pos], text[error.pos : error.pos + 50]
    hints = [name for left, right, name in SYNTAX_HINTS if left.search(before) and right.match(after)]
    code = "json_extra" if error.msg == "Extra data" else "json_syntax"
    return Problem(code, found=shown(after.split("\n")[0][:40]), facts=facts | ({"hint": hints[0]} if hints else {}))


def _is_flat(tree: object) -> bool:
    """Whether a tree surely nests less deeply than `DEEPEST`; much faster than to walk through it with paths."""
    level = [tree] if isinstance(tree, dict | list) else []
    for _ in range(DEEPEST):
        members = [value.values() if isinstance(value, dict) else value for value in level if value]
        level = [member for some in members for member in some if isinstance(member, dict | list)]
        if not level:
            return True
    return False


def _walk(tree: object) -> Iterator[tuple[Path, object]]:
    stack: list[tuple[Path, object]] = [((), tree)]
    while stack:
        path, value = stack.pop()
        if len(path) > DEEPEST:
            raise InputError([Problem("too_deep", pointer(*path[:4]), facts={"limit": DEEPEST})])
        yield path, value
        if isinstance(value, dict):
            stack.extend(((*path, key), member) for key, member in value.items())
        elif isinstance(value, list):
            stack.extend(((*path, index), member) for index, member in enumerate(value))
