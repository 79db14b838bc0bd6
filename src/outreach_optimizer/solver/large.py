"""Instances too large for exact solvers: prices and a plan from them, then better plans part by part."""

import time

from outreach_optimizer.relaxation.prices import Prices, certificate_of
from outreach_optimizer.solver.beside import Beside
from outreach_optimizer.solver.construct.plan import construct
from outreach_optimizer.solver.dual.ascent import FIRST_STEP, Relaxed, ascend, first_point
from outreach_optimizer.solver.huge import Priced, huge, priced
from outreach_optimizer.solver.improve import Tell
from outreach_optimizer.solver.pieces import Replan, improve_pieces
from outreach_optimizer.solver.plans import Accepted, accepted, better
from outreach_optimizer.solver.rounds import Effort, Found

LARGE = 60_000
"""Possible invitations from which on a plan is constructed from prices first."""
HUGE = 1_500_000
"""Possible invitations from which on no piece is planned anew: looking at the whole again and again takes too long."""
CONSTRUCT_SHARE = 0.2
"""Part of the time for a first plan."""
PRICES_SHARE = 0.15
"""Part of the time for better prices once there is a plan."""
ASCENT_STEPS = 2_000


def large(relaxed: Relaxed, effort: Effort, best: Accepted | None, replan: Replan) -> tuple[Found, Prices, float]:
    """A plan, prices, and the seconds that building a model took: none."""
    if len(relaxed.prepared.client) > HUGE:
        return *huge(relaxed, effort, best), 0.0
    made = construct(relaxed, until=effort.begin + CONSTRUCT_SHARE * effort.time_limit_s, stop=effort.stop)
    known = priced(relaxed, first_point(relaxed) if made is None else made.point)
    if made is not None:
        best = better(best, accepted(relaxed.instance, made.schedule))
        effort.tell(best, known.bound_micro)
    if best is None or effort.asked:
        return Found(best, known.bound_micro, infeasible=False, interrupted=effort.asked), known.prices, 0.0
    return _piece_by_piece(relaxed, effort, best, known, replan)


def _piece_by_piece(
    relaxed: Relaxed, effort: Effort, best: Accepted, known: Priced, replan: Replan
) -> tuple[Found, Prices, float]:
    """Better prices towards the plan, then a better plan piece by piece; one worker is enough for prices."""
    target = float(best.report.objective_micro)
    until = time.monotonic() + PRICES_SHARE * effort.time_limit_s
    tell = Tell(effort.on_progress, effort.begin, known.bound_micro)
    beside = Beside(
        relaxed, replan, workers=effort.workers - 1, seed=effort.seed, tell=tell, best=best, prices=known.prices
    )
    with beside.going(None, until=until):
        ascent = ascend(
            relaxed,
            until=until,
            steps=ASCENT_STEPS,
            start=known.point,
            target=target,
            first_step=FIRST_STEP / 2,
            stop=effort.stop,
        )
    known, best = priced(relaxed, ascent.point), beside.best or best
    found = Found(best, known.bound_micro, infeasible=False, interrupted=False)
    effort.tell(best, known.bound_micro)
    improved = improve_pieces(
        relaxed.instance,
        relaxed.facts,
        best,
        replan,
        until=effort.begin + effort.time_limit_s,
        workers=effort.workers,
        seed=effort.seed,
        tell=Tell(effort.on_progress, effort.begin, known.bound_micro),
        stop=effort.stop,
        prices=certificate_of(relaxed.instance, known.prices),
    )
    return found._replace(best=improved.best, interrupted=improved.interrupted), known.prices, 0.0
