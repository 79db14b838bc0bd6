"""Best known objective and bound of each instance, and the alarm when a run contradicts them.

An objective counts if the checker has accepted its plan, a bound if our solver has proven it or a certificate gives
it. Other solvers' plans and bounds are never recorded, but they are compared.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from outreach_optimizer.saving import write_text

Run = Mapping[str, Any]
Archive = dict[str, dict[str, Any]]
OURS = "outreach"
FLOATING = 1e-6
"""Solvers that count in floating-point numbers may err by so much of a value."""
LARGEST_CERTIFICATE = 20_000
"""Characters of a certificate that is kept in the archive; a longer one can be had by running again with --keep."""


class Contradiction(Exception):  # noqa: N818 - it is one, not an error of the program
    """Two statements about one instance that cannot both be true."""


def load(path: Path) -> Archive:
    """Archive of a file; empty if there is none."""
    archive: Archive = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return archive


def save(path: Path, archive: Archive) -> None:
    """Write it, one instance a line, so that a change is easy to read."""
    lines = (f"{json.dumps(name)}: {json.dumps(archive[name])}" for name in sorted(archive))
    write_text(path, "{\n" + ",\n".join(lines) + "\n}\n")


def verify(archive: Archive, run: Run) -> None:
    """Compare a run with what is recorded and with what was published.

    Raises
    ------
    Contradiction
        Naming both statements.
    """
    for text in _contradictions(archive, run):
        raise Contradiction(text)


def recorded(archive: Archive, run: Run) -> Archive:
    """The archive with what a run adds; a changed instance starts anew.

    Raises
    ------
    Contradiction
        The run contradicts the archive: nothing is recorded.
    """
    verify(archive, run)
    if run["solver"] != OURS or run.get("objective_min") is None:
        return archive
    known = _entry(archive, run)
    entry = dict(known) if known else {"sha256": run["sha256"]}
    if known is None or run["objective_min"] < known["objective"]:
        entry |= {"objective": run["objective_min"], "objective_by": _origin(run)}
    bound = _bound(run)
    if bound is not None and (known is None or known["bound"] is None or bound > known["bound"]):
        entry |= {"bound": bound, "bound_by": _origin(run)}
    entry.setdefault("bound", None)
    certified = run.get("certified_min")
    if certified is not None and certified > (entry.get("certified") or -1):
        entry["certified"] = certified
        certificate = run.get("certificate")
        entry["certificate"] = certificate if len(json.dumps(certificate)) <= LARGEST_CERTIFICATE else None
    if run.get("published") is not None:
        entry["published"] = run["published"]
    return archive | {run["name"]: entry}


def _entry(archive: Archive, run: Run) -> dict[str, Any] | None:
    """What is recorded of the very instance of a run."""
    entry = archive.get(run["name"])
    return entry if entry and entry["sha256"] == run["sha256"] else None


def _contradictions(archive: Archive, run: Run) -> Iterator[str]:
    objective, bound = run.get("objective_min"), _bound(run)
    us = f"{run['solver']} at {run['commit']}"
    slack = _slack(run)
    for kind, value in (("bound", run.get("bound_min")), ("certified bound", run.get("certified_min"))):
        if objective is not None and value is not None and value > objective + slack:
            yield f"{run['name']}: {us} found {objective}, below its own {kind} {value}"
    entry = _entry(archive, run)
    if entry is not None:
        if objective is not None and entry["bound"] is not None and objective < entry["bound"] - slack:
            who = entry["bound_by"]
            yield f"{run['name']}: {us} found {objective}, below the bound {entry['bound']} recorded by {who}"
        if bound is not None and bound > entry["objective"] + slack:
            who = entry["objective_by"]
            yield f"{run['name']}: {us} proved {bound}, above the objective {entry['objective']} recorded by {who}"
    published = run.get("published")
    if published is not None:
        cost = run.get("published_cost") or objective
        if cost is not None and cost < published - slack:
            yield f"{run['name']}: {us} found {cost}, below the optimum {published} that was published"
        if bound is not None and bound > published + slack:
            yield f"{run['name']}: {us} proved {bound}, above the optimum {published} that was published"


def _bound(run: Run) -> float | None:
    """The better of the solver's and the certified bound."""
    known = [value for value in (run.get("bound_min"), run.get("certified_min")) if value is not None]
    return max(known, default=None)


def _slack(run: Run) -> float:
    """By how much two numbers may differ that ought to agree."""
    largest = max(abs(run.get(name) or 0.0) for name in ("objective_min", "bound_min", "published"))
    exact = run["solver"] in (OURS, "cp-sat", "by-hand")
    return float(run.get("tolerance", 0.0)) + 1e-6 + (0.0 if exact else FLOATING * largest)


def _origin(run: Run) -> str:
    return f"{run['solver']} {run['workers']} workers, commit {run['commit']}, {run['status']}"
