"""The charts of the report as SVG: savings with their ranges, sensitivity, alternatives, months, other sites."""

from collections.abc import Iterator, Sequence
from html import escape

from outreach_optimizer.outputs.comparison.drawing import (
    DARK,
    LEFT,
    LIGHT,
    MIDDLE,
    RIGHT,
    ROW,
    TOP,
    bar,
    beside,
    dot,
    frame,
    grid,
    label,
    scale,
    whisker,
)
from outreach_optimizer.outputs.comparison.speech import Speech
from outreach_optimizer.outputs.showup_plot import Axis
from outreach_optimizer.scenarios.comparison import Bar, Candidate, Point, Variant
from outreach_optimizer.scenarios.differences import Month
from outreach_optimizer.scenarios.figures import Estimate

SHOWN_CANDIDATES = 10
AROUND = ((13, -6), (13, 15), (-13, -6), (-13, 15), (0, 22), (0, -12), (26, 5), (-26, 5), (26, 20), (-26, 20))
"""Where a letter may stand, in pixels from its dot."""
BLOCK = 62
"""Height of an assumption in the tornado."""
PLOT = (70, 30, 690, 340)
"""Left, top, right and bottom of the chart of staff hours and ways."""


def savings_chart(variants: Sequence[Variant], chosen: str | None, speech: Speech) -> str:
    """Mean saving per person of each variant with its range."""
    found = [(variant, estimate) for variant in variants if (estimate := mean_effect(variant)) is not None]
    if not found:
        return ""
    ends = [end for _, e in found for end in (e.value, e.low, e.high) if end is not None]
    axis, marks = scale(ends)
    height = TOP + ROW * len(found) + 30

    def parts() -> Iterator[str]:
        yield from grid(axis, marks, height, speech.axis(marks), speech.say("compare.chart.minutes_per_person"))
        for number, (variant, estimate) in enumerate(found):
            y = TOP + ROW * (number + 0.5)
            yield from label(y, speech.title(variant), strong=variant.id == chosen)
            if estimate.low is not None and estimate.high is not None:
                yield whisker(axis, estimate.low, estimate.high, y)
            certain = variant.difference is not None and variant.difference.verdict in ("better", "worse")
            yield dot(float(axis.at(estimate.value)), y, filled=certain)
            yield beside(axis, estimate.value, y - 13, speech.signed(estimate.value, 1))

    rows = [f"{speech.title(variant)}: {speech.estimate(estimate)}" for variant, estimate in found]
    title = speech.say("compare.chart.savings")
    return frame("savings", height, title, "; ".join(rows) + ".", parts())


def tornado(bars: Sequence[Bar], base: float | None, speech: Speech) -> str:
    """What each assumption does to the mean saving; the longest bar first."""
    rows = [row for row in bars if row.low_saving_min is not None or row.high_saving_min is not None]
    if not rows:
        return ""
    values = [value for row in rows for value in (row.low_saving_min, row.high_saving_min) if value is not None]
    axis, marks = scale(values if base is None else [*values, base], end=RIGHT - 40)
    height = TOP + BLOCK * len(rows) + 30

    def parts() -> Iterator[str]:
        yield from grid(axis, marks, height, speech.axis(marks), speech.say("compare.chart.minutes_per_person"))
        if base is not None:
            x = axis.at(base)
            yield f'<line class="base" x1="{x}" x2="{x}" y1="{TOP - 4}" y2="{height - 26}"/>'
        for number, row in enumerate(rows):
            yield from _block(axis, row, TOP + BLOCK * number + 14, speech)

    title = speech.say("compare.chart.tornado")
    return frame("tornado", height, title, " ".join(_tornado_row(row, speech) for row in rows), parts())


