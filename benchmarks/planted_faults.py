"""Plant faults in a copy of the source and see that the proofs of agreement find every one of them.

    python benchmarks/planted_faults.py
    python benchmarks/planted_faults.py --only household

Prints fault → tests that failed; ends with 1 if a fault survives. The working tree is not touched.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
FAULTS = Path(__file__).with_suffix(".toml")
PACKAGE = "outreach_optimizer"
FAILED, PASSED = 1, 0  # exit codes of pytest


class Fault(NamedTuple):
    """As in planted_faults.toml: ``new`` instead of ``old``, which stands once in ``file``; ``tests`` should notice."""

    what: str
    file: str
    old: str
    new: str
    tests: str


def main() -> int:
    """Check that the proofs pass as they are, then plant one fault after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="faults whose description contains this")
    listed = tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"]
    wanted = [fault for fault in (Fault(**entry) for entry in listed) if parser.parse_args().only in fault.what]
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src" / PACKAGE, source / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
        exit_code, told = tests_fail(source, sorted({fault.tests for fault in wanted}))
        if exit_code != PASSED:
            print(f"the tests fail without a fault:\n{told}")
            return 1
        for number, fault in enumerate(wanted, start=1):
            caught = plant(source, fault)
            print(f"{number:2} | {fault.what:58} | {caught or 'SURVIVES'}", flush=True)
            if not caught:
                survivors.append(fault)
    print(f"{len(wanted) - len(survivors)} of {len(wanted)} faults caught")
    return 1 if survivors else 0


def plant(source: Path, fault: Fault) -> str:
    """Tests that fail with a fault; empty if none does."""
    path = source / PACKAGE / fault.file
    sound = path.read_text(encoding="utf-8")
    if sound.count(fault.old) != 1:
        raise SystemExit(f"{fault.what}: the text to replace stands {sound.count(fault.old)} times in {fault.file}")
    path.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        exit_code, told = tests_fail(source, [fault.tests])
    finally:
        path.write_text(sound, encoding="utf-8")
    failed = list(dict.fromkeys(re.findall(r"^FAILED \S+?::(\w+)", told, flags=re.MULTILINE)))
    if exit_code == FAILED and failed:
        more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
        return f"{Path(fault.tests).name}::{failed[0]}{more}"
    return "" if exit_code == PASSED else f"pytest ended with {exit_code}: {told.strip().splitlines()[-1]}"


def tests_fail(source: Path, tests: list[str]) -> tuple[int, str]:
    """Exit code and output of pytest, run on the package in ``source``."""
    environment = os.environ | {"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    where = [sys.executable, "-c", f"import {PACKAGE}; print({PACKAGE}.__file__)"]
    found = subprocess.run(where, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if found.returncode == 0 and not Path(found.stdout.strip()).is_relative_to(source):
        raise SystemExit(f"Python imports {found.stdout.strip()} instead of the copy")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rf",
        "-p",
        "no:cacheprovider",
        *(f"tests/{name}" for name in tests),
    ]
    done = subprocess.run(
        [*command, *(f"tests/{name}" for name in tests)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
