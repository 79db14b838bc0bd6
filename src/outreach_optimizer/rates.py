"""Show-up rates of groups of clients from past invitations, and an instance that is planned with them.

No rate is about one person: groups of fewer than `LEAST` invitations are put together.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from outreach_optimizer.history import BANDS, LEAST, Group, History, band_of
from outreach_optimizer.instance import Instance, Site
from outreach_optimizer.showup.strata import (
    Beta,
    Row,
    Stratum,
    brier_left_out,
    calibration,
    credible_interval,
    estimate,
    fitted_prior,
)
from outreach_optimizer.travel import UNKNOWN, client_ways, fits

DIGITS = 4
"""Decimals of a rate in an instance file."""

Groups = tuple[Group, ...]


class Rates(NamedTuple):
    """What past invitations say about the next ones.

    Parameters
    ----------
    strata
        By site, mode and distance; last, if there are any, the groups that are too small to stand alone, as one.
    prior
        What is expected of a group of which nothing is known, and how many invitations that is worth.
    low, high
        95 % of all groups have a rate between these, as far as the data tell.
    brier, brier_alone
        Mean squared error of the rates for each person, estimated without that person; and of one rate for all.
    calibration
        What was expected of the rates and what happened.
    """

    strata: tuple[Stratum[Groups], ...]
    prior: Beta
    low: float
    high: float
    brier: float
    brier_alone: float
    calibration: tuple[Row, ...]

    @property
    def came(self) -> int:
        """All who came."""
        return sum(stratum.came for stratum in self.strata)

    @property
    def invited(self) -> int:
        """All who were invited."""
        return sum(stratum.invited for stratum in self.strata)


class Applied(NamedTuple):
    """An instance with new rates; clients of a group with data, and those who get the rate of unknown groups."""

    instance: Instance
    known: int
    unknown: int


def rates_of(history: History) -> Rates:
    """Rates of all groups.

    References
    ----------
    domain C.6 (empirical Bayes per stratum, Brier score, calibration), D.3 (small cells).
    """
    counts = _without_small(history.counts)
    prior = fitted_prior(counts)
    strata = estimate(counts, prior)
    came = [number < stratum.came for stratum in strata for number in range(stratum.invited)]
    alone = {"all": (sum(came), len(came))}
    low, high = credible_interval(prior)
    return Rates(
        strata=strata,
        prior=prior,
        low=low,
        high=high,
        brier=brier_left_out(counts, prior),
        brier_alone=brier_left_out(alone, fitted_prior(alone)),
        calibration=tuple(calibration([s.rate for s in strata for _ in range(s.invited)], came)),
    )


def known_sites(history: History, instance: Instance) -> tuple[History, tuple[str, ...]]:
    """Past invitations with the sites called as in an instance, and sites that it does not have.

    The file may name sites by id or by name.
    """
    names = {word.casefold(): site.name for site in instance.sites for word in (site.name, site.id)}
    counts: dict[Group, tuple[int, int]] = {}
    for group, (came, invited) in history.counts.items():
        called = group._replace(site=names.get(group.site.casefold(), group.site))
        before = counts.get(called, (0, 0))
        counts[called] = before[0] + came, before[1] + invited
    strangers = {group.site for group in history.counts if group.site.casefold() not in names}
    return History(counts, history.ignored), tuple(sorted(strangers))


def with_rates(instance: Instance, rates: Rates) -> Applied:
    """Instance whose clients come with the rate of their group: nearest site that suits them, their mode and distance.

    Clients of groups without data, or whose way is unknown, get the rate that is expected of an unknown group.
    """
    by_group = {group: stratum.rate for stratum in rates.strata for group in stratum.key}
    clients, known = [], 0
    for client, group in zip(instance.clients, _groups(instance), strict=True):
        known += group in by_group
        rate = rates.prior.mean if group is None else by_group.get(group, rates.prior.mean)
        clients.append(client.replace(show_rate=round(rate, DIGITS)))
    return Applied(instance.replace(clients=tuple(clients)), known, len(clients) - known)


def _groups(instance: Instance) -> Iterable[Group | None]:
    """Group of each client by the nearest site that suits; None if no way is known."""
    for client, ways in zip(instance.clients, client_ways(instance).milli_min, strict=True):
        reached: list[tuple[int, Site]] = [
            (int(way), site)
            for way, site in zip(np.asarray(ways), instance.sites, strict=True)
            if way != UNKNOWN and fits(client, site)
        ]
        if not reached:
            yield None
            continue
        milli_min, nearest = min(reached, key=lambda pair: pair[0])
        yield Group(nearest.name, client.mode, band_of(milli_min / 1000))


def _without_small(counts: Mapping[Group, tuple[int, int]]) -> dict[Groups, tuple[int, int]]:
    """Counts in which the groups that are too small are one, with the next larger ones as long as that is too small."""
    by_size = sorted(counts, key=lambda group: (counts[group][1], _place(group)))
    small: list[Group] = []
    while by_size and (counts[by_size[0]][1] < LEAST or 0 < sum(counts[group][1] for group in small) < LEAST):
        small.append(by_size.pop(0))
    merged: dict[Groups, tuple[int, int]] = {(group,): counts[group] for group in sorted(by_size, key=_place)}
    if small:
        came, invited = (sum(counts[group][number] for group in small) for number in (0, 1))
        merged[tuple(sorted(small, key=_place))] = came, invited
    return merged


def _place(group: Group) -> tuple[str, str, int]:
    return group.site.casefold(), group.mode, BANDS.index(group.band)
