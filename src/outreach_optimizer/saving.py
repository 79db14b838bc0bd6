"""Write files as a whole or not at all, and say in our words why one cannot be written."""

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from outreach_optimizer.errors import InputError, Problem

WRITE_FAULTS = {
    errno.EISDIR: "write_is_folder",
    errno.ENOTDIR: "write_folder",
    errno.EEXIST: "write_folder",
    errno.EACCES: "write_denied",
    errno.EPERM: "write_denied",
    errno.EROFS: "write_denied",
    errno.ENOSPC: "write_full",
    errno.EFBIG: "write_full",
    errno.EDQUOT: "write_full",
}
"""What the system says, and the name of our sentence about it."""
LEFTOVER = re.compile(r"\.[0-9a-f]{16}\.tmp")


def write_text(path: Path, text: str, *, synced: bool = True) -> None:
    """Write a file as a whole or not at all; missing folders are made, an old file stays until the new one is safe.

    Parameters
    ----------
    synced
        Wait until it is on the disk, which takes milliseconds, so that it outlives a power failure, too.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    write_bytes(path, text.encode(), synced=synced)


def write_bytes(path: Path, data: bytes, *, synced: bool = True) -> None:
    """Write a file that is no text, as `write_text` does.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    with writing(path):
        if path.exists() and not path.is_file() and not path.is_dir():
            # A pipe or a device cannot be replaced, only written to.
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data, synced=synced)


def remove_leftovers(folder: Path) -> None:
    """Remove what a process left of files that it was writing when it was killed.

    Raises
    ------
    InputError
        It cannot be removed.
    """
    with writing(folder):
        for path in folder.glob(".*.tmp"):
            if LEFTOVER.fullmatch(path.name):
                path.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in our words why something cannot be written.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    try:
        yield
    except OSError as error:
        raise _unwritable(path, error) from error


def check_writable(path: Path) -> None:
    """Try, before long work, whether `write_text` will succeed; missing folders are made, a file stays as it is.

    Raises
    ------
    InputError
        The file cannot be written there.
    """
    with writing(path):
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.is_file() or not path.exists():
            target = Path(os.path.realpath(path))
            target.parent.mkdir(parents=True, exist_ok=True)
            probe = target.with_name(f".{secrets.token_hex(8)}.tmp")
            probe.open("x").close()
            probe.unlink()


def _unwritable(path: Path, error: OSError) -> InputError:
    code = WRITE_FAULTS.get(error.errno or 0, "write_failed")
    return InputError([Problem(code, facts={"reason": error.strerror or str(error)}, file=str(path))])


def _replace(target: Path, data: bytes, *, synced: bool) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            if synced:
                os.fsync(file.fileno())
        if target.is_file():
            temporary.chmod(target.stat().st_mode)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
