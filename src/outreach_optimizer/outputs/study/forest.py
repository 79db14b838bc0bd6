"""All effects on the first measure below each other, with their ranges."""

from collections.abc import Iterator, Sequence

from outreach_optimizer.outputs.comparison.drawing import ROW, TOP, beside, dot, frame, grid, label, scale, whisker
from outreach_optimizer.outputs.study.naming import Names, Scale
from outreach_optimizer.study.findings import Effect, Findings, Mean

SHOWN = 24
"""Effects that are drawn; the tables have all."""


def forest(findings: Findings, names: Names) -> str:
    """Differences on the first measure; filled where chance and proof gaps cannot explain them."""
    measured = findings.measures[0]
    found = [(effect, effect.difference) for effect in shown(measured.effects) if effect.difference is not None]
    if not found:
        return ""
    written = Scale(measured, names)
    ends = [end for _, mean in found for end in (mean.value, mean.low, mean.high) if end is not None]
    axis, marks = scale([end * written.factor for end in ends])
    height = TOP + ROW * len(found) + 30

    def parts() -> Iterator[str]:
        yield from grid(axis, marks, height, names.axis(marks), names.measure(measured.measure))
        for number, (effect, mean) in enumerate(found):
            y = TOP + ROW * (number + 0.5)
            yield from label(y, effect_name(effect, names))
            if mean.low is not None and mean.high is not None:
                yield whisker(axis, mean.low * written.factor, mean.high * written.factor, y)
            value = mean.value * written.factor
            yield dot(float(axis.at(value)), y, filled=effect.verdict in ("larger", "smaller"))
            yield beside(axis, value, y - 13, written.signed(mean.value))

    told = [f"{effect_name(effect, names)}: {_range(mean, written)}" for effect, mean in found]
    return frame("forest", height, names.say("study.forest"), "; ".join(told) + ".", parts())


def shown(effects: Sequence[Effect]) -> Sequence[Effect]:
    """Effects in their order; of too many, those that differ most."""
    if len(effects) <= SHOWN:
        return effects
    most = sorted(effects, key=lambda one: -abs(one.difference.value) if one.difference else 0.0)[:SHOWN]
    return [effect for effect in effects if effect in most]


def effect_name(effect: Effect, names: Names) -> str:
    """Factor, first level and level; scenarios are known to differ from today."""
    base, level = (names.level(effect.factor, one) for one in (effect.base, effect.level))
    if effect.factor == "scenario":
        return level
    return f"{names.factor(effect.factor)}: {base} → {level}"


def _range(mean: Mean, written: Scale) -> str:
    value = written.signed(mean.value)
    if mean.low is None:
        return value
    return written.names.say(
        "compare.with_range", value=value, low=written.signed(mean.low), high=written.signed(mean.high)
    )
