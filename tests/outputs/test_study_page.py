"""The page of a study: one file that loads nothing, in two languages, on screen and on paper, for everybody."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from outreach_optimizer.outputs.leaflet import loaded
from outreach_optimizer.outputs.study import render
from outreach_optimizer.outputs.study.multiples import COLORS, zoomed
from outreach_optimizer.study.effects import findings_of
from outreach_optimizer.texts import Lang, load
from studies import Tree, runs_of, spec_of
from watched import watched

LANGUAGES: tuple[Lang, ...] = ("de", "en")
TABLES = ("results.csv", "results.xlsx", "findings.json")
HOSTILE = """<img src=x onerror="window.hit=1">{{7*7}}</script><script>window.hit=1</script>"""
SCENARIOS = [{"id": "a", "title": HOSTILE}, {"id": "b", "title": "Ein sehr langer Name, der in keine Zeile passt"}]
FULL: Tree = {
    "factors": {"blocked": [round(level / 20, 2) for level in range(12)], "load": [0.8, 1, 1.2], "sites": [1, 2]},
    "scenarios": {"scenarios": SCENARIOS},
    "seeds": "1-6",
    "page": {"measures": ["invited", "objective_min", "share_30"]},
}
STUDIES: dict[str, Tree] = {
    "full": FULL,
    "one level": {"seeds": "1-6"},
    "few seeds": {"factors": {"load": [1, 2]}, "seeds": "1-2"},
    "averaged": {
        "factors": {name: [1, 2] for name in ("clients", "caseworkers", "desks", "sites", "load")},
        "seeds": "1-5",
    },
}


class Headings(HTMLParser):
    """Levels of the headings, and ids and references to them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        self.ids += [found["id"]] if "id" in found else []
        self.references += found.get("aria-labelledby", "").split()


