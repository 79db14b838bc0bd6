import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from outreach_optimizer.assumptions import TravelData
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import (
    Appointment,
    Caseworker,
    Client,
    Coordinates,
    Duty,
    Instance,
    Office,
    Period,
    Place,
    Session,
    Site,
)
from outreach_optimizer.outputs.ground import view
from outreach_optimizer.outputs.map import map_html
from outreach_optimizer.schedule import Schedule, Uninvited
from outreach_optimizer.texts import Lang, load
from outreach_optimizer.travel import UNKNOWN, client_ways

CHROMIUM = Path("/usr/bin/chromium")
WIDE, NARROW = ViewportSize(width=1400, height=900), ViewportSize(width=400, height=800)
HOSTILE = (
    """<img src=x onerror="window.hit=1">{{7*7}}{% raw %}${window.hit=1}`'"\\</script><script>window.hit=1</script>"""
)
SQUARES = {
    "type": "FeatureCollection",
    "attribution": "Probekataster & Co.",
    "features": [
        {
            "type": "Feature",
            "properties": {"GEN": name, "secret": "not for the map"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[west, 50.6], [east, 50.6], [east, 51.2], [west, 51.2], [west, 50.6]]],
            },
        }
        for name, west, east in (("Westgau", 9.9, 10.2), ("Ostgau", 10.2, 10.6))
    ],
}


@cache
def plan(preset: str = "month", per_site: int = 3) -> tuple[Instance, Schedule]:
    """Instance of the generator with a plan that fills the first sessions with whoever lives nearest."""
    instance = generate(preset, 1)
    held, weeks = [], set[tuple[str, int]]()
    for session in sorted(instance.sessions, key=lambda session: (session.date, session.start, session.id)):
        week = session.site, session.date.isocalendar().week
        at_site = sum(other.site == session.site for other in held)
        if week not in weeks and at_site < per_site:
            weeks.add(week)
            held.append(session)
    duties = []
    for number, session in enumerate(held):
        crew = [instance.caseworkers[(2 * number + k) % len(instance.caseworkers)] for k in (0, 1)]
        duties += [Duty(session=session.id, caseworker=caseworker.id) for caseworker in crew]
    free = {
        session.id: [
            (duty.caseworker, start)
            for start in session.slot_starts(instance.slot_min)
            for duty in duties
            if duty.session == session.id
        ]
        for session in held
    }
    appointments = []
    columns = {site.id: column for column, site in enumerate(instance.sites)}
    ways = client_ways(instance).milli_min
    for row, client in enumerate(instance.clients):
        reach = [session for session in held if free[session.id] and ways[row, columns[session.site]] != UNKNOWN]
        if reach and row % 9:
            best = min(reach, key=lambda session: (ways[row, columns[session.site]], session.date, session.id))
            caseworker, start = free[best.id].pop(0)
            appointments.append(Appointment(client=client.id, session=best.id, caseworker=caseworker, start=start))
    booked = {appointment.client for appointment in appointments}
    uninvited = [Uninvited(client=c.id, reason="outweighed") for c in instance.clients if c.id not in booked]
    return instance, Schedule(duties=duties, appointments=appointments, uninvited=uninvited)


def small(name: str = "Probe") -> Instance:
    """Two sites, one office, twelve people in two villages, two weeks; ``name`` stands wherever a name can."""
    first = dt.date(2027, 3, 2)
    sites = [
        Site(id="st1", name=name, lat=50.80, lon=10.10),
        Site(id="st2", name=f"{name} 2", lat=50.95, lon=10.35, status="candidate"),
    ]
    villages = [("pl1", 50.75, 10.05), ("pl2", 51.00, 10.40)]
    return Instance(
        name=name,
        note=name,
        period=Period(start=first, end=first + dt.timedelta(days=14)),
        places=[Place(id=id_, name=f"{name} {id_}", lat=lat, lon=lon) for id_, lat, lon in villages],
        offices=[Office(id="of1", name=f"{name} Amt", lat=50.90, lon=10.00)],
        sites=sites,
        sessions=[
            Session(id=f"{site.id}-{week}", site=site.id, date=first + dt.timedelta(days=7 * week), start=540, end=840)
            for site in sites
            for week in range(2)
        ],
        caseworkers=[Caseworker(id=f"cw{number}", office="of1") for number in range(2)],
        clients=[Client(id=f"kunde-{number}", home=f"pl{1 + number % 2}") for number in range(12)],
    )


