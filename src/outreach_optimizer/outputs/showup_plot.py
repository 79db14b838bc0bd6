"""The plot of the advice: risk above, minutes below, over the number of people invited; SVG without any script.

Series differ in dashes and symbols, not only in color, and the recommended number has a line and a word.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from outreach_optimizer.outputs.showup import limit_text, percent
from outreach_optimizer.showup.advice import CORRELATION, Advice, Row
from outreach_optimizer.texts import Texts

WIDTH, HEIGHT = 760, 628
LEFT, RIGHT = 62, 742
PANELS = ((64, 284), (380, 580))
"""Top and bottom of risk and minutes."""
ACCENT, SECOND, LIMIT = "#0b5fa5", "#9a3412", "#9f1239"


class Axis(NamedTuple):
    """A linear scale: values between ``low`` and ``high`` lie between the pixels ``start`` and ``end``."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> str:
        """Pixel of a value, as SVG writes it."""
        share = (value - self.low) / (self.high - self.low)
        return f"{self.start + share * (self.end - self.start):.1f}"


class Series(NamedTuple):
    """A line: its name, the value of a row, color, and whether it is the second one of its panel."""

    name: str
    value: Callable[[Row], float]
    color: str
    second: bool = False


def plot(advice: Advice, texts: Texts) -> str:
    """Draw risk and minutes as an SVG element that has a title and a description."""
    rows = _drawn(advice)
    risk_top = max(100 * max(max(row.risk, row.correlated_risk) for row in rows), 10.0)
    minutes_top = max(max(row.idle_min, row.overtime_min) for row in rows)
    x = Axis(rows[0].invited, rows[-1].invited, LEFT + 18, RIGHT - 18)
    risk = Axis(0, ticks(risk_top)[-1], PANELS[0][1], PANELS[0][0])
    minutes = Axis(0, ticks(minutes_top)[-1], PANELS[1][1], PANELS[1][0])
    say = texts.say
    numbers, unit = _numbers(rows, advice.invited), say("showup.plot_text.x")
    together = say("showup.plot_text.correlated", correlation=CORRELATION)
    risks = (
        Series(say("showup.plot_text.independent"), lambda row: 100 * row.risk, ACCENT),
        Series(together, lambda row: 100 * row.correlated_risk, SECOND, second=True),
    )
    times = (
        Series(say("showup.plot_text.idle"), lambda row: row.idle_min, ACCENT),
        Series(say("showup.plot_text.overtime"), lambda row: row.overtime_min, SECOND, second=True),
    )
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="plot-title plot-description">',
        f'<title id="plot-title">{escape(say("showup.plot_text.title"))}</title>',
        f'<desc id="plot-description">{escape(_description(rows, advice.invited, texts))}</desc>',
        *_panel(say("showup.plot_text.risk"), x, risk, risks, rows=rows, numbers=numbers, unit=unit),
        *_limit(risk, advice, texts),
        *_panel(say("showup.plot_text.minutes"), x, minutes, times, rows=rows, numbers=numbers, unit=unit),
        *_best(x, advice, texts),
        "</svg>",
    ]
    return "\n".join(parts)


def ticks(most: float) -> list[int]:
    """Round whole numbers from 0 to just above a number, four to eight of them."""
    raw = max(most, 1) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = max(1, round(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)))
    return list(range(0, math.ceil(max(most, 1) / step) * step + 1, step))


