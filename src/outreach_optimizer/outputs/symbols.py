"""Shapes and colors of the map: SVG symbols, curved tours, the outline of the country.

Every kind differs in shape and in lightness, not in color alone (BITV 2.0). Colors hold 4.5 : 1 against their ground.
"""

import math
from collections.abc import Mapping, Sequence

from outreach_optimizer.fields import Status

Point = tuple[float, float]
"""Latitude and longitude."""

STATUS_COLORS: Mapping[Status, str] = {"open": "#0b5fa5", "planned": "#b5410b", "candidate": "#565b66"}
STATUS_HEADS: Mapping[Status, str] = {
    "open": "M15 39C13 31 2 27 2 15a13 13 0 0 1 26 0c0 12-11 16-13 24z",
    "planned": "M15 39l-4.5-10H5a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3h20a3 3 0 0 1 3 3v21a3 3 0 0 1-3 3h-5.5z",
    "candidate": "M15 39L11.5 28 1 15.5a1.5 1.5 0 0 1 0-1L14 1.2a1.5 1.5 0 0 1 2 0L29 14.5a1.5 1.5 0 0 1 0 1L18.5 28z",
}
PEOPLE_COLOR = "#0f766e"
PEOPLE_LIGHT = "#cfe8e3"
TOUR_STYLES: tuple[tuple[str, str | None], ...] = (
    ("#6a3d9a", None),
    ("#8c4a00", "7 5"),
    ("#a3195b", "2 5"),
    ("#374151", "10 4 2 4"),
)
"""Color and dashes of each office's tours, from the start again after the last."""
NOT_INVITED_COLOR = "#9a5b00"
LAND, BORDER, SHORE = "#fbfaf7", "#aab3ba", "#d3dade"
MAX_RADIUS_PX, MAX_WIDTH_PX = 34.0, 12.0


def pin(status: Status, inside: object) -> str:
    """Site: round drop, square or diamond by status, with a number inside."""
    return (
        f'<svg class="pin-head" width="30" height="40" viewBox="0 0 30 40" aria-hidden="true">'
        f'<path d="{STATUS_HEADS[status]}" fill="{STATUS_COLORS[status]}" stroke="#fff" stroke-width="1.6"/>'
        f'<text x="15" y="19.5" text-anchor="middle" fill="#fff" font-size="13" font-weight="700">{inside}</text></svg>'
    )


def house() -> str:
    """Base office."""
    return (
        '<svg class="house" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">'
        '<rect x="1" y="1" width="22" height="22" rx="5" fill="#1f2937" stroke="#fff" stroke-width="1.6"/>'
        '<path d="M6 12l6-5 6 5M8 11v6h8v-6" fill="none" stroke="#fff" stroke-width="1.8" stroke-linejoin="round"/>'
        "</svg>"
    )


def pie(radius: float, low: float, high: float) -> str:
    """Circle of people; dark the share that is certainly invited, half dark what it may be at most."""
    size, r = 2 * radius + 3, radius
    sectors = f'<g transform="translate({size / 2:.1f} {size / 2:.1f})">'
    sectors += f'<circle r="{r:.1f}" fill="{PEOPLE_LIGHT}" fill-opacity=".92"/>'
    sectors += f'<path d="{sector(r, high)}" fill="{PEOPLE_COLOR}" fill-opacity=".45"/>'
    sectors += f'<path d="{sector(r, low)}" fill="{PEOPLE_COLOR}" fill-opacity=".8"/>'
    sectors += f'<circle r="{r:.1f}" fill="none" stroke="{PEOPLE_COLOR}" stroke-width="1.4"/></g>'
    return f'<svg class="pie" width="{size:.1f}" height="{size:.1f}" aria-hidden="true">{sectors}</svg>'


def pie_radius(people: int, most: int) -> float:
    """Radius in pixels of a circle whose surface shows ``people`` where the largest area has ``most``."""
    return min(4.0, MAX_RADIUS_PX / math.sqrt(most)) * math.sqrt(people)


def flow_width(people: float, most: float) -> float:
    """Width in pixels of a line that shows ``people`` where the widest shows ``most``."""
    return min(0.9, MAX_WIDTH_PX / most) * people


