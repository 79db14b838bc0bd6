"""What a result file tells, as Markdown: a table of all groups of runs, and ours against each peer as ratios."""

import math
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import archive
from measure import OURS
from measures import GAPS_AT_S, Moment, primal_integral, shifted_geometric_mean
from published import FAMILIES

Run = Mapping[str, Any]
Runs = Sequence[Run]
Best = Mapping[str, float]
WITHOUT_BOUND = ("by-hand", "timefold")
"""Peers that never prove anything: their time says nothing beside a proof."""
GROUP = ("commit", "solver", "preset", "workers", "limit s", "overbooking")


def summarize(runs: Runs, known: archive.Archive) -> None:
    """Print both tables.

    Raises
    ------
    Contradiction
        A run contradicts another one or the archive.
    """
    every: archive.Archive = dict(known)
    for run in runs:
        if run.get("name") and run.get("sha256"):
            archive.verify(known, run)
            every = archive.recorded(every, run)
    for run in runs:  # once more, against what later runs have told
        if run.get("name") and run.get("sha256"):
            archive.verify(every, run)
    best = best_known(runs, every)
    print(*_table(runs, best), sep="\n")
    ratios = list(_ratios(runs, best))
    if len(ratios) > 2:
        print("", *ratios, sep="\n")


def _table(runs: Runs, best: Best) -> Iterator[str]:
    """One line per commit, solver, preset, workers and limit."""
    gaps = [f"gap {s} s %" for s in GAPS_AT_S]
    columns = (
        *GROUP, "runs", "proven", "median s", "worst s", *gaps, "median gap %", "worst gap %", "certified gap %",
        "primal integral s", "peak MiB",
    )  # fmt: skip
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    groups: dict[tuple[object, ...], list[Run]] = {}
    for run in runs:
        groups.setdefault(_group(run), []).append(run)
    for key, group in sorted(groups.items(), key=str):
        walls = [float(run["wall_s"]) for run in group if "wall_s" in run]
        proven = sum(run["status"] == "OPTIMAL" for run in group)
        finals = [run.get("gap") for run in group]
        integrals = [area for run in group if (area := integral(run, best)) is not None]
        cells = [
            *map(str, key), str(len(group)), str(proven),
            _middle(walls, 1), _number(max(walls, default=math.nan), 1), *(_gap_after(group, s) for s in GAPS_AT_S),
            _middle_gap(finals), _worst_gap(finals), _worst_gap([run.get("certified_gap") for run in group]),
            _number(statistics.fmean(integrals or [math.nan]), 2),
            _number(max((float(run["peak_mib"]) for run in group if "peak_mib" in run), default=math.nan), 0),
        ]  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _ratios(runs: Runs, best: Best) -> Iterator[str]:
    """One line per commit, set, limit, our workers and peer: the peer's times over ours, on what both have run."""
    columns = (
        "commit", "set", "limit s", "overbooking", "ours", "peer", "instances", "proven by us", "by the peer",
        "total time", "without imports", "geometric mean", "primal integral", "peak memory",
    )  # fmt: skip
    yield f"| {' | '.join(columns)} |"
    yield "|" + "---|" * len(columns)
    by_group: dict[tuple[object, ...], dict[tuple[object, ...], Run]] = {}
    for run in runs:
        by_group.setdefault(_group(run), {})[run["seed"], run.get("instance", "")] = run
    for key, mine in sorted(by_group.items(), key=str):
        for other, theirs in sorted(by_group.items(), key=str):
            same = (key[0], *key[2:3], *key[4:]) == (other[0], *other[2:3], *other[4:])
            both = [(mine[which], theirs[which]) for which in mine if which in theirs]
            if key[1] == OURS and other[1] != OURS and same and both:
                names = f"{key[3]} workers", f"{other[1]} ({other[3]})"
                cells = (key[0], key[2], key[4], key[5], *names, len(both), *_compared(both, best))
                yield f"| {' | '.join(map(str, cells))} |"


