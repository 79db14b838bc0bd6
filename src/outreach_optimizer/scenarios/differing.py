"""What changes from one plan to another for the same people, with ranges; nothing about fewer than three of them."""

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.instance import Coordinates, Instance
from outreach_optimizer.scenarios.bootstrap import PairedInterval, paired_change, paired_interval
from outreach_optimizer.scenarios.circumstances import household_of, municipalities
from outreach_optimizer.scenarios.describe import counted
from outreach_optimizer.scenarios.differences import Chance, Effect, Municipality
from outreach_optimizer.scenarios.draws import own_stream, own_uniforms
from outreach_optimizer.scenarios.figures import MIN_GROUP, Estimate
from outreach_optimizer.scenarios.journeys import Floats, Journeys

NOTICED_MIN = 1.0
"""Smaller changes of somebody's expected minutes count as unchanged."""
ROUNDED_MIN = 5
REPLICATIONS = 1000

Mask = NDArray[np.bool_]


def effects_of(instance: Instance, before: Journeys, after: Journeys, seed: int) -> tuple[Effect, ...]:
    """Paired savings of groups of people, with ranges over settlements (households stay together)."""
    clusters = settlements(instance)
    car = np.array([client.mode == "car" for client in instance.clients], dtype=bool)
    everybody, both = np.ones(len(car), dtype=bool), before.invited & after.invited
    old, new = before.burden_min, after.burden_min
    saved, way = old - new, before.site_min - after.site_min

    def changed(rng: np.random.Generator) -> PairedInterval:
        return paired_change(old, new, clusters, rng, statistic="p90")

    def mean(values: Floats, among: Mask) -> Callable[[np.random.Generator], PairedInterval]:
        chosen = [cluster for cluster, is_in in zip(clusters, among, strict=True) if is_in]
        return lambda rng: paired_interval(values[among], chosen, rng)

    def way_p90(rng: np.random.Generator) -> PairedInterval:
        chosen = [cluster for cluster, is_in in zip(clusters, both, strict=True) if is_in]
        return paired_change(before.site_min[both], after.site_min[both], chosen, rng, statistic="p90")

    wanted: dict[str, tuple[Mask, Callable[[np.random.Generator], PairedInterval]]] = {
        "burden_mean": (everybody, mean(saved, everybody)),
        "burden_p90": (everybody, changed),
        "with_car_mean": (car, mean(saved, car)),
        "without_car_mean": (~car, mean(saved, ~car)),
        "invited_both_mean": (both, mean(way, both)),
        "invited_both_p90": (both, way_p90),
    }
    return tuple(
        Effect(name=name, estimate=estimate_of(interval(own_stream(seed, name, "bootstrap"))))
        for name, (among, interval) in wanted.items()
        if among.sum() >= MIN_GROUP
    )


def chance_of(instance: Instance, before: Journeys, after: Journeys, seed: int) -> Chance | None:
    """Months that differ only by who comes; each client has the same luck on both sides.

    A better way can only turn a no-show into a show, since the uniform number is the same and the rate higher.
    """
    if not instance.clients:
        return None
    luck = own_uniforms(seed, [client.id for client in instance.clients], "show", REPLICATIONS)
    old = (luck < before.rate[:, None]).astype(np.float64)
    new = (luck < after.rate[:, None]).astype(np.float64)
    savings = np.array(
        [
            (before.realized_min(shows_old) - after.realized_min(shows_new)).mean()
            for shows_old, shows_new in zip(old.T, new.T, strict=True)
        ]
    )
    shows = (new - old).sum(axis=0)
    return Chance(
        replications=REPLICATIONS,
        mean_saving_min=float(savings.mean()),
        low_min=float(np.quantile(savings, 0.025)),
        high_min=float(np.quantile(savings, 0.975)),
        better_share=float((savings > 0).mean()),
        extra_shows_mean=float(shows.mean()),
        extra_shows_low=float(np.quantile(shows, 0.025)),
        extra_shows_high=float(np.quantile(shows, 0.975)),
    )


def by_municipality(instance: Instance, before: Journeys, after: Journeys) -> tuple[tuple[Municipality, ...], int]:
    """Savings of municipalities, greatest first, small ones merged; and people of whom nothing can be said."""
    saved = before.burden_min - after.burden_min
    members: dict[str, list[int]] = {}
    for row, name in enumerate(municipalities(instance).values()):
        members.setdefault(name, []).append(row)
    groups, suppressed = merged_groups(members)
    found = [
        _municipality(names, saved[rows], before.invited[rows], after.invited[rows]) for names, rows in groups.items()
    ]
    return tuple(sorted(found, key=lambda group: (-group.mean_saving_min, group.name))), suppressed


def merged_groups(members: Mapping[str, list[int]]) -> tuple[dict[tuple[str, ...], list[int]], int]:
    """Groups by their names: small ones (and people without a known municipality) become one.

    If the merged ones are still too few, the smallest other group joins them, so that nobody can count back.
    """
    small = [name for name, rows in members.items() if len(rows) < MIN_GROUP or not name]
    large = sorted((name for name in members if name not in small), key=lambda name: (len(members[name]), name))
    rest = [row for name in small for row in members[name]]
    if rest and len(rest) < MIN_GROUP and large:
        joining = large.pop(0)
        small.append(joining)
        rest += members[joining]
    groups: dict[tuple[str, ...], list[int]] = {(name,): members[name] for name in large}
    if len(rest) < MIN_GROUP:
        return groups, len(rest)
    return groups | {("", *sorted(name for name in small if name)): sorted(rest)}, 0


def settlements(instance: Instance) -> list[str]:
    """Settlement of each client, that of the household's first member; coordinates are rounded to about a kilometer."""
    homes: dict[str, str] = {}
    for client in instance.clients:
        home = client.home
        place = f"{home.lat:.2f},{home.lon:.2f}" if isinstance(home, Coordinates) else str(home)
        homes.setdefault(household_of(client), place)
    return [homes[household_of(client)] for client in instance.clients]


def hidden(*numbers: int) -> list[int | None]:
    """Numbers of people that add up to a known total: one or two are hidden, and then never alone."""
    shown: list[int | None] = [counted(number) for number in numbers]
    if shown.count(None) == 1:
        others = [place for place, number in enumerate(shown) if number]
        if others:
            shown[min(others, key=lambda place: numbers[place])] = None
    return shown


def _municipality(names: Iterable[str], saved: Floats, before: Mask, after: Mask) -> Municipality:
    name, *merged = names
    winners, losers = int((saved >= NOTICED_MIN).sum()), int((saved <= -NOTICED_MIN).sum())
    shown = hidden(winners, losers, len(saved) - winners - losers)
    return Municipality(
        name=name,
        merged=tuple(merged),
        people=len(saved),
        mean_saving_min=float(saved.mean()),
        winners=shown[0],
        losers=shown[1],
        unchanged=shown[2],
        has_losers=losers > 0,
        worst_loss_min=ROUNDED_MIN * math.ceil(float(-saved.min()) / ROUNDED_MIN) if losers else 0,
        invited_before=counted(int(before.sum())),
        invited_after=counted(int(after.sum())),
    )


def estimate_of(found: PairedInterval) -> Estimate:
    """Figure with its range, as it is told."""
    return Estimate(
        value=found.estimate,
        low=found.low,
        high=found.high,
        level=found.level,
        people=found.people,
        clusters=found.clusters,
        leading_share=found.leading_share,
    )
