"""Prices of what the relaxation gives up: any are valid, good ones make a good bound."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from outreach_optimizer.fields import CaseworkerId, ClientId, SessionId, milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.amounts import Ints
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.relaxation.paths import lone_costs
from outreach_optimizer.schedule import Certificate

Id = TypeVar("Id", ClientId, CaseworkerId)


class Prices(NamedTuple):
    """Millionths of a minute, int64.

    Parameters
    ----------
    clients
        Per client: of an invitation; any sign.
    duties
        Sessions × caseworkers: of a duty that is driven to; any sign. Where no duty is possible it means nothing.
    caseworkers
        Per caseworker: on top of the price of each duty; not negative, and nothing without ``max_duties``.
    balance
        Per caseworker: of a duty, from the term `staff_balance`. They add up to 0, and without their signs to twice
        the price of the term at the most.
    budget
        Of one of ``max_sessions``; not negative.
    """

    clients: Ints
    duties: Ints
    caseworkers: Ints
    balance: Ints
    budget: int


def default_prices(instance: Instance) -> Prices:
    """What an invitation costs at least, and what a tour with one stop costs; nothing else has a price."""
    known = facts(instance)
    nothing = np.zeros(len(instance.caseworkers), dtype=np.int64)
    lone = lone_costs(known.days, known.duty.shape, nothing)
    return Prices(_least_costs(known), lone, nothing, nothing, 0)


def prices_of(instance: Instance, certificate: Certificate | None) -> Prices:
    """Prices of a plan file; ids that the instance does not know mean nothing."""
    default = default_prices(instance)
    if certificate is None:
        return default
    workers = [caseworker.id for caseworker in instance.caseworkers]
    minutes = _listed(workers, certificate.minutes, np.zeros(len(workers), dtype=np.int64))
    known = facts(instance)
    duties = lone_costs(known.days, known.duty.shape, np.maximum(0, minutes))
    places = {worker: w for w, worker in enumerate(workers)}
    for s, session in enumerate(instance.sessions):
        for worker, price in certificate.duties.get(session.id, {}).items():
            if worker in places:
                duties[s, places[worker]] = price
    return Prices(
        clients=_listed([client.id for client in instance.clients], certificate.clients, default.clients),
        duties=duties,
        caseworkers=_listed(workers, certificate.caseworkers, default.caseworkers),
        balance=_listed(workers, certificate.balance, default.balance),
        budget=certificate.budget,
    )


def certificate_of(instance: Instance, prices: Prices) -> Certificate:
    """Prices as they stand in a plan file, without those that are the default anyway."""
    known, default = facts(instance), default_prices(instance)
    workers = [caseworker.id for caseworker in instance.caseworkers]
    duties: dict[SessionId, dict[CaseworkerId, int]] = {}
    for s, w in zip(*np.nonzero(known.duty & (prices.duties != default.duties)), strict=True):
        duties.setdefault(instance.sessions[s].id, {})[workers[w]] = int(prices.duties[s, w])
    invited = np.zeros(len(instance.clients), dtype=np.bool_)
    invited[known.pairs.client] = True
    counted = np.where(invited, prices.clients, default.clients)
    return Certificate(
        clients=_unlike([client.id for client in instance.clients], counted, default.clients),
        duties=duties,
        caseworkers=_unlike(workers, prices.caseworkers, default.caseworkers),
        balance=_unlike(workers, prices.balance, default.balance),
        budget=int(prices.budget),
    )


def sound(instance: Instance, prices: Prices) -> Prices:
    """Prices that count: of the right sign, only where there is a limit, and small enough for every sum.

    Any prices are valid, so that a forged one may be replaced by another one.
    """
    known = facts(instance)
    limit = price_limit(instance)
    invited = np.zeros(len(instance.clients), dtype=np.bool_)
    invited[known.pairs.client] = True
    capped = np.array([worker.max_duties is not None for worker in instance.caseworkers], dtype=np.bool_)
    balance = prices.balance
    most = 2000 * milli(instance.weights.staff_balance)
    even = sum(balance.tolist()) == 0 and sum(map(abs, balance.tolist())) <= min(most, limit)
    return Prices(
        clients=np.where(invited, np.clip(prices.clients, -limit, limit), known.out),
        duties=np.where(known.duty, np.clip(prices.duties, -limit, limit), 0),
        caseworkers=np.where(capped, np.clip(prices.caseworkers, 0, limit), 0),
        balance=balance if even else np.zeros_like(balance),
        budget=0 if instance.rules.max_sessions is None else min(max(0, prices.budget), limit),
    )


def price_limit(instance: Instance) -> int:
    """Largest price that counts: no sum of so many prices as there are terms comes near 2⁶³."""
    known = facts(instance)
    slots = int(known.guests.max(axis=1, initial=0).sum() + known.room.sum())
    terms = len(known.out) + len(known.setup) + slots + 4 * int(known.most.sum()) + 2 * int(known.duty.sum())
    return int(2**58 // (terms + 1))


def _least_costs(known: Facts) -> Ints:
    """Per client: the cheapest invitation, or the cost of none if that is less."""
    least = known.out.copy()
    np.minimum.at(least, known.pairs.client, known.pairs.cost)
    return least


def _listed(ids: Sequence[Id], given: Mapping[Id, int], default: Ints) -> Ints:
    return np.array([given.get(name, price) for name, price in zip(ids, default.tolist(), strict=True)], dtype=np.int64)


def _unlike(ids: Sequence[Id], prices: Ints, default: Ints) -> dict[Id, int]:
    return {ids[number]: int(prices[number]) for number in np.flatnonzero(prices != default).tolist()}
