"""The facts of the relaxation, laid out for many evaluations: flat pairs, caseworkers padded to one width."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.relaxation.facts import Facts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

MOST_MEMBERS = 2
"""Caseworkers of a session up to which crews are looked at one by one; beyond, a price per slot chooses them."""
NEVER = 1e15
"""Cost of what is impossible, millionths of a minute; more than all costs together."""
WORD = 62
"""Caseworkers of a session whose abilities fit into one integer."""


class Prepared(NamedTuple):
    """Arrays for evaluations; costs are millionths of a minute.

    Parameters
    ----------
    session, client, cost, slots
        Per pair.
    own
        Per pair: column of the only caseworker whose presence matters, or -1: of the own one or, where crews are not
        looked at one by one, of the only one who is able.
    missed
        Per pair: what the absence of that one costs; `NEVER` if nobody else is able.
    alone
        Per pair: column of the only one who is able, or -1.
    need
        Per pair: row of the facts' ``able``.
    able
        Per pair: who is able to meet the client, as bits over the columns; all bits where there are too many.
    offered
        Sessions × columns: caseworkers who may be on duty, padded with -1.
    room
        Sessions × crew sizes: slots that guests may fill.
    seats
        Per session: slots that can be spent with one caseworker.
    least, most
        Per session: sizes of the crew.
    few
        Sessions with few crews.
    able_of
        Sessions with few crews × needs × columns: 1 where somebody is able, else 0.
    shared
        Needs with which two caseworkers of such a session can help.
    needs
        Kinds of need.
    """

    session: Ints
    client: Ints
    cost: Floats
    slots: Floats
    own: Ints
    missed: Floats
    alone: Ints
    need: Ints
    able: Ints
    offered: Ints
    room: Floats
    seats: Ints
    least: Ints
    most: Ints
    few: Ints
    able_of: Floats
    shared: Ints
    needs: int


def usual(price: Floats) -> Floats:
    """Prices of slots; where there is none, what is usual elsewhere."""
    known = price[price > 0]
    return np.where(price > 0, price, np.median(known) if len(known) else 0.0)


def prepare(facts: Facts, kept: NDArray[np.bool_] | None = None) -> Prepared:
    """Lay out the facts; ``kept`` says which pairs, all by default."""
    counts = np.diff(facts.pairs.start)
    session = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    client, cost = facts.pairs.client.astype(np.int64), facts.pairs.cost.astype(np.float64)
    if kept is not None:
        session, client, cost = session[kept], client[kept], cost[kept]
    offered = _offered(facts)
    column = np.full(facts.duty.shape, -1, dtype=np.int64)
    rows, places = np.nonzero(offered >= 0)
    column[rows, offered[rows, places]] = places
    few = _few(facts, offered)
    able_of = _able_of(facts, offered, few)
    own_worker = facts.own[client]
    own = np.where(own_worker >= 0, column[session, own_worker], -1)
    # The own caseworker cannot be here: somebody else meets them.
    cost = cost + np.where((own_worker >= 0) & (own < 0), float(facts.other), 0.0)
    who = _alone(facts)[facts.need[client], session]
    alone = np.where(who >= 0, column[session, who], -1)
    tied = (alone >= 0) & ~np.isin(session, few)
    return Prepared(
        session=session,
        client=client,
        cost=cost,
        slots=facts.slots[client].astype(np.float64),
        own=np.where(tied, alone, own),
        missed=np.where(tied, NEVER, np.where(own >= 0, float(facts.other), 0.0)),
        alone=alone,
        need=facts.need[client],
        able=_able(facts, offered, session, client),
        offered=offered,
        room=facts.guests.astype(np.float64),
        seats=facts.seats,
        least=facts.least,
        most=facts.most,
        few=few,
        able_of=able_of,
        shared=np.flatnonzero((able_of.sum(axis=2) > 1).any(axis=0)),
        needs=len(facts.able),
    )


def _alone(facts: Facts) -> Ints:
    """Needs × sessions: the only one who is able and may be on duty, or -1."""
    able, duty = facts.able.astype(np.float64), facts.duty.T.astype(np.float64)
    who = (able * np.arange(able.shape[1])) @ duty
    return np.where(able @ duty == 1, who, -1).astype(np.int64)


def _offered(facts: Facts) -> Ints:
    counts = facts.duty.sum(axis=1)
    offered = np.full((len(counts), int(counts.max(initial=0))), -1, dtype=np.int64)
    rows, workers = np.nonzero(facts.duty)
    first = np.cumsum([0, *counts])[:-1]
    offered[rows, np.arange(len(rows)) - first[rows]] = workers
    return offered


def _able(facts: Facts, offered: Ints, session: Ints, client: Ints) -> Ints:
    if offered.shape[1] > WORD:
        return np.full(len(client), -1, dtype=np.int64)
    table = np.zeros((len(facts.able), len(offered)), dtype=np.int64)
    for column in range(offered.shape[1]):
        workers = offered[:, column]
        table |= (facts.able[:, workers] & (workers >= 0)).astype(np.int64) << column
    return np.asarray(table[facts.need[client], session])


def _few(facts: Facts, offered: Ints) -> Ints:
    """Sessions with crews of one or two."""
    small = (facts.most > 0) & (facts.most <= MOST_MEMBERS) & (offered.shape[1] <= WORD)
    return np.flatnonzero(small)


def _able_of(facts: Facts, offered: Ints, few: Ints) -> Floats:
    workers = offered[few]
    able = facts.able[:, workers] & (workers >= 0)[None]
    return np.asarray(able.transpose(1, 0, 2).astype(np.float64))
