"""The page of the advice: the answer first, a drawing with words, a table for machines that read aloud, no requests."""

import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from outreach_optimizer.outputs.leaflet import loaded
from outreach_optimizer.outputs.showup_page import advice_html
from outreach_optimizer.outputs.showup_plot import ticks
from outreach_optimizer.showup.advice import Advice, Question, advice
from outreach_optimizer.texts import Lang, load

CHROMIUM = Path("/usr/bin/chromium")
QUESTIONS = (
    Question(slots=6, caseworkers=2, rate=0.65),
    Question(slots=1, caseworkers=1, rate=1.0),
    Question(slots=4, caseworkers=2, rate=0.3, reserve=2, risk=0.1, slot_min=45),
)


@cache
def answered(question: Question) -> Advice:
    return advice(question)


def page(question: Question = QUESTIONS[0], lang: Lang = "de") -> str:
    return advice_html(answered(question), load(lang))


class Elements(HTMLParser):
    """Every element of a page with its attributes, in order; tags that do not close are told."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_page_opens_offline_without_a_request_and_fits_narrow_screens(
    browser: Browser, question: Question, lang: Lang, tmp_path: Path
) -> None:
    path = tmp_path / "showup.html"
    path.write_text(page(question, lang), encoding="utf-8")
    requests, complaints = list[str](), list[str]()
    context = browser.new_context()
    context.set_offline(offline=True)
    opened = context.new_page()
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("console", lambda message: complaints.append(message.text))
    for width in (1280, 360):
        opened.set_viewport_size({"width": width, "height": 800})
        opened.goto(path.as_uri())
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.get_by_role("img").count() == 1
    assert opened.get_by_role("table").get_by_role("row").count() == len(answered(question).rows) + 1
    assert opened.locator("html").get_attribute("lang") == lang
    context.close()
    assert requests == [path.as_uri()] * 2
    assert complaints == []


@pytest.mark.parametrize("lang", ["de", "en"])
def test_no_word_of_the_drawing_leaves_it_or_covers_another(browser: Browser, lang: Lang, tmp_path: Path) -> None:
    for number, question in enumerate(QUESTIONS):
        path = tmp_path / f"{number}.html"
        path.write_text(page(question, lang), encoding="utf-8")
        opened = browser.new_page()
        opened.goto(path.as_uri())
        boxes = opened.locator("svg text, svg").evaluate_all(
            "list => list.map(e => [e.getBoundingClientRect(), e.textContent]).map(([b, t]) => "
            "[b.left, b.top, b.right, b.bottom, t])"
        )
        opened.close()
        (left, top, right, bottom, _), *words = boxes
        for number_of_word, one in enumerate(words):
            assert left <= one[0] < one[2] <= right, one
            assert top <= one[1] < one[3] <= bottom, one
            for two in words[:number_of_word]:
                apart = one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] + 4 or two[3] <= one[1] + 4
                assert apart, (one, two)


def test_nothing_on_the_page_could_be_loaded_or_run() -> None:
    html = page()
    assert list(loaded(html)) == []
    assert "<script" not in html
    assert "default-src 'none'" in unescape(html)
    assert "javascript:" not in html


def test_the_answer_stands_before_everything_else() -> None:
    html = page()
    assert html.index("Laden Sie 14 Personen ein") < html.index("<svg") < html.index("<table")


def test_the_drawing_has_a_title_and_a_description_with_its_figures() -> None:
    html = page()
    (svg,) = Elements(html).of("svg")
    assert svg["role"] == "img"
    for name in str(svg["aria-labelledby"]).split():
        assert html.count(f'id="{name}"') == 1
    description = re.search(r"<desc[^>]*>(.*?)</desc>", html)
    assert description
    assert "60,1 %" in description[1]
    assert "14 Einladungen" in description[1]


def test_both_series_differ_without_color_and_have_a_point_per_row() -> None:
    html = page()
    rows = len(answered(QUESTIONS[0]).rows)
    assert html.count("<circle ") == html.count("<rect ") == 2 * rows + 2
    assert html.count("stroke-dasharray=") == 2


def test_points_stand_at_the_height_of_their_values() -> None:
    found = answered(QUESTIONS[0])
    circles = [float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', page())][1 : len(found.rows) + 1]
    top, bottom = 64, 284
    read = [(bottom - y) / (bottom - top) * 80 for y in circles]
    assert read == pytest.approx([100 * row.risk for row in found.rows], abs=0.05)


def test_the_table_has_headers_for_columns_and_rows() -> None:
    elements = Elements(page())
    headers = elements.of("th")
    rows = len(answered(QUESTIONS[0]).rows)
    assert [header["scope"] for header in headers].count("row") == rows
    assert [header["scope"] for header in headers].count("col") == 12
    assert len(elements.of("td")) == 11 * rows


def test_the_advised_row_is_marked_by_a_word() -> None:
    (row,) = re.findall(r'<tr class="best">(.*?)</tr>', page(), re.DOTALL)
    assert "Empfehlung" in row
    assert '<th scope="row">14</th>' in row


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("#1b232b", "#ffffff"),
        ("#55606b", "#ffffff"),
        ("#55606b", "#e2f1ef"),
        ("#9f1239", "#ffffff"),
        ("#0f766e", "#ffffff"),
    ],
)
def test_words_have_contrast(one: str, two: str) -> None:
    def luminance(color: str) -> float:
        parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    bright, dark = sorted((luminance(one), luminance(two)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5


def test_the_same_advice_is_the_same_page() -> None:
    assert page() == advice_html(advice(QUESTIONS[0]), load("de"))


def test_a_number_that_is_far_away_is_in_the_table_and_not_in_the_drawing() -> None:
    question = Question(slots=5, caseworkers=3, rate=0.2)
    html = page(question)
    assert '<th scope="row">15</th>' in html
    assert html.count("<circle ") == 2 * (len(answered(question).rows) - 1) + 2


@pytest.mark.parametrize(
    ("most", "found"),
    [(0.2, [0, 1]), (10, [0, 2, 4, 6, 8, 10]), (60.1, [0, 20, 40, 60, 80]), (4608, [0, 1000, 2000, 3000, 4000, 5000])],
)
def test_ticks_are_round(most: float, found: list[int]) -> None:
    assert ticks(most) == found
