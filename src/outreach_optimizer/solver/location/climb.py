"""Better prices at a node of the search, and what they show: what no better plan has, or every one."""

from collections import deque
from typing import NamedTuple

import numpy as np

from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask
from outreach_optimizer.solver.location.laid import lay
from outreach_optimizer.solver.location.problem import Location, Node, View, choose, view

FRESH = 0.7
"""Part of a direction that is the last subgradient."""
SHORTER = 0.7
LAST_STEP = 2e-3
REMEMBERED = 20
"""Last answers of the sessions of which the search takes the mean."""
PASSED = 60
"""Last steps of which is known what they took."""
ROUNDING = 1e3
"""Millionths of a minute that floating-point sums may be wrong."""


class Regrets(NamedTuple):
    """What plans of a node cost more than its bound, at least: with and without each pair, session held or not."""

    with_pair: Floats
    without_pair: Floats
    held: Floats
    not_held: Floats


class Climbed(NamedTuple):
    """Best prices of a node and the view from there.

    Parameters
    ----------
    pairs, share
        How often pairs came in the last steps.
    passed
        What was taken in the last steps, and the slot prices there; the latest last.
    more
        Per undecided session: what it costs more to hold it, or not to hold it if the view takes it. None: not known.
    regrets
        Of the node's pairs, where whatever found the bound knows them, and of all sessions.
    """

    node: Node
    view: View
    pairs: Ints
    share: Floats
    passed: tuple[tuple[Mask, Floats], ...]
    more: Floats | None = None
    regrets: Regrets | None = None


def climb(
    problem: Location, node: Node, goal: float, *, steps: int, step: float, patience: int, coded: bool = False
) -> Climbed:
    """Subgradient steps towards a goal, until the bound reaches it or steps are over.

    Parameters
    ----------
    patience
        Steps without a better bound after which they get shorter.
    coded
        By machine code, which pays where there is more than a moment's work.
    """
    if coded:
        return _coded(problem, node, goal, steps=steps, step=step, patience=patience)
    prices, along, stalled = node.prices, None, 0
    here = best = view(problem, node, prices, taken_only=True)
    top = prices
    recent: deque[Ints] = deque(maxlen=REMEMBERED)
    passed: deque[tuple[Mask, Floats]] = deque(maxlen=PASSED)
    for _ in range(steps):
        comes = here.wanted[(here.amount > 0) & here.taken[problem.session[here.wanted]]]
        recent.append(comes)
        passed.append((here.taken, here.slot_price))
        if best.bound >= goal or not np.isfinite(here.bound):
            break
        slope = 1.0 - _placed(problem, here)
        along = slope if along is None else FRESH * slope + (1 - FRESH) * along
        norm = float(along @ along)
        if norm <= 0:
            break
        prices = np.rint(prices + step * max(goal - here.bound, 1e-4 * abs(goal)) / norm * along)
        here = view(problem, node, prices, taken_only=True)
        if here.bound > best.bound:
            best, top, stalled = here, prices, 0
        else:
            stalled += 1
        if stalled >= patience:
            step, stalled, along, prices, here = step * SHORTER, 0, None, top, best
            if step < LAST_STEP:
                break
    pairs, counts = np.unique(np.concatenate(recent), return_counts=True)
    bound = max(node.bound, best.bound)
    every = view(problem, node, top)
    return Climbed(node._replace(prices=top, bound=bound), every, pairs, counts / len(recent), tuple(passed))


def _coded(problem: Location, node: Node, goal: float, *, steps: int, step: float, patience: int) -> Climbed:
    from outreach_optimizer.solver.location.kernel import steps_up  # noqa: PLC0415 - numba, of no use to easy ones

    pairs, sessions, seen, way = lay(problem, node, steps, REMEMBERED)
    pace = (step, patience, SHORTER, LAST_STEP, FRESH)
    bound, base, made = steps_up(pairs, sessions, seen, way, goal, *pace)
    comes, came = np.flatnonzero(seen.amount > 0), np.flatnonzero(way.came.any(axis=0))
    return Climbed(
        node=node._replace(prices=way.top, bound=max(node.bound, bound)),
        view=View(bound, base, seen.value, seen.taken, node.pairs[comes], seen.amount[comes], seen.slot_price),
        pairs=node.pairs[came],
        share=way.came[:, came].sum(axis=0) / min(made, REMEMBERED),
        passed=tuple(zip(way.taken[:made][-PASSED:], way.slot_price[:made][-PASSED:], strict=True)),
        more=way.more,
    )


