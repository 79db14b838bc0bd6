"""Fix and optimize: most of a plan stays, a few sessions are planned anew to proof, again and again."""

import random
import time
from threading import Event
from typing import NamedTuple

from outreach_optimizer.model.variables import Model
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.coarse import OnProgress, Watch, around, hint, run
from outreach_optimizer.solver.cuts import cut
from outreach_optimizer.solver.plans import Accepted, better, seat_all
from outreach_optimizer.solver.portfolio import new_solver
from outreach_optimizer.solver.result import Progress, Status, minutes, relative_gap
from outreach_optimizer.solver.seating import conflict

PART_S = 8.0
"""Seconds for one part."""
FIRST_SIZE = 2_000
"""Invitations that the first part leaves free; then as many as are solved to proof in about half of its time."""
OVERBOOKED_SIZE = 250
"""The same where sessions are overbooked: their parts are harder."""
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

    A part is a stretch of days, of all sites or of two; where sessions are overbooked, every other time only the
    guests of some sessions that are held. Its size follows how fast parts are solved; when all of the model is one
    part that is solved and nothing better comes of it, that is the end.
    """
    overbooked = any(map(model.overbooked, model.held))
    least = {False: OVERBOOKED_SIZE if overbooked else FIRST_SIZE / 4, True: FIRST_HELD}
    sizes = least | {False: OVERBOOKED_SIZE if overbooked else FIRST_SIZE}
    interrupted = guests_only = False
    luck = random.Random(seed)  # noqa: S311 - a search, not a secret
    while not interrupted and (left_s := until - time.monotonic()) > 0.5:
        guests_only = overbooked and not guests_only
        size = sizes[guests_only]
        free = _held(model, best.schedule, luck, int(size)) if guests_only else _part(model, luck, int(size))
        hint(model, best.schedule)
        part = around(model, best.schedule, free, crews=not guests_only)
        begin = time.monotonic()
        solver = new_solver(workers=workers, seed=seed, time_limit_s=min(PART_S, left_s))
        result = run(model, solver, Watch(model, None, begin), stop, part)
        interrupted = result.interrupted
        fast = result.status is Status.OPTIMAL and time.monotonic() - begin < PART_S / 2
        sizes[guests_only] = min(size * 1.25, len(model.invited)) if fast else max(least[guests_only], size * 0.8)
        final = result.status is Status.OPTIMAL and not guests_only and len(free) == len(model.held)
        if not result.guests or (result.objective_micro or 0) >= best.report.objective_micro:
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
    return Improved(best, interrupted)


def _held(model: Model, schedule: Schedule, luck: random.Random, number: int) -> frozenset[int]:
    """Some sessions that are held."""
    held = [s for s in model.held if schedule.crew(model.instance.sessions[s].id)]
    return frozenset(luck.sample(held, min(number, len(held))))


def _part(model: Model, luck: random.Random, size: int) -> frozenset[int]:
    """Sessions from a day on, of all sites or of two, until they have about ``size`` invitations."""
    sessions = model.instance.sessions
    sites = sorted({sessions[s].site for s in model.held})
    chosen = set(luck.sample(sites, min(2, len(sites))) if luck.random() < 0.5 else sites)
    days = sorted((s for s in model.held if sessions[s].site in chosen), key=lambda s: (sessions[s].date, s))
    start = luck.randrange(len(days))
    part: list[int] = []
    for s in (*days[start:], *days[:start]):
        size -= len(model.clients_in[s])
        if part and size < 0:
            break
        part.append(s)
    return frozenset(part)