def one_session(invited: int = 5) -> Schedule:
    return Schedule(
        duties=[Duty(session="st1-0", caseworker=f"cw{number}") for number in range(2)],
        appointments=[
            Appointment(client=f"kunde-{n}", session="st1-0", caseworker=f"cw{n % 2}", start=540 + 60 * (n // 2))
            for n in range(invited)
        ],
    )


class Resources(HTMLParser):
    """What the attributes of a page point to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data")]


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open a page without network; at the end it must not have asked for anything nor have complained."""
    requests, complaints = list[str](), list[str]()
    context = browser.new_context()
    context.set_offline(offline=True)

    def open_(html: str, size: ViewportSize = WIDE) -> Page:
        path = tmp_path / "map.html"
        path.write_text(html, encoding="utf-8")
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.set_viewport_size(size)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        assert page.evaluate("typeof window.hit") == "undefined"
        return page

    yield open_
    context.close()
    assert [url for url in requests if not url.endswith("/map.html")] == []
    assert len(requests) == 1
    assert complaints == []


def draw(preset: str = "month", lang: Lang = "de", **options: Any) -> str:  # noqa: ANN401 - those of map_html
    return map_html(*plan(preset), load(lang), **options)


def layers(page: Page) -> dict[str, int]:
    """Lines, circles and symbols that are drawn."""
    return page.evaluate(
        """() => {
          const map = Object.values(window).find((value) => value instanceof L.Map);
          const count = {lines: 0, dots: 0};
          map.eachLayer((layer) => {
            if (layer instanceof L.Polyline && !(layer instanceof L.Polygon)) count.lines += 1;
            if (layer instanceof L.CircleMarker) count.dots += 1;
          });
          for (const name of ["pin", "chip", "pie", "badge", "house"])
            count[name] = document.querySelectorAll(`.leaflet-marker-pane .${name}`).length;
          return count;
        }"""
    )


def rectangles(page: Page, selector: str) -> list[tuple[float, float, float, float]]:
    boxes = page.locator(selector).evaluate_all(
        "list => list.filter(e => getComputedStyle(e).visibility === 'visible').map(e => e.getBoundingClientRect())"
    )
    return [(box["left"], box["top"], box["right"], box["bottom"]) for box in boxes]


def on_screen(page: Page, point: str) -> tuple[float, float]:
    """Where a point of the map, given in JavaScript, is in the window."""
    x, y = page.evaluate(
        f"""() => {{
          const map = Object.values(window).find((value) => value instanceof L.Map);
          const at = map.latLngToContainerPoint({point}), box = map.getContainer().getBoundingClientRect();
          return [at.x + box.left, at.y + box.top];
        }}"""
    )
    return x, y


def overlap(one: tuple[float, float, float, float], two: tuple[float, float, float, float]) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def text_of(html: str) -> str:
    return html[html.index("</head>") :]


@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("boundaries", [None, SQUARES])
@pytest.mark.parametrize("lang", ["de", "en"])
def test_a_map_opens_offline_without_a_request_or_an_error(
    opened: Open, lang: Lang, boundaries: dict[str, Any] | None, precise: bool
) -> None:
    page = opened(draw(lang=lang, boundaries=boundaries, precise=precise))
    assert page.locator("html").get_attribute("lang") == lang
    assert plan()[0].name in page.title()
    drawn = layers(page)
    assert drawn["pin"] == 5
    assert drawn["chip"] > 5
    assert drawn["house"] == len(plan()[0].offices)
    assert bool(drawn["pie"]) is not precise
    assert bool(drawn["dots"]) is precise


def test_switches_take_their_elements_away_and_bring_them_back(opened: Open) -> None:
    page = opened(draw())
    before = layers(page)
    for name, kinds in {
        "Wohngebiete": {"pie"},
        "Personen ohne Einladung": {"badge"},
        "Wege zum Anlaufpunkt": {"lines"},
        "Touren der Fachkräfte": {"lines"},
        "Treffurt": {"pin", "chip", "lines"},
        "KW 6": {"chip", "lines"},
    }.items():
        switch = page.locator(".leaflet-control-layers label", has_text=name).locator("input")
        switch.uncheck()
        assert {kind for kind, count in layers(page).items() if count != before[kind]} == kinds
        switch.check()
        assert layers(page) == before


def test_a_tour_is_drawn_only_while_its_week_its_sites_and_the_tours_are_on(opened: Open) -> None:
    page = opened(map_html(small(), one_session(), load("en")))
    assert layers(page)["lines"] == 2  # the tour, and the flow of people
    for name in ("Week 9", "Tours of the caseworkers"):
        switch = page.locator(".leaflet-control-layers label", has_text=name).locator("input")
        switch.uncheck()
        assert layers(page)["lines"] == 1
        switch.check()
    page.locator(".leaflet-control-layers label", has_text=re.compile(r"^\s*Probe$")).locator("input").uncheck()
    assert layers(page)["lines"] == 0


def test_all_layers_of_a_section_go_with_one_click(opened: Open) -> None:
    page = opened(draw())
    weeks = page.locator(".layers-head", has_text="Kalenderwochen").locator("button")
    weeks.click()
    assert layers(page)["chip"] == 0
    weeks.click()
    assert layers(page)["chip"] > 0


def test_many_tours_wait_until_they_are_switched_on(opened: Open) -> None:
    page = opened(map_html(*plan("quarter", 9), load("de")))
    lines = layers(page)["lines"]
    switch = page.locator(".leaflet-control-layers label", has_text="Touren der Fachkräfte").locator("input")
    assert not switch.is_checked()
    switch.check()
    assert layers(page)["lines"] > lines + 30


def test_the_popup_of_a_site_lists_its_sessions(opened: Open) -> None:
    page = opened(map_html(small(), one_session(), load("de")))
    page.locator(".pin").first.click()
    popup = page.locator(".leaflet-popup-content")
    assert popup.locator("h2").inner_text() == "Probe"
    assert popup.locator("tbody tr").all_inner_texts() == [
        "9\tDi 02.03.2027\t09:00–14:00\t2\t5\t5",
        "\tes kommen 3,2 (90 %: 1–5) · Leerlauf 405 min",  # 5 × 0.65, and 10 slots without them
    ]
    assert "1 von 2 möglichen Sprechtagen finden statt; eingeladen: 5." in popup.inner_text()
    page.get_by_role("button", name="Schließen").click()
    popup.wait_for(state="detached")


def test_small_counts_in_the_popup_of_a_site_are_not_told(opened: Open) -> None:
    page = opened(map_html(small(), one_session(invited=2), load("en")))
    page.locator(".pin").first.click()
    assert page.locator(".leaflet-popup-content tbody tr").all_inner_texts() == [
        "9\tTue 2027-03-02\t09:00–14:00\t2\tbelow 3\t–"
    ]
    assert page.locator(".tiles dd").first.inner_text() == "below 3"


def overbooked(**of_first: object) -> tuple[Instance, Schedule]:
    """Three clients of one caseworker, two of them at 09:00, who come with 0.5."""
    instance = small()
    clients = [client.replace(show_rate=0.5) for client in instance.clients]
    instance = instance.replace(
        rules=instance.rules.replace(overbooking="slots"), clients=(clients[0].replace(**of_first), *clients[1:])
    )
    appointments = [
        Appointment(client=f"kunde-{n}", session="st1-0", caseworker="cw0", start=start)
        for n, start in enumerate((540, 540, 600))
    ]
    return instance, Schedule(duties=[Duty(session="st1-0", caseworker="cw0")], appointments=appointments)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "de",
            "es kommen 1,5 (90 %: 0–3) · Leerlauf 210 min · Risiko 0,0 % (Grenze 5 %) · Warten 15 min · Überzeit 0 min",
        ),
        ("en", "1.5 expected (90 %: 0–3) · idle 210 min · risk 0.0 % (limit 5 %) · waiting 15 min · overtime 0 min"),
    ],
)
def test_popups_of_an_overbooked_site_and_its_week_tell_what_is_to_be_expected(
    opened: Open, lang: Lang, words: str
) -> None:
    page = opened(map_html(*overbooked(), load(lang)))
    for symbol in (".pin", ".chip"):
        page.locator(".leaflet-marker-icon", has=page.locator(symbol)).first.press("Enter")
        assert page.locator(".leaflet-popup-content tbody tr").last.inner_text().strip() == words
        page.keyboard.press("Escape")
        page.locator(".leaflet-popup").wait_for(state="detached")


