"""Which sessions of a plan are planned anew together: six ways to choose, and which of them pay."""

import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from outreach_optimizer.instance import Instance
from outreach_optimizer.model.variables import Model
from outreach_optimizer.relaxation.facts import Facts
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways, site_ways

SITES_TOGETHER = 3
"""Neighboring sites."""
WORST = 20
"""Clients among whom the one to help is drawn."""
MEMORY = 0.8
"""Part of what a way of choosing gained before that still counts after another try."""
CURIOSITY = 0.5
"""Part of the choices that goes to each way alike."""


class Ground(NamedTuple):
    """What there is to choose from.

    Parameters
    ----------
    sessions
        Those that can be held.
    sizes
        Per session of the instance: what it adds to the size of a part.
    duty
        Sessions × caseworkers: may be on duty.
    sessions_of
        Per client: sessions to which they could go.
    """

    instance: Instance
    sessions: Sequence[int]
    sizes: Sequence[int]
    duty: NDArray[np.bool_]
    sessions_of: Sequence[Sequence[int]]

    def without(self, taken: Collection[int]) -> "Ground":
        """The ground without some sessions."""
        return self._replace(sessions=[s for s in self.sessions if s not in taken])


def ground_of_model(model: Model) -> Ground:
    """The sessions of a model, as large as their invitations are many."""
    duty = np.zeros((len(model.instance.sessions), len(model.instance.caseworkers)), dtype=np.bool_)
    for s, w in model.duty:
        duty[s, w] = True
    return Ground(model.instance, list(model.held), list(map(len, model.clients_in)), duty, model.sessions_of)


def ground_of_facts(instance: Instance, known: Facts) -> Ground:
    """The sessions that can be held, all of the same size."""
    counts = np.diff(known.pairs.start)
    order = np.argsort(known.pairs.client, kind="stable")
    at = np.repeat(np.arange(len(counts)), counts)[order]
    ends = np.searchsorted(known.pairs.client[order], np.arange(1, len(instance.clients)))
    sessions = np.flatnonzero(known.most > 0).tolist()
    return Ground(instance, sessions, [1] * len(counts), known.duty, [part.tolist() for part in np.split(at, ends)])


Choose = Callable[[Ground, Schedule, random.Random, int], frozenset[int]]


def stretch(ground: Ground, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:  # noqa: ARG001 - as the others
    """All sites from a day on."""
    return _from_a_day_on(ground, ground.sessions, luck, size)


def neighbors(ground: Ground, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:  # noqa: ARG001 - as the others
    """A site and those nearest to it, from a day on."""
    instance = ground.instance
    column = {site.id: number for number, site in enumerate(instance.sites)}
    used = sorted({column[instance.sessions[s].site] for s in ground.sessions})
    ways = site_ways(instance).milli_min[luck.choice(used)]
    near = sorted(used, key=lambda other: (int(ways[other]) if ways[other] != UNKNOWN else 2**60, other))
    chosen = {instance.sites[number].id for number in near[:SITES_TOGETHER]}
    return _from_a_day_on(ground, [s for s in ground.sessions if instance.sessions[s].site in chosen], luck, size)


def days(ground: Ground, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:  # noqa: ARG001 - as the others
    """Some days anywhere in the period: duties and guests can move between them."""
    return _day_by_day(ground, ground.sessions, luck, size)


def caseworker(ground: Ground, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:
    """Sessions of one caseworker, and others that this one could hold."""
    w = luck.randrange(len(ground.instance.caseworkers))
    name = ground.instance.caseworkers[w].id
    own = [s for s in ground.sessions if name in schedule.crew(ground.instance.sessions[s].id)]
    others = [s for s in ground.sessions if ground.duty[s, w] and s not in set(own)]
    luck.shuffle(others)
    return _until(ground, [*own, *others], size)


def worst_off(ground: Ground, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:
    """Sessions to which somebody could go who is not invited, or who travels longest."""
    instance, ways = ground.instance, client_ways(ground.instance).milli_min
    column = {site.id: number for number, site in enumerate(instance.sites)}
    burden: dict[int, float] = {}
    for c, client in enumerate(instance.clients):
        if len(ground.sessions_of[c]) > 0:
            booked = schedule.by_client.get(client.id)
            site = instance.session_by_id[booked[0].session].site if booked else None
            burden[c] = float("inf") if site is None else float(ways[c, column[site]])
    worst = sorted(burden, key=lambda c: (-burden[c] * instance.clients[c].priority, c))
    left_out = sum(burden[c] == float("inf") for c in worst)
    if not worst:
        return stretch(ground, schedule, luck, size)
    c = luck.choice(worst[: max(WORST, left_out)])
    near = list(ground.sessions_of[c])
    luck.shuffle(near)
    return _until(ground, near, size)


def alike(ground: Ground, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:
    """Sessions on some days to which one client could go."""
    free = [c for c in range(len(ground.instance.clients)) if len(ground.sessions_of[c]) > 0]
    if not free:
        return stretch(ground, schedule, luck, size)
    return _day_by_day(ground, ground.sessions_of[luck.choice(free)], luck, size)


KINDS: Mapping[str, Choose] = {
    choose.__name__: choose for choose in (stretch, neighbors, days, caseworker, worst_off, alike)
}


class Fortune:
    """Which ways of choosing have paid: gain per second, the last tries counting most."""

    def __init__(self, kinds: Iterable[str]) -> None:
        self._gains = dict.fromkeys(kinds, 0.0)
        self._untried = list(self._gains)

    def choose(self, luck: random.Random) -> str:
        """Every way once, then mostly those that pay."""
        if self._untried:
            return self._untried.pop(0)
        total = sum(self._gains.values())
        even = total / len(self._gains) if total else 1.0
        weights = [gain + CURIOSITY * even for gain in self._gains.values()]
        return luck.choices(list(self._gains), weights)[0]

    def learn(self, kind: str, gained: float, seconds: float) -> None:
        """What a try gained."""
        rate = gained / max(seconds, 0.1)
        if kind not in self._gains:
            return
        self._gains[kind] = MEMORY * self._gains[kind] + (1 - MEMORY) * rate


def _from_a_day_on(ground: Ground, sessions: Iterable[int], luck: random.Random, size: int) -> frozenset[int]:
    """Sessions by date, from any of them on and round to the beginning."""
    ordered = sorted(sessions, key=lambda s: (ground.instance.sessions[s].date, s))
    start = luck.randrange(len(ordered)) if ordered else 0
    return _until(ground, [*ordered[start:], *ordered[:start]], size)


def _day_by_day(ground: Ground, sessions: Iterable[int], luck: random.Random, size: int) -> frozenset[int]:
    """Sessions by date, in any order of the dates."""
    date_of = {s: ground.instance.sessions[s].date for s in sessions}
    dates = sorted(set(date_of.values()))
    luck.shuffle(dates)
    place = {date: number for number, date in enumerate(dates)}
    return _until(ground, sorted(date_of, key=lambda s: (place[date_of[s]], s)), size)


def _until(ground: Ground, sessions: Sequence[int], size: int) -> frozenset[int]:
    """The first sessions with about ``size`` invitations."""
    part: list[int] = []
    possible = frozenset(ground.sessions)
    for s in sessions:
        if s not in possible:
            continue
        size -= ground.sizes[s]
        if part and size < 0:
            break
        part.append(s)
    return frozenset(part)
