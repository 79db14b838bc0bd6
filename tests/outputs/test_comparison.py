"""The report: one file that loads nothing, in two languages, on screen and on paper, also for who cannot see it."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from compared import example_comparison, municipality
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Appointment
from outreach_optimizer.outputs.comparison import render
from outreach_optimizer.outputs.comparison.answer import changes
from outreach_optimizer.outputs.comparison.charts import letter
from outreach_optimizer.outputs.comparison.speech import Speech
from outreach_optimizer.outputs.leaflet import loaded
from outreach_optimizer.scenarios.comparison import Comparison, Plan
from outreach_optimizer.scenarios.figures import Estimate, Interval
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Lang, load
from watched import watched

LANGUAGES: tuple[Lang, ...] = ("de", "en")
A4_WITHOUT_MARGINS = ViewportSize(width=687, height=1039)
HOSTILE = """<img src=x onerror="window.hit=1">{{7*7}}</script><script>window.hit=1</script>"""
SQUARE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"GEN": "Gau"},
            "geometry": {
                "type": kind,
                "coordinates": [ring] if kind == "Polygon" else [[ring]],
            },
        }
        for kind, ring in (
            ("Polygon", [[9.9, 50.6], [10.2, 50.6], [10.2, 51.2], [9.9, 50.6]]),
            ("MultiPolygon", [[10.2, 50.6], [10.6, 50.6], [10.6, 51.2], [10.2, 50.6]]),
        )
    ],
}


class Elements(HTMLParser):
    """Start tags with their attributes, and the words inside each kind of tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.words: dict[str, list[str]] = {}
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        self.words.setdefault(self._inside, []).append(data.strip())

    def of(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag in tags]


@cache
def plans() -> dict[str, Plan]:
    """Two plans of a made-up month that invite some people to the nearest listed sessions."""
    instance = generate("month", 1)
    found = {}
    for name, step in (("today", 3), ("planned_same", 2)):
        appointments = [
            Appointment(
                client=client.id,
                session=instance.sessions[number % len(instance.sessions)].id,
                caseworker=instance.caseworkers[0].id,
                start=540,
            )
            for number, client in enumerate(instance.clients)
            if number % step
        ]
        found[name] = Plan(instance, Schedule(duties=[], appointments=appointments))
    return found


@cache
def report(lang: Lang = "de") -> str:
    return render(example_comparison(), load(lang), plans())