def tour_style(office: int) -> tuple[str, str | None]:
    """Color and dashes of the tours of the office with this number."""
    return TOUR_STYLES[office % len(TOUR_STYLES)]


def chip(status: Status, week: int) -> str:
    """Calendar week in which a site has sessions."""
    color = STATUS_COLORS[status]
    return f'<span class="chip" style="border-color:{color};color:{color}">{week}</span>'


def badge(words: str, gap_px: float = 0) -> str:
    """Number of people who are not invited, on the side of a circle where there is room; ``gap_px`` from its center."""
    return f'<span class="badge" style="--gap:{gap_px:.0f}px">{words}</span>'


def dot(color: str, fill: str) -> str:
    """A home in the legend of a precise map."""
    return (
        '<svg width="14" height="14" aria-hidden="true"><circle cx="7" cy="7" r="4.5" '
        f'fill="{fill}" stroke="{color}" stroke-width="1.6"/></svg>'
    )


def swatch(color: str, width_px: float, dashes: str | None = None, opacity: float = 1) -> str:
    """A piece of line for the legend."""
    dash = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<svg width="38" height="16" aria-hidden="true"><path d="M2 8h34" fill="none" stroke="{color}" '
        f'stroke-width="{width_px:.1f}" stroke-opacity="{opacity}"{dash}/></svg>'
    )


def arc(start: Point, end: Point, bend: float, steps: int = 14) -> list[Point]:
    """Points of a curve that leaves the straight line to its left by ``bend`` of its length."""
    shrink = math.cos(math.radians((start[0] + end[0]) / 2))
    north, east = end[0] - start[0], (end[1] - start[1]) * shrink
    middle = ((start[0] + end[0]) / 2 + 2 * bend * east, (start[1] + end[1]) / 2 - 2 * bend * north / shrink)
    points = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        points.append(
            (
                round(a * start[0] + b * middle[0] + c * end[0], 5),
                round(a * start[1] + b * middle[1] + c * end[1], 5),
            )
        )
    return points


def sunflower(center: Point, number: int, step_km: float = 0.12) -> Point:
    """Place for the ``number``-th of several people who live at the same point; the first stays there."""
    distance_deg = step_km * math.sqrt(number) / 111.2
    angle = number * math.pi * (3 - math.sqrt(5))
    shrink = math.cos(math.radians(center[0]))
    north, east = distance_deg * math.sin(angle), distance_deg * math.cos(angle) / shrink
    return round(center[0] + north, 5), round(center[1] + east, 5)


def outline(points: Sequence[Point], margin_km: float = 3.5) -> list[Point]:
    """Convex outline around points, rounded, at a distance; empty without points."""
    spread = []
    for lat, lon in points:
        shrink = math.cos(math.radians(lat))
        for step in range(24):
            angle = 2 * math.pi * step / 24
            north, east = margin_km / 111.2 * math.sin(angle), margin_km / 111.2 * math.cos(angle) / shrink
            spread.append((round(lat + north, 5), round(lon + east, 5)))
    ordered = sorted(set(spread))
    return _half_hull(ordered)[:-1] + _half_hull(ordered[::-1])[:-1] if ordered else []


def _half_hull(ordered: Sequence[Point]) -> list[Point]:
    """One side of the convex hull (Andrew's monotone chain)."""
    hull: list[Point] = []
    for point in ordered:
        while len(hull) > 1 and _turn(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    return hull


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def sector(radius: float, share: float) -> str:
    """SVG path of the first ``share`` of a circle around the origin, clockwise from the top."""
    if share <= 0:
        return ""
    if share >= 1:
        return f"M0 {-radius:.1f}A{radius:.1f} {radius:.1f} 0 1 1 -.01 {-radius:.1f}Z"
    angle = 2 * math.pi * share
    x, y = radius * math.sin(angle), -radius * math.cos(angle)
    return f"M0 0V{-radius:.1f}A{radius:.1f} {radius:.1f} 0 {int(share > 0.5)} 1 {x:.1f} {y:.1f}Z"
