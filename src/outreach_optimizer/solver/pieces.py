"""Better plans of large instances, piece by piece: each piece is an instance of its own, solved like any other."""

import random
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Event
from typing import NamedTuple

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.relaxation.prices import Prices, certificate_of
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.apart import Apart
from outreach_optimizer.solver.construct.invitations import invited
from outreach_optimizer.solver.construct.regroup import regrouped
from outreach_optimizer.solver.dual.ascent import Relaxed
from outreach_optimizer.solver.improve import Improved, Tell
from outreach_optimizer.solver.misplaced import Guide, guide_of, misplaced
from outreach_optimizer.solver.neighborhoods import KINDS, Fortune, Ground, ground_of_facts
from outreach_optimizer.solver.piece import Piece, joined, piece_of, split
from outreach_optimizer.solver.plans import Accepted, accepted, better

PIECE_S = 4.0
"""Seconds for one piece."""
FIRST_SESSIONS = 24
"""Sessions of the first pieces; then as many as are solved to proof in about a third of their time."""
FEWEST_SESSIONS = 8
LED = 0.8
"""Part of the pieces that prices choose; the others look where prices see nothing."""
MISPLACED = misplaced.__name__
MOST_CHOICES = 8
"""How often a piece is chosen anew that is known to be as good as it can be."""
LEAST_S = 1.5
"""With less time left, no piece is begun."""
GUESTS = "guests"
"""A piece of all sessions, whose crews stay and whose guests are invited anew."""
FIRST_GUESTS_S = 30.0
"""How soon that is tried: pieces gain more at first, and a part of the search that is shorter would not see its end."""
GUESTS_S = 40.0
"""How soon that is tried again; twice as late each time nothing comes of it."""
INVITE_S = 30.0
"""Seconds for that at most."""
GRACE_S = 1.0
"""So long after the end the pieces under way are waited for; seating large sessions can take longer."""
LOOK_S = 0.05
"""How often the stop event is looked at."""


class Replanned(NamedTuple):
    """A piece planned anew, no dearer than before; and whether nothing better is possible."""

    schedule: Schedule
    proven: bool


Replan = Callable[[Instance, Schedule, float, int], Replanned]
"""Plans an instance anew that has a plan, within seconds, with a seed."""


class _Try(NamedTuple):
    """A piece on which a worker is at work."""

    kind: str
    piece: Piece
    sessions: frozenset[int]
    begin: float


class _State:
    """The best plan, and how pieces are chosen."""

    def __init__(self, ground: Ground, guide: Guide, best: Accepted, seed: int) -> None:
        self.ground, self.guide, self.best = ground, guide, best
        self.fortune, self.luck = Fortune(KINDS), random.Random(seed)  # noqa: S311 - a search, not a secret
        self.sizes = dict.fromkeys((MISPLACED, *KINDS), float(FIRST_SESSIONS))
        self.regroup_at, self.regroup_s = time.monotonic() + FIRST_GUESTS_S, GUESTS_S
        self.settled = dict[frozenset[int], Schedule]()

    def is_settled(self, piece: Piece, inside: frozenset[int]) -> bool:
        """Whether the same sessions have been planned to proof with the same result."""
        return self.settled.get(inside) == piece.inside


def improve_pieces(
    relaxed: Relaxed,
    best: Accepted,
    replan: Replan,
    *,
    until: float,
    workers: int,
    seed: int,
    tell: Tell,
    stop: Event | None,
    prices: Prices,
    apart: bool = False,
) -> Improved:
    """Plan pieces anew until the clock (``time.monotonic``) shows ``until``, as many at a time as there are workers.

    Pieces that are planned at the same time fit together whatever becomes of them (`piece_of`). A single worker plans
    them here, so that nothing races, unless it is to do so ``apart``. The ``prices`` of the whole say which sessions to
    plan anew together, and are a start for those of the pieces.
    """
    instance, known = relaxed.instance, relaxed.facts
    state = _State(ground_of_facts(instance, known), guide_of(relaxed, prices), best, seed)
    certificate, running = certificate_of(instance, prices), dict[Future[Replanned | None], _Try]()
    invite_s = INVITE_S if workers > 1 or apart else PIECE_S  # what runs here cannot be stopped meanwhile
    with Apart(workers if workers > 1 or apart else 0) as processes:
        while True:
            try:
                while len(running) < workers and until - time.monotonic() > LEAST_S:
                    begun = _begin(state, instance, known, running)
                    if begun is None:
                        break
                    seed += 1
                    task, most_s = (replan, PIECE_S) if begun.kind != GUESTS else (invited_anew, invite_s)
                    seconds = min(most_s, until - time.monotonic() - 0.5)
                    inside = begun.piece.inside.replace(certificate=certificate)
                    running[processes.submit(task, begun.piece.instance, inside, seconds, seed)] = begun
                    if not processes.workers:
                        break
                done, _ = wait(running, LOOK_S, FIRST_COMPLETED)
            except KeyboardInterrupt:
                return Improved(state.best, interrupted=True)
            if stop is not None and stop.is_set():
                return Improved(state.best, interrupted=True)
            for future in done:
                _end(state, instance, running.pop(future), future.result(), tell)
            over = not running and until - time.monotonic() <= LEAST_S
            late = processes.workers > 0 and time.monotonic() > until + GRACE_S
            if over or late:
                return Improved(state.best, interrupted=False)


