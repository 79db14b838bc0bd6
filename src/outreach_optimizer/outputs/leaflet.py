"""One page that needs nothing but itself: folium's drawing with Leaflet inside, and a policy that forbids requests.

Leaflet comes from the package ``XStatic-Leaflet``, in the version that folium names; nothing is fetched.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from html import escape
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import folium

from outreach_optimizer.errors import InputError, ModelError, Problem

PACKAGE = "XStatic-Leaflet"
VERSION = "1.9.3"
"""The Leaflet that folium 0.20 is written for."""
FOLDER = "xstatic/pkg/leaflet/data"
SCRIPT_URL, STYLE_URL = "leaflet.js", "leaflet.css"
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
SHIM = """function $(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return [template.content.firstElementChild];
}"""
"""All that folium's popups need of jQuery."""
VIEWPORT = re.compile(r'<meta name="viewport"[^>]*>')
LINK = re.compile(r'<script src="([^"]*)"></script>|<link rel="stylesheet" href="([^"]*)"/>')
STYLE_RESOURCE = re.compile(r"url\(\s*['\"]?([^)'\"]+)['\"]?\s*\)|@import\s+([^;]+)")
FOLIUM_ID = re.compile(r"(?<=_)[0-9a-f]{32}(?![0-9a-f])")
SCRIPT = re.compile(r"(?<=<script>).*?(?=</script>)", re.DOTALL)
RESOURCE_ATTRIBUTE = re.compile(
    r"""\s(?:src|srcset|href|xlink:href|poster|data|action|formaction|background)\s*=\s*["']([^"']*)["']""",
    re.IGNORECASE,
)
STYLE_TEXT = re.compile(r"""<style[^>]*>(.*?)</style>|\sstyle\s*=\s*"([^"]*)\"""", re.DOTALL | re.IGNORECASE)


def page(chart: folium.Map, *, lang: str, title: str, style: str, body: str, script: str) -> str:
    """Render a map as a page that loads nothing.

    Parameters
    ----------
    title
        Text of the tab.
    style, script
        Our own CSS and JavaScript; the script runs after the map is drawn.
    body
        HTML that stands before the map.

    Raises
    ------
    InputError
        Leaflet is not installed, or not in the version that folium needs.
    ModelError
        Something on the page would be loaded from elsewhere.
    """
    leaflet_script, leaflet_style = leaflet()
    chart.default_js = [("leaflet", SCRIPT_URL)]
    chart.default_css = [("leaflet_css", STYLE_URL)]
    figure = folium.Figure()
    figure.add_child(chart)
    figure.render()
    parts = {SCRIPT_URL: f"<script>{leaflet_script}\n{SHIM}</script>", STYLE_URL: f"<style>{leaflet_style}</style>"}
    head = _inline(VIEWPORT.sub("", figure.header.render()), parts)
    html = (
        f'<!DOCTYPE html>\n<html lang="{escape(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n{_inline(figure.html.render(), parts)}\n"
        f"<script>\n{figure.script.render()}\n</script>\n<script>\n{script}\n</script>\n</body>\n</html>\n"
    )
    for resource in loaded(html):
        raise ModelError(f"the page would load {resource}")
    return _numbered(html)


def leaflet() -> tuple[str, str]:
    """Script and style sheet of Leaflet, images of the style sheet inside it.

    Raises
    ------
    InputError
        The package is missing or has another version than folium needs.
    """
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError:
        raise InputError([_problem(None)]) from None
    if not package.version.startswith(f"{VERSION}."):
        raise InputError([_problem(package.version)])
    # The browser's tools would ask for the source map.
    script = re.sub(r"\n//# sourceMappingURL=.*", "", _read(package, "leaflet.js").decode())
    style = STYLE_RESOURCE.sub(lambda match: _as_data(package, match), _read(package, "leaflet.css").decode())
    return script, style


def loaded(html: str) -> Iterator[str]:
    """Addresses that a browser asks for when it opens a page, apart from what scripts ask for."""
    still = SCRIPT.sub("", html)
    for attribute in RESOURCE_ATTRIBUTE.finditer(still):
        yield from _foreign(attribute[1])
    for style in STYLE_TEXT.finditer(still):
        for resource in STYLE_RESOURCE.finditer(style[1] or style[2] or ""):
            yield from _foreign(resource[1] or resource[2])


def _foreign(address: str) -> Iterator[str]:
    if address and not address.startswith(("data:", "#")):
        yield address


def _inline(html: str, parts: Mapping[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        url = match[1] or match[2]
        if url not in parts:
            raise ModelError(f"the page would load {url}")
        return parts[url]

    return LINK.sub(part, html)


def _numbered(html: str) -> str:
    """Short numbers instead of folium's random names: the same map is the same file."""
    names: dict[str, str] = {}
    return FOLIUM_ID.sub(lambda match: names.setdefault(match[0], str(len(names))), html)


def _problem(found: str | None) -> Problem:
    return Problem("leaflet", found=found, facts={"package": PACKAGE, "needed": VERSION})


def _read(package: Distribution, name: str) -> bytes:
    path = Path(str(package.locate_file(f"{FOLDER}/{name}")))
    if not path.is_file():
        raise InputError([_problem(f"{package.version}, {name}")])
    return path.read_bytes()


def _as_data(package: Distribution, match: re.Match[str]) -> str:
    name = match[1]
    if name is None or name.startswith("#"):
        return match[0]
    return f"url(data:image/png;base64,{base64.b64encode(_read(package, name)).decode()})"
