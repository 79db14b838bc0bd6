"""The page: what the study shows, how far that can be trusted, then every measure with all its runs."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from outreach_optimizer.errors import ModelError
from outreach_optimizer.outputs.leaflet import POLICY, loaded
from outreach_optimizer.outputs.study.forest import forest
from outreach_optimizer.outputs.study.multiples import key_symbol, levels_on, panel_title, panel_width, panels
from outreach_optimizer.outputs.study.naming import Names, Scale, names_of
from outreach_optimizer.outputs.study.speaking import answer, doubts
from outreach_optimizer.outputs.words import templates
from outreach_optimizer.study.findings import Effect, Failure, Findings, LevelMean, Measured
from outreach_optimizer.texts import Texts

SHOWN_FAILURES = 20
"""Rows of the table of failures; the results table has all."""


class Picture(NamedTuple):
    """A panel with the words above it."""

    title: str
    svg: Markup


class Row(NamedTuple):
    """A row of the table of effects."""

    level: str
    cells: Sequence[str]
    verdict: str
    is_clear: bool


class Section(NamedTuple):
    """Everything about one measure."""

    name: str
    title: str
    rows: Sequence[tuple[str, Sequence[Picture]]]
    """Name of a row of panels, empty for the only one, and its panels."""
    effects: Sequence[tuple[str, Sequence[Row]]]
    """By factor."""
    has_proof: bool


def render(findings: Findings, tables: Sequence[str], texts: Texts) -> str:
    """Write the findings of a study as one HTML page that loads nothing. The same findings are the same page.

    Parameters
    ----------
    tables
        Names of the files beside the page that hold every run.

    Raises
    ------
    ModelError
        Something on the page would be loaded from elsewhere.
    """
    names = names_of(findings, texts)
    first = findings.measures[0]
    html = (
        templates()
        .get_template("study/page.j2")
        .render(
            f=findings,
            lang=texts.lang,
            policy=POLICY,
            title=findings.title or names.say("study.title", measure=names.measure(first.measure)),
            sentences=list(answer(findings, names)),
            doubts=list(doubts(findings, names)),
            # Drawings and style sheets of ours, in which every word is escaped.
            forest=Markup(forest(findings, names)),  # noqa: S704 - see above
            style=Markup(_style()),  # noqa: S704 - see above
            keys=[
                (Markup(key_symbol(number)), names.level(findings.axes["color"], level))  # noqa: S704 - see above
                for number, level in enumerate(levels_on(findings, "color"))
            ],
            width=panel_width(findings),
            sections=[_section(findings, measured, names) for measured in findings.measures],
            failures=[_failure(failure, findings, names) for failure in findings.failures[:SHOWN_FAILURES]],
            hidden_failures=max(0, len(findings.failures) - SHOWN_FAILURES),
            tables=tables,
            names=names,
            say=names.say,
        )
        + "\n"
    )
    for resource in set(loaded(html)) - set(tables):
        raise ModelError(f"the page would load {resource}")
    return html


def _section(findings: Findings, measured: Measured, names: Names) -> Section:
    scale = Scale(measured, names)
    drawn = zip(measured.panels, panels(findings, measured, scale), strict=True)
    rows = []
    for row, members in groupby(drawn, key=lambda pair: pair[0].row):
        pictures = [
            # Drawn by us, every word escaped.
            Picture(panel_title(panel.replace(row=None), findings, names), Markup(svg))  # noqa: S704 - see above
            for panel, svg in members
        ]
        rows.append(("" if row is None else names.setting(findings.axes["rows"], row), pictures))
    return Section(
        name=measured.measure,
        title=names.measure(measured.measure),
        rows=rows,
        effects=list(_effects(measured, scale, names)),
        has_proof=any(effect.proven is not None for effect in measured.effects),
    )


def _effects(measured: Measured, scale: Scale, names: Names) -> Iterator[tuple[str, Sequence[Row]]]:
    against: Mapping[tuple[str, object], Effect] = {(one.factor, one.level): one for one in measured.effects}
    has_proof = any(effect.proven is not None for effect in measured.effects)
    for factor, means in groupby(measured.means, key=lambda one: one.factor):
        rows = [_row(one, against.get((factor, one.level)), scale, names, has_proof=has_proof) for one in means]
        yield names.factor(factor), rows


def _row(one: LevelMean, effect: Effect | None, scale: Scale, names: Names, *, has_proof: bool) -> Row:
    mean = scale.number(None if one.mean is None else one.mean.value)
    level = names.level(one.factor, one.level)
    if effect is None:
        cells = [mean, *([names.number(None)] * (3 + has_proof))]
        return Row(level, cells, names.say("study.verdict.base"), is_clear=False)
    difference, dash = effect.difference, names.number(None)
    pairs = names.say("study.of_pairs", pairs=effect.pairs, planned=effect.pairs + effect.missing)
    cells = [
        mean,
        dash if difference is None else scale.signed(difference.value),
        dash if difference is None else scale.range(difference.low, difference.high),
        *([dash if effect.proven is None else scale.range(*_ends(effect))] if has_proof else []),
        pairs if effect.missing else str(effect.pairs),
    ]
    return Row(level, cells, names.say(f"study.verdict.{effect.verdict}"), effect.verdict in ("larger", "smaller"))


def _ends(effect: Effect) -> tuple[float | None, float | None]:
    return (None, None) if effect.proven is None else (effect.proven.low, effect.proven.high)


def _failure(failure: Failure, findings: Findings, names: Names) -> tuple[str, str, str]:
    """Levels, seeds and reason of runs without a plan."""
    levels = ", ".join(names.setting(factor, level) for factor, level in failure.levels.items())
    every = len(failure.seeds) == len(findings.seeds) and len(failure.seeds) > 1
    seeds = names.say("study.every_seed") if every else ", ".join(map(str, failure.seeds))
    reason = failure.reason or names.say(f"study.status.{failure.status}")
    return levels or names.say("study.all_runs"), seeds, reason


def _style() -> str:
    """Style sheet of comparisons and what only studies have."""
    outputs = files("outreach_optimizer.outputs")
    sheets = (outputs / "comparison" / "page.css", outputs / "study" / "page.css")
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
