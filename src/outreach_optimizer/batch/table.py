"""The table of a batch, one row per task: CSV for machines and for Excel, XLSX for people."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from outreach_optimizer.batch.running import Row
from outreach_optimizer.batch.task import Label
from outreach_optimizer.texts import Texts

LONGEST_ERROR = 500
"""Characters of an error in the table; all of it is in ``metrics/``."""
ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""A cell of a CSV file that begins so would be computed."""
FORMATS: Mapping[str, str] = {"gap": "0.00%", "seconds": "0.0", "peak_mib": "#,##0", "tries": "0"}
WIDTHS: Mapping[str, int] = {"error": 80, "key": 14, "name": 28, "file": 40, "status": 16}
WIDTH = 13


class Table(NamedTuple):
    """Names of columns, and cells row by row."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Label]]


def table_of(rows: Sequence[Row], texts: Texts) -> Table:
    """Table of rows; key figures of tasks without a plan are empty."""
    labels = list(dict.fromkeys(name for row in rows for name in row.task.labels))
    kpis = list(dict.fromkeys(name for row in rows for name in row.outcome.kpis))
    first = ["status", "objective_min", "bound_min", "gap"]
    last = ["seconds", "tries", "peak_mib", "key", "error"]
    return Table(
        ["name", *labels, *first, *kpis, *last],
        [
            [
                row.task.name,
                *(row.task.labels.get(name) for name in labels),
                *(getattr(row.outcome, name) for name in first),
                *(row.outcome.kpis.get(name) for name in kpis),
                row.outcome.seconds,
                row.tries,
                row.outcome.peak_mib,
                row.task.key,
                _error(row, texts),
            ]
            for row in rows
        ],
    )


def csv_text(table: Table, texts: Texts) -> str:
    """CSV as Excel of the language reads it, with a byte order mark; columns have the names of JSON.

    German: semicolons and decimal commas. Text that a spreadsheet would compute gets an apostrophe in front.
    """
    decimal = texts.say("format.decimal")
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=";" if decimal == "," else ",", lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_csv_cell(cell, decimal) for cell in row] for row in table.rows)
    return "\ufeff" + written.getvalue()


def xlsx_bytes(table: Table, texts: Texts) -> bytes:
    """Workbook with one sheet: head that stays, filters, units in the head, nothing that would be computed."""
    import xlsxwriter  # noqa: PLC0415 - 50 ms, of no use to a batch that is refused

    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet(texts.say("batch.sheet"))
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        kinds = {name: book.add_format({"num_format": number_format}) for name, number_format in _formats(table)}
        for column, name in enumerate(table.columns):
            sheet.write_string(0, column, heading(name, texts), head)
            sheet.set_column(column, column, WIDTHS.get(name, WIDTH))
            for number, row in enumerate(table.rows, 1):
                cell = row[column]
                if isinstance(cell, str):
                    sheet.write_string(number, column, texts.say(f"batch.status.{cell}") if name == "status" else cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell, kinds.get(name))
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    return written.getvalue()


def heading(name: str, texts: Texts) -> str:
    """What a column is called; what has no words is called as in JSON."""
    for key in (f"batch.column.{name}", f"kpi.{name}", f"study.factor.{name}"):
        if texts.has(key):
            return texts.say(key)
    return name


def _error(row: Row, texts: Texts) -> str | None:
    text = " ".join(fault.sentence(texts.lang) for fault in row.outcome.faults)
    return (text if len(text) <= LONGEST_ERROR else text[: LONGEST_ERROR - 1] + "…") or None


def _csv_cell(cell: Label, decimal: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(ACTIVE) else cell
    return str(round(cell, 6)).replace(".", decimal)


def _formats(table: Table) -> Iterator[tuple[str, str]]:
    for column, name in enumerate(table.columns):
        numbers = [row[column] for row in table.rows if isinstance(row[column], int | float)]
        if name in FORMATS:
            yield name, FORMATS[name]
        elif name.startswith("share_") or name == "overflow_risk_max":
            yield name, "0.0%"
        elif any(isinstance(number, float) for number in numbers):
            yield name, "#,##0.0"
        elif numbers:
            yield name, "#,##0"
