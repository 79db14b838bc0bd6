import folium
import pytest
from folium.plugins import MiniMap

from outreach_optimizer.errors import InputError, ModelError
from outreach_optimizer.outputs import leaflet
from outreach_optimizer.texts import load


def render(chart: folium.Map, body: str = "") -> str:
    return leaflet.page(chart, lang="de", title="Karte", style="", body=body, script="")


def test_leaflet_comes_whole_from_its_package_and_asks_for_nothing() -> None:
    script, style = leaflet.leaflet()
    assert "Leaflet 1.9.3" in script
    assert "sourceMappingURL" not in script
    assert "url(images" not in style
    assert style.count("url(data:image/png;base64,") == 3
    assert list(leaflet.loaded(f"<style>{style}</style>")) == []


def test_the_version_is_the_one_that_folium_names() -> None:
    assert f"leaflet@{leaflet.VERSION}/" in dict(folium.Map.default_js)["leaflet"]


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaflet, "PACKAGE", "XStatic-Not-There")
    with pytest.raises(InputError) as caught:
        leaflet.leaflet()
    (problem,) = caught.value.problems
    assert load("de").problem_text(problem).startswith("Für die Karte fehlt das Paket XStatic-Not-There")


def test_another_version_than_folium_names_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaflet, "PACKAGE", "folium")
    with pytest.raises(InputError) as caught:
        leaflet.leaflet()
    assert caught.value.problems[0].facts["needed"] == "1.9.3"
    assert caught.value.problems[0].found == folium.__version__


def test_a_package_without_its_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaflet, "FOLDER", "xstatic/pkg/elsewhere")
    with pytest.raises(InputError):
        leaflet.leaflet()


@pytest.mark.parametrize(
    "piece",
    [
        '<img src="https://tile.example/1.png">',
        "<img src='//tile.example/1.png'>",
        '<a href="page.html">x</a>',
        '<div style="background: url(https://a.example/b.png)"></div>',
        '<style>@import "other.css";</style>',
        "<style>a { background: url('b.png') }</style>",
    ],
)
def test_a_page_that_would_load_something_is_refused(piece: str) -> None:
    with pytest.raises(ModelError, match="would load"):
        render(folium.Map(tiles=None), body=piece)


def test_a_plugin_with_scripts_of_its_own_is_refused() -> None:
    chart = folium.Map(tiles=None)
    MiniMap().add_to(chart)
    with pytest.raises(ModelError, match="would load https://"):
        render(chart)


def test_data_fragments_and_words_that_look_like_addresses_are_no_resources() -> None:
    body = '<img src="data:image/png;base64,AA=="><a href="#top">x</a><p>src=&#34;https://a.example&#34; url(b.png)</p>'
    assert list(leaflet.loaded(body)) == []


def test_the_policy_comes_first_and_forbids_every_request() -> None:
    html = render(folium.Map(tiles=None))
    assert html.index("Content-Security-Policy") < min(html.index("<style>"), html.index("<script>"))
    assert "default-src 'none'" in html
    assert "user-scalable" not in html


def test_the_same_map_is_the_same_file() -> None:
    assert render(folium.Map(tiles=None)) == render(folium.Map(tiles=None))
