"""Small multiples as SVG: a panel per level, all with the same axes; a dot per seed, the mean and its range.

Series differ in symbol, dashes and lightness, never in color alone, so a gray print says the same. A hollow symbol is
a mean over fewer seeds than planned.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from textwrap import wrap
from typing import NamedTuple

from outreach_optimizer.outputs.showup_plot import Axis as Line
from outreach_optimizer.outputs.study.naming import Names, Scale
from outreach_optimizer.study.findings import Findings, Group, Measured, Panel, Series
from outreach_optimizer.study.layout import Axis
from outreach_optimizer.study.spec import Level

COLORS = ("#0f5d57", "#b45309", "#1d4ed8", "#9f1239", "#6b7280", "#6d28d9")
DASHES = ("", "6 4", "2 3", "9 3 2 3", "1 4", "12 4")
WIDTHS = {1: 600, 2: 470}
"""Pixels of a panel, by the number of columns; `NARROW` where there are more."""
NARROW = 340
PLOT_HEIGHT = 190
LEFT, RIGHT, TOP = 58, 12, 14
CHARACTER = 6.9
"""Pixels of a character of a tick, at most."""
LONGEST = 22
"""Characters of a slanted level below an axis."""
NARROWEST = 9
"""Characters of a line of a level that is wrapped, at least; shorter ones are slanted."""
LINES = 3
LINE_HEIGHT = 15
SLOT = 13
"""Pixels that a series needs at each level, at least."""
LONG_LABEL = 0.64
"""Height of a slanted label by its length: the sine of 40 degrees."""


class Frame(NamedTuple):
    """What all panels of a measure share."""

    width: float
    height: float
    bottom: float
    slanted: bool
    y: Line
    marks: Sequence[float]
    words: Sequence[str]
    ticks: Sequence[Sequence[str]]
    """Lines of the names of the levels of the horizontal axis."""


def panel_width(findings: Findings) -> int:
    """Pixels of a panel: wide where there are few, and never too narrow for its levels."""
    columns, levels, series = (
        len(findings.factors[findings.axes[axis]]) if axis in findings.axes else 1 for axis in ("columns", "x", "color")
    )
    return max(WIDTHS.get(columns, NARROW), LEFT + RIGHT + levels * max(SLOT + 4, SLOT * series))


def panels(findings: Findings, measured: Measured, scale: Scale) -> list[str]:
    """Draw each panel of a measure."""
    frame = _frame(findings, measured, scale)
    return [
        _panel(f"{measured.measure}-{number}", panel, frame, findings, scale)
        for number, panel in enumerate(measured.panels)
    ]


def key_symbol(number: int) -> str:
    """Symbol of a series for the list of symbols."""
    color, dashes = COLORS[number], _dashed(number)
    return (
        '<svg viewBox="0 0 34 16" width="34" height="16" aria-hidden="true">'
        f'<line x1="1" x2="33" y1="8" y2="8" stroke="{color}" stroke-width="1.6"{dashes}/>'
        f"{symbol(17, 8, number)}</svg>"
    )


def symbol(x: float, y: float, number: int, *, filled: bool = True) -> str:
    """Mark of a mean: each series has its own shape."""
    paint = f'fill="{COLORS[number] if filled else "#fff"}" stroke="{COLORS[number]}" stroke-width="1.8"'
    shapes: dict[int, Sequence[tuple[float, float]]] = {
        1: ((-4.6, -4.6), (4.6, -4.6), (4.6, 4.6), (-4.6, 4.6)),
        2: ((0, -6), (5.6, 4.4), (-5.6, 4.4)),
        3: ((0, -6.4), (6.4, 0), (0, 6.4), (-6.4, 0)),
        4: ((0, 6), (5.6, -4.4), (-5.6, -4.4)),
        5: ((-6, -3), (0, -6), (6, -3), (4, 5), (-4, 5)),
    }
    if number not in shapes:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {paint}/>'
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in shapes[number])
    return f'<polygon points="{points}" {paint}/>'


def zoomed(values: Sequence[float], start: float, end: float) -> tuple[Line, list[float]]:
    """Axis around values and its round numbers; from 0 on where the values reach near it."""
    low, high = min(values), max(values)
    spread = high - low or abs(high) * 0.2 or 1.0
    # Nothing but 0 itself lies on the edge.
    low, high = (0.0 if 0 <= low <= 0.2 * high else low - 0.04 * spread), high + 0.04 * spread
    raw = spread / 4
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    marks = [round(number * step, 10) for number in range(first, last + 1)]
    return Line(marks[0], marks[-1], start, end), marks


def _frame(findings: Findings, measured: Measured, scale: Scale) -> Frame:
    width = float(panel_width(findings))
    factor = findings.axes.get("x")
    words = [] if factor is None else [scale.names.level(factor, level) for level in findings.factors[factor]]
    room = int(((width - LEFT - RIGHT) / max(1, len(words)) - 4) / CHARACTER)
    slanted = room < max(map(len, words), default=0) and room < NARROWEST
    ticks = [[_cut(word)] if slanted else wrap(word, room, max_lines=LINES, placeholder=" …") for word in words]
    longest = CHARACTER * max((len(line) for lines in ticks for line in lines), default=0)
    bottom = TOP + PLOT_HEIGHT
    below = LONG_LABEL * longest + 18 if slanted else 8 + LINE_HEIGHT * max(map(len, ticks), default=0)
    below += 22 if ticks else 0
    values = [value for panel in measured.panels for one in panel.series for value in _ends(one)] or [0.0, 1.0]
    y, marks = zoomed(values, bottom, TOP)
    return Frame(width, bottom + below, bottom, slanted, y, marks, scale.axis(marks), ticks)


def _ends(series: Series) -> Iterator[float]:
    for group in series.groups:
        yield from (dot.value for dot in group.dots)
        if group.mean is not None and group.mean.low is not None and group.mean.high is not None:
            yield from (group.mean.low, group.mean.high)


def _panel(name: str, panel: Panel, frame: Frame, findings: Findings, scale: Scale) -> str:
    names, labels = scale.names, f'aria-labelledby="{name}-title {name}-description"'
    return "\n".join(
        [
            f'<svg viewBox="0 0 {frame.width:.0f} {frame.height:.0f}" role="img" {labels}>',
            f'<title id="{name}-title">{escape(panel_title(panel, findings, names))}</title>',
            f'<desc id="{name}-description">{escape(_description(panel, findings, scale))}</desc>',
            *_grid(frame, findings, names),
            *_series(panel, frame, len(findings.seeds), names),
            "</svg>",
        ]
    )


def panel_title(panel: Panel, findings: Findings, names: Names) -> str:
    """Levels that a panel is about; empty where there is only one panel."""
    places: tuple[tuple[Axis, Level | None], ...] = (("rows", panel.row), ("columns", panel.column))
    return ", ".join(names.setting(findings.axes[axis], level) for axis, level in places if level is not None)


def _description(panel: Panel, findings: Findings, scale: Scale) -> str:
    """Every mean in words."""
    told = []
    for series in panel.series:
        for group in series.groups:
            places: tuple[tuple[Axis, Level | None], ...] = (("color", series.level), ("x", group.level))
            at = [scale.names.setting(findings.axes[axis], level) for axis, level in places if level is not None]
            told.append(": ".join([*([", ".join(at)] if at else []), scale.mean(group.mean)]))
    return "; ".join(told) + "."


def _grid(frame: Frame, findings: Findings, names: Names) -> Iterator[str]:
    right = frame.width - RIGHT
    for mark, word in zip(frame.marks, frame.words, strict=True):
        kind = "zero" if mark == frame.marks[0] else "grid"
        yield f'<line class="{kind}" x1="{LEFT}" x2="{right:.0f}" y1="{frame.y.at(mark)}" y2="{frame.y.at(mark)}"/>'
        yield f'<text class="tick" x="{LEFT - 7}" y="{frame.y.at(mark)}" dy="4.2" text-anchor="end">{word}</text>'
    for number, tick in enumerate(frame.ticks):
        x = _center(frame, number, len(frame.ticks))
        if frame.slanted:
            at, y = f"{x + 4:.1f}", frame.bottom + 13
            yield (
                f'<text class="tick" x="{at}" y="{y:.1f}" text-anchor="end" '
                f'transform="rotate(-40 {at} {y:.1f})">{escape(tick[0])}</text>'
            )
            continue
        for line, words in enumerate(tick):
            y = frame.bottom + 18 + LINE_HEIGHT * line
            yield f'<text class="tick" x="{x:.1f}" y="{y:.0f}" text-anchor="middle">{escape(words)}</text>'
    if frame.ticks:
        name = escape(names.factor(findings.axes["x"]))
        yield f'<text class="unit" x="{right:.0f}" y="{frame.height - 5:.0f}" text-anchor="end">{name}</text>'


def _series(panel: Panel, frame: Frame, seeds: int, names: Names) -> Iterator[str]:
    if not any(group.dots for series in panel.series for group in series.groups):
        words = escape(names.say("study.empty_panel"))
        x = (LEFT + frame.width - RIGHT) / 2
        yield f'<text class="unit" x="{x:.0f}" y="{(TOP + frame.bottom) / 2:.0f}" text-anchor="middle">{words}</text>'
        return
    slot = (frame.width - LEFT - RIGHT) / max(1, len(frame.ticks))
    step = min(slot * 0.8 / len(panel.series), 46)
    for number, series in enumerate(panel.series):
        shift = (number - (len(panel.series) - 1) / 2) * step

        def at(place: int, shift: float = shift) -> float:
            return _center(frame, place, max(1, len(frame.ticks))) + shift

        yield from _dots(series, frame, at, min(step * 0.34, 12), COLORS[number])
        yield from _means(series, frame, at, number, seeds)


def _dots(series: Series, frame: Frame, at: Callable[[int], float], reach: float, color: str) -> Iterator[str]:
    """A dot per seed, seeds from left to right, so that equal values do not cover each other."""
    for place, group in enumerate(series.groups):
        for number, dot in enumerate(group.dots):
            share = (number + 0.5) / len(group.dots) * 2 - 1
            yield (
                f'<circle cx="{at(place) + share * reach:.1f}" cy="{frame.y.at(dot.value)}" r="2.3" '
                f'fill="{color}" fill-opacity=".45"/>'
            )


def _means(series: Series, frame: Frame, at: Callable[[int], float], color: int, seeds: int) -> Iterator[str]:
    known = [(place, group, group.mean) for place, group in enumerate(series.groups) if group.mean is not None]
    if len(known) > 1:
        path = " ".join(f"{at(place):.1f},{frame.y.at(mean.value)}" for place, _, mean in known)
        paint = f'fill="none" stroke="{COLORS[color]}" stroke-width="1.3" stroke-opacity=".75"'
        yield f'<polyline points="{path}" {paint}{_dashed(color)}/>'
    for place, group, mean in known:
        x = at(place)
        if mean.low is not None and mean.high is not None:
            yield _whisker(x, frame.y.at(mean.low), frame.y.at(mean.high), COLORS[color])
        yield symbol(x, float(frame.y.at(mean.value)), color, filled=is_full(group, seeds))


def is_full(group: Group, seeds: int) -> bool:
    """Whether every seed has a result."""
    return len(group.dots) == seeds


def _whisker(x: float, low: str, high: str, color: str) -> str:
    ends = "".join(f'<line x1="{x - 4:.1f}" x2="{x + 4:.1f}" y1="{y}" y2="{y}"/>' for y in (low, high))
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{low}" y2="{high}"/>'
    return f'<g stroke="{color}" stroke-width="1.6">{line}{ends}</g>'


def _center(frame: Frame, place: int, places: int) -> float:
    slot = (frame.width - LEFT - RIGHT) / places
    return LEFT + slot * (place + 0.5)


def _dashed(number: int) -> str:
    return f' stroke-dasharray="{DASHES[number]}"' if DASHES[number] else ""


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1].rstrip() + "…"


def levels_on(findings: Findings, axis: Axis) -> Sequence[Level]:
    """Levels of the factor of an axis; none without a factor."""
    return findings.factors[findings.axes[axis]] if axis in findings.axes else ()