def _block(axis: Axis, row: Bar, y: float, speech: Speech) -> Iterator[str]:
    """Name of an assumption; below it a bar for the low and one for the high setting."""
    name = speech.say(f"scenario.sensitivity.{row.name}")
    yield f'<text class="halo" x="8" y="{y:.1f}" font-weight="600">{escape(name)}</text>'
    ends = (row.low_saving_min, row.low_setting, LIGHT, 14), (row.high_saving_min, row.high_setting, MIDDLE, 32)
    for value, setting, color, shift in ends:
        words, at = escape(speech.saying("setting", setting)), y + shift + 4
        yield f'<text class="setting" x="{LEFT - 12}" y="{at:.1f}" text-anchor="end">{words}</text>'
        if value is not None:
            yield bar(axis, value, y + shift, color, height=14)
            right = max(value, 0.0)
            yield beside(axis, right, y + shift, speech.signed(value, 1))


def _tornado_row(row: Bar, speech: Speech) -> str:
    ends = (row.low_setting, row.low_saving_min), (row.high_setting, row.high_saving_min)
    told = (f"{speech.saying('setting', setting)} {speech.signed(value, 1)}" for setting, value in ends)
    return f"{speech.say(f'scenario.sensitivity.{row.name}')}: {', '.join(told)}."


def months_chart(months: Sequence[Month], speech: Speech) -> str:
    """Mean saving in each month that was made up anew; hollow where the searches did not decide."""
    if not months:
        return ""
    ordered = sorted(months, key=lambda month: month.mean_saving_min)
    axis, marks = scale([month.mean_saving_min for month in ordered])
    step = 22
    height = TOP + step * len(ordered) + 30

    def parts() -> Iterator[str]:
        yield from grid(axis, marks, height, speech.axis(marks), speech.say("compare.chart.minutes_per_person"))
        for number, month in enumerate(ordered):
            y = TOP + step * (number + 0.5)
            yield from label(y, speech.say("compare.chart.month", seed=month.seed))
            yield dot(float(axis.at(month.mean_saving_min)), y, filled=month.verdict in ("better", "worse"))
            yield beside(axis, month.mean_saving_min, y, speech.signed(month.mean_saving_min, 1))

    told = [speech.signed(month.mean_saving_min, 1) for month in ordered]
    return frame("months", height, speech.say("compare.chart.months"), ", ".join(told) + ".", parts())


def ranking_chart(candidates: Sequence[Candidate], speech: Speech) -> str:
    """Sites that could be the next one: saving of the plan where there is one, else the estimate from ways alone."""
    shown = [c for number, c in enumerate(candidates) if number < SHOWN_CANDIDATES or c.planned]
    if not shown:
        return ""
    axis, marks = scale([_saving(candidate) for candidate in shown], end=RIGHT - 50)
    step = 28
    height = TOP + step * len(shown) + 30

    def parts() -> Iterator[str]:
        yield from grid(axis, marks, height, speech.axis(marks), speech.say("compare.chart.minutes_per_person"))
        for number, candidate in enumerate(shown):
            y, value = TOP + step * (number + 0.5), _saving(candidate)
            yield from label(y, candidate.name, strong=candidate.planned)
            yield bar(axis, value, y, LIGHT if candidate.mean_saving_min is None else DARK)
            yield beside(axis, value, y, _told(candidate, speech), left=value < 0)

    rows = [f"{candidate.name}: {_told(candidate, speech)}" for candidate in shown]
    return frame("ranking", height, speech.say("compare.chart.ranking"), "; ".join(rows) + ".", parts())


def _saving(candidate: Candidate) -> float:
    found = candidate.mean_saving_min
    return candidate.screened_saving_min if found is None else found


def _told(candidate: Candidate, speech: Speech) -> str:
    if candidate.mean_saving_min is not None:
        return speech.signed(candidate.mean_saving_min, 1)
    return speech.say("compare.chart.at_most", minutes=speech.number(candidate.screened_saving_min, 1))