@pytest.mark.parametrize("precise", [False, True])
def test_a_map_gives_no_figure_from_which_the_rate_of_one_client_follows(precise: bool) -> None:
    instance, schedule = overbooked()
    two = schedule.replace(appointments=schedule.appointments[:2])
    assert "es kommen" not in map_html(instance, two, load("de"), precise=precise)
    assert "längstes" not in map_html(instance, schedule, load("de"), precise=precise)
    html = map_html(*overbooked(slots=2), load("de"), precise=precise)
    assert "es kommen 1,5" in html
    assert "Risiko" not in html  # two clients of one slot would tell each other's rate


def test_popups_open_from_the_keyboard(opened: Open) -> None:
    page = opened(map_html(small(), one_session(), load("de")))
    page.locator(".leaflet-marker-icon", has=page.locator(".chip")).focus()
    page.keyboard.press("Enter")
    assert "KW 9 (ab 01.03.2027)" in page.locator(".leaflet-popup-content").inner_text()
    page.keyboard.press("Escape")
    page.locator(".leaflet-popup").wait_for(state="detached")


def test_the_popup_of_an_area_gives_ranges(opened: Open) -> None:
    page = opened(map_html(small(), one_session(), load("de")))
    page.locator(".pie").last.click()
    words = page.locator(".leaflet-popup-content").inner_text()
    assert "6 Personen, davon eingeladen:" in words
    assert re.search(r"eingeladen: (unter 3|3 bis 6)", words)


