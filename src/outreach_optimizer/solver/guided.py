"""Search led by prices: the relaxation says what a good plan can contain, exact solvers decide the rest.

At the best prices of the relaxation every invitation and duty has a regret: by how much the bound rises with it. The
model of all with a small regret is a small one. Whatever has a larger regret costs at least that bound, so that a
proof for the part is one for the whole as soon as a plan is cheaper than that.
"""

import time
from contextlib import AbstractContextManager
from enum import Enum, auto
from typing import Any, NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.model.build import build
from outreach_optimizer.model.variables import Model
from outreach_optimizer.relaxation.prices import prices_of
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.beside import Beside
from outreach_optimizer.solver.coarse import Ends, Run, hint
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import PATIENCE, Relaxed, ascend, point_at, relax, whole_months
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.reduce import Regret, few_crews, kept, quick_regret, regret
from outreach_optimizer.solver.dual.routes import Months
from outreach_optimizer.solver.dual.volume import Point
from outreach_optimizer.solver.effort import Effort, Found, Searched
from outreach_optimizer.solver.huge import priced
from outreach_optimizer.solver.improve import Improved, Tell, improve
from outreach_optimizer.solver.large import LARGE, large
from outreach_optimizer.solver.located import located
from outreach_optimizer.solver.pieces import Replanned, improve_pieces
from outreach_optimizer.solver.plans import Accepted, accepted, better
from outreach_optimizer.solver.rounds import attempts, search
from outreach_optimizer.solver.seated import seat_all

MEDIUM = 5_000
"""Possible invitations from which on there is a draft before there is any model."""
DRAFT_SHARE = 0.2
"""Part of the time for that."""
ASCENT_SHARE = 0.12
"""Part of the time for prices before the search; as much may follow when a plan is known."""
ASCENT_STEPS = 500
LEAST_STEPS = 50
"""And one more for each possible invitation: small problems are solved sooner than priced."""
FEWER = 2
"""Where a plan carries prices to start from, so many times fewer steps follow."""
PAIRS_PER_CLIENT = 10
"""Invitations of the first part."""
FEWEST_PAIRS = 400
MOST_PAIRS = 12_000
"""Invitations up to which a part is handed to exact solvers as a whole."""
LARGEST_SHARE = 0.004
"""Regret of the first part, at most, as part of the bound."""
WIDER = 4
"""A part without any plan is widened by this factor."""
CP_SAT_S = 6.0
"""After so long without a proof, a MIP solver goes on."""
PART_SHARE = 0.8
"""Part of the time until the search of a part ends."""
START_SHARE = 0.15
"""The same for a part that is too large for a proof: for a plan to begin with."""
GOOD_GAP = 0.001
"""Certified gap below which better prices do not make the next part smaller."""
LAST_PATIENCE = 8
"""Steps without a better bound until steps get shorter, for a certificate."""
FINE_GAP = 0.003
"""Certified gap below which no time is spent on a better certificate."""


class Engine(Enum):
    """What evaluates prices.

    ``NUMPY`` where an instance is small: importing numba takes longer than what it saves. ``COMPILED``: machine code.
    ``QUICK``: machine code that also counts regrets and the bound, which nothing certifies, for a part of a plan.
    """

    NUMPY = auto()
    COMPILED = auto()
    QUICK = auto()


class Known(NamedTuple):
    """The relaxation at its best prices so far, the steps of another ascent, and what takes them."""

    relaxed: Relaxed
    point: Point
    regret: Regret
    steps: int
    engine: Engine


def guided(relaxed: Relaxed, effort: Effort, best: Accepted | None, *, again: bool = False) -> Searched:
    """Prices, a part, a plan; then the part that proves it, or better plans part by part.

    Parameters
    ----------
    best
        A plan to begin with.
    again
        It is a good one, and only a better one is wanted: nothing is drafted, prices that it carries are a start, and
        no time is spent on a better certificate.
    """
    instance = relaxed.instance
    if len(relaxed.prepared.client) > LARGE:
        return Searched(*large(relaxed, effort, best, replanned))
    steps, start = min(ASCENT_STEPS, LEAST_STEPS + len(relaxed.prepared.client)), None
    if again and best is not None and best.schedule.certificate is not None:
        steps //= FEWER
        start = point_at(relaxed, prices_of(instance, best.schedule.certificate))
    elif not again and len(relaxed.prepared.client) >= MEDIUM:
        best, start = _drafted(relaxed, effort, best)
    engine = Engine.QUICK if again else Engine.NUMPY if len(relaxed.prepared.client) < MEDIUM else Engine.COMPILED
    known = _priced(relaxed, effort, start, best, steps=steps, engine=engine)
    found = Found(best, known.regret.bound, infeasible=False, interrupted=effort.asked)
    effort.tell(found.best, found.bound_micro)
    most: float | None = _first_limit(known)
    model, build_s = None, 0.0
    while most is not None and not _over(found, effort):
        before = time.monotonic()
        model = build(instance, kept=kept(known.relaxed, known.regret, most))
        build_s += time.monotonic() - before
        found, failed = _search_part(model, effort, found, known, most)
        known, most = _next(known, effort, found, most, failed=failed)
    if model is not None and model.held and found.best is not None and not _over(found, effort):
        in_pieces = not again and len(relaxed.prepared.client) >= MEDIUM
        improved = _polished(known, model, effort, found, found.best, in_pieces=in_pieces)
        found = found._replace(best=improved.best, interrupted=improved.interrupted)
    if not again:
        known = _better_priced(known, effort, found, FINE_GAP, last=True)
    found = found._replace(bound_micro=max(found.bound_micro, known.regret.bound))
    return Searched(found, known.regret.prices, build_s)