def pareto_chart(points: Sequence[Point], chosen: str | None, speech: Speech) -> str:
    """Staff hours against mean burden; letters stand in the table; hollow: another one is better in everything."""
    if not points:
        return ""
    left, top, right, bottom = PLOT
    hours, ways = escape(speech.say("compare.chart.hours")), escape(speech.say("compare.chart.burden"))
    x, x_marks = _zoomed([point.staff_away_h for point in points], left, right)
    y, y_marks = _zoomed([point.mean_burden_min for point in points], bottom, top)

    places = [(float(x.at(point.staff_away_h)), float(y.at(point.mean_burden_min))) for point in points]
    letters = _beside_dots(places)

    def parts() -> Iterator[str]:
        for mark, word in zip(x_marks, speech.axis(x_marks), strict=True):
            yield f'<line class="grid" x1="{x.at(mark)}" x2="{x.at(mark)}" y1="{top}" y2="{bottom}"/>'
            yield f'<text class="tick" x="{x.at(mark)}" y="{bottom + 18}" text-anchor="middle">{word}</text>'
        for mark, word in zip(y_marks, speech.axis(y_marks), strict=True):
            yield f'<line class="grid" x1="{left}" x2="{right}" y1="{y.at(mark)}" y2="{y.at(mark)}"/>'
            yield f'<text class="tick" x="{left - 8}" y="{y.at(mark)}" dy="4.5" text-anchor="end">{word}</text>'
        yield f'<text class="unit" x="{right}" y="{bottom + 38}" text-anchor="end">{hours}</text>'
        yield f'<text class="unit" x="{left - 44}" y="{top - 12}">{ways}</text>'
        for number, point in enumerate(points):
            yield dot(*places[number], filled=not point.dominated)
            weight = 800 if point.variant == chosen else 500
            at = f'x="{letters[number][0]:.1f}" y="{letters[number][1]:.1f}"'
            yield f'<text class="halo" {at} text-anchor="middle" font-weight="{weight}">{letter(number)}</text>'

    rows = [
        f"{letter(number)} {speech.number(point.staff_away_h, 0)} / {speech.number(point.mean_burden_min, 1)}"
        for number, point in enumerate(points)
    ]
    return frame("pareto", bottom + 48, speech.say("compare.chart.pareto"), "; ".join(rows) + ".", parts())


def letter(number: int) -> str:
    """``A`` to ``Z``, then ``A1`` and so on."""
    return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")


def _beside_dots(places: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Where each letter stands: the first spot around its dot that is free of dots and letters, else the first."""
    taken, found = list(places), []
    for x, y in places:
        around = [(x + dx, y + dy) for dx, dy in AROUND]
        free = (spot for spot in around if all(abs(spot[0] - a) > 11 or abs(spot[1] - 5 - b) > 11 for a, b in taken))
        spot = next(free, around[0])
        found.append(spot)
        taken.append((spot[0], spot[1] - 5))
    return found


def _zoomed(values: Sequence[float], start: float, end: float) -> tuple[Axis, list[float]]:
    """Axis around values, without 0: the plot is about differences, its numbers say where it begins."""
    low, high = min(values), max(values)
    margin = max(high - low, 1) * 0.12
    axis, marks = scale([high - low + 2 * margin], start, end)
    step = marks[1] - marks[0]
    first = step * (max(low - margin, 0.0) // step)
    last = next(first + step * n for n in range(1, 100) if first + step * n >= high + margin)
    ticks = [first + step * n for n in range(round((last - first) / step) + 1)]
    return axis._replace(low=first, high=last), ticks


def mean_effect(variant: Variant) -> Estimate | None:
    """Saving per person of the whole list."""
    return None if variant.difference is None else effect(variant, "burden_mean")


def effect(variant: Variant, name: str) -> Estimate | None:
    """Effect of a name."""
    effects = () if variant.difference is None else variant.difference.effects
    return next((found.estimate for found in effects if found.name == name), None)
