"""The bound that prices give: whole numbers, no solver, nothing but sums, sorted lists and small dynamic programs."""

from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.relaxation.crewsearch import by_crews
from outreach_optimizer.relaxation.facts import Facts, facts
from outreach_optimizer.relaxation.months import cheapest_months, earned_of, limits_of, paths_of
from outreach_optimizer.relaxation.offers import offer_of
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
    months
        What the ways of all caseworkers save, since duties have a price; not positive.
    sites
        Sessions, with what their guests and crews cost and save.
    budget
        Price of a session times `max_sessions`; not positive.
    """

    clients: int
    uninvited: int
    months: int
    sites: int
    budget: int

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
    return bound_of(instance, known, prices, session_values(known, prices))


def bound_of(instance: Instance, known: Facts, prices: Prices, values: np.ndarray) -> Bound:
    """The same where the facts, sound prices and the values of sessions at these are known."""
    return Bound(
        clients=int(prices.clients.sum()),
        uninvited=int(np.minimum(0, known.out - prices.clients).sum()),
        months=_months(instance, known, prices),
        sites=cheapest_sites(instance, values),
        budget=-prices.budget * (instance.rules.max_sessions or 0),
    )


def _months(instance: Instance, known: Facts, prices: Prices) -> int:
    paths = paths_of(known.days)
    earned = earned_of(paths, prices.duties + prices.caseworkers)
    return int(cheapest_months(paths, paths.cost - earned, limits_of(instance)).cost)


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
