import csv
import io
import zipfile
from xml.etree import ElementTree as ET

import pytest

from outreach_optimizer.batch.running import Row
from outreach_optimizer.batch.table import LONGEST_ERROR, Table, csv_text, table_of, xlsx_bytes
from outreach_optimizer.batch.task import Fault, Label, Outcome, Task
from outreach_optimizer.texts import load

DE, EN = load("de"), load("en")
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def row(name: str, outcome: Outcome, **labels: Label) -> Row:
    return Row(Task("k" * 64, name, labels, ""), outcome, 1)


def table(texts: object = DE) -> Table:
    assert texts in (DE, EN)
    kpis = {"invited": 3, "travel_mean_min": 12.25, "share_30": None}
    solved = Outcome(status="OPTIMAL", objective_min=1234.5, bound_min=1234.5, gap=0.0, kpis=kpis, seconds=0.25)
    faults = (Fault(code="x", de='Das ist falsch; "ganz".', en="This is wrong."),) * 30
    wrong = Outcome(status="INVALID", faults=faults)
    return table_of([row("=jan", solved, file="=2+5", scenario="today"), row("feb", wrong, file="feb")], texts)


def sheet_of(data: bytes) -> list[dict[str, str | float]]:
    """Cells of a workbook by the letters of their columns."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        strings = [
            "".join(part.text or "" for part in one.iter(f"{SHEET}t"))
            for one in ET.fromstring(book.read("xl/sharedStrings.xml")).iter(f"{SHEET}si")  # noqa: S314 - our own file
        ]
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
    assert not list(sheet.iter(f"{SHEET}f"))
    pane, filters = next(sheet.iter(f"{SHEET}pane")), next(sheet.iter(f"{SHEET}autoFilter"))
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "B2")
    assert filters.get("ref", "").startswith("A1:")
    rows = []
    for line in sheet.iter(f"{SHEET}row"):
        cells: dict[str, str | float] = {}
        for cell in line.iter(f"{SHEET}c"):
            value, letters = cell.findtext(f"{SHEET}v"), cell.get("r", "").rstrip("0123456789")
            if value is not None:
                cells[letters] = strings[int(value)] if cell.get("t") == "s" else float(value)
        rows.append(cells)
    return rows


def test_excel_in_german_reads_semicolons_decimal_commas_and_umlauts() -> None:
    text = csv_text(table(), DE)
    assert text.startswith("\ufeffname;file;scenario;status;objective_min;")
    head, first, second = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    assert text.count("\r\n") == 3
    cells = dict(zip(head, first, strict=True))
    assert cells["objective_min"] == "1234,5"
    assert (cells["invited"], cells["travel_mean_min"], cells["share_30"]) == ("3", "12,25", "")
    wrong = dict(zip(head, second, strict=True))
    assert wrong["status"] == "INVALID"
    assert wrong["error"].startswith('Das ist falsch; "ganz".')
    assert len(wrong["error"]) == LONGEST_ERROR
    assert wrong["objective_min"] == wrong["invited"] == ""


def test_excel_in_english_reads_commas_and_points() -> None:
    text = csv_text(table(EN), EN)
    head, first, second = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    assert dict(zip(head, first, strict=True))["objective_min"] == "1234.5"
    assert dict(zip(head, second, strict=True))["error"].startswith("This is wrong.")


def test_nothing_is_computed_that_came_from_a_name() -> None:
    _, first, _ = csv.reader(io.StringIO(csv_text(table(), DE), newline=""), delimiter=";")
    assert first[:2] == ["'=jan", "'=2+5"]
    assert sheet_of(xlsx_bytes(table(), DE))[1]["B"] == "=2+5"


@pytest.mark.parametrize(
    ("texts", "words"),
    [(DE, ("Ergebnis", "optimal", "Eingabe fehlerhaft")), (EN, ("Result", "optimal", "faulty input"))],
)
def test_the_workbook_speaks_the_language_and_has_numbers(texts: object, words: tuple[str, ...]) -> None:
    assert texts in (DE, EN)
    head, first, second = sheet_of(xlsx_bytes(table(texts), texts))
    assert (head["D"], first["D"], second["D"]) == words
    assert first["E"] == 1234.5
    assert "E" not in second
    assert head["H"] == texts.say("kpi.invited")
    assert first["H"] == 3


def test_a_table_without_rows_can_be_written() -> None:
    empty = table_of([], DE)
    assert csv_text(empty, DE).count("\r\n") == 1
    assert len(sheet_of(xlsx_bytes(empty, DE))) == 1


def test_labels_of_a_study_are_columns_under_their_own_names() -> None:
    rows = [row("a", Outcome(status="NO_RESULT"), rooms=3, share=0.5, scenario=None)]
    columns = table_of(rows, EN)
    assert columns.columns[:4] == ["name", "rooms", "share", "scenario"]
    assert columns.rows[0][:4] == ["a", 3, 0.5, None]
    head, first = sheet_of(xlsx_bytes(columns, EN))
    assert (head["B"], first["B"], first["C"]) == ("rooms", 3, 0.5)
    assert "D" not in first
