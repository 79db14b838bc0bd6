"""Who is invited together: households as one, and what an invitation of each costs with given crews."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.solver.dual.prepared import Floats, Ints, Mask


class Parties(NamedTuple):
    """Clients, or households whose members are invited to the same session.

    Parameters
    ----------
    members
        Parties × places, padded with -1.
    slots
        Per party: slots of all members.
    out
        Per party: cost of inviting nobody.
    start
        Per party, position of its first option; one more than there are parties.
    session
        Per option, sorted by party.
    cost
        Per option, as in the facts: without what depends on the crew.
    """

    members: Ints
    slots: Ints
    out: Ints
    start: Ints
    session: Ints
    cost: Ints

    @property
    def party(self) -> Ints:
        """Per option."""
        return np.repeat(np.arange(len(self.slots)), np.diff(self.start))


def parties_of(instance: Instance, known: Facts) -> Parties:
    """Everybody who can be invited anywhere. A member who shares no session with the others is left out."""
    clients = len(instance.clients)
    sessions = len(known.most)
    counts = np.diff(known.pairs.start)
    at = np.repeat(np.arange(sessions, dtype=np.int64), counts)
    order = np.argsort(known.pairs.client, kind="stable")
    client, at, cost = known.pairs.client[order].astype(np.int64), at[order], known.pairs.cost[order]
    start = np.searchsorted(client, np.arange(clients + 1))
    together = _together(instance, start, at)
    joint = np.zeros(clients, dtype=np.bool_)
    for members in together:
        joint[list(members)] = True
    single = np.flatnonzero(~joint & (np.diff(start) > 0))
    own = ~joint[client]
    width = max([1, *map(len, together)])
    rows = np.full((len(single) + len(together), width), -1, dtype=np.int64)
    rows[: len(single), 0] = single
    parts_session, parts_cost = [at[own]], [cost[own]]
    sizes = list(np.diff(start)[single])
    for number, members in enumerate(together, start=len(single)):
        rows[number, : len(members)] = members
        common, total = _common(members, start, at, cost)
        parts_session.append(common)
        parts_cost.append(total)
        sizes.append(len(common))
    present = rows >= 0
    return Parties(
        members=rows,
        slots=np.where(present, known.slots[rows], 0).sum(axis=1),
        out=np.where(present, known.out[rows], 0).sum(axis=1),
        start=np.cumsum([0, *sizes]).astype(np.int64),
        session=np.concatenate(parts_session),
        cost=np.concatenate(parts_cost),
    )


def _together(instance: Instance, start: Ints, at: Ints) -> list[tuple[int, ...]]:
    """Members of households who can come together; the first ones decide where."""
    found, rows = [], instance.client_rows
    for ids in instance.households.values():
        common: set[int] = set()
        members: list[int] = []
        for c in map(rows.__getitem__, ids):
            own = set(at[start[c] : start[c + 1]].tolist())
            if own and (not members or own & common):
                common = own & common if members else own
                members.append(c)
        found.append(tuple(members) or tuple(rows[name] for name in ids))
    return [members for members in found if start[members[0]] < start[members[0] + 1]]


def _common(members: tuple[int, ...], start: Ints, at: Ints, cost: Ints) -> tuple[Ints, Ints]:
    common, total = at[start[members[0]] : start[members[0] + 1]], cost[start[members[0]] : start[members[0] + 1]]
    for c in members[1:]:
        common, left, right = np.intersect1d(common, at[start[c] : start[c + 1]], return_indices=True)
        total = total[left] + cost[start[c] : start[c + 1]][right]
    return common, total


def costs_with(parties: Parties, known: Facts, crew: Mask) -> Floats:
    """Per option: its cost with a crew (sessions × caseworkers), infinite where nobody is able."""
    able = (known.able.astype(np.float32) @ crew.T.astype(np.float32)) > 0
    cost = parties.cost.astype(np.float64)
    party = parties.party
    for place in range(parties.members.shape[1]):
        client = parties.members[party, place]
        here = client >= 0
        own = known.own[client]
        missed = here & (own >= 0) & ~crew[parties.session, own]
        cost += np.where(missed, float(known.other), 0.0)
        cost[here & ~able[known.need[client], parties.session]] = np.inf
    return cost


def narrowed(parties: Parties, known: Facts, price: Floats, margin: float, fewest: Ints) -> Parties:
    """Only options that are not so much dearer per slot than the best one at some prices of slots.

    Who has to meet one caseworker keeps all of them: what counts there is who is on duty.

    Parameters
    ----------
    fewest
        Per session: so many options are kept in any case, those that are dearer by the least.
    """
    party = parties.party
    here = parties.cost + price[parties.session] * parties.slots[party]
    least = np.minimum.reduceat(here, parties.start[:-1]) if len(here) else here
    tied = (known.able.sum(axis=1) == 1)[known.need[parties.members[:, 0]]]
    dearer = (here - least[party]) / parties.slots[party]
    kept = (dearer <= margin) | tied[party]
    short = np.bincount(parties.session[kept], minlength=len(fewest)) < fewest
    some = np.flatnonzero(short[parties.session])
    some = some[np.lexsort((dearer[some], parties.session[some]))]
    at = parties.session[some]
    kept[some[np.arange(len(some)) - np.searchsorted(at, at) < fewest[at]]] = True
    counts = np.bincount(party[kept], minlength=len(parties.slots))
    return parties._replace(
        start=np.cumsum([0, *counts]).astype(np.int64), session=parties.session[kept], cost=parties.cost[kept]
    )