def test_the_popup_of_a_tour_tells_sessions_and_minutes_and_no_caseworker(opened: Open) -> None:
    page = opened(map_html(small(), one_session(), load("de")))
    tour = "Object.values(map._layers).find((l) => l instanceof L.Polyline && l.getLatLngs().length > 5)"
    page.mouse.click(*on_screen(page, f"{tour}.getLatLngs()[7]"))
    words = page.locator(".leaflet-popup-content").inner_text()
    assert "Probe Amt → Probe → Probe Amt" in words
    assert "Di 02.03.2027\t09:00–14:00\t2\t" in words
    assert re.search(r"\d+ min\t\d+ min", words.replace("\n", " "))
    assert "cw" not in words


def test_the_legend_folds(opened: Open) -> None:
    page = opened(draw())
    words = page.get_by_text("möglicher Standort").or_(page.locator(".legend li").first)
    assert words.first.is_visible()
    page.locator(".legend summary").click()
    assert not words.first.is_visible()
    page.locator(".legend summary").focus()
    page.keyboard.press("Enter")
    assert words.first.is_visible()


def test_controls_are_reached_with_the_tabulator(opened: Open) -> None:
    page = opened(map_html(small(), one_session(), load("de")))
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('[class]')?.classList[0]"))
    assert {"legend", "leaflet-marker-icon", "leaflet-control-zoom-in", "leaflet-control-layers-selector"} <= reached


def test_names_do_not_cover_each_other_nor_a_site(opened: Open) -> None:
    page = opened(draw(boundaries=SQUARES))
    names = rectangles(page, ".label")
    assert len(names) > 10
    others = rectangles(page, ".pin-head") + rectangles(page, ".pin-name")
    for number, name in enumerate(names):
        assert not any(overlap(name, other) for other in names[:number] + others)


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("boundaries", [None, SQUARES])
def test_the_first_view_shows_everything_beside_the_panel(
    opened: Open, size: ViewportSize, boundaries: dict[str, Any] | None
) -> None:
    page = opened(draw(boundaries=boundaries), size)
    (panel,), (area,) = rectangles(page, ".panel"), rectangles(page, ".folium-map")
    assert not overlap(panel, area)
    (control,) = rectangles(page, ".leaflet-control-layers")
    for pin in rectangles(page, ".leaflet-marker-pane :is(.pin-head, .pie)"):
        assert area[0] <= pin[0]
        assert pin[2] <= area[2]
        assert area[1] <= pin[1]
        assert pin[3] <= area[3]
        assert not overlap(pin, control)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_small_screen_folds_legend_and_layers_and_keeps_popups_inside(opened: Open) -> None:
    page = opened(draw(), NARROW)
    assert not page.locator(".legend").evaluate("legend => legend.open")
    page.get_by_role("button", name="Ebenen").press("Enter")
    assert page.locator(".leaflet-control-layers label").first.is_visible()
    page.locator(".leaflet-marker-icon", has=page.locator(".pin")).last.press("Enter")
    page.locator(".leaflet-pan-anim").wait_for(state="detached")
    (popup,) = rectangles(page, ".leaflet-popup-content")
    assert popup[0] >= 0
    assert popup[2] <= NARROW["width"]


