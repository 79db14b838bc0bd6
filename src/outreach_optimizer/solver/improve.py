"""Fix and optimize: most of a plan stays, a few sessions are planned anew to proof, again and again."""

import random
import time
from threading import Event
from typing import NamedTuple

from outreach_optimizer.model.variables import Model
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.coarse import Watch, around, hint, run
from outreach_optimizer.solver.cuts import cut
from outreach_optimizer.solver.effort import OnProgress
from outreach_optimizer.solver.neighborhoods import KINDS, Fortune, Ground, ground_of_model
from outreach_optimizer.solver.plans import Accepted, better
from outreach_optimizer.solver.portfolio import new_solver
from outreach_optimizer.solver.result import Progress, Status, minutes, relative_gap
from outreach_optimizer.solver.seated import seat_all
from outreach_optimizer.solver.seating import conflict

PART_S = 8.0
"""Seconds for one part."""
FIRST_SIZE = 2_000
"""Invitations that the first part leaves free; then as many as are solved to proof in about half of its time."""
OVERBOOKED_SIZE = 250
"""The same where sessions are overbooked: their parts are harder."""
GUESTS = "guests"
"""Kind of part in which only the guests are free."""
FIRST_HELD = 3
"""Sessions whose guests are free at first."""


class Tell(NamedTuple):
    """Whom to tell of better plans, with the bound that is known."""

    on_progress: OnProgress | None
    begin: float
    bound_micro: int

    def better(self, best: Accepted) -> None:
        """Tell the objective of a better plan."""
        if self.on_progress is not None:
            objective_micro = best.report.objective_micro
            gap = relative_gap(objective_micro, self.bound_micro)
            seconds = time.monotonic() - self.begin
            self.on_progress(Progress(seconds, minutes(objective_micro), minutes(self.bound_micro), gap))


class Improved(NamedTuple):
    """The best plan of the search."""

    best: Accepted
    interrupted: bool


def improve(
    model: Model, best: Accepted, *, until: float, workers: int, seed: int, tell: Tell, stop: Event | None
) -> Improved:
    """Plan parts anew until the clock (``time.monotonic``) shows ``until``.

    Parts are chosen in the ways of `neighborhoods`, the more often the more they gain; where sessions are overbooked,
    every other time only the guests of some sessions that are held. The size of each kind of part follows how fast it
    is solved; when all of the model is one part that is solved and nothing better comes of it, that is the end.
    """
    overbooked = any(map(model.overbooked, model.held))
    least = dict.fromkeys(KINDS, OVERBOOKED_SIZE if overbooked else FIRST_SIZE / 4) | {GUESTS: FIRST_HELD}
    sizes = least | dict.fromkeys(KINDS, OVERBOOKED_SIZE if overbooked else FIRST_SIZE)
    fortune, ground = Fortune(KINDS), ground_of_model(model)
    interrupted = guests_only = False
    luck = random.Random(seed)  # noqa: S311 - a search, not a secret
    while not interrupted and (left_s := until - time.monotonic()) > 0.5:
        guests_only = overbooked and not guests_only
        kind = GUESTS if guests_only else fortune.choose(luck)
        size, before_micro = sizes[kind], best.report.objective_micro
        choose = _held if guests_only else KINDS[kind]
        free = choose(ground, best.schedule, luck, int(size))
        hint(model, best.schedule)
        part = around(model, best.schedule, free, crews=not guests_only)
        begin = time.monotonic()
        solver = new_solver(workers=workers, seed=seed, time_limit_s=min(PART_S, left_s))
        result = run(model, solver, Watch(model, None, begin), stop, part)
        interrupted = result.interrupted
        fast = result.status is Status.OPTIMAL and time.monotonic() - begin < PART_S / 2
        sizes[kind] = min(size * 1.25, len(model.invited)) if fast else max(least[kind], size * 0.8)
        final = result.status is Status.OPTIMAL and not guests_only and len(free) == len(model.held)
        if not result.guests or (result.objective_micro or 0) >= best.report.objective_micro:
            fortune.learn(kind, 0, time.monotonic() - begin)
            if final:
                break
            continue
        candidate, failed = seat_all(model.instance, result, seed)
        for guests in failed:
            core = conflict(model.instance, guests, seed)
            if core is not None:
                cut(model, core)
        if better(best, candidate) is not best and candidate is not None:
            best = candidate
            tell.better(best)
        elif final and not failed:
            break
        fortune.learn(kind, before_micro - best.report.objective_micro, time.monotonic() - begin)
    return Improved(best, interrupted)


def _held(ground: Ground, schedule: Schedule, luck: random.Random, number: int) -> frozenset[int]:
    """Some sessions that are held."""
    held = [s for s in ground.sessions if schedule.crew(ground.instance.sessions[s].id)]
    return frozenset(luck.sample(held, min(number, len(held))))