def page_of(tree: Tree, lang: Lang = "de", *, lost: int = 0) -> str:
    spec = spec_of(tree)
    return render(findings_of(spec, runs_of(spec, gap=0.01)[lost:]), TABLES, load(lang))


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("</style>")[2]))


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The full page, opened without any network."""
    path = tmp_path / "study.html"
    path.write_text(page_of(FULL), encoding="utf-8")
    with watched(browser, path) as page:
        yield page


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", STUDIES)
def test_every_study_has_a_page_that_loads_nothing(name: str, lang: Lang) -> None:
    html = page_of(STUDIES[name], lang)
    assert set(loaded(html)) == set(TABLES)
    assert f'<html lang="{lang}">' in html
    assert "<script" not in html
    found = Headings(html)
    assert found.levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(found.levels))
    assert len(found.ids) == len(set(found.ids))
    assert set(found.references) <= set(found.ids)


@pytest.mark.parametrize("width", [1100, 400])
def test_nothing_is_cut_off_or_covered_on_wide_and_narrow_screens(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator("svg[role=img]").count() == 1 + 3 * 6
    assert page.evaluate("window.hit") is None
    outside = page.evaluate(
        """() => [...document.querySelectorAll("svg[role=img]")].flatMap(svg => {
          const frame = svg.getBoundingClientRect();
          return [...svg.querySelectorAll("text")].filter(text => {
            const box = text.getBoundingClientRect();
            return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
          }).map(text => text.textContent);
        })"""
    )
    assert outside == []
    covered = page.evaluate(
        """() => [...document.querySelectorAll(".panel svg")].flatMap(svg => {
          const texts = [...svg.querySelectorAll("text:not([transform])")].map(text => text.getBoundingClientRect());
          return texts.filter((a, n) => texts.slice(n + 1).some(b =>
            a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2));
        }).length"""
    )
    assert covered == 0


def test_the_page_prints_on_a4_without_panels_cut_in_two(page: Page) -> None:
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 687, "height": 1039})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("getComputedStyle(document.querySelector('.panel')).breakInside") == "avoid"


def test_what_is_seen_is_also_said(page: Page) -> None:
    told = page.locator(".panel svg desc").first.text_content() or ""
    assert told.count("Mittel") == 12 * 3
    assert "6 Startwerte" in told
    rows = page.locator("table.effects").first.locator("tbody th[scope=row]")
    assert rows.count() == 12 + 3 + 2 + 3
    assert page.locator("table th:not([scope])").count() == 0


def test_names_of_scenarios_are_only_text(page: Page) -> None:
    assert page.locator("img").count() == 0
    assert HOSTILE in page.locator("dl.facts").inner_text()


ANSWERS: dict[Lang, str] = {
    "de": "Eingeladene Personen: Den größten Unterschied macht „belegte Raumtermine“. Von 0 % zu 50 % sind es im "
    "Mittel −5,0 (95-%-Bereich −5,0, 8 Startwerte).",
    "en": "Clients invited: the largest difference is made by “blocked room dates”. From 0 % to 50 % it is −5.0 on "
    "average (95 % range −5.0, 8 seeds).",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_sentence_is_the_answer(lang: Lang) -> None:
    html = page_of({"factors": {"blocked": [0, 0.5], "load": [1, 2]}, "seeds": "1-8"}, lang)
    lead = re.search(r'<p class="lead">(.*?)</p>', html)
    assert lead is not None
    assert lead[1].replace("\N{NO-BREAK SPACE}", " ") == ANSWERS[lang]


@pytest.mark.parametrize(
    ("tree", "invited", "kind"),
    [
        ({"seeds": "1-6"}, None, "nothing_varied"),
        ({"factors": {"load": [1, 2]}, "seeds": "1-3"}, None, "few"),
        ({"factors": {"load": [1, 2]}, "seeds": "1-6"}, 7.0, "same"),
    ],
)
def test_an_answer_claims_no_more_than_there_is(tree: Tree, invited: float | None, kind: str) -> None:
    spec = spec_of(tree)
    runs = runs_of(spec) if invited is None else runs_of(spec, lambda _cell: invited)
    html = render(findings_of(spec, runs), TABLES, load("en"))
    word = {"nothing_varied": "varies nothing", "few": "no range can be given", "same": "no level changes anything"}[
        kind
    ]
    assert word in text_of(html)


def test_a_study_that_was_broken_off_says_so() -> None:
    assert "The study is not finished: 38 of 48 runs are done." in text_of(
        page_of({"factors": {"blocked": [0, 0.5, 1], "load": [1, 2]}, "seeds": "1-8"}, "en", lost=10)
    )
    spec = spec_of(FULL)
    nothing = text_of(render(findings_of(spec, []), TABLES, load("en")))
    assert "there are no two runs that can be compared" in nothing
    assert nothing.count("no results") == 3 * 6


def test_runs_without_a_plan_are_listed_with_their_reason() -> None:
    spec = spec_of({"factors": {"blocked": [0, 0.5], "load": [1, 2]}, "seeds": "1-5"})
    runs = runs_of(spec, fails=lambda cell: cell.levels["blocked"] == 0.5)
    html = render(findings_of(spec, runs), TABLES, load("de"))
    assert "Kein &lt;b&gt;Plan&lt;/b&gt;." in html
    assert "10 von 20 Läufen haben keinen Plan." in text_of(html)
    assert "belegte Raumtermine: 50 %, Auslastung: 2" in text_of(html).replace("\N{NO-BREAK SPACE}", " ")
    some = [run._replace(reason=None) for run in runs]
    assert "Kein Plan kann alle Regeln einhalten." in text_of(render(findings_of(spec, some), TABLES, load("de")))
    many = spec_of(FULL)
    hidden = render(findings_of(many, runs_of(many, fails=lambda cell: cell.seed == 1)), TABLES, load("en"))
    assert "196 further combinations" in text_of(hidden)


def test_doubts_follow_from_the_study() -> None:
    said = {name: text_of(page_of(tree, "en")) for name, tree in STUDIES.items()}
    assert "Only 2 seeds" in said["few seeds"]
    assert "Not drawn but averaged: open sites" in said["averaged"]
    assert "More people means more duties" in said["averaged"]
    assert "For 1296 of 1296 plans it is not proven" in said["full"]
    assert "up to 1.0 % away" in said["full"].replace("\N{NO-BREAK SPACE}", " ")
    assert "Only" not in said["one level"].partition("Design")[0].replace("Only for the total effort", "")


def test_the_same_findings_are_the_same_page() -> None:
    assert page_of(FULL) == page_of(FULL)


def test_axes_hold_all_values_and_begin_at_0_only_near_it() -> None:
    for values, first in (([1.0, 100.0], 0), ([95.0, 100.0], 94), ([-3.0, 5.0], -4), ([7.0, 7.0], 6.5)):
        axis, marks = zoomed(values, 100, 0)
        assert (axis.low, marks[0]) == (first, first)
        assert axis.low <= min(values) <= max(values) <= axis.high
    axis, _ = zoomed([0.0, 0.0], 100, 0)
    assert axis.low == 0


def contrast(color: str) -> float:
    """Against white (WCAG 2.2)."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_colors_stand_out_from_paper() -> None:
    assert all(contrast(color) >= 3 for color in COLORS)
