"""The ground of the map: municipal boundaries if there are any, otherwise a quiet outline of the area."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

import folium
from folium.utilities import JsCode

from outreach_optimizer.outputs.symbols import BORDER, LAND, SHORE, Point, outline
from outreach_optimizer.outputs.words import inert

NAMES = ("GEN", "name", "NAME", "Name", "label", "title")
"""Properties that hold the name of an area, best first; GEN is that of the BKG."""
GERMANY: tuple[Point, Point] = (47.3, 5.9), (55.1, 15.0)
SOURCES = ("attribution", "source", "copyright", "license")
TOOLTIP = JsCode(
    "(feature, layer) => { if (feature.properties.name) layer.bindTooltip(feature.properties.name, {sticky: true}); }"
)


def draw_ground(chart: folium.Map, points: Sequence[Point], boundaries: Mapping[str, Any] | None) -> str | None:
    """Draw the ground below everything else; returns its JavaScript name if it says names, None if it is plain."""
    drawn = [] if boundaries is None else features(boundaries)
    style = {"color": BORDER, "weight": 1, "fillColor": LAND, "fillOpacity": 1}
    if drawn:
        data = {"type": "FeatureCollection", "features": drawn}
        layer = folium.GeoJson(data, style_function=lambda _: dict(style), on_each_feature=TOOLTIP, control=False)
        return str(layer.add_to(chart).get_name())
    ring = [[lon, lat] for lat, lon in outline(points)]
    if ring:
        shape = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        plain = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": shape}]}
        soft = style | {"color": SHORE}
        folium.GeoJson(plain, style_function=lambda _: dict(soft), control=False, interactive=False).add_to(chart)
    return None


def view(points: Sequence[Point], boundaries: Mapping[str, Any] | None) -> list[Point]:
    """South-west and north-east corner of the first view.

    It shows all points, and whole municipalities around them unless one is larger than everything together.
    """
    if not points:
        return [GERMANY[0], GERMANY[1]]
    box = _box(points)
    (south, west), (north, east) = box
    corners = [*box]
    for feature in [] if boundaries is None else features(boundaries):
        low, high = _box(list(_vertices(feature["geometry"]["coordinates"])))
        near = low[0] <= north and high[0] >= south and low[1] <= east and high[1] >= west
        if near and high[0] - low[0] <= north - south and high[1] - low[1] <= east - west:
            corners += [low, high]
    return list(_box(corners))


def sources(boundaries: Mapping[str, Any] | None) -> list[str]:
    """Attributions that a GeoJSON file carries, itself or in its features; each once."""
    if boundaries is None:
        return []
    holders = [boundaries, *(feature.get("properties") or {} for feature in boundaries.get("features", ()))]
    found = [str(holder[key]) for holder in holders for key in SOURCES if isinstance(holder.get(key), str)]
    return list(dict.fromkeys(text for text in found if text))


def features(boundaries: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Polygons with their names and nothing else, so that no other property gets into the page."""
    found = []
    for number, feature in enumerate(boundaries.get("features", ())):
        geometry, properties = feature.get("geometry") or {}, feature.get("properties") or {}
        if geometry.get("type") in ("Polygon", "MultiPolygon"):
            name = next((str(properties[key]) for key in NAMES if properties.get(key)), "")
            shape = {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}
            found.append(
                {"type": "Feature", "id": number, "properties": {"name": inert(escape(name))}, "geometry": shape}
            )
    return found


def _box(points: Sequence[Point]) -> tuple[Point, Point]:
    lat, lon = [point[0] for point in points], [point[1] for point in points]
    return (min(lat), min(lon)), (max(lat), max(lon))


def _vertices(coordinates: Any) -> Iterator[Point]:  # noqa: ANN401 - nested as deep as the geometry
    if isinstance(coordinates[0], int | float):
        yield coordinates[1], coordinates[0]
    else:
        for member in coordinates:
            yield from _vertices(member)


def _rounded(coordinates: Any) -> Any:  # noqa: ANN401 - nested as deep as the geometry
    if isinstance(coordinates, int | float):
        return round(coordinates, 5)
    return [_rounded(member) for member in coordinates]
