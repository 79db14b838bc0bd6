"""The built-in variants, made from any instance: everything names "the planned site", whatever its name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from outreach_optimizer.fields import SiteId
from outreach_optimizer.instance import Instance, Site
from outreach_optimizer.scenarios.comparison import Kind, Unavailable
from outreach_optimizer.scenarios.figures import Fact, Saying
from outreach_optimizer.scenarios.scenario import Conditions, Days, Measures, RoomsLike, Scenario
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import UNKNOWN, client_ways, fits, site_ways


class Asked(NamedTuple):
    """A variant to solve; `facts` are for its title."""

    kind: Kind
    scenario: Scenario
    facts: Mapping[str, Fact] = {}


def today_of(instance: Instance) -> Instance:
    """Instance without its planned sites: what is done today, also where rules allow them already."""
    held = tuple(status for status in instance.rules.held_statuses if status != "planned")
    return instance.replace(rules=instance.rules.replace(held_statuses=held))


def planned_sites(instance: Instance) -> tuple[Site, ...]:
    """Sites about which the question is."""
    return tuple(site for site in instance.sites if site.status == "planned")


def planned_variants(
    instance: Instance, schedule: Schedule, kinds: Iterable[Kind]
) -> tuple[list[Asked], list[Unavailable]]:
    """Variants that open the planned sites or close everything, given today's instance and plan."""
    planned, asked, missing = planned_sites(instance), [], []
    for kind in kinds:
        if kind == "none":
            asked.append(_asked("none", Measures(close_all=True), _facts(planned)))
        elif kind in ("planned_same", "planned_extra", "planned_replaces"):
            reason = _why_not(instance, planned)
            replaces = None if reason else _replacing(instance, schedule, planned)
            if reason is None and kind == "planned_replaces" and replaces is None:
                reason = Saying(code="nothing_to_replace", facts=_facts(planned))
            if reason is not None:
                missing.append(Unavailable(kind=kind, reason=reason))
            elif kind == "planned_replaces" and replaces is not None:
                asked.append(replaces)
            else:
                opened = tuple(site.id for site in planned)
                measures = Measures(open=opened, same_caseworker_days=kind == "planned_same")
                asked.append(_asked(kind, measures, _facts(planned)))
    return asked, missing


def fifth_variants(instance: Instance, sites: Sequence[Site], rooms_of: SiteId) -> list[Asked]:
    """Each of some new sites, opened alone with the same caseworker-days; all are listed on both sides."""
    conditions = listing(instance, sites)
    return [
        _asked("fifth", _opening(instance, (site,), rooms_of), {"site": site.name}, conditions=conditions, own=site.id)
        for site in sites
    ]


def two_more(instance: Instance, new: Sequence[Site], opened: Sequence[Site], rooms_of: SiteId) -> Asked:
    """Two sites opened together, with the same caseworker-days."""
    facts = {"sites": tuple(site.name for site in opened)}
    measures = _opening(instance, opened, rooms_of)
    return _asked("two_more", measures, facts, conditions=listing(instance, new))


def listing(instance: Instance, sites: Sequence[Site]) -> Conditions:
    """List sites that are not listed yet, on both sides, so that the yardstick of `client_excess` is one."""
    return Conditions(new_sites=tuple(site for site in sites if site.id not in instance.site_by_id))


def nearest_open(instance: Instance, planned: Sequence[Site]) -> Site | None:
    """The site in use to which the way from the planned site is shortest; None if there is none."""
    minutes, columns = site_ways(instance).milli_min, instance.site_columns
    used = [s for s in instance.sites if s.status in instance.rules.held_statuses and s.status != "planned"]
    origin = columns[planned[0].id]
    known = [site for site in used if minutes[origin, columns[site.id]] != UNKNOWN]
    return min(known, key=lambda site: (int(minutes[origin, columns[site.id]]), site.id), default=None)


def nearer_than_open(instance: Instance, site: Site) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """People for whom a listed site is nearer than every site in use that suits them."""
    ways, columns = client_ways(instance).milli_min, instance.site_columns
    far = np.iinfo(np.int64).max
    best = np.full(len(instance.clients), far)
    for other in instance.sites:
        if other.status in instance.rules.held_statuses and other.id != site.id:
            suited = np.array([fits(client, other) for client in instance.clients], dtype=bool)
            way = ways[:, columns[other.id]]
            best = np.minimum(best, np.where(suited & (way != UNKNOWN), way, far))
    own = ways[:, columns[site.id]]
    suited = np.array([fits(client, site) for client in instance.clients], dtype=bool)
    nearer: np.ndarray[tuple[int], np.dtype[np.bool_]] = suited & (own != UNKNOWN) & (own < best)
    return nearer


def _opening(instance: Instance, sites: Sequence[Site], rooms_of: SiteId) -> Measures:
    with_rooms = {session.site for session in instance.sessions}
    new = [site for site in sites if site.id not in with_rooms]
    return Measures(
        open=tuple(site.id for site in sites),
        rooms_like=tuple(RoomsLike(site=site.id, like=rooms_of) for site in new),
        same_caseworker_days=True,
    )


def _why_not(instance: Instance, planned: Sequence[Site]) -> Saying | None:
    if not planned:
        return Saying(code="no_planned_site")
    if not any(session.site == planned[0].id for session in instance.sessions):
        return Saying(code="no_rooms", facts=_facts(planned))
    return None


def _replacing(instance: Instance, schedule: Schedule, planned: Sequence[Site]) -> Asked | None:
    """Half of the days of the nearest site, at least one, are held at the planned site instead."""
    near = nearest_open(instance, planned)
    if near is None:
        return None
    held = [session for session in instance.sessions if session.site == near.id and schedule.crew(session.id)]
    site = planned[0]
    offered = len({session.date for session in instance.sessions if session.site == site.id})
    most = offered if site.max_sessions is None else min(offered, site.max_sessions)
    moved = min(max(1, len(held) // 2), most) if held else 0
    if not moved:
        return None
    measures = Measures(
        open=(site.id,),
        days=(Days(site=near.id, at_most=len(held) - moved), Days(site=site.id, at_least=moved, at_most=moved)),
        same_caseworker_days=True,
    )
    return _asked("planned_replaces", measures, _facts(planned) | {"replaced": near.name, "days": moved})


def _asked(
    kind: Kind,
    measures: Measures,
    facts: Mapping[str, Fact],
    *,
    conditions: Conditions = Conditions(),  # noqa: B008 - frozen
    own: str = "",
) -> Asked:
    name = f"{kind}-{own}" if own else kind
    return Asked(kind, Scenario(id=name, title=name, conditions=conditions, measures=measures), facts)


def _facts(planned: Sequence[Site]) -> dict[str, Fact]:
    return {"planned": planned[0].name if planned else None}