def invited_anew(instance: Instance, schedule: Schedule, time_limit_s: float, seed: int) -> Replanned:
    """Keep the crews and invite everybody anew: by bids, which takes a moment, and then by an exact solver."""
    end, best = time.monotonic() + time_limit_s, accepted(instance, schedule)
    if best is not None and best.schedule.appointments:
        best = better(best, accepted(instance, regrouped(instance, schedule, seed))) or best
        left_s = end - time.monotonic()
        best = invited(instance, facts(instance), best, time_limit_s=left_s, seed=seed)
    return Replanned(schedule if best is None else best.schedule, proven=False)


def _begin(
    state: _State, instance: Instance, known: Facts, running: dict[Future[Replanned | None], _Try]
) -> _Try | None:
    """Choose a piece beside those that are planned just now."""
    others = list(running.values())
    taken = frozenset().union(*(other.sessions for other in others))
    ground, beside = state.ground.without(taken), [other.piece for other in others]
    if not ground.sessions:
        return None
    rows = {session.id: s for s, session in enumerate(instance.sessions)}
    for _ in range(MOST_CHOICES):
        kind, free = _chosen(state, ground)
        piece = piece_of(instance, known, state.best.schedule, free, beside)
        inside = frozenset(rows[session.id] for session in piece.instance.sessions)
        if inside and (kind == GUESTS or not state.is_settled(piece, inside)):
            break
    return _Try(kind, piece, inside, time.monotonic())


def _chosen(state: _State, ground: Ground) -> tuple[str, frozenset[int]]:
    """A way of choosing, and sessions chosen in this way."""
    if time.monotonic() > state.regroup_at:
        state.regroup_at = time.monotonic() + state.regroup_s
        return GUESTS, frozenset(ground.sessions)
    if state.luck.random() < LED:
        free = misplaced(state.guide, ground, state.best.schedule, state.luck, int(state.sizes[MISPLACED]))
        return MISPLACED, free
    kind = state.fortune.choose(state.luck)
    return kind, KINDS[kind](ground, state.best.schedule, state.luck, int(state.sizes[kind]))


def _end(state: _State, instance: Instance, done: _Try, found: Replanned | None, tell: Tell) -> None:
    """Take what is better."""
    seconds, before_micro = time.monotonic() - done.begin, state.best.report.objective_micro
    if found is not None and found.proven:
        state.settled[done.sessions] = found.schedule.replace(certificate=None)
    fast = found is not None and found.proven and seconds < PIECE_S / 3
    if done.kind in state.sizes:
        size = state.sizes[done.kind]
        state.sizes[done.kind] = (
            min(size * 1.15, len(state.ground.sessions)) if fast else max(FEWEST_SESSIONS, size * 0.8)
        )
    if found is not None and found.schedule.replace(certificate=None) != done.piece.inside:
        _, rest = split(state.best.schedule, {session.id for session in done.piece.instance.sessions})
        candidate = accepted(instance, joined(found.schedule, rest))
        if candidate is not None and candidate.report.objective_micro < before_micro:
            state.best = candidate
            tell.better(candidate)
    gained_micro = before_micro - state.best.report.objective_micro
    if done.kind == GUESTS and gained_micro == 0:
        state.regroup_s *= 2
    state.fortune.learn(done.kind, gained_micro, seconds)
