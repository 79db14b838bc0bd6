"""Limits that exclude each other, coordinates in the wrong place, tables of the wrong shape."""

from collections import Counter
from collections.abc import Iterator, Sequence

from outreach_optimizer.calendar_de import is_state
from outreach_optimizer.crosscheck.ids import repeated
from outreach_optimizer.errors import Problem
from outreach_optimizer.instance import Coordinates, Instance, Office, Place, Site
from outreach_optimizer.jsontext import Path, problem_at

SOUTH, NORTH, WEST, EAST = 47.2, 55.1, 5.8, 15.1
"""Germany's bounding box in degrees, rounded outwards."""


def sites(instance: Instance) -> Iterator[Problem]:
    """What was agreed with the municipalities can be kept: minimum ≤ maximum, sessions offered, budget."""
    offered = Counter(session.site for session in instance.sessions)
    counted = offered.keys() <= instance.site_by_id.keys()
    agreed = 0
    for number, site in enumerate(instance.sites):
        path: Path = ("sites", number, "min_sessions")
        in_use = site.status in instance.rules.held_statuses
        agreed += site.min_sessions if in_use else 0
        if site.max_sessions is not None and site.min_sessions > site.max_sessions:
            yield problem_at("minimum_above_maximum", *path, found=site.min_sessions, most=site.max_sessions)
        elif in_use and counted and site.min_sessions > offered[site.id]:
            facts = {"offered": offered[site.id], "collection": "/sessions"}
            yield problem_at("minimum_above_offer", *path, found=site.min_sessions, **facts)
    budget = instance.rules.max_sessions
    if budget is not None and budget < agreed:
        yield problem_at("budget_below_agreed", "rules", "max_sessions", found=budget, agreed=agreed)


def templates(instance: Instance) -> Iterator[Problem]:
    """A slot template that is used admits somebody."""
    used = False
    for number, site in enumerate(instance.sites):
        if (site.overbooking or instance.rules.overbooking) == "slots":
            used = used or site.template is None
            if site.template is not None and not any(site.template):
                yield problem_at("template_empty", "sites", number, "template", found=list(site.template))
    if used and not any(instance.rules.template):
        yield problem_at("template_empty", "rules", "template", found=list(instance.rules.template))


def points(instance: Instance) -> Iterator[Problem]:
    """Sites, offices and homes lie in Germany."""
    for name in ("sites", "offices", "places"):
        for number, point in enumerate(getattr(instance, name)):
            yield from _outside((name, number), point)
    for number, client in enumerate(instance.clients):
        if isinstance(client.home, Coordinates):
            yield from _outside(("clients", number, "home"), client.home)


def limits(instance: Instance) -> Iterator[Problem]:
    """The federal state exists; a letter posted on a posting day can announce some date."""
    rules = instance.rules
    if not is_state(rules.holiday_state):
        yield problem_at("not_a_state", "rules", "holiday_state", found=rules.holiday_state)
    needed = rules.postal_days + rules.notice_days
    if instance.posting_days and rules.max_lead_days < needed:
        facts = {"needed": needed, "postal_days": rules.postal_days, "notice_days": rules.notice_days}
        yield problem_at("lead_too_short", "rules", "max_lead_days", found=rules.max_lead_days, **facts)


def tables(instance: Instance) -> Iterator[Problem]:
    """A travel table has a row per origin and a column per site, and a mode that somebody uses."""
    for number, table in enumerate(instance.travel.tables):
        path: Path = ("travel", "tables", number)
        yield from repeated("id_twice", (*path, "origins"), (), table.origins)
        yield from repeated("id_twice", (*path, "sites"), (), table.sites)
        yield from _shape((*path, "min"), table.min, len(table.origins), len(table.sites))
        if table.km is not None:
            yield from _shape((*path, "km"), table.km, len(table.origins), len(table.sites))
        if table.origins_are in ("offices", "sites") and table.mode not in (None, "car"):
            yield problem_at("table_mode", *path, "mode", found=table.mode)


def _outside(path: Path, point: Coordinates | Office | Place | Site) -> Iterator[Problem]:
    good_lat, good_lon = SOUTH <= point.lat <= NORTH, WEST <= point.lon <= EAST
    if not (good_lat and good_lon):
        swapped = SOUTH <= point.lon <= NORTH and WEST <= point.lat <= EAST
        facts: dict[str, object] = {"south": SOUTH, "north": NORTH, "west": WEST, "east": EAST}
        facts |= {"hint": "swapped"} if swapped else {}
        found = {"lat": point.lat, "lon": point.lon}
        yield problem_at("outside_germany", *path, "lon" if good_lat else "lat", found=found, **facts)


def _shape(path: Path, rows: Sequence[Sequence[object]], origins: int, columns: int) -> Iterator[Problem]:
    if len(rows) != origins:
        yield problem_at("table_rows", *path, found=len(rows), needed=origins)
    for number, row in enumerate(rows):
        if len(row) != columns:
            yield problem_at("table_columns", *path, number, found=len(row), needed=columns)