def _compared(both: Sequence[tuple[Run, Run]], best: Best) -> Iterator[str]:
    """Proofs, and ratios: how many times more the peers took. At least so many times where a peer ended unproven."""
    ours, theirs = zip(*both, strict=True)
    yield str(sum(run["status"] == "OPTIMAL" for run in ours))
    yield str(sum(run["status"] == "OPTIMAL" for run in theirs))
    if theirs[0]["solver"] in WITHOUT_BOUND:
        yield from ("–",) * 3
    else:
        mark = "≥ " if any(run["status"] != "OPTIMAL" for run in theirs) else ""
        mark = "≶ " if mark and any(run["status"] != "OPTIMAL" for run in ours) else mark
        walls = [[seconds_of(run) for run in side] for side in (theirs, ours)]
        works = [sum(work_of(run) for run in side) for side in (theirs, ours)]
        yield mark + _ratio(sum(walls[0]), sum(walls[1]))
        yield mark + _ratio(*works)
        yield mark + _ratio(*map(shifted_geometric_mean, walls))
    integrals = [(integral(other, best), integral(one, best)) for one, other in both]
    areas = [(a, b) for a, b in integrals if a is not None and b is not None]
    yield _ratio(sum(a for a, _ in areas), sum(b for _, b in areas))
    peaks = [(other["peak_mib"], one["peak_mib"]) for one, other in both if "peak_mib" in one and "peak_mib" in other]
    yield _ratio(max((a for a, _ in peaks), default=0), max((b for _, b in peaks), default=0))


def seconds_of(run: Run) -> float:
    """Wall-clock seconds; a run that was ended or broke down counts its limit."""
    return float(run.get("wall_s", run["time_limit_s"]))


def work_of(run: Run) -> float:
    """Seconds of all stages: what it takes in a process that has imported everything already."""
    return sum(run["seconds"].values()) if "seconds" in run else float(run["time_limit_s"])


def best_known(runs: Runs, known: archive.Archive) -> Best:
    """Least objective of each instance, by its digest: published, recorded, or found by any of the runs."""
    best = {entry["sha256"]: float(entry["objective"]) for entry in known.values()}
    for run in runs:
        for name in ("published", "objective_min"):
            if run.get(name) is not None and "sha256" in run:
                best[run["sha256"]] = min(float(run[name]), best.get(run["sha256"], math.inf))
    return best


def integral(run: Run, best: Best) -> float | None:
    """Primal integral over the time limit; None where no objective is known or nothing was traced."""
    if run.get("sha256") not in best or "trace" not in run:
        return None
    return primal_integral(
        [Moment(*moment) for moment in run["trace"]], best[run["sha256"]], float(run["time_limit_s"])
    )


def _group(run: Run) -> tuple[object, ...]:
    kind = run.get("overbooking", "none")
    rules = "–" if run["preset"] in FAMILIES else kind if kind == "none" else f"{kind} {run['risk']}"
    return (*(run[name] for name in ("commit", "solver", "preset", "workers", "time_limit_s")), rules)


def _middle(numbers: Sequence[float], digits: int) -> str:
    return _number(statistics.median(numbers or [math.nan]), digits)


def _middle_gap(gaps: Sequence[float | None]) -> str:
    """Median in percent; a run without a plan or a bound counts as infinitely far."""
    if all(gap is None for gap in gaps):
        return "–"
    return _number(100 * statistics.median([math.inf if gap is None else gap for gap in gaps]), 2)


def _gap_after(group: Runs, seconds: float) -> str:
    """Median gap at a moment, if all runs have come so far or are done."""
    if any(run["time_limit_s"] < seconds and run["status"] != "OPTIMAL" for run in group):
        return "–"
    return _middle_gap([(run.get("gaps") or {}).get(str(seconds)) for run in group])


def _worst_gap(gaps: Sequence[float | None]) -> str:
    told = [gap for gap in gaps if gap is not None]
    missing = len(gaps) - len(told)
    worst = _number(100 * max(told, default=math.nan), 2)
    return f"{worst} ({missing} without)" if told and missing else worst


def _ratio(theirs: float, ours: float) -> str:
    return _number(theirs / ours, 2) if ours else "–"


def _number(number: float, digits: int) -> str:
    return "–" if math.isnan(number) else f"{number:.{digits}f}"