def _panel(
    title: str, x: Axis, y: Axis, series: Sequence[Series], *, rows: Sequence[Row], numbers: Sequence[int], unit: str
) -> Iterator[str]:
    bottom, top = y.start, y.end
    yield f'<text class="axis-title" x="{LEFT - 48}" y="{top - 32:.0f}">{escape(title)}</text>'
    for value in ticks(y.high):
        yield f'<line class="grid" x1="{LEFT}" x2="{RIGHT}" y1="{y.at(value)}" y2="{y.at(value)}"/>'
        yield f'<text class="tick" x="{LEFT - 8}" y="{y.at(value)}" dy="4.5" text-anchor="end">{value}</text>'
    for value in numbers:
        yield f'<text class="tick" x="{x.at(value)}" y="{bottom + 19:.0f}" text-anchor="middle">{value}</text>'
    yield f'<line class="base" x1="{LEFT}" x2="{RIGHT}" y1="{y.at(0)}" y2="{y.at(0)}"/>'
    yield f'<text class="axis-title" x="{RIGHT}" y="{bottom + 39:.0f}" text-anchor="end">{escape(unit)}</text>'
    place = RIGHT
    for one in reversed(series):
        place -= round(7.4 * len(one.name)) + 34
        yield _symbol(place, top - 37, one)
        yield f'<text class="key" x="{place + 12}" y="{top - 32:.0f}">{escape(one.name)}</text>'
    for one in series:
        points = [(x.at(row.invited), y.at(one.value(row))) for row in rows]
        path = " ".join(f"{px},{py}" for px, py in points)
        dashes = ' stroke-dasharray="7 5"' if one.second else ""
        yield f'<polyline points="{path}" fill="none" stroke="{one.color}" stroke-width="2"{dashes}/>'
        yield from (_symbol(float(px), float(py), one) for px, py in points)


def _symbol(x: float, y: float, series: Series) -> str:
    if series.second:
        return (
            f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="#fff" '
            f'stroke="{series.color}" stroke-width="2"/>'
        )
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{series.color}"/>'


def _limit(y: Axis, advice: Advice, texts: Texts) -> Iterator[str]:
    at = y.at(100 * advice.question.risk)
    yield f'<line class="limit" x1="{LEFT}" x2="{RIGHT}" y1="{at}" y2="{at}"/>'
    words = texts.say("showup.plot_text.limit", limit=limit_text(advice.question.risk, texts))
    yield f'<text class="limit-name" x="{RIGHT - 4}" y="{at}" dy="-6" text-anchor="end">{escape(words)}</text>'


def _best(x: Axis, advice: Advice, texts: Texts) -> Iterator[str]:
    """A line through both panels at the number that is advised."""
    at = x.at(advice.invited)
    for top, bottom in PANELS:
        yield f'<line class="best" x1="{at}" x2="{at}" y1="{top - 10}" y2="{bottom}"/>'
    words = texts.say("showup.plot_text.best", invited=advice.invited)
    anchor = "start" if float(at) < (LEFT + RIGHT) / 2 else "end"
    shift = 6 if anchor == "start" else -6
    yield (
        f'<text class="best-name" x="{float(at) + shift:.1f}" y="{PANELS[0][0] + 2}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _drawn(advice: Advice) -> Sequence[Row]:
    """Rows for the plot: without the one of no overbooking if it is so far away that a line to it would tell lies."""
    numbers = [row.invited for row in advice.rows]
    return (
        advice.rows[1:]
        if 4 * (numbers[1] - numbers[0]) > numbers[-1] - numbers[0] and len(numbers) > 4
        else advice.rows
    )


def _numbers(rows: Sequence[Row], advised: int) -> list[int]:
    """Numbers of people at the axis: every one, or as many as there is room for, the advised one among them."""
    first, last = rows[0].invited, rows[-1].invited
    step = next(step for step in _steps() if (last - first) / step <= 14)
    return [number for number in range(first, last + 1) if (number - advised) % step == 0]


def _steps() -> Iterator[int]:
    power = 1
    while True:
        yield from (power, 2 * power, 5 * power)
        power *= 10


def _description(rows: Sequence[Row], advised: int, texts: Texts) -> str:
    first, last = rows[0], rows[-1]
    return texts.say(
        "showup.plot_text.description",
        first=first.invited,
        last=last.invited,
        first_risk=percent(first.risk, texts),
        last_risk=percent(last.risk, texts),
        first_idle=texts.number(first.idle_min, 0),
        last_idle=texts.number(last.idle_min, 0),
        first_overtime=texts.number(first.overtime_min, 0),
        last_overtime=texts.number(last.overtime_min, 0),
        invited=advised,
    )