def test_boundaries_tell_their_name_when_hovered_and_their_source_in_the_panel(opened: Open) -> None:
    html = map_html(small(), one_session(), load("de"), boundaries=SQUARES)
    assert "not for the map" not in html
    page = opened(html)
    assert "Grenzen: Probekataster & Co." in page.locator("footer").inner_text()
    for point, name in (("[50.95, 10.15]", "Westgau"), ("[50.80, 10.30]", "Ostgau")):
        x, y = on_screen(page, point)
        page.mouse.move(x, y)
        page.mouse.move(x + 1, y)
        page.get_by_role("tooltip", name=name).wait_for()


def test_shapes_that_are_no_areas_are_left_out_and_nameless_ones_are_drawn(opened: Open) -> None:
    line = {
        "type": "Feature",
        "properties": None,
        "geometry": {"type": "LineString", "coordinates": [[10, 51], [11, 51]]},
    }
    bare = {**SQUARES["features"][0], "properties": None}
    multi = {**SQUARES["features"][1]["geometry"], "type": "MultiPolygon"}
    multi["coordinates"] = [multi["coordinates"]]
    features = [
        line,
        bare,
        {"type": "Feature", "properties": {}, "geometry": multi},
        {"type": "Feature", "geometry": None},
    ]
    page = opened(map_html(small(), one_session(), load("de"), boundaries={"features": features}))
    shapes = "Object.values(map._layers).filter((layer) => layer instanceof L.Polygon).length"
    assert (
        page.evaluate(
            f"(() => {{ const map = Object.values(window).find((v) => v instanceof L.Map); return {shapes} }})()"
        )
        == 2
    )


def test_a_shape_larger_than_everything_else_does_not_shrink_the_first_view() -> None:
    around = [[0.0, 45.0], [20.0, 45.0], [20.0, 55.0], [0.0, 55.0], [0.0, 45.0]]
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [around]}}
    points = [(50.8, 10.1), (51.0, 10.4)]
    assert view(points, {"features": [feature]}) == points
    beside = {**SQUARES["features"][1], "geometry": {"type": "Polygon", "coordinates": [square(10.3, 50.9, 0.2)]}}
    assert view(points, {"features": [beside]}) == [(50.8, 10.1), (51.1, 10.5)]


def square(west: float, south: float, side: float) -> list[list[float]]:
    east, north = round(west + side, 5), round(south + side, 5)
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_a_precise_map_warns_and_shows_ids_and_reasons(opened: Open) -> None:
    instance, schedule = plan()
    page = opened(draw(precise=True))
    assert page.title().startswith("VERTRAULICH")
    banner = page.locator(".banner")
    assert banner.is_visible()
    assert "genaue Wohnorte" in banner.inner_text()
    assert layers(page)["dots"] == len(instance.clients)
    words = page.evaluate(
        """(id) => {
          let found;
          const map = Object.values(window).find((value) => value instanceof L.Map);
          map.eachLayer((layer) => {
            if (layer instanceof L.CircleMarker && layer.feature.properties.html.includes(`>${id}<`)) found = layer;
          });
          found.fire("click", {latlng: found.getLatLng()});
          return document.querySelector(".leaflet-popup-content").innerText;
        }""",
        schedule.uninvited[0].client,
    )
    assert re.search(r"nicht eingeladen: \w+", words)


def test_the_printed_page_has_no_controls(opened: Open) -> None:
    page = opened(draw())
    page.emulate_media(media="print")
    assert not page.locator(".leaflet-control-layers").is_visible()
    assert not page.locator(".leaflet-control-zoom").is_visible()
    assert page.locator(".leaflet-control-scale").is_visible()


def test_names_from_the_instance_are_shown_as_they_are_and_never_run(opened: Open) -> None:
    instance = small(HOSTILE[:180])
    html = map_html(instance, one_session(), load("de"), boundaries=hostile_squares())
    page = opened(html)
    assert page.locator("h1").inner_text() == instance.name
    assert page.locator(".pin-name").first.inner_text() == instance.sites[0].name
    page.locator(".leaflet-marker-pane .pin-head").first.click()
    assert page.locator(".leaflet-popup-content h2").inner_text() == instance.sites[0].name
    assert page.evaluate("typeof window.hit") == "undefined"
    assert page.locator(".folium-map img").count() == 0


def hostile_squares() -> dict[str, Any]:
    features = [{**feature, "properties": {"name": HOSTILE}} for feature in SQUARES["features"]]
    return {"type": "FeatureCollection", "features": features}


def test_hostile_names_do_not_run_in_a_precise_map(opened: Open) -> None:
    page = opened(map_html(small(HOSTILE[:180]), one_session(), load("en"), precise=True))
    assert layers(page)["dots"] == 12


