"""Which sessions of a plan are planned anew together: five ways to choose, and which of them pay."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence

from outreach_optimizer.model.variables import Model
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways, site_ways

SITES_TOGETHER = 3
"""Neighboring sites."""
WORST = 20
"""Clients among whom the one to help is drawn."""
MEMORY = 0.8
"""Part of what a way of choosing gained before that still counts after another try."""
CURIOSITY = 0.15
"""Part of the choices that goes to each way alike."""

Choose = Callable[[Model, Schedule, random.Random, int], frozenset[int]]


def stretch(model: Model, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:  # noqa: ARG001 - as the others
    """All sites from a day on."""
    return _from_a_day_on(model, model.held, luck, size)


def neighbors(model: Model, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:  # noqa: ARG001 - as the others
    """A site and those nearest to it, from a day on."""
    instance = model.instance
    column = {site.id: number for number, site in enumerate(instance.sites)}
    used = sorted({column[instance.sessions[s].site] for s in model.held})
    ways = site_ways(instance).milli_min[luck.choice(used)]
    near = sorted(used, key=lambda other: (int(ways[other]) if ways[other] != UNKNOWN else 2**60, other))
    chosen = {instance.sites[number].id for number in near[:SITES_TOGETHER]}
    return _from_a_day_on(model, [s for s in model.held if instance.sessions[s].site in chosen], luck, size)


def days(model: Model, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:  # noqa: ARG001 - as the others
    """Some days anywhere in the period: duties and guests can move between them."""
    dates = sorted({model.instance.sessions[s].date for s in model.held})
    luck.shuffle(dates)
    place = {date: number for number, date in enumerate(dates)}
    return _until(model, sorted(model.held, key=lambda s: (place[model.instance.sessions[s].date], s)), size)


def caseworker(model: Model, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:
    """Sessions of one caseworker, and others that this one could hold."""
    w = luck.randrange(len(model.instance.caseworkers))
    name = model.instance.caseworkers[w].id
    own = [s for s in model.held if name in schedule.crew(model.instance.sessions[s].id)]
    others = [s for s in model.held if (s, w) in model.duty and s not in set(own)]
    luck.shuffle(others)
    return _until(model, [*own, *others], size)


def worst_off(model: Model, schedule: Schedule, luck: random.Random, size: int) -> frozenset[int]:
    """Sessions to which somebody could go who is not invited, or who travels longest."""
    instance, ways = model.instance, client_ways(model.instance).milli_min
    column = {site.id: number for number, site in enumerate(instance.sites)}
    burden: dict[int, float] = {}
    for c, client in enumerate(instance.clients):
        if len(model.sessions_of[c]) > 0:
            booked = schedule.by_client.get(client.id)
            site = instance.session_by_id[booked[0].session].site if booked else None
            burden[c] = float("inf") if site is None else float(ways[c, column[site]])
    worst = sorted(burden, key=lambda c: (-burden[c] * instance.clients[c].priority, c))
    left_out = sum(burden[c] == float("inf") for c in worst)
    if not worst:
        return stretch(model, schedule, luck, size)
    c = luck.choice(worst[: max(WORST, left_out)])
    near = list(model.sessions_of[c])
    luck.shuffle(near)
    return _until(model, near, size)


KINDS: Mapping[str, Choose] = {choose.__name__: choose for choose in (stretch, neighbors, days, caseworker, worst_off)}


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


def _from_a_day_on(model: Model, sessions: Iterable[int], luck: random.Random, size: int) -> frozenset[int]:
    """Sessions by date, from any of them on and round to the beginning."""
    ordered = sorted(sessions, key=lambda s: (model.instance.sessions[s].date, s))
    start = luck.randrange(len(ordered)) if ordered else 0
    return _until(model, [*ordered[start:], *ordered[:start]], size)


def _until(model: Model, sessions: Sequence[int], size: int) -> frozenset[int]:
    """The first sessions with about ``size`` invitations."""
    part: list[int] = []
    for s in sessions:
        size -= len(model.clients_in[s])
        if part and size < 0:
            break
        if s in model.held:
            part.append(s)
    return frozenset(part)