def first_sheet(html: str) -> str:
    return html[html.index('<section class="first"') : html.index("</section>")]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The German report, opened without any network."""
    path = tmp_path / "report.html"
    path.write_text(report(), encoding="utf-8")
    with watched(browser, path) as page:
        page.wait_for_selector("#map-after .leaflet-marker-icon")
        yield page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_loads_nothing_and_forbids_itself_to(lang: Lang) -> None:
    html = report(lang)
    assert list(loaded(html)) == []
    (policy,) = [meta["content"] for meta in Elements(html).of("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'")
    assert f'<html lang="{lang}">' in html


def test_a_browser_without_a_network_shows_both_maps_and_asks_for_nothing(page: Page) -> None:
    for name in ("before", "after"):
        assert page.locator(f"#map-{name} .pin").count() == 5
        assert page.locator(f"#still-{name}").is_hidden()
    assert page.locator("#map-before .idle").count() == 1
    assert page.locator("#map-after .idle").count() == 0
    assert page.locator("#map-after path.leaflet-interactive").count() == 0


def test_both_maps_move_together(page: Page) -> None:
    where = """name => {
      const box = document.getElementById(name).getBoundingClientRect();
      return [...document.querySelectorAll(`#${name} .pin-head`)].map((pin) => {
        const here = pin.getBoundingClientRect();
        return [Math.round(here.left - box.left), Math.round(here.top - box.top)];
      });
    }"""
    start = page.evaluate(where, "map-before")
    assert start == page.evaluate(where, "map-after")
    page.locator("#map-after .leaflet-control-zoom-in").click()
    page.wait_for_timeout(50)
    zoomed = page.evaluate(where, "map-before")
    assert zoomed == page.evaluate(where, "map-after") != start
    page.locator("#map-before").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.evaluate(where, "map-before") == page.evaluate(where, "map-after") != zoomed


def test_a_sign_tells_its_words_and_escape_closes_them(page: Page) -> None:
    page.locator("#map-after .leaflet-marker-icon[title^='Ruhla:']").press("Enter")
    assert page.locator(".leaflet-popup-content").inner_text() == "Ruhla: Sprechtage 1, Eingeladene 9."
    page.keyboard.press("Escape")
    page.wait_for_selector(".leaflet-popup-content", state="detached")


def test_nothing_is_cut_on_paper(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size(A4_WITHOUT_MARGINS)
    wide = page.evaluate("""() => [...document.querySelectorAll("table, svg, dl, ul, .answer")].filter((part) =>
      part.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5).map((part) => part.outerHTML)""")
    assert wide == []
    assert page.locator("#still-before").is_visible()
    assert page.locator("#map-before").is_hidden()
    rules = page.evaluate("""() => [...new Set([...document.querySelectorAll("thead, tr, figure")].map((part) => {
      const style = getComputedStyle(part);
      return `${part.tagName} ${part.tagName === "THEAD" ? style.display : style.breakInside}`;
    }))].sort()""")
    assert rules == ["FIGURE avoid", "THEAD table-header-group", "TR avoid"]


def test_on_paper_the_first_sheet_is_a_page_of_its_own(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size(A4_WITHOUT_MARGINS)
    height = page.locator(".first").bounding_box()
    assert height is not None
    assert height["height"] <= A4_WITHOUT_MARGINS["height"]
    assert page.evaluate("getComputedStyle(document.querySelector('.first')).breakAfter") == "page"


@pytest.mark.parametrize("width", [360, 760, 1400])
def test_a_narrow_window_scrolls_tables_and_not_the_page(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_drawing_has_words_for_who_cannot_see_it(lang: Lang) -> None:
    html = report(lang).partition("<script>")[0]
    drawings = re.findall(r"<svg .*?</svg>", html, re.DOTALL)
    assert len(drawings) == 7
    for drawing in drawings:
        found = Elements(drawing)
        (attributes,) = found.of("svg")
        assert attributes["role"] == "img"
        named = [element["id"] for element in found.of("title", "desc")]
        assert attributes["aria-labelledby"].split() == named
        assert all(len(found.words[tag][0]) > 3 for tag in ("title", "desc"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_headings_tables_and_ids_are_in_order(lang: Lang) -> None:
    found = Elements(report(lang).partition("<script>")[0])
    levels = [int(tag[1]) for tag, _ in found.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in found.found if "id" in attributes]
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    for _, attributes in found.found:
        assert set(attributes.get("aria-labelledby", "").split()) <= set(ids)
    assert all(cell.get("scope") in ("row", "col") for cell in found.of("th"))
    assert len(found.of("table")) == len(found.of("thead"))


@pytest.mark.parametrize(("lang", "word"), [("de", "Ja, aber nicht unter allen"), ("en", "Yes, but not under all")])
def test_the_first_sheet_answers_in_plain_words(lang: Lang, word: str) -> None:
    told = text_of(first_sheet(report(lang)))
    assert word in told
    for jargon in ("Gini", "Kolm", "Pareto", "Bootstrap", "P90", "Median", "CP-SAT", "log-odds", "logarithmiert"):
        assert jargon.lower() not in told.lower()
    for name in ("Ruhla", "Seebach", "Wutha-Farnroda"):
        assert name in told


def test_the_first_sheet_says_that_the_people_are_invented() -> None:
    assert "Die Menschen dieser Aufgabe sind erfunden" in text_of(first_sheet(report()))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_gini_stands_with_its_warning_only(lang: Lang) -> None:
    told = text_of(report(lang).partition("<script>")[0])
    assert load(lang).say("compare.ways.gini_note") in told


@pytest.mark.parametrize("recommendation", ["better", "better_if", "same", "not_decided", "worse", "not_possible"])
def test_each_recommendation_has_a_word_of_its_own(recommendation: str) -> None:
    example = example_comparison()
    answer = example.answer.model_copy(update={"recommendation": recommendation})
    told = first_sheet(render(example.model_copy(update={"answer": answer}), load("de")))
    assert f'<p class="word">{load("de").say(f"compare.answer.{recommendation}")}</p>' in told


def with_saving(value: float, low: float | None, high: float | None) -> Comparison:
    """Return the example with another mean saving."""
    example = example_comparison()
    variant = example.variants[1]
    assert variant.difference is not None
    first, *others = variant.difference.effects
    estimate = Estimate(value=value, low=low, high=high, people=120, clusters=30)
    effects = (first.model_copy(update={"estimate": estimate}), *others)
    changed = variant.model_copy(update={"difference": variant.difference.model_copy(update={"effects": effects})})
    return example.model_copy(update={"variants": (example.variants[0], changed, *example.variants[2:])})


@pytest.mark.parametrize(
    ("saving", "sentences"),
    [
        ((1.4, 0.3, 2.5), ("um 1,4 Minuten kürzer", "wären es 0,3 bis 2,5 Minuten weniger")),
        ((-1.4, -2.5, -0.3), ("um 1,4 Minuten länger", "wären es 0,3 bis 2,5 Minuten mehr")),
        ((0.4, -0.3, 1.1), ("um 0,4 Minuten kürzer", "zwischen 1,1 Minuten weniger und 0,3 Minuten mehr möglich")),
        ((0.04, -0.3, 0.4), ("bleibt im Mittel", "zwischen 0,4 Minuten weniger und 0,3 Minuten mehr möglich")),
        ((1.4, None, None), ("um 1,4 Minuten kürzer", "Es sind zu wenige Orte")),
    ],
)
def test_the_answer_says_direction_and_range_without_signs(
    saving: tuple[float, float | None, float | None], sentences: tuple[str, ...]
) -> None:
    told = text_of(first_sheet(render(with_saving(*saving), load("de"))))
    for sentence in sentences:
        assert sentence in told


def test_counts_of_one_or_two_people_are_not_told() -> None:
    told = first_sheet(report())
    row = told[told.index("Buttlar, Empfertshausen, Weilar (zusammen)") :].partition("</tr>")[0]
    assert '<td class="nowrap">ja, *</td>' in row
    assert "None" not in text_of(report())
    hidden = example_comparison()
    today = hidden.variants[0]
    assert today.reach is not None
    reach = today.reach.model_copy(update={"beyond_30": None})
    variants = (today.model_copy(update={"reach": reach}), *hidden.variants[1:])
    assert "* → 11" in first_sheet(render(hidden.model_copy(update={"variants": variants}), load("de")))


def test_whoever_loses_is_on_the_first_sheet_however_many_gain() -> None:
    winners = [municipality(f"Ort {number}", 9, 9 - number, 5, 0) for number in range(8)]
    mixed = municipality("Gewinn mit Verlust", 9, 0.3, 5, None)
    still = municipality("Still", 9, 0, 0, 0)
    found = changes([*winners, mixed, still], Speech(load("de")))
    assert [row.name for row in found.rows] == [*(f"Ort {number}" for number in range(6)), "Gewinn mit Verlust"]
    assert (found.unchanged, found.more) == (("Still",), 2)


def test_what_is_not_known_leaves_no_gap_on_the_page() -> None:
    example = example_comparison()
    bare = example.model_copy(
        update={
            "answer": example.answer.model_copy(update={"variant": None, "recommendation": "not_possible"}),
            "variants": (example.variants[0].model_copy(update={"sites": (), "travel_all": (), "costs": None}),),
            "sensitivity": (),
            "break_even": None,
            "pareto": (),
            "regret": None,
            "ranking": None,
            "assumptions": (),
            "data_quality": (),
        }
    )
    html = render(bare, load("de"))
    assert "<script>" not in html
    assert "<svg" not in html
    assert load("de").say("compare.answer.not_possible") in html


def test_a_variant_without_a_plan_is_listed_as_such() -> None:
    example = example_comparison()
    failed = example.variants[3].model_copy(
        update={
            "solved": example.variants[3].solved.model_copy(
                update={"status": "INFEASIBLE", "objective_min": None, "bound_min": None, "gap": None}
            ),
            "difference": None,
            "reach": None,
            "staff": None,
            "costs": None,
            "travel_invited": (),
            "travel_all": (),
            "sites": (),
        }
    )
    html = render(example.model_copy(update={"variants": (*example.variants[:3], failed)}), load("de"))
    assert load("de").say("compare.verdict.no_plan") in html
    assert load("de").say("compare.certificate.status_INFEASIBLE") in html


def test_hostile_names_do_nothing(browser: Browser, tmp_path: Path) -> None:
    example = example_comparison()
    variant = example.variants[1].model_copy(update={"title": HOSTILE})
    sites = tuple(site.model_copy(update={"name": HOSTILE}) for site in variant.sites)
    variants = (example.variants[0], variant.model_copy(update={"sites": sites}), *example.variants[2:])
    path = tmp_path / "hostile.html"
    path.write_text(render(example.model_copy(update={"variants": variants}), load("de"), plans()), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("#map-after .leaflet-marker-icon")
    assert page.evaluate("window.hit") is None
    assert page.locator("#map-after .pin-name").first.inner_text() == HOSTILE
    page.close()


def test_the_same_comparison_is_the_same_file() -> None:
    assert render(example_comparison(), load("de"), plans()) == report()


def test_boundaries_are_the_ground_of_the_maps() -> None:
    html = render(example_comparison(), load("de"), plans(), boundaries=SQUARE)
    assert html.count("<polygon") == 4
    assert report().count("<polygon") == 2


def test_figures_have_true_signs_and_thousands_apart() -> None:
    german, english = Speech(load("de")), Speech(load("en"))
    assert (german.signed(1234.56), german.signed(-0.04), german.signed(-3.21)) == ("+1.234,6", "0,0", "−3,2")
    assert (english.euro(-1234.0), english.percent(0.256)) == ("−1,234\N{NO-BREAK SPACE}€", "26\N{NO-BREAK SPACE}%")
    assert german.interval(Interval(low=-1, high=2)) == "−1 bis +2"
    assert german.interval(Interval(low=2.2, high=2.3)) == "+2"
    dash = german.texts.text(None)
    assert [german.number(None), german.percent(None), german.euro(None), german.interval(None)] == [dash] * 4
    assert german.estimate(None) == dash


def test_letters_go_on_after_z() -> None:
    assert [letter(number) for number in (0, 25, 26, 27)] == ["A", "Z", "A1", "B1"]


def test_letters_of_plans_close_together_do_not_cover_each_other() -> None:
    example = example_comparison()
    point = example.pareto[0]
    crowd = [point.model_copy(update={"staff_away_h": 130 + number / 9}) for number in range(6)]
    html = render(example.model_copy(update={"pareto": tuple(crowd)}), load("de"))
    drawing = html[html.index("pareto-title") :].partition("</svg>")[0]
    spots = [(float(x), float(y)) for x, y in re.findall(r'<text class="halo" x="([\d.]+)" y="([\d.]+)"', drawing)]
    assert len(spots) == 6
    for number, (x, y) in enumerate(spots):
        assert all(abs(x - a) > 9 or abs(y - b) > 9 for a, b in spots[:number])
