"""The map of a plan: one page that needs no network, made with folium.

What is drawn is decided here; with which shapes in `symbols`, with which words in ``map.j2``, what may be told about
homes in `areas`, and how it becomes one file in `leaflet`. ``map.js`` draws an element while all layers that it belongs
to are switched on: a tour belongs to the tours, to its week and to its sites.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import Any

import folium
from folium.utilities import JsCode

from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.areas import SMALL, Area, Held, areas, held_sessions
from outreach_optimizer.outputs.ground import draw_ground, sources, view
from outreach_optimizer.outputs.homes import draw_homes, homes
from outreach_optimizer.outputs.layers import Layers, line, marker, spoken
from outreach_optimizer.outputs.leaflet import page
from outreach_optimizer.outputs.legend import panel
from outreach_optimizer.outputs.sites import chips_zoom, draw_offices, draw_sites
from outreach_optimizer.outputs.symbols import (
    PEOPLE_COLOR,
    Point,
    arc,
    badge,
    flow_width,
    pie,
    pie_radius,
    tour_style,
)
from outreach_optimizer.outputs.trips import Trip, monday_of, trips
from outreach_optimizer.outputs.words import Words
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Texts

MANY_TRIPS = 45
"""More tours than this hide everything else; they wait until they are switched on."""


def map_html(
    instance: Instance,
    schedule: Schedule,
    texts: Texts,
    *,
    boundaries: Mapping[str, Any] | None = None,
    precise: bool = False,
) -> str:
    """Draw a plan, good or bad, as one HTML page that loads nothing.

    Parameters
    ----------
    boundaries
        GeoJSON FeatureCollection of areas to draw as the ground.
    precise
        Show every home and client id, with a warning; otherwise nothing is told of fewer than five people together.

    Raises
    ------
    InputError
        The package with Leaflet is missing or has the wrong version.

    References
    ----------
    § 35 SGB I, § 67c Abs. 5 SGB X (data for planning are anonymized).
    """
    words = Words(texts)
    held = held_sessions(instance, schedule, precise=precise)
    found = () if precise else areas(instance, schedule)
    driven = trips(instance, schedule)
    points = _points(instance, schedule, precise=precise)
    chart = _blank(points)
    ground = draw_ground(chart, points, boundaries)
    layers = Layers(chart)
    _switches(layers, instance, held, words, tours=len(driven) <= MANY_TRIPS, precise=precise)
    if precise:
        draw_homes(layers, instance, schedule, words)
    _draw_areas(layers, instance, found, words)
    _draw_trips(layers, instance, driven, words)
    draw_offices(layers, instance, words)
    draw_sites(layers, instance, held, words)
    control = layers.control()
    setup = {
        "labels": _labels(instance, found),
        "bounds": view(points, boundaries),
        "chips_zoom": chips_zoom(held),
        "words": {
            name: texts.say(f"map.{name}") for name in ("map", "layers", "all_none", "zoom_in", "zoom_out", "close")
        },
        "groups": [(name, texts.say(f"map.layers_{name}")) for name in ("content", "sites", "weeks")],
    }
    return page(
        chart,
        lang=texts.lang,
        title=texts.say("map.title_precise" if precise else "map.title", name=instance.name),
        style=_own("map.css"),
        body=panel(
            instance,
            schedule,
            words,
            held=held,
            found=found,
            driven=driven,
            sources=sources(boundaries),
            precise=precise,
        ),
        script=_script(chart, control, ground, layers, setup),
    )


def _blank(points: Sequence[Point]) -> folium.Map:
    return folium.Map(
        location=points[0] if points else (51.0, 10.0),
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attributionControl=False,
        zoomSnap=0.1,
        zoomDelta=0.5,
        minZoom=6,
        maxZoom=16,
        # Thin lines are hard to hit.
        renderer=JsCode("L.canvas({tolerance: 4, padding: 0.5})"),  # type: ignore[arg-type]  # written as it is
    )


def _points(instance: Instance, schedule: Schedule, *, precise: bool) -> list[Point]:
    """Everything that the first view shows."""
    points = [(site.lat, site.lon) for site in instance.sites]
    points += [(office.lat, office.lon) for office in instance.offices]
    points += [(place.lat, place.lon) for place in instance.places]
    return points + ([home.point for home in homes(instance, schedule)] if precise else [])


def _switches(
    layers: Layers, instance: Instance, held: Sequence[Held], words: Words, *, tours: bool, precise: bool
) -> None:
    say = words.texts.say
    layers.switch("homes", "content", say("map.layer_homes_precise" if precise else "map.layer_homes"))
    layers.switch("uninvited", "content", say("map.layer_uninvited"))
    layers.switch("flows", "content", say("map.layer_flows"))
    layers.switch("tours", "content", say("map.layer_tours"), on=tours)
    for site in instance.sites:
        layers.switch(("site", site.id), "sites", site.name, mark=site.status)
    for monday in sorted({monday_of(row.session.date) for row in held}):
        layers.switch(("week", monday), "weeks", say("map.week", week=monday.isocalendar().week, first=monday))


def _draw_areas(layers: Layers, instance: Instance, found: Sequence[Area], words: Words) -> None:
    flows = [(area, flow) for area in found for flow in area.flows]
    most = max((flow.people.middle for _, flow in flows), default=1)
    for area, flow in flows:
        site = instance.site_by_id[flow.site]
        way = line(
            [(area.lat, area.lon), (site.lat, site.lon)],
            PEOPLE_COLOR,
            flow_width(flow.people.middle, most),
            0.5,
            popup=words.html("flow", area.name, site, flow.people),
        )
        way.add_to(layers.on("flows", ("site", site.id)))
    for area in found:
        radius = pie_radius(area.people, found[0].people)
        share = area.invited.low / area.people, area.invited.high / area.people
        name = words.texts.say("map.area_spoken", name=area.name, people=area.people)
        circle = marker(
            (area.lat, area.lon),
            pie(radius, *share) + spoken(name),
            size=(2 * radius + 3, 2 * radius + 3),
            anchor=(radius + 1.5, radius + 1.5),
            popup=words.html("area", area, instance.site_by_id),
        )
        circle.add_to(layers.on("homes"))
        if area.uninvited.low >= SMALL:
            mark = marker(
                (area.lat, area.lon),
                badge(f"{area.uninvited.low}–{area.uninvited.high}", radius + 3),
                anchor=(radius + 3, 0),
                popup=words.html("uninvited", area),
            )
            mark.add_to(layers.on("uninvited"))


def _draw_trips(layers: Layers, instance: Instance, driven: Sequence[Trip], words: Words) -> None:
    """Tours as slim loops; the later the week, the wider, so that none hides another."""
    numbers = {office.id: number for number, office in enumerate(instance.offices)}
    mondays = sorted({trip.monday for trip in driven})
    step = min(0.018, 0.12 / max(1, len(mondays)))
    for trip in driven:
        base = (trip.office.lat, trip.office.lon)
        stops = [base, *((site.lat, site.lon) for site in trip.sites), base]
        bend = 0.02 + step * mondays.index(trip.monday)
        color, dashes = tour_style(numbers[trip.office.id])
        names = [trip.office.name, *(site.name for site in trip.sites), trip.office.name]
        loop = line(
            [point for start, end in pairwise(stops) for point in arc(start, end, bend)],
            color,
            1.5,
            0.75,
            dashes=dashes,
            popup=words.html("tour", names, trip.monday, trip.days),
        )
        sites = [("site", site) for site in sorted({site.id for site in trip.sites})]
        loop.add_to(layers.on("tours", ("week", trip.monday), *sites))


def _labels(instance: Instance, found: Sequence[Area]) -> list[tuple[float, float, str, str, int]]:
    """Names of offices, areas and the other settlements; those that come first have the right of way."""
    taken = {site.name for site in instance.sites}
    labels = []
    for office in instance.offices:
        labels.append((office.lat, office.lon, escape(office.name), "office", 14))
        taken.add(office.name)
    for area in found:
        if area.name not in taken:
            gap = round(pie_radius(area.people, found[0].people)) + 3
            labels.append((area.lat, area.lon, escape(area.name), "area", gap))
            taken.add(area.name)
    # Where every home is drawn, names stand beside the homes.
    kind, gap = ("place", 0) if found else ("area", 10)
    labels += [(p.lat, p.lon, escape(p.name), kind, gap) for p in instance.places if p.name not in taken]
    return labels


def _script(chart: folium.Map, control: str, ground: str | None, layers: Layers, setup: Mapping[str, object]) -> str:
    facets = ", ".join(f"[{group}, [{', '.join(switches)}]]" for group, switches in layers.facets())
    # A closing tag inside a string would end the script.
    parts = {name: json.dumps(value, ensure_ascii=False).replace("<", "\\u003c") for name, value in setup.items()}
    parts |= {"map": chart.get_name(), "control": control, "ground": ground or "null", "facets": f"[{facets}]"}
    return f"{_own('map.js')}\noutreachMap({{{', '.join(f'{name}: {value}' for name, value in parts.items())}}});"


def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
