"""The bound that prices give: whole numbers, no solver, nothing but sums, sorted lists and small dynamic programs."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.crewsearch import by_crews
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.relaxation.offers import offer_of
from outreach_optimizer.relaxation.paths import cheapest_paths
from outreach_optimizer.relaxation.prices import Prices, sound
from outreach_optimizer.relaxation.sites import NEVER, cheapest_sites
from outreach_optimizer.relaxation.slotprice import best_slot_prices


class Bound(NamedTuple):
    """Parts of a lower bound, millionths of a minute.

    Parameters
    ----------
    clients
        Sum of the prices of all clients.
    uninvited
        What those save who are not invited because that costs less than their price; not positive.
    paths
        What the ways of all caseworkers save, since duties have a price; not positive.
    sites
        Sessions, with what their guests and crews cost and save.
    limits
        Prices of limits times the limits; not positive.
    """

    clients: int
    uninvited: int
    paths: int
    sites: int
    limits: int

    @property
    def micro(self) -> int:
        """The bound: no schedule that keeps every rule costs less. No term is negative, so it is at least 0."""
        return max(0, sum(self))


def bound(instance: Instance, prices: Prices) -> Bound:
    """Lower bound of the cost of all schedules that keep every rule, whatever the prices.

    References
    ----------
    docs/formulation.md, "The certificate", with the proof.
    """
    known, prices = facts(instance), sound(instance, prices)
    limits = prices.budget * (instance.rules.max_sessions or 0)
    for worker, duty_price, minute_price in zip(
        instance.caseworkers, prices.caseworkers.tolist(), prices.minutes.tolist(), strict=True
    ):
        limits += duty_price * (worker.max_duties or 0) + minute_price * (worker.max_minutes or 0)
    return Bound(
        clients=int(prices.clients.sum()),
        uninvited=int(np.minimum(0, known.out - prices.clients).sum()),
        paths=cheapest_paths(known.days, prices.duties, prices.minutes),
        sites=cheapest_sites(instance, session_values(known, prices)),
        limits=-limits,
    )


def session_values(known: Facts, prices: Prices) -> np.ndarray:
    """Per session: a lower bound of what holding it costs; `NEVER` where that is impossible."""
    return np.array(
        [session_value(known, prices, s) if known.most[s] else NEVER for s in range(len(known.most))], dtype=np.int64
    )


def session_value(known: Facts, prices: Prices, s: int) -> int:
    """Lower bound of set-up, crew and guests of one session that is held."""
    offer = offer_of(known, prices, s)
    cheapest = NEVER
    for found in sorted(best_slot_prices(offer), key=lambda found: found.cost):
        if found.cost >= cheapest:
            break
        cheapest = min(cheapest, max(found.cost, by_crews(offer, found)))
    return int(known.setup[s]) + prices.budget + cheapest
