"""Layers that a reader switches on and off, alone or together."""

from collections.abc import Hashable, Sequence
from html import escape

import folium

from outreach_optimizer.outputs.symbols import Point
from outreach_optimizer.outputs.words import inert

Pixels = tuple[float, float]
POPUP_PX = 460


class Layers:
    """Switches in the list of layers, and groups of elements that are drawn while all their switches are on.

    A folium layer is on or off by itself. Here the switches are empty layers; ``map.js`` shows and hides the groups.
    """

    def __init__(self, chart: folium.Map) -> None:
        self._chart = chart
        self._switches: dict[Hashable, folium.FeatureGroup] = {}
        self._groups: dict[tuple[Hashable, ...], folium.FeatureGroup] = {}

    def switch(self, key: Hashable, section: str, name: str, *, mark: str = "", on: bool = True) -> None:
        """Add a switch to a section of the list; ``mark`` is the CSS class of a small symbol before the name."""
        # The number keeps layers of the same name apart.
        number = len(self._switches)
        symbol = f'<i class="mark {mark}"></i>' if mark else ""
        label = f'<span data-group="{section}" data-number="{number}">{symbol}{inert(escape(name))}</span>'
        self._switches[key] = folium.FeatureGroup(name=label, show=on)
        self._chart.add_child(self._switches[key])

    def on(self, *keys: Hashable) -> folium.FeatureGroup:
        """Group for elements that are drawn while all these switches are on."""
        if keys not in self._groups:
            self._groups[keys] = folium.FeatureGroup(control=False)
            self._chart.add_child(self._groups[keys])
        return self._groups[keys]

    def control(self) -> str:
        """Add the list of layers, last of all; returns its JavaScript name."""
        control = folium.LayerControl(collapsed=False)
        self._chart.add_child(control)
        return control.get_name()

    def facets(self) -> Sequence[tuple[str, Sequence[str]]]:
        """JavaScript names of each group and of its switches."""
        return [
            (group.get_name(), [self._switches[key].get_name() for key in keys]) for keys, group in self._groups.items()
        ]


def marker(
    point: Point,
    html: str,
    *,
    anchor: Pixels,
    popup: str,
    size: Pixels = (0, 0),
    popup_anchor: Pixels = (0, 0),
    front: bool = False,
) -> folium.Marker:
    """Symbol at a point; its anchor counts from its upper left corner, that of the popup from the point."""
    icon = folium.DivIcon(
        html=html, icon_size=_whole(size), icon_anchor=_whole(anchor), popup_anchor=_whole(popup_anchor)
    )
    content = folium.Popup(popup, max_width=POPUP_PX)
    return folium.Marker(point, icon=icon, popup=content, zIndexOffset=1000 if front else None)


def line(
    points: Sequence[Point] | Sequence[Sequence[Point]],
    color: str,
    width_px: float,
    opacity: float,
    *,
    dashes: str | None = None,
    popup: str | None = None,
) -> folium.PolyLine:
    """One or several lines."""
    return folium.PolyLine(  # type: ignore[no-untyped-call]  # folium gives no types here
        points,
        popup=None if popup is None else folium.Popup(popup, max_width=POPUP_PX),
        color=color,
        weight=round(width_px, 1),
        opacity=opacity,
        dash_array=dashes,
        # The curves of tours shall stay round.
        smooth_factor=0.3,
    )


def spoken(text: str) -> str:
    """Name of a symbol for screen readers."""
    return f'<span class="sr">{inert(escape(text))}</span>'


def _whole(pixels: Pixels) -> tuple[int, int]:
    return round(pixels[0]), round(pixels[1])