def test_nothing_on_the_page_points_elsewhere() -> None:
    for precise in (False, True):
        html = draw(boundaries=SQUARES, precise=precise)
        assert all(value.startswith(("data:", "#")) for value in Resources(html).found)
        for style in re.findall(r"<style>(.*?)</style>", html, re.DOTALL):
            assert all(url.startswith(("data:", "#")) for url in re.findall(r"url\(([^)]*)\)", style))
            assert "@import" not in style


@pytest.mark.parametrize("preset", ["tiny", "month", "quarter"])
def test_no_client_and_no_caseworker_can_be_found_in_the_file(preset: str) -> None:
    instance, _ = plan(preset)
    html = text_of(draw(preset))
    for id_ in [client.id for client in instance.clients] + [caseworker.id for caseworker in instance.caseworkers]:
        assert not re.search(rf"(?<![\w-]){re.escape(id_)}(?![\w-])", html)


@pytest.mark.parametrize("preset", ["tiny", "month", "quarter"])
def test_every_circle_stands_for_five_people_or_more(preset: str) -> None:
    sizes = [int(number) for number in re.findall(r"(\d+) Personen, davon eingeladen: ", draw(preset))]
    assert sizes
    assert min(sizes) >= 5
    assert sum(sizes) == len(plan(preset)[0].clients)


def test_homes_given_as_coordinates_are_not_in_the_file() -> None:
    instance = small()
    exact = [Client(id=f"x{n}", home=Coordinates(lat=50.761234, lon=10.061234)) for n in range(6)]
    html = map_html(instance.replace(clients=(*instance.clients, *exact)), one_session(), load("de"))
    assert "50.76123" not in html
    assert "10.06123" not in html


def test_fewer_than_five_people_get_no_circle_and_are_told_so(opened: Open) -> None:
    instance = small()
    page = opened(map_html(instance.replace(clients=instance.clients[:4]), one_session(invited=4), load("de")))
    assert layers(page)["pie"] == 0
    assert "Es gibt weniger als 5 Personen." in page.locator(".legend").inner_text()


def hand_made() -> dict[str, tuple[Instance, Schedule]]:
    instance = small()
    twice = [Appointment(client="kunde-0", session=s, caseworker="cw0", start=545) for s in ("st1-0", "st2-1", "st2-1")]
    both = [Duty(session=session.id, caseworker="cw0") for session in instance.sessions]
    same_day = [
        session.replace(date=instance.sessions[0].date, start=540 + 30 * n)
        for n, session in enumerate(instance.sessions)
    ]
    nothing = dict.fromkeys(("places", "offices", "sites", "sessions", "caseworkers", "clients"), ())
    return {
        "nothing at all": (instance.replace(**nothing), Schedule()),
        "empty": (instance, Schedule()),
        "nobody": (instance.replace(clients=()), Schedule(duties=both)),
        "twice": (instance, Schedule(appointments=twice)),
        "impossible tour": (instance.replace(sessions=tuple(same_day)), Schedule(duties=both, appointments=twice)),
        "no ways": (instance.replace(travel=TravelData(computed=False)), one_session()),
        "no sessions": (instance.replace(sessions=()), Schedule()),
        "no places": (
            instance.replace(
                places=(), clients=tuple(c.replace(home=Coordinates(lat=51, lon=10)) for c in instance.clients)
            ),
            one_session(),
        ),
        "one point": (
            instance.replace(
                places=(),
                clients=(),
                sites=instance.sites[:1],
                sessions=instance.sessions[:2],
                offices=tuple(o.replace(lat=50.8, lon=10.1) for o in instance.offices),
            ),
            Schedule(duties=both[:2]),
        ),
    }


@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("case", sorted(hand_made()))
def test_any_schedule_can_be_drawn(opened: Open, case: str, precise: bool) -> None:
    instance, schedule = hand_made()[case]
    page = opened(map_html(instance, schedule, load("de"), precise=precise))
    assert layers(page)["pin"] == len(instance.sites)


def test_the_same_plan_gives_the_same_file() -> None:
    assert draw(boundaries=SQUARES) == draw(boundaries=SQUARES)


@pytest.mark.parametrize("precise", [False, True])
def test_a_plan_of_1500_people_stays_below_three_megabytes(opened: Open, precise: bool) -> None:
    html = map_html(*plan("stress", 12), load("de"), boundaries=SQUARES, precise=precise)
    assert len(html.encode()) < 3_000_000
    page = opened(html)
    opening_ms = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    assert opening_ms < 5000
    assert layers(page)["pin"] == 10
