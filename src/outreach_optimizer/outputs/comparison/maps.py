"""Today and afterwards, side by side: two Leaflet maps that move together, and the same as still drawings."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any, NamedTuple

from outreach_optimizer.outputs.comparison.picture import picture
from outreach_optimizer.outputs.comparison.scene import Ground, Scene, Stop, ground, scene
from outreach_optimizer.outputs.comparison.speech import Speech
from outreach_optimizer.outputs.layers import spoken
from outreach_optimizer.outputs.leaflet import leaflet
from outreach_optimizer.outputs.symbols import BORDER, LAND, PEOPLE_COLOR, SHORE, house, pie, pin
from outreach_optimizer.scenarios.comparison import Plan, Variant

PIN_PX, PIN_ANCHOR = (30, 40), (15, 39)


class Maps(NamedTuple):
    """Parts of the page: a still drawing and a caption per map, and scripts and style for the moving ones."""

    pictures: tuple[tuple[str, str, str], ...]
    """Name, caption, SVG."""
    script: str
    style: str


def maps(
    today: Variant,
    after: Variant,
    plans: Mapping[str, Plan],
    speech: Speech,
    boundaries: Mapping[str, Any] | None,
) -> Maps:
    """Draw both variants.

    Raises
    ------
    InputError
        The package with Leaflet is missing or has the wrong version.
    """
    new = [site.site for site in after.sites if site.new]
    pair = ("before", today, speech.say("compare.map.before")), ("after", after, speech.title(after))
    scenes = [(scene(v, new, plans.get(v.id), name, speech), caption) for name, v, caption in pair]
    sites = [(site.lat, site.lon) for v in (today, after) for site in v.sites]
    below = ground([plans[v.id] for v in (today, after) if v.id in plans], sites, boundaries)
    library, style = leaflet()
    own = files(__package__).joinpath("maps.js").read_text(encoding="utf-8")
    return Maps(
        tuple((one.name, caption, picture(one, below, caption, _description(one, speech))) for one, caption in scenes),
        f"{library}\n{own}\ncomparisonMaps({_setup(scenes, below, speech)});",
        style,
    )


def _description(found: Scene, speech: Speech) -> str:
    return " ".join(stop.words for stop in found.stops) or speech.say("compare.map.nothing")


def _setup(scenes: Sequence[tuple[Scene, str]], below: Ground, speech: Speech) -> str:
    setup = {
        "scenes": [_scene(one, caption) for one, caption in scenes],
        "rings": below.rings,
        "bounds": below.corners,
        "colors": {"land": LAND, "border": BORDER if below.named else SHORE, "people": PEOPLE_COLOR},
        "words": {name: speech.say(f"map.{name}") for name in ("zoom_in", "zoom_out", "close")},
    }
    # A closing tag inside a string would end the script.
    return json.dumps(setup, ensure_ascii=False).replace("<", "\\u003c")


def _scene(found: Scene, caption: str) -> dict[str, object]:
    """Symbols as Leaflet takes them: point, HTML, size, anchor, words, whether in front."""
    return {
        "name": found.name,
        "label": caption,
        "stops": [(stop.point, _pin(stop), PIN_PX, PIN_ANCHOR, stop.words, True) for stop in found.stops],
        "offices": [
            (point, house() + f'<span class="office-name">{escape(name)}</span>', (24, 24), (12, 12), name, True)
            for point, name in found.offices
        ],
        "circles": [
            (
                circle.point,
                pie(circle.radius_px, circle.low, circle.high),
                _square(circle.radius_px),
                (circle.radius_px + 1.5, circle.radius_px + 1.5),
                circle.words,
                False,
            )
            for circle in found.circles
        ],
        "ways": [((way.start, way.end), round(max(way.width_px, 0.8), 1)) for way in found.ways],
    }


def _pin(stop: Stop) -> str:
    kind = "pin idle" if stop.sessions == 0 else "pin"
    name = f'<span class="pin-name">{escape(stop.name)}</span>'
    return f'<div class="{kind}">{pin(stop.status, stop.sessions)}{name}</div>' + spoken(stop.words)


def _square(radius_px: float) -> tuple[float, float]:
    return 2 * radius_px + 3, 2 * radius_px + 3
