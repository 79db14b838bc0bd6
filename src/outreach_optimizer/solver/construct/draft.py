"""Crews and guests of sessions in turns, each by what the others make it worth."""

import time
from threading import Event
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.solver.construct.crews import OWED, Limits, limits_of, staff
from outreach_optimizer.solver.construct.guests import Guests, Market, pins_of
from outreach_optimizer.solver.construct.hours import Hours
from outreach_optimizer.solver.construct.parties import Parties, narrowed, parties_of
from outreach_optimizer.solver.construct.presence import presence
from outreach_optimizer.solver.construct.restaff import restaffed
from outreach_optimizer.solver.construct.tours import Lone, lone_tours
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask

NEAR = 50e6
"""Options so much dearer per slot than the best one are forgotten, at the prices of the relaxation."""
CHOICE = 4
"""But a session that may be owed to a site keeps so many options for each of the guests that it needs."""
STEP = 1e6
"""By which a bid is at least higher than the last one, millionths of a minute per slot."""
LEAST_PRICE = 5e6
STEEPNESS = 0.1
"""By which part of its worth each further caseworker of a session is worth less than the one before."""
CALMER = 0.6
"""Factor of how many crews may change, after a change that did not pay."""
CALMEST = 0.05
STAY = 10e6
"""Worth of leaving a duty where it is, once crews are to change less."""
LIKELY = 30e6
"""Worth of a duty that the relaxation always has."""
RESTAFF_S = 30.0
"""Seconds for an exact choice of crews at most."""


class Changes(NamedTuple):
    """How crews are changed.

    Parameters
    ----------
    exact
        By an exact solver, which sees everybody's minutes; else by a flow, which takes no time.
    few
        There is time for a few changes: each changes fewer crews, cheaper or not.
    """

    exact: bool
    few: bool = False


BY_FLOW = Changes(exact=False)


class Board(NamedTuple):
    """What does not change while a plan is made.

    Parameters
    ----------
    likely
        Sessions × caseworkers: how often the relaxation has each duty, from 0 to 1.
    """

    instance: Instance
    known: Facts
    market: Market
    lone: Lone
    limits: Limits
    pinned: Mask
    likely: Floats

    @property
    def parties(self) -> Parties:
        """Who is invited together."""
        return self.market.parties

    def cost_of(self, draft: "Draft") -> float:
        """Cost of a draft with everybody who cannot be invited anywhere, millionths of a minute."""
        return draft.cost + float(self.known.out.sum() - self.parties.out.sum())


class Draft(NamedTuple):
    """Crews (sessions × caseworkers) with the guests that suit them best, and what both cost."""

    crew: Mask
    guests: Guests
    cost: float


def board_of(instance: Instance, known: Facts, slot_price: Floats | None = None) -> Board:
    """Parties, tours and limits of an instance."""
    pinned = np.zeros(known.duty.shape, dtype=np.bool_)
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    pins = [(pin.session, pin.caseworker) for pin in instance.pins.duties]
    for session, worker in (*pins, *((pin.session, pin.caseworker) for pin in instance.pins.appointments)):
        pinned[s_of[session], w_of[worker]] = True
    parties, limits = parties_of(instance, known), limits_of(instance, known)
    if slot_price is not None:
        fewest = np.where(limits.owed[limits.site] > 0, CHOICE * instance.rules.min_load, 0)
        parties = narrowed(parties, known, slot_price, NEAR, fewest)
    market = Market(instance, known, parties, Hours(instance), pins_of(instance, parties))
    lone = lone_tours(instance, known)
    return Board(instance, known, market, lone, limits, pinned, likely=np.zeros(pinned.shape))


def crew_of(instance: Instance, schedule: Schedule) -> Mask:
    """Duties of a schedule, sessions × caseworkers."""
    s_of = {session.id: s for s, session in enumerate(instance.sessions)}
    w_of = {worker.id: w for w, worker in enumerate(instance.caseworkers)}
    crew = np.zeros((len(s_of), len(w_of)), dtype=np.bool_)
    for duty in schedule.duties:
        crew[s_of[duty.session], w_of[duty.caseworker]] = True
    return crew