def _placed(problem: Location, here: View) -> Floats:
    used = np.where(here.taken[problem.session[here.wanted]], here.amount, 0.0)
    placed = np.bincount(problem.client[here.wanted], weights=used, minlength=len(problem.slots))
    return placed.astype(np.float64)


def reduced(problem: Location, climbed: Climbed, most: float) -> Climbed | None:
    """The node without what costs more than so much over the bound; None if nothing is left."""
    node, known = climbed.node, regrets_of(problem, climbed)
    session, client = problem.session[node.pairs], problem.client[node.pairs]
    opened, closed = node.opened | (known.not_held - ROUNDING > most), node.closed | (known.held - ROUNDING > most)
    keep = ~closed[session] & (known.with_pair - ROUNDING <= most) & (problem.slots[client] <= problem.room[session])
    sure = known.without_pair - ROUNDING > most
    bound_to = np.full(len(problem.slots), -1)
    bound_to[client[sure]] = session[sure]
    keep &= (bound_to[client] < 0) | (bound_to[client] == session)
    left = np.bincount(client[keep], minlength=len(problem.slots))
    if (left == 0).any():
        return None
    alone = keep & (left[client] == 1)
    opened[session[alone]] = True
    if (opened & closed).any():
        return None
    still = np.bincount(session[keep], minlength=len(opened)) > 0
    closed |= ~still & ~opened
    if climbed.regrets is not None:
        kept = known._replace(with_pair=known.with_pair[keep], without_pair=known.without_pair[keep])
        climbed = climbed._replace(regrets=kept)
    return climbed._replace(node=node._replace(pairs=node.pairs[keep], opened=opened, closed=closed))


def regrets_of(problem: Location, climbed: Climbed) -> Regrets:
    """What any plan costs more than the bound, at least, with or without each pair of a node and each session.

    Where that is not known better, a pair is looked at by the price per slot of its session: with the client among the
    guests, the session costs at least what all others bring at that price, and the client's own reduced cost. Without
    one who pays, that much more, if it is held.
    """
    if climbed.regrets is not None:
        return climbed.regrets
    node, taken = climbed.node, climbed.view.taken
    more = np.maximum(0.0, _forced(problem, climbed) if climbed.more is None else climbed.more)
    held = np.where(node.closed, np.inf, np.where(taken, 0.0, more))
    not_held = np.where(node.opened, np.inf, np.where(taken, more, 0.0))
    session = problem.session[node.pairs]
    value, loss = _by_slot_price(problem, climbed)
    return Regrets(
        with_pair=held[session] + np.maximum(0.0, loss[session] + np.maximum(0.0, value)),
        without_pair=np.minimum(loss[session] - np.minimum(0.0, value), not_held[session]),
        held=held,
        not_held=not_held,
    )


def _by_slot_price(problem: Location, climbed: Climbed) -> tuple[Floats, Floats]:
    """Reduced cost of each pair where slots have a price; what each session loses by that price, not positive."""
    node, here = climbed.node, climbed.view
    session, client = problem.session[node.pairs], problem.client[node.pairs]
    value = problem.cost[node.pairs] - node.prices[client] + (here.slot_price[session] * problem.slots[client])
    guests = np.bincount(session, weights=np.minimum(0.0, value), minlength=len(problem.room))
    return value, guests + problem.setup - here.slot_price * problem.room - here.value


def _forced(problem: Location, climbed: Climbed) -> Floats:
    """Per undecided session: what it costs more to hold it, or not to hold it if it is taken."""
    node, here, more = climbed.node, climbed.view, np.zeros(len(climbed.view.taken))
    for s in np.flatnonzero(~node.opened & ~node.closed).tolist():
        forced = (node.opened if here.taken[s] else node.opened.copy()), node.closed.copy()
        forced[1 if here.taken[s] else 0][s] = True
        more[s] = choose(problem, here.value, *forced)[0] - here.base
    return more
