"""What is finished, one line of JSON each, only ever added to: so a batch goes on after whatever ended it.

A line is written with one call after the files that it names are in their place; it holds their hashes. The last line
may be torn, no other one.
"""

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from outreach_optimizer.batch.task import Outcome
from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.fields import Frozen
from outreach_optimizer.saving import writing

HEADER = '{"format":"outreach-batch","version":1}\n'
SYNC_S = 1.0
"""Lines are forced to the disk so often, seconds; what a power failure takes is solved again."""


class Record(Frozen):
    """A task that has ended."""

    key: str
    name: str
    tries: int
    outcome: Outcome
    """Without its plan."""
    files: Mapping[str, str]
    """SHA-256 of each file of the result, by its path below the folder."""


class Journal:
    """A journal that is open for adding; the state is the open file."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor, self._synced = path, descriptor, 0.0

    def add(self, record: Record) -> None:
        """Add a line.

        Raises
        ------
        InputError
            It cannot be written; the journal is as before.
        """
        self._write(record.model_dump_json(exclude_defaults=True) + "\n")
        if time.monotonic() - self._synced > SYNC_S:
            self.sync()

    def begin(self) -> None:
        """Add the first line."""
        self._write(HEADER)

    def sync(self) -> None:
        """Force everything to the disk."""
        with writing(self._path):
            os.fsync(self._descriptor)
        self._synced = time.monotonic()

    def _write(self, line: str) -> None:
        data, before = line.encode(), os.fstat(self._descriptor).st_size
        with writing(self._path):
            try:
                written = os.write(self._descriptor, data)
                if written < len(data):
                    os.write(self._descriptor, data[written:])  # says why, as a rule
            except OSError:
                os.ftruncate(self._descriptor, before)
                raise


@contextmanager
def opened(path: Path) -> Iterator[Journal]:
    """Open a journal for adding; what is torn at its end is cut off.

    Raises
    ------
    InputError
        It cannot be written.
    """
    with writing(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
    journal = Journal(path, descriptor)
    try:
        with writing(path):
            whole = _whole_lines(path.read_bytes())
            os.ftruncate(descriptor, len(whole))
        if not whole:
            journal.begin()
        yield journal
        journal.sync()
    finally:
        os.close(descriptor)


def records(path: Path) -> dict[str, Record]:
    """Last record of each name; none without a journal.

    Raises
    ------
    InputError
        A line other than a torn last one is damaged, or the journal is no journal.
    """
    try:
        lines = _whole_lines(path.read_bytes()).splitlines()
    except FileNotFoundError:
        return {}
    except OSError as error:
        facts = {"reason": error.strerror or str(error)}
        raise InputError([Problem("file_unreadable", facts=facts, file=str(path))]) from error
    if lines and lines[0] != HEADER.strip().encode():
        raise InputError([Problem("batch_no_journal", file=str(path))])
    found = {}
    for number, line in enumerate(lines[1:], 2):
        try:
            record = Record.model_validate_json(line)
        except ValidationError:
            raise InputError([Problem("batch_damaged", facts={"line": number}, file=str(path))]) from None
        found[record.name] = record
    return found


def sha256_of(text: str) -> str:
    """SHA-256 of a text as it is in a file."""
    return hashlib.sha256(text.encode()).hexdigest()


def _whole_lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1]
