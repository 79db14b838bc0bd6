"""From the bytes of a user's CSV file to a table, telling in our own words what is wrong and where.

Spreadsheet programs of German offices write semicolons and Windows-1252, others commas and UTF-8.
"""

import csv
import io
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.jsontext import decode, shown

DELIMITERS = ";,\t"


class Record(NamedTuple):
    """A row: the line of the file in which it begins, and its cells by column."""

    line: int
    cells: Mapping[str, str]


class Table(NamedTuple):
    """A CSV file: columns as they are named in the first row, rows that are sound, and what is wrong with others."""

    columns: tuple[str, ...]
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]


def table_of(data: bytes) -> Table:
    """Table of a CSV file in UTF-8 or Windows-1252; rows without any text are left out.

    Raises
    ------
    InputError
        The file is empty, not a text, or broken by quotation marks.
    """
    text = _text(data)
    if text.lstrip().startswith("{"):
        raise InputError([Problem("not_csv", facts={"hint": "needs_history"})])
    rows = _rows(text)
    line, header = rows[0]
    columns = tuple(cell.strip() for cell in header)
    problems = [
        Problem("column_twice", found=shown(name), facts={"line": line})
        for name in dict.fromkeys(columns)
        if name and columns.count(name) > 1
    ]
    records = []
    for number, cells in rows[1:]:
        # Spreadsheet programs write empty cells at the end of a row, or leave them out.
        filled = [*cells[: len(columns)], *[""] * (len(columns) - len(cells))]
        if any(cell.strip() for cell in cells[len(columns) :]):
            facts = {"line": number, "needed": len(columns)}
            problems.append(Problem("too_many_cells", found=str(len(cells)), facts=facts))
        else:
            pairs = zip(columns, filled, strict=True)
            records.append(Record(number, {name: cell.strip() for name, cell in pairs if name}))
    return Table(tuple(name for name in columns if name), tuple(records), tuple(problems))


def _text(data: bytes) -> str:
    try:
        return decode(data)
    except InputError as error:
        (wrong,) = error.problems
        if wrong.code == "file_empty":
            raise InputError([Problem("csv_empty")]) from None
        facts = dict(wrong.facts)
        if facts.get("hint") == "windows1252":
            del facts["hint"]
            with suppress(UnicodeDecodeError):
                return data.decode("cp1252")
        raise InputError([Problem("csv_encoding", found=wrong.found, facts=facts)]) from None


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows that hold any text, each with its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows, begin = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begin, cells))
            begin = reader.line_num + 1
    except csv.Error:
        raise InputError([Problem("csv_syntax", facts={"line": begin})]) from None
    return rows


def _delimiter(text: str) -> str:
    """The character that parts the names in the first row; the semicolon if none does."""
    first = next(line for line in text.splitlines() if line.strip())
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
