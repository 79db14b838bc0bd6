"""Numbers of one run: what was known when, and what that is worth."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from outreach_optimizer.schedule import Schedule

GAPS_AT_S = (10, 60, 300)
LONGEST_TRACE = 200


class Moment(NamedTuple):
    """What is known after some seconds; None where nothing is."""

    seconds: float
    objective: float | None
    bound: float | None


class Outcome(NamedTuple):
    """End of a run; minutes, None where nothing is known.

    Parameters
    ----------
    status
        OPTIMAL is the solver's own proof; INVALID: the checker found violations.
    trace
        What was known when.
    seconds
        Wall-clock per stage.
    schedule
        Only of solvers that make whole plans.
    violated
        Rules that it breaks.
    kpis
        Key figures of the schedule.
    """

    status: str
    objective: float | None
    bound: float | None
    trace: Sequence[Moment]
    seconds: Mapping[str, float]
    schedule: Schedule | None = None
    violated: tuple[str, ...] = ()
    kpis: Mapping[str, float | None] | None = None


def thinned(trace: Iterable[Moment]) -> list[Moment]:
    """Moments at which something got better, at most `LONGEST_TRACE`: the last ones of equal stretches of the list."""
    kept: list[Moment] = []
    objective, bound = math.inf, -math.inf
    for moment in trace:
        better = moment.objective is not None and moment.objective < objective
        tighter = moment.bound is not None and moment.bound > bound
        objective = min(objective, math.inf if moment.objective is None else moment.objective)
        bound = max(bound, -math.inf if moment.bound is None else moment.bound)
        if better or tighter:
            known = objective if math.isfinite(objective) else None, bound if math.isfinite(bound) else None
            kept.append(Moment(round(moment.seconds, 3), *known))
    step = -(-len(kept) // LONGEST_TRACE) or 1
    return kept[::-1][::step][::-1]


def gap(objective: float | None, bound: float | None) -> float | None:
    """``(objective - bound) / objective``; None where one is unknown."""
    if objective is None or bound is None:
        return None
    return max(0.0, objective - bound) / abs(objective) if objective else float(bound < 0)


def gap_at(trace: Sequence[Moment], seconds: float) -> float | None:
    """Gap that is known after some seconds."""
    before = [moment for moment in trace if moment.seconds <= seconds]
    return gap(before[-1].objective, before[-1].bound) if before else None


def primal_integral(trace: Sequence[Moment], best: float, until_s: float) -> float:
    """Seconds, weighted by how far the plan at hand is from the best known one: 0 from the beginning is perfect.

    A plan of cost x counts ``|x - best| / max(|x|, |best|)``, no plan counts 1.

    References
    ----------
    T. Berthold, Measuring the impact of primal heuristics, Operations Research Letters 41 (2013) 611-614,
    doi:10.1016/j.orl.2013.08.007.
    """
    area, since, distance = 0.0, 0.0, 1.0
    for moment in trace:
        if moment.seconds >= until_s:
            break
        area += (moment.seconds - since) * distance
        since = moment.seconds
        if moment.objective is not None:
            largest = max(abs(moment.objective), abs(best))
            distance = abs(moment.objective - best) / largest if largest else 0.0
    return area + (until_s - since) * distance


def shifted_geometric_mean(seconds: Sequence[float], shift_s: float = 1) -> float:
    """Mean in which a run of 0.1 s does not outweigh all others."""
    return math.exp(math.fsum(math.log(s + shift_s) for s in seconds) / len(seconds)) - shift_s
