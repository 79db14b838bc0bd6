"""Areas to draw on the map, from a GeoJSON object (RFC 7946)."""

import math
from collections.abc import Iterator, Mapping

from outreach_optimizer.errors import Problem
from outreach_optimizer.jsontext import Path, pointer, problem_at, shown

TYPES = ("FeatureCollection", "Feature", "Polygon", "MultiPolygon")
AREAS = ("Polygon", "MultiPolygon")


def boundary_problems(tree: Mapping[str, object]) -> Iterator[Problem]:
    """Everything because of which the areas of a GeoJSON object cannot be drawn, once per ring."""
    kind = tree.get("type")
    if "type" not in tree:
        yield problem_at("missing", "type", field="type")
    elif kind not in TYPES:
        yield problem_at("not_a_choice", "type", found=kind, allowed=TYPES)
    elif kind in AREAS:
        yield from _geometry((), tree)
    elif kind == "Feature":
        yield from _feature((), tree)
    else:
        features = tree.get("features")
        if "features" not in tree:
            yield problem_at("missing", "features", field="features")
        elif not isinstance(features, list):
            yield Problem("not_list", "/features", shown(features))
        elif not features:
            yield problem_at("no_areas", "features", found=features)
        else:
            for number, feature in enumerate(features):
                yield from _feature(("features", number), feature)


def feature_collection(tree: Mapping[str, object]) -> dict[str, object]:
    """A feature collection with the areas of a sound GeoJSON object; features without a geometry are left out."""
    kind, features = tree["type"], tree.get("features")
    if kind in AREAS:
        found: list[Mapping[str, object]] = [{"type": "Feature", "properties": {}, "geometry": tree}]
    else:
        found = [tree] if kind == "Feature" else [dict(feature) for feature in features or ()]  # type: ignore[attr-defined]
    drawn = [{**feature, "properties": feature.get("properties") or {}} for feature in found if feature["geometry"]]
    return {"type": "FeatureCollection", "features": drawn}


def _feature(path: Path, feature: object) -> Iterator[Problem]:
    if not isinstance(feature, dict):
        yield Problem("not_object", pointer(*path), shown(feature))
        return
    if feature.get("type") != "Feature":
        yield Problem("not_a_choice", pointer(*path, "type"), shown(feature.get("type")), {"allowed": ("Feature",)})
    if not isinstance(feature.get("properties", {}), dict | None):
        yield Problem("not_object", pointer(*path, "properties"), shown(feature["properties"]))
    if "geometry" not in feature:
        yield problem_at("missing", *path, "geometry", field="geometry")
    elif feature["geometry"] is not None:
        yield from _geometry((*path, "geometry"), feature["geometry"])


def _geometry(path: Path, geometry: object) -> Iterator[Problem]:
    if not isinstance(geometry, dict):
        yield Problem("not_object", pointer(*path), shown(geometry))
    elif geometry.get("type") not in AREAS:
        yield Problem("not_a_choice", pointer(*path, "type"), shown(geometry.get("type")), {"allowed": AREAS})
    elif "coordinates" not in geometry:
        yield problem_at("missing", *path, "coordinates", field="coordinates")
    else:
        depth = AREAS.index(geometry["type"])
        yield from _rings((*path, "coordinates"), geometry["coordinates"], depth)


def _rings(path: Path, value: object, depth: int) -> Iterator[Problem]:
    """Problems of the rings of a polygon (``depth`` 0) or of a list of polygons (1)."""
    if not isinstance(value, list) or not value:
        yield Problem("not_a_ring", pointer(*path), shown(value))
        return
    for number, member in enumerate(value):
        if depth:
            yield from _rings((*path, number), member, depth - 1)
        else:
            yield from _ring((*path, number), member)


def _ring(path: Path, ring: object) -> Iterator[Problem]:
    if not isinstance(ring, list) or len(ring) < 4:
        yield Problem("not_a_ring", pointer(*path), shown(ring))
        return
    for number, position in enumerate(ring):
        if not _is_position(position):
            hint = {"hint": "projected"} if _is_projected(position) else {}
            yield Problem("not_a_position", pointer(*path, number), shown(position), hint)
            return
    if ring[0] != ring[-1]:
        yield Problem("ring_open", pointer(*path, len(ring) - 1), shown(ring[-1]), {"first": shown(ring[0])})


def _numbers(position: object) -> list[float]:
    if not isinstance(position, list) or not 2 <= len(position) <= 4:
        return []
    numbers = [part for part in position if isinstance(part, int | float) and not isinstance(part, bool)]
    return numbers if len(numbers) == len(position) and all(map(math.isfinite, numbers)) else []


def _is_position(position: object) -> bool:
    numbers = _numbers(position)
    return bool(numbers) and abs(numbers[0]) <= 180 and abs(numbers[1]) <= 90


def _is_projected(position: object) -> bool:
    numbers = _numbers(position)
    return bool(numbers) and max(abs(number) for number in numbers[:2]) > 1000
