"""Instances too large for exact solvers: prices and a plan from them, then better plans part by part."""

import time

from outreach_optimizer.relaxation.prices import Prices
from outreach_optimizer.solver.beside import Beside
from outreach_optimizer.solver.construct.draft import Changes
from outreach_optimizer.solver.construct.plan import ascent_near, construct, redraft
from outreach_optimizer.solver.dual.ascent import Relaxed
from outreach_optimizer.solver.dual.large import ascend_large, level_point
from outreach_optimizer.solver.dual.volume import Ascent
from outreach_optimizer.solver.effort import Effort, Found
from outreach_optimizer.solver.huge import Priced, huge, priced
from outreach_optimizer.solver.improve import Tell
from outreach_optimizer.solver.pieces import Replan, improve_pieces
from outreach_optimizer.solver.plans import Accepted, accepted, better

LARGE = 60_000
"""Possible invitations from which on a plan is constructed from prices first."""
HUGE = 1_500_000
"""Possible invitations from which on no piece is planned anew: looking at the whole again and again takes too long."""
CONSTRUCT_SHARE = 0.2
"""Part of the time for a first plan."""
PRICES_SHARE = 0.07
"""Part of the time for better prices once there is a plan."""
NEAR_SHARE = 0.2
"""Part of that which goes to prices that begin with the plan, not with the best ones so far."""
REDRAFT_SHARE = 0.06
"""Part of the time for another plan from these."""
CHANGES = Changes(exact=True)
"""An exact change takes a third of a second where there are hundreds of sessions."""


def large(relaxed: Relaxed, effort: Effort, best: Accepted | None, replan: Replan) -> tuple[Found, Prices, float]:
    """A plan, prices, and the seconds that building a model took: none."""
    if len(relaxed.prepared.client) > HUGE:
        return *huge(relaxed, effort, best), 0.0
    until = effort.begin + CONSTRUCT_SHARE * effort.time_limit_s
    made = construct(relaxed, until=until, stop=effort.stop, changes=CHANGES, workers=effort.workers)
    point, slot_price = level_point(relaxed) if made is None else (made.point, made.slot_price)
    known = priced(relaxed, point, slot_price)
    if made is not None:
        best = better(best, accepted(relaxed.instance, made.schedule))
        effort.tell(best, known.bound_micro)
    if best is None or effort.asked:
        return Found(best, known.bound_micro, infeasible=False, interrupted=effort.asked), known.prices, 0.0
    return _piece_by_piece(relaxed, effort, best, known, replan)


def _piece_by_piece(
    relaxed: Relaxed, effort: Effort, best: Accepted, known: Priced, replan: Replan
) -> tuple[Found, Prices, float]:
    """Better prices and another plan from them, then a better plan piece by piece.

    One worker is enough for prices; meanwhile the others plan pieces anew.
    """
    known, best = _priced_beside(relaxed, effort, best, known, replan)
    effort.tell(best, known.bound_micro)
    found = Found(best, known.bound_micro, infeasible=False, interrupted=effort.asked)
    if effort.asked:
        return found, known.prices, 0.0
    improved = improve_pieces(
        relaxed,
        best,
        replan,
        until=effort.begin + effort.time_limit_s,
        workers=effort.workers,
        seed=effort.seed,
        tell=Tell(effort.on_progress, effort.begin, known.bound_micro),
        stop=effort.stop,
        prices=known.prices,
    )
    return found._replace(best=improved.best, interrupted=improved.interrupted), known.prices, 0.0


def _priced_beside(
    relaxed: Relaxed,
    effort: Effort,
    best: Accepted,
    known: Priced,
    replan: Replan,
) -> tuple[Priced, Accepted]:
    """Prices towards the plan for a part of the time, and another plan from them."""
    begin, tell = time.monotonic(), Tell(effort.on_progress, effort.begin, known.bound_micro)
    until = begin + PRICES_SHARE * effort.time_limit_s
    redraft_until = until + REDRAFT_SHARE * effort.time_limit_s
    beside = Beside(
        relaxed, replan, workers=effort.workers - 1, seed=effort.seed, tell=tell, best=best, prices=known.prices
    )
    with beside.going(None, until=redraft_until):
        near_until = begin + NEAR_SHARE * PRICES_SHARE * effort.time_limit_s
        near = ascent_near(relaxed, best.schedule, until=near_until, stop=effort.stop)
        if near is not None:
            known = _better_priced(relaxed, known, near)
        target = float(best.report.objective_micro)
        ascent = ascend_large(relaxed, known.point, known.slot_price, target=target, until=until, stop=effort.stop)
        other = redraft(relaxed, ascent, CHANGES, until=redraft_until, stop=effort.stop)
    best = beside.best or best
    if other is not None:
        best = better(best, accepted(relaxed.instance, other)) or best
    return _better_priced(relaxed, known, ascent), best


def _better_priced(relaxed: Relaxed, known: Priced, ascent: Ascent) -> Priced:
    """The prices that certify more."""
    other = priced(relaxed, ascent.point, ascent.slot_price)
    return max(known, other, key=lambda priced: priced.bound_micro)