def first_draft(board: Board, held: Mask, slot_price: Floats) -> Draft | None:
    """Crews and guests of given sessions, by what a slot is about worth."""
    held = held | board.pinned.any(axis=1)
    price = np.maximum(slot_price, LEAST_PRICE)
    sizes = np.full(len(held), board.known.most.max(initial=0) // 2)
    gain = np.where(board.pinned, OWED, LIKELY * board.likely)
    crew = staff(board.limits, board.lone, held, gain, _worth(board, sizes, price, STEEPNESS / 3))
    return drafted(board, crew, price) if crew.any() else None


def _worth(board: Board, sizes: Ints, price: Floats, steepness: float) -> Floats:
    """Sessions × places: what each further caseworker brings, around the size at which a slot has its price."""
    places = np.arange(int(board.limits.most.max(initial=0)))
    factor = np.clip(1 + steepness * (sizes[:, None] - 0.5 - places[None, :]), 0.0, 3.0)
    return np.asarray(board.known.room[:, None] * price[:, None] * factor)


def drafted(board: Board, crew: Mask, price: Floats, *, step: float = STEP) -> Draft:
    """Guests for given crews; sessions with too few guests are given up.

    Parameters
    ----------
    price
        Per session: what a slot is about worth.
    step
        How exactly seats are settled, millionths of a minute per slot.
    """
    from outreach_optimizer.solver.construct.bids import invite  # noqa: PLC0415 - numba, of no use to small instances

    rules = board.instance.rules
    while True:
        size = crew.sum(axis=1)
        guests = invite(board.market, crew, price, _owed(board, size), step=step)
        option = guests.option[guests.option >= 0]
        counts = np.bincount(board.parties.session[option], minlength=len(size))
        idle = (size > 0) & (counts < rules.min_load) & ~board.pinned.any(axis=1)
        if not idle.any():
            return Draft(crew, guests, guests.cost + _staff_cost(board, crew))
        crew, price = crew & ~idle[:, None], guests.worth.session


def _owed(board: Board, size: Ints) -> Ints:
    """Slots to fill in sessions without which a site would not get what was agreed."""
    limits, held = board.limits, size > 0
    scarce = (np.bincount(limits.site[held], minlength=len(limits.owed)) <= limits.owed)[limits.site]
    return np.where(held & scarce, board.instance.rules.min_load, 0)


def _staff_cost(board: Board, crew: Mask) -> float:
    weights = board.instance.weights
    duties = crew.sum(axis=0)
    spread = int(duties.max(initial=0) - duties.min(initial=0)) * 1000 * milli(weights.staff_balance)
    return float(board.lone.cost[crew].sum() + board.known.setup[crew.any(axis=1)].sum() + spread)


def _changed(board: Board, draft: Draft, calm: float, *, left_s: float | None, stop: Event | None) -> Draft | None:
    """Crews by what they are worth with the guests of a draft, by an exact solver for some seconds or by a flow."""
    crew, guests = draft.crew, draft.guests
    gain = presence(board.parties, board.known, crew, guests)
    gain[crew] += (1 - calm) * STAY
    gain += LIKELY * board.likely
    sizes = crew.sum(axis=1)
    worth = _worth(board, sizes, guests.worth.session, STEEPNESS / calm)
    changed: Mask | None
    if left_s is None:
        changed = staff(board.limits, board.lone, sizes > 0, np.where(board.pinned, gain + OWED, gain), worth)
    else:
        changed = restaffed(
            board.limits,
            board.lone,
            crew,
            gain,
            worth,
            likely=board.likely > 0,
            pinned=board.pinned,
            time_limit_s=min(RESTAFF_S, left_s),
            stop=stop,
        )
    if changed is None or not changed.any() or (changed == crew).all():
        return None
    return drafted(board, changed, guests.worth.session)


def improved(
    board: Board, draft: Draft, changes: Changes, *, until: float, stop: Event | None, took_s: float = 0.0
) -> Draft:
    """Change crews as long as that pays, then fewer and fewer of them.

    Parameters
    ----------
    took_s
        Seconds that a change takes, about: none begins that would not end in time.
    """
    calm = 1.0
    while calm > CALMEST and time.monotonic() + took_s < until and not (stop is not None and stop.is_set()):
        begin = time.monotonic()
        other = _changed(board, draft, calm, left_s=until - begin if changes.exact else None, stop=stop)
        took_s = time.monotonic() - begin
        if changes.few or other is None or other.cost >= draft.cost:
            calm *= CALMER
        draft = draft if other is None else min(draft, other, key=lambda draft: draft.cost)
    return draft
