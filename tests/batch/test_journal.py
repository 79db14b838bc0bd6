import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_optimizer.batch.journal import HEADER, Journal, Record, opened, records
from outreach_optimizer.batch.task import Outcome
from outreach_optimizer.errors import InputError


def record(name: str, key: str = "k", **more: object) -> Record:
    outcome = Outcome(status="OPTIMAL", objective_min=1.5, kpis={"invited": 3, "travel_mean_min": None})
    return Record.model_validate({"key": key, "name": name, "tries": 1, "outcome": outcome, "files": {}, **more})


def written(path: Path, *names: str) -> Path:
    with opened(path) as journal:
        for name in names:
            journal.add(record(name))
    return path


def codes(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        records(path)
    assert all(problem.file == str(path) for problem in caught.value.problems)
    return [problem.code for problem in caught.value.problems]


def test_what_is_added_is_read_again_the_last_record_of_a_name_counts(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    assert records(path) == {}
    with opened(path) as journal:
        journal.add(record("a", "1"))
    with opened(path) as journal:
        journal.add(record("b", "2"))
        journal.add(record("a", "3", files={"plans/a.json": "0" * 64}))
    found = records(path)
    assert {name: one.key for name, one in found.items()} == {"a": "3", "b": "2"}
    assert found["a"] == record("a", "3", files={"plans/a.json": "0" * 64})
    assert path.read_text(encoding="utf-8").splitlines()[0] + "\n" == HEADER


@given(kept=st.integers(min_value=0))
def test_whatever_is_torn_off_the_end_the_rest_is_good_and_goes_on(
    tmp_path_factory: pytest.TempPathFactory, kept: int
) -> None:
    path = written(tmp_path_factory.mktemp("torn") / "journal.jsonl", "a", "b", "c")
    whole = path.read_bytes()
    kept %= len(whole) + 1
    path.write_bytes(whole[:kept])
    lines = whole[:kept].count(b"\n")
    assert list(records(path)) == ["a", "b", "c"][: max(0, lines - 1)]
    written(path, "d")
    assert list(records(path)) == [*["a", "b", "c"][: max(0, lines - 1)], "d"]


@pytest.mark.parametrize("damage", [b"{}\n", b"{,\n", b"\xff\n", b"\n"])
def test_any_other_damage_is_told_with_its_line(tmp_path: Path, damage: bytes) -> None:
    path = written(tmp_path / "journal.jsonl", "a", "b")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], damage, *lines[2:]]))
    with pytest.raises(InputError) as caught:
        records(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.facts) == ("batch_damaged", {"line": 3})


def test_what_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_text(json.dumps({"format": "outreach-batch", "version": 2}) + "\n", encoding="utf-8")
    assert codes(path) == ["batch_no_journal"]
    path.unlink()
    path.mkdir()
    assert codes(path) == ["file_unreadable"]


FULL = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_journal import record
from outreach_optimizer.batch.journal import opened
from outreach_optimizer.errors import InputError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path({path!r})
with opened(path) as journal:
    journal.add(record("a"))
    size = path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 40, size + 40))
    try:
        journal.add(record("b"))
    except InputError as error:
        print(*[problem.code for problem in error.problems])
    print(path.stat().st_size == size)
"""


def test_a_line_for_which_there_is_no_space_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    program = FULL.format(tests=str(Path(__file__).parent), path=str(path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["write_full", "True"], done.stderr
    assert list(records(path)) == ["a"]


def test_a_journal_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught, opened(tmp_path / "missing" / "journal.jsonl"):
        pass
    assert [problem.code for problem in caught.value.problems] == ["write_failed"]
    reading = os.open(written(tmp_path / "journal.jsonl", "a"), os.O_RDONLY)
    with pytest.raises(InputError):
        Journal(tmp_path / "journal.jsonl", reading).add(record("b"))
    os.close(reading)
    assert list(records(tmp_path / "journal.jsonl")) == ["a"]
