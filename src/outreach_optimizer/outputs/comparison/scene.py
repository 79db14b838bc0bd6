"""What a map of the report shows: sites, offices, areas of five people or more, and ways of three or more."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from outreach_optimizer.fields import Status
from outreach_optimizer.outputs.areas import Area, Count, areas
from outreach_optimizer.outputs.comparison.speech import Speech
from outreach_optimizer.outputs.ground import features, view
from outreach_optimizer.outputs.symbols import Point, flow_width, outline, pie_radius
from outreach_optimizer.scenarios.comparison import Plan, Variant

PIE_SCALE = 0.6
"""Maps of the report are small."""


class Circle(NamedTuple):
    """People of an area; the shares are those of the invited, at least and at most."""

    point: Point
    radius_px: float
    low: float
    high: float
    words: str


class Stop(NamedTuple):
    """A site with the number of its sessions."""

    point: Point
    status: Status
    sessions: int
    name: str
    words: str


class Way(NamedTuple):
    """People of an area who are invited to a site."""

    start: Point
    end: Point
    width_px: float


class Scene(NamedTuple):
    """One map."""

    name: str
    stops: tuple[Stop, ...]
    offices: tuple[tuple[Point, str], ...]
    circles: tuple[Circle, ...]
    ways: tuple[Way, ...]


class Ground(NamedTuple):
    """What lies below: rings of areas, and the corners of what is shown."""

    rings: tuple[tuple[Point, ...], ...]
    corners: tuple[Point, Point]
    named: bool


def scene(variant: Variant, new: Sequence[str], plan: Plan | None, name: str, speech: Speech) -> Scene:
    """Map of a variant; ``new`` are the sites that are the question, drawn as such in both maps."""
    stops = tuple(
        Stop(
            (site.lat, site.lon),
            "planned" if site.site in new else "open" if site.held else "candidate",
            site.sessions,
            site.name,
            speech.say("compare.map.site", name=site.name, sessions=site.sessions, invited=speech.few(site.invited)),
        )
        for site in variant.sites
        if site.held or site.site in new
    )
    if plan is None:
        return Scene(name, stops, (), (), ())
    found = areas(plan.instance, plan.schedule)
    offices = tuple(((office.lat, office.lon), office.name) for office in plan.instance.offices)
    return Scene(name, stops, offices, _circles(found, speech), _ways(found, plan))


def ground(plans: Sequence[Plan], sites: Sequence[Point], boundaries: Mapping[str, Any] | None) -> Ground:
    """Municipalities if there are any, otherwise an outline around everything."""
    points = list(sites)
    for plan in plans:
        points += [(place.lat, place.lon) for place in plan.instance.places]
        points += [(office.lat, office.lon) for office in plan.instance.offices]
    south_west, north_east = view(points, boundaries)
    rings = [
        tuple((lat, lon) for lon, lat, *_ in ring)
        for feature in ([] if boundaries is None else features(boundaries))
        for polygon in _polygons(feature["geometry"])
        for ring in polygon
    ]
    named = bool(rings)
    return Ground(tuple(rings or [tuple(outline(points))]), (south_west, north_east), named)


def _polygons(geometry: Mapping[str, Any]) -> Sequence[Any]:
    single = geometry["type"] == "Polygon"
    polygons: Sequence[Any] = [geometry["coordinates"]] if single else geometry["coordinates"]
    return polygons


def _circles(found: Sequence[Area], speech: Speech) -> tuple[Circle, ...]:
    return tuple(
        Circle(
            (area.lat, area.lon),
            PIE_SCALE * pie_radius(area.people, found[0].people),
            area.invited.low / area.people,
            area.invited.high / area.people,
            speech.say("compare.map.area", name=area.name, people=area.people, invited=_range(area.invited, speech)),
        )
        for area in found
    )


def _ways(found: Sequence[Area], plan: Plan) -> tuple[Way, ...]:
    flows = [(area, flow) for area in found for flow in area.flows]
    most = max((flow.people.middle for _, flow in flows), default=1)
    sites = plan.instance.site_by_id
    return tuple(
        Way(
            (area.lat, area.lon),
            (sites[flow.site].lat, sites[flow.site].lon),
            PIE_SCALE * flow_width(flow.people.middle, most),
        )
        for area, flow in flows
    )


def _range(count: Count, speech: Speech) -> str:
    return speech.say("compare.map.range", low=count.low, high=count.high)