def _polished(known: Known, model: Model, effort: Effort, found: Found, best: Accepted, *, in_pieces: bool) -> Improved:
    """A better plan part by part, by the model of what is likely or piece by piece."""
    tell = Tell(effort.on_progress, effort.begin, found.bound_micro)
    until, workers, seed, stop = effort.begin + effort.time_limit_s, effort.workers, effort.seed, effort.stop
    if not in_pieces:
        return improve(model, best, until=until, workers=workers, seed=seed, tell=tell, stop=stop)
    prices = known.regret.prices
    return improve_pieces(
        known.relaxed, best, replanned, until=until, workers=workers, seed=seed, tell=tell, stop=stop, prices=prices
    )


def replanned(instance: Instance, schedule: Schedule, time_limit_s: float, seed: int) -> Replanned:
    """Plan an instance anew that has a plan, with one worker."""
    begin = time.monotonic()
    best = accepted(instance, schedule)
    if best is None:
        return Replanned(schedule, proven=False)
    relaxed, effort = relax(instance), Effort(begin, time_limit_s, 1, seed, None, None)
    ended = located(relaxed, effort)
    found = (guided(relaxed, effort, best, again=True) if ended is None else ended).found
    plan = found.best or best
    return Replanned(plan.schedule, plan.report.objective_micro <= found.bound_micro)


def _drafted(relaxed: Relaxed, effort: Effort, best: Accepted | None) -> tuple[Accepted | None, Point | None]:
    """A plan made from prices, since exact solvers would take long for one, and these prices."""
    until = effort.begin + DRAFT_SHARE * effort.time_limit_s
    made = construct(relaxed, until=until, stop=effort.stop, workers=effort.workers)
    if made is None:
        return best, None
    best = better(best, accepted(relaxed.instance, made.schedule))
    effort.tell(best, priced(relaxed, made.point, made.slot_price).bound_micro)
    return best, made.point


def _priced(
    relaxed: Relaxed,
    effort: Effort,
    start: Point | None,
    best: Accepted | None,
    *,
    steps: int,
    engine: Engine,
    months: Months | None = None,
    patience: int = PATIENCE,
) -> Known:
    """Raise the prices for a part of the time, towards the cost of a plan if there is one that says something."""
    target = None if best is None or not best.schedule.appointments else float(best.report.objective_micro)
    climb: dict[str, Any] = {"target": target, "until": _ascent_end(effort), "steps": steps, "stop": effort.stop}
    climb |= {"patience": patience, "months": months}
    if engine is Engine.NUMPY:
        point = ascend(relaxed, start=start, **climb).point
        return Known(relaxed, point, regret(relaxed, point), steps, engine)
    level, slot_price = level_point(relaxed)
    quick = engine is Engine.QUICK and few_crews(relaxed)
    if quick:
        climb["months"] = months = whole_months(relaxed)
    point = ascend_large(relaxed, level if start is None else start, slot_price, **climb).point
    found = quick_regret(relaxed, point, months) if quick else regret(relaxed, point, compiled=True)
    return Known(relaxed, point, found, steps, engine)


def _better_priced(known: Known, effort: Effort, found: Found, good_gap: float, *, last: bool = False) -> Known:
    """Better prices now that a plan is known, unless the gap that they certify is small.

    Parameters
    ----------
    last
        Nothing but a certificate is wanted of them: they count what each caseworker drives in a whole month.
    """
    if found.best is None or not found.best.schedule.appointments or found.interrupted:
        return known
    objective_micro = found.best.report.objective_micro
    if objective_micro - known.regret.bound <= good_gap * objective_micro:
        return known
    months = whole_months(known.relaxed) if last else None
    patience = PATIENCE if months is None else LAST_PATIENCE
    again = _priced(
        known.relaxed,
        effort,
        known.point,
        found.best,
        steps=known.steps,
        engine=known.engine,
        months=months,
        patience=patience,
    )
    return again if again.regret.bound > known.regret.bound else known


