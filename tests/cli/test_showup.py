"""``outreach showup``: how many to invite."""

import json
from pathlib import Path

import pytest

from outreach_optimizer.cli import main
from outreach_optimizer.showup.advice import Question, advice

USUAL = ["showup", "--slots", "6", "--caseworkers", "2", "--rate", "0.65"]


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OUTREACH_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(words) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_the_answer_comes_first_and_the_table_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    page = told(USUAL, capsys)
    assert page.splitlines()[1].startswith("Laden Sie 14 Personen ein: Das Risiko, dass mehr als 12 kommen")
    assert page.index("Laden Sie 14") < page.index("Hinweis")
    (row,) = [line for line in page.splitlines() if "Empfehlung" in line]
    assert " ".join(row.split()) == "14 9,1 (6–12) 9,1 176 0,02 2,1 % 5,8 % 7 / 11 2 Empfehlung, ≤ 5 %"
    assert max(map(len, page.splitlines())) <= 100


def test_the_answer_depends_on_the_risk(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Invite 15 people: " in told([*USUAL, "--risk", "0.1", "--lang", "en"], capsys)
    assert "Invite 12 people, as many as can be seen" in told([*USUAL, "--risk", "0", "--lang", "en"], capsys)


def test_one_person_is_no_people(capsys: pytest.CaptureFixture[str]) -> None:
    page = told(["showup", "--slots", "1", "--caseworkers", "1", "--rate", "0.65"], capsys)
    assert "Laden Sie 1 Person ein" in page
    assert "1 Fachkraft," in page


def test_every_price_has_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    page = " ".join(told([*USUAL, "--lang", "en"], capsys).split())
    assert "as much as an idle minute, 18 invitations" in page
    assert "3 times as much as an idle minute, 16 invitations" in page
    assert "5 times as much as an idle minute, 15 invitations" in page


def test_json_is_one_document_with_the_figures_of_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(told([*USUAL, "--reserve", "1", "--slot-min", "45", "--json"], capsys))
    found = advice(Question(slots=6, caseworkers=2, rate=0.65, reserve=1, slot_min=45))
    assert document["invited"] == found.invited
    assert document["question"]["reserve"] == 1
    assert document["rows"][0] == found.rows[0]._asdict() | {"bookings": list(found.rows[0].bookings)}
    assert {"risk": 0.1, "invited": found.by_risk[0.1]} in document["by_risk"]


def test_the_page_is_written_where_wanted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    target = tmp_path / "new" / "showup.html"
    assert str(target) in told([*USUAL, "-o", str(target)], capsys)
    first = target.read_bytes()
    assert first.startswith(b"<!DOCTYPE html>")
    json.loads(told([*USUAL, "-o", str(target), "--json"], capsys))
    assert target.read_bytes() == first


@pytest.mark.parametrize(
    ("words", "option"),
    [
        (["--rate", "65"], "--rate P"),
        (["--rate", "0,65"], "--rate P"),
        (["--rate", "nan"], "--rate"),
        (["--slots", "0"], "--slots N"),
        (["--caseworkers", "7"], "--caseworkers N"),
        (["--risk", "1"], "--risk P"),
        (["--reserve", "12"], "--reserve"),
        (["--slot-min", "0"], "--slot-min MIN"),
    ],
)
def test_a_value_out_of_range_is_refused_with_the_range(
    words: list[str], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*USUAL, *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert f"Ungültiger Wert für {option}" in captured.err


def test_a_page_that_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main([*USUAL, "-o", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
