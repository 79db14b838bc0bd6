"""A scene as a still drawing: for print, for screen readers, and where no script runs."""

import math
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from outreach_optimizer.outputs.comparison.scene import Ground, Scene
from outreach_optimizer.outputs.symbols import (
    BORDER,
    LAND,
    PEOPLE_COLOR,
    PEOPLE_LIGHT,
    SHORE,
    STATUS_COLORS,
    STATUS_HEADS,
    Point,
    sector,
)

WIDTH, HEIGHT, MARGIN = 350, 330, 12
HEAD = 22
"""Room for the signs of the northernmost sites."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Paper(NamedTuple):
    """From latitude and longitude to the drawing: equal scale in both directions at the middle of the map."""

    west: float
    north: float
    shrink: float
    scale: float
    left: float
    top: float

    def at(self, point: Point) -> tuple[float, float]:
        """Pixels from the left and from the top."""
        x = self.left + (point[1] - self.west) * self.shrink * self.scale
        return round(x, 1), round(self.top + (self.north - point[0]) * self.scale, 1)


def paper(ground: Ground) -> Paper:
    """Fit the corners of the ground into the drawing."""
    (south, west), (north, east) = ground.corners
    shrink = math.cos(math.radians((south + north) / 2))
    room = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN - HEAD
    wide, high = max((east - west) * shrink, 1e-6), max(north - south, 1e-6)
    scale = min(room[0] / wide, room[1] / high)
    left, top = MARGIN + (room[0] - wide * scale) / 2, MARGIN + HEAD + (room[1] - high * scale) / 2
    return Paper(west, north, shrink, scale, left, top)


def picture(scene: Scene, ground: Ground, title: str, description: str) -> str:
    """Draw a scene as an SVG element with a title and a description."""
    to = paper(ground)
    name = f"picture-{scene.name}"
    return "\n".join(
        [
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{name}-title {name}-description">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-description">{escape(description)}</desc>',
            *_ground(ground, to),
            *_people(scene, to),
            *_offices(scene, to),
            *_stops(scene, to),
            *_names(scene, to),
            "</svg>",
        ]
    )


def _ground(ground: Ground, to: Paper) -> Iterator[str]:
    color = BORDER if ground.named else SHORE
    for ring in ground.rings:
        points = " ".join(f"{x},{y}" for x, y in map(to.at, ring))
        yield f'<polygon points="{points}" fill="{LAND}" stroke="{color}" stroke-width=".8"/>'


def _people(scene: Scene, to: Paper) -> Iterator[str]:
    for way in scene.ways:
        (x, y), (u, v) = to.at(way.start), to.at(way.end)
        yield (
            f'<line x1="{x}" y1="{y}" x2="{u}" y2="{v}" stroke="{PEOPLE_COLOR}" stroke-opacity=".5" '
            f'stroke-width="{max(way.width_px, 0.8):.1f}" stroke-linecap="round"/>'
        )
    for circle in scene.circles:
        x, y = to.at(circle.point)
        r = circle.radius_px
        yield (
            f'<g transform="translate({x} {y})"><circle r="{r:.1f}" fill="{PEOPLE_LIGHT}"/>'
            f'<path d="{sector(r, circle.high)}" fill="{PEOPLE_COLOR}" fill-opacity=".45"/>'
            f'<path d="{sector(r, circle.low)}" fill="{PEOPLE_COLOR}" fill-opacity=".8"/>'
            f'<circle r="{r:.1f}" fill="none" stroke="{PEOPLE_COLOR}"/></g>'
        )


def _offices(scene: Scene, to: Paper) -> Iterator[str]:
    for point, _ in scene.offices:
        x, y = to.at(point)
        yield f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" rx="2" fill="#1f2937" stroke="#fff"/>'


def _stops(scene: Scene, to: Paper) -> Iterator[str]:
    for stop in scene.stops:
        x, y = to.at(stop.point)
        color = STATUS_COLORS[stop.status]
        fill, stroke, ink = (color, "#fff", "#fff") if stop.sessions else ("#fff", color, color)
        yield (
            f'<g transform="translate({x - 10.5:.1f} {y - 27.3:.1f}) scale(.7)">'
            f'<path d="{STATUS_HEADS[stop.status]}" fill="{fill}" stroke="{stroke}" stroke-width="2"/>'
            f'<text x="15" y="21" text-anchor="middle" fill="{ink}" font-size="17" font-weight="700">'
            f"{stop.sessions}</text></g>"
        )


def _names(scene: Scene, to: Paper) -> Iterator[str]:
    """Names beside, below or above their symbols, where they cover neither a symbol nor another name."""
    stops = [(to.at(stop.point), stop.name, 8.2) for stop in scene.stops]
    offices = [(to.at(point), name, 7.2) for point, name in scene.offices]
    taken = [(x - 11, y - 28, x + 11, y) for (x, y), _, _ in stops]
    taken += [(x - 6, y - 6, x + 6, y + 6) for (x, y), _, _ in offices]
    for number, ((x, y), name, letter_px) in enumerate([*stops, *offices]):
        wide, stop = letter_px * len(name), number < len(stops)
        beside, top, below = (13, y - 21, y + 2) if stop else (9, y - 7, y + 7)
        places = ((x + beside, top), (x - beside - wide, top), (x - wide / 2, below), (x - wide / 2, top - 21))
        boxes = [(left, high, left + wide, high + 14) for left, high in places]
        inside = [box for box in boxes if box[0] >= 2 and box[2] <= WIDTH - 2 and box[1] >= 2]
        box = next((box for box in inside if all(_apart(box, other) for other in taken)), None)
        if box is not None or stop:
            box = box or boxes[0]
            taken.append(box)
            weight = ' font-weight="700"' if stop else ""
            at = f'x="{(box[0] + box[2]) / 2:.1f}" y="{box[1] + 11:.1f}"'
            yield f'<text class="halo name" {at} text-anchor="middle"{weight}>{escape(name)}</text>'


def _apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