def _ascent_end(effort: Effort) -> float:
    """When an ascent that begins now has to end."""
    return min(time.monotonic() + ASCENT_SHARE * effort.time_limit_s, effort.begin + effort.time_limit_s)


def _first_limit(known: Known) -> float:
    """Regret up to which the first part goes: some invitations for every client."""
    regrets = np.sort(known.regret.pairs)
    wanted = min(len(regrets), max(FEWEST_PAIRS, PAIRS_PER_CLIENT * len(known.relaxed.instance.clients)))
    return max(0.0, min(float(regrets[wanted - 1]) if wanted else np.inf, LARGEST_SHARE * known.regret.bound))


def _search_part(model: Model, effort: Effort, found: Found, known: Known, most: float) -> tuple[Found, bool]:
    """Search a part, and what follows for the whole; and whether the part has no plan at all."""
    elsewhere = None if np.isinf(most) else known.regret.bound + int(most)
    ends = Ends(found.bound_micro, elsewhere)
    small = len(model.invited) <= MOST_PAIRS
    now, limit_s = time.monotonic() - effort.begin, effort.time_limit_s
    until_s = limit_s * PART_SHARE if small else min(now + START_SHARE * limit_s, limit_s)
    if found.best is not None and found.best.schedule.appointments:
        hint(model, found.best.schedule)
    beside = _beside(known, effort, found, ends)

    def meanwhile(model: Model, run: Run, *, until: float) -> AbstractContextManager[None]:
        return beside.going(seat_all(model.instance, run, effort.seed)[0] if run.guests else None, until=until)

    attempt = attempts(
        model,
        effort,
        found.best,
        until_s=until_s,
        ends=ends,
        cp_sat_s=CP_SAT_S if small else np.inf,
        meanwhile=meanwhile if beside.workers else None,
    )
    part = search(model, attempt, found.best, effort.seed)
    found = found._replace(best=beside.best)
    part = part._replace(best=better(beside.best, part.best))
    if part.infeasible:
        bound_micro = found.bound_micro if elsewhere is None else max(found.bound_micro, elsewhere)
        return found._replace(bound_micro=bound_micro, infeasible=elsewhere is None and found.best is None), True
    return part._replace(bound_micro=ends.of_part(part.bound_micro)), False


def _beside(known: Known, effort: Effort, found: Found, ends: Ends) -> Beside:
    """What the workers do that a MIP solver leaves; where instances are small it is not worth starting processes."""
    workers = effort.workers - 1 if len(known.relaxed.prepared.client) >= MEDIUM else 0
    tell, prices = Tell(effort.on_progress, effort.begin, ends.least_micro), known.regret.prices
    return Beside(
        known.relaxed, replanned, workers=workers, seed=effort.seed, tell=tell, best=found.best, prices=prices
    )


def _next(known: Known, effort: Effort, found: Found, most: float, *, failed: bool) -> tuple[Known, float | None]:
    """Regret up to which the next part goes; None if no other part helps."""
    if _over(found, effort) or np.isinf(most) or (found.best is None and not failed):
        return known, None
    if found.best is not None and found.best.report.objective_micro - known.regret.bound <= most:
        return known, None
    if found.best is None or not found.best.schedule.appointments:
        larger = known.regret.pairs[np.isfinite(known.regret.pairs) & (known.regret.pairs > WIDER * most)]
        return known, max(WIDER * most, float(larger.min())) if len(larger) else np.inf
    objective_micro = found.best.report.objective_micro
    if not _late(effort):
        known = _better_priced(known, effort, found, GOOD_GAP)
    if _late(effort):
        return known, None
    needed = float(objective_micro - known.regret.bound)
    pairs = int((known.regret.pairs <= needed).sum())
    return known, needed if pairs <= MOST_PAIRS else None


def _late(effort: Effort) -> bool:
    """Whether no time is left to search another part."""
    return time.monotonic() - effort.begin > PART_SHARE * effort.time_limit_s


def _over(found: Found, effort: Effort) -> bool:
    proven = found.best is not None and found.best.report.objective_micro <= found.bound_micro
    late = time.monotonic() - effort.begin > effort.time_limit_s
    return proven or found.interrupted or found.infeasible or late
