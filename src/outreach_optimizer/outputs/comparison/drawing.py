"""What the charts of the report have in common: a scale, rows with their words, a text for those who cannot see them.

Marks differ in shape and lightness, never in color alone, so a gray print says the same.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape
from itertools import count
from textwrap import wrap

from outreach_optimizer.outputs.showup_plot import Axis

WIDTH, LEFT, RIGHT = 720, 250, 700
TOP, ROW = 34, 40
INK = "#1b232b"
DARK, MIDDLE, LIGHT = "#0f5d57", "#5f9d97", "#c9dfdc"
LABEL_CHARACTERS = 27


def scale(values: Sequence[float], start: float = LEFT, end: float = RIGHT) -> tuple[Axis, list[float]]:
    """Axis that holds 0 and all values, and its round numbers."""
    low, high = min(0.0, *values), max(0.0, *values)
    raw = max(high - low, 0.5) / 5
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(max(high, low + step) / step - 1e-9)
    marks = [round(number * step, 10) for number in range(first, last + 1)]
    return Axis(marks[0], marks[-1], start, end), marks


def frame(name: str, height: float, title: str, description: str, parts: Iterator[str]) -> str:
    """SVG element with a title and a description, for screen readers and for whoever cannot see the drawing."""
    return "\n".join(
        [
            f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="{name}-title {name}-description">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-description">{escape(description)}</desc>',
            *parts,
            "</svg>",
        ]
    )


def grid(axis: Axis, marks: Sequence[float], height: float, words: Sequence[str], unit: str) -> Iterator[str]:
    """Vertical lines with their numbers above; that of 0 is stronger."""
    for mark, word in zip(marks, words, strict=True):
        x, kind = axis.at(mark), "zero" if mark == 0 else "grid"
        yield f'<line class="{kind}" x1="{x}" x2="{x}" y1="{TOP - 4}" y2="{height - 26:.0f}"/>'
        yield f'<text class="tick" x="{x}" y="{TOP - 10}" text-anchor="middle">{escape(word)}</text>'
    yield f'<text class="unit" x="{RIGHT}" y="{height - 8:.0f}" text-anchor="end">{escape(unit)}</text>'


def label(y: float, words: str, *, strong: bool = False) -> Iterator[str]:
    """Words to the left of a row, in one or two lines."""
    lines = wrap(words, LABEL_CHARACTERS, max_lines=2, placeholder=" …")
    weight = ' font-weight="700"' if strong else ""
    for number, text in zip(count(), lines, strict=False):
        at = y + 4.5 + 15 * (number - (len(lines) - 1) / 2)
        yield f'<text x="{LEFT - 12}" y="{at:.1f}" text-anchor="end"{weight}>{escape(text)}</text>'


def beside(axis: Axis, value: float, y: float, words: str, *, left: bool = False) -> str:
    """Words next to a mark, inside the drawing."""
    x = float(axis.at(value))
    left = left or x + 8 + 9 * len(words) > WIDTH
    shift, anchor = (-8, "end") if left else (8, "start")
    return (
        f'<text class="value halo" x="{x + shift:.1f}" y="{y + 4.5:.1f}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def bar(axis: Axis, value: float, y: float, color: str, *, height: float = 16) -> str:
    """Bar from 0 to a value."""
    ends = sorted((float(axis.at(0)), float(axis.at(value))))
    return (
        f'<rect x="{ends[0]:.1f}" y="{y - height / 2:.1f}" width="{max(1.0, ends[1] - ends[0]):.1f}" '
        f'height="{height}" fill="{color}" stroke="{INK}" stroke-width=".6"/>'
    )


def whisker(axis: Axis, low: float, high: float, y: float) -> str:
    """Range as a line with ends."""
    a, b = axis.at(low), axis.at(high)
    ends = "".join(f'<line x1="{x}" x2="{x}" y1="{y - 6:.1f}" y2="{y + 6:.1f}"/>' for x in (a, b))
    return f'<g stroke="{INK}" stroke-width="1.6"><line x1="{a}" x2="{b}" y1="{y:.1f}" y2="{y:.1f}"/>{ends}</g>'


def dot(x: float, y: float, *, filled: bool = True) -> str:
    """Filled or hollow circle."""
    fill = DARK if filled else "#fff"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{fill}" stroke="{DARK}" stroke-width="2"/>'
