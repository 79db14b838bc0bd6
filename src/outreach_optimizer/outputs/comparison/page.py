"""The page: the first sheet answers the question, the sections below say everything else."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from outreach_optimizer.errors import ModelError
from outreach_optimizer.outputs.comparison import answer, charts
from outreach_optimizer.outputs.comparison.maps import Maps, maps
from outreach_optimizer.outputs.comparison.speech import Speech
from outreach_optimizer.outputs.leaflet import POLICY, loaded
from outreach_optimizer.outputs.words import templates
from outreach_optimizer.scenarios.comparison import Comparison, Plan, Variant
from outreach_optimizer.texts import Texts

ONE_DAY = dt.timedelta(days=1)
INVENTED = "synthetic"
"""Quality of data that the first sheet must not keep to itself."""


def render(
    comparison: Comparison,
    texts: Texts,
    plans: Mapping[str, Plan] | None = None,
    *,
    boundaries: Mapping[str, Any] | None = None,
) -> str:
    """Write a comparison as one HTML page that loads nothing. The same comparison is the same file.

    Parameters
    ----------
    plans
        By variant id, for the maps; without them the maps show sites only.
    boundaries
        GeoJSON FeatureCollection of areas to draw as the ground of the maps.

    Raises
    ------
    InputError
        The package with Leaflet is missing or has the wrong version.
    ModelError
        Something on the page would be loaded from elsewhere.
    """
    speech = Speech(texts)
    by_id = {variant.id: variant for variant in comparison.variants}
    today = by_id[comparison.baseline]
    chosen = None if comparison.answer.variant is None else by_id[comparison.answer.variant]
    pair = None
    if chosen is not None and chosen.sites and today.sites:
        pair = maps(today, chosen, plans or {}, speech, boundaries)
    html = (
        templates()
        .get_template("comparison/page.j2")
        .render(
            _frame(comparison, pair, texts)
            | _first_sheet(comparison, today, chosen, speech)
            | _sections(comparison, chosen, by_id, speech)
            | _functions(speech)
        )
        + "\n"
    )
    for resource in loaded(html):
        raise ModelError(f"the page would load {resource}")
    return html


def _frame(comparison: Comparison, pair: Maps | None, texts: Texts) -> dict[str, object]:
    start, end = (dt.date.fromisoformat(day) for day in comparison.period)
    return {
        "c": comparison,
        "lang": texts.lang,
        "policy": POLICY,
        "about": texts.say("compare.about", start=start, end=end - ONE_DAY, people=comparison.people),
        # Leaflet's and our own style sheets, scripts and drawings, in which every word is escaped.
        "style": Markup((pair.style if pair else "") + _own("page.css")),  # noqa: S704 - see above
        "script": Markup(pair.script) if pair else "",  # noqa: S704 - see above
        "pictures": [(n, words, Markup(svg)) for n, words, svg in pair.pictures] if pair else [],  # noqa: S704 - see above
    }


def _first_sheet(comparison: Comparison, today: Variant, chosen: Variant | None, speech: Speech) -> dict[str, object]:
    difference = None if chosen is None else chosen.difference
    return {
        "today": today,
        "chosen": chosen,
        "question": speech.saying("question", comparison.question),
        "word": speech.say(f"compare.answer.{comparison.answer.recommendation}"),
        "sentences": list(answer.sentences(comparison, chosen, speech)),
        "tiles": [] if chosen is None else list(answer.tiles(today, chosen, speech)),
        "warnings": [speech.saying("quality", one) for one in comparison.data_quality if one.code == INVENTED],
        "efforts": [] if chosen is None else list(answer.efforts(today, chosen, speech)),
        "changes": None if difference is None else answer.changes(difference.municipalities, speech),
        "lists": [
            ("assumed", list(answer.assumptions(comparison, speech))),
            ("turning", [speech.saying("turning", one) for one in comparison.answer.conditions]),
            ("needs", [speech.saying("need", one) for one in comparison.needs]),
        ],
    }


def _sections(
    comparison: Comparison, chosen: Variant | None, by_id: Mapping[str, Variant], speech: Speech
) -> dict[str, object]:
    name = None if chosen is None else chosen.id
    months = () if chosen is None or chosen.difference is None else chosen.difference.months
    base = None if chosen is None else charts.mean_effect(chosen)
    drawn = {
        "savings": charts.savings_chart(comparison.variants, name, speech),
        "tornado": charts.tornado(comparison.sensitivity, None if base is None else base.value, speech),
        "months": charts.months_chart(months, speech),
        "pareto": charts.pareto_chart(comparison.pareto, name, speech),
        "ranking": charts.ranking_chart(comparison.ranking.candidates if comparison.ranking else (), speech),
    }
    return {
        "by_id": by_id,
        # Drawings of ours, in which every word is escaped.
        "charts": {key: Markup(svg) for key, svg in drawn.items()},  # noqa: S704 - see above
        "site_names": _site_names(comparison.variants),
        "losers": _losers(comparison.variants, name, speech),
    }


def _functions(speech: Speech) -> dict[str, Callable[..., object]]:
    return {
        "say": speech.say,
        "saying": speech.saying,
        "title": speech.title,
        "about_variant": speech.about,
        "number": speech.number,
        "signed": speech.signed,
        "percent": speech.percent,
        "euro": speech.euro,
        "few": speech.few,
        "interval": speech.interval,
        "effect": charts.effect,
        "letter": charts.letter,
        "place": lambda row: answer.place(row, speech),
        "months": lambda difference: answer.months(difference, speech),
        "loses": lambda row: answer.loses(row, speech),
    }


def _site_names(variants: Sequence[Variant]) -> Mapping[str, str]:
    return {site.site: site.name for variant in variants for site in variant.sites if site.held}


def _losers(variants: Sequence[Variant], chosen: str | None, speech: Speech) -> list[tuple[str, str]]:
    """Municipalities in which somebody loses, for each variant that is not the answer's."""
    rows = []
    for variant in variants:
        if variant.difference is not None and variant.id != chosen:
            names = [answer.place(row, speech) for row in variant.difference.municipalities if row.has_losers]
            told = "; ".join(names) or speech.say("compare.places.nobody_loses")
            rows.append((speech.title(variant), told))
    return rows


def _own(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
