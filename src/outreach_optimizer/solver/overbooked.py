"""Overbooked instances: a safe model for a first plan, the whole one for plan and bound, then part by part."""

import time

from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.relaxation.prices import default_prices
from outreach_optimizer.solver.coarse import Watch, hint, run
from outreach_optimizer.solver.effort import Effort, Found, Searched
from outreach_optimizer.solver.improve import Tell, improve
from outreach_optimizer.solver.plans import Accepted, better
from outreach_optimizer.solver.rounds import attempts, search
from outreach_optimizer.solver.seated import seat_all

OVERBOOKED_SHARE = 0.6
"""Part of the time in which an overbooked model is searched as a whole, for the bound; then part by part."""
SAFE_SHARE = 0.1
"""Part of the time for a first plan of an overbooked model."""


def overbooked(instance: Instance, effort: Effort, best: Accepted | None) -> Searched:
    """A first plan of a safe model, then the whole model for plan and bound, then part by part."""
    before = time.monotonic()
    model, parts = build(instance), build(instance, safe=True)
    build_s = time.monotonic() - before
    sure, interrupted = _sure(parts, effort)
    best = better(best, sure)
    prices = default_prices(instance)
    if best is not None and best.schedule.appointments:
        hint(model, best.schedule)
    if interrupted:
        return Searched(Found(best, 0, infeasible=False, interrupted=True), prices, build_s)
    attempt = attempts(model, effort, best, until_s=effort.time_limit_s * OVERBOOKED_SHARE)
    found = search(model, attempt, best, effort.seed)
    proven = found.best is not None and found.best.report.objective_micro <= found.bound_micro
    if found.best is None or proven or found.interrupted:
        return Searched(found, prices, build_s)
    tell = Tell(effort.on_progress, effort.begin, found.bound_micro)
    until = effort.begin + effort.time_limit_s
    improved = improve(
        parts, found.best, until=until, workers=effort.workers, seed=effort.seed, tell=tell, stop=effort.stop
    )
    return Searched(found._replace(best=improved.best, interrupted=improved.interrupted), prices, build_s)


def _sure(model: Model, effort: Effort) -> tuple[Accepted | None, bool]:
    """A plan of a safe model, which needs no second look at the risk; and whether the search was interrupted."""
    solver = effort.solver(effort.time_limit_s * SAFE_SHARE)
    result = run(model, solver, Watch(model, None, effort.begin), effort.stop)
    best = seat_all(model.instance, result, effort.seed)[0] if result.guests else None
    if best is not None:
        Tell(effort.on_progress, effort.begin, 0).better(best)
    return best, result.interrupted
