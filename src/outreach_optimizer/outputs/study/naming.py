"""What factors, levels and measures are called, and how their numbers are written."""

from collections.abc import Iterable, Mapping, Sequence

from outreach_optimizer.outputs.comparison.speech import BLANK, Speech
from outreach_optimizer.scenarios.figures import Interval
from outreach_optimizer.study.findings import Findings, Mean, Measured
from outreach_optimizer.study.spec import TODAY, Level, MeasureName
from outreach_optimizer.texts import Texts

SHARES = frozenset({"gap", "share_15", "share_30", "share_45", "overflow_risk_max"})
"""Measures that are written in percent."""
SHARE_FACTORS = frozenset({"blocked", "show_rate", "without_car"})
OF_PROGRAM: tuple[MeasureName, ...] = ("objective_min", "gap", "seconds")
"""Measures that are no key figures."""


class Names(Speech):
    """A language with the names of a study; templates call its methods."""

    def __init__(self, texts: Texts, scenario_titles: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._titles = scenario_titles

    def factor(self, name: str) -> str:
        """Name of a factor."""
        return self.say(f"study.factor.{name}")

    def level(self, factor: str, level: Level) -> str:
        """Name of a level, without its factor."""
        if factor == "scenario":
            return self.say("study.today") if level == TODAY else self._titles.get(str(level), str(level))
        if isinstance(level, str):
            return self.say(f"study.preset.{level}")
        if factor in SHARE_FACTORS:
            return f"{self.texts.number(100 * level)}{BLANK}%"
        return self.texts.text(level)

    def setting(self, factor: str, level: Level) -> str:
        """Name of a level with its factor; scenarios and sizes speak for themselves."""
        own = self.level(factor, level)
        return own if factor in ("scenario", "preset") else f"{self.factor(factor)}: {own}"

    def measure(self, name: MeasureName) -> str:
        """Name of a measure with its unit."""
        own = self.say(f"study.measure.{name}" if name in OF_PROGRAM else f"kpi.{name}")
        return f"{own} (%)" if name in SHARES else own


class Scale:
    """How the numbers of one measure are written: all with as many decimals, shares as percent."""

    def __init__(self, measured: Measured, names: Names) -> None:
        self.names = names
        self.factor = 100.0 if measured.measure in SHARES else 1.0
        largest = max((abs(self.factor * value) for value in _values(measured)), default=0.0)
        self.digits = next((digits for limit, digits in ((100, 0), (10, 1), (1, 2)) if largest >= limit), 3)

    def number(self, value: float | None) -> str:
        """Write a value."""
        return self.names.number(None if value is None else self.factor * value, self.digits)

    def signed(self, value: float | None) -> str:
        """Write a difference."""
        return self.names.signed(None if value is None else self.factor * value, self.digits)

    def range(self, low: float | None, high: float | None) -> str:
        """Write the range of a difference, a dash where there is none."""
        if low is None or high is None:
            return self.number(None)
        scaled = Interval(low=self.factor * low, high=self.factor * high)
        return self.names.interval(scaled, self.digits)

    def axis(self, marks: Sequence[float]) -> list[str]:
        """Numbers of an axis."""
        return self.names.axis([self.factor * mark for mark in marks])

    def mean(self, mean: Mean | None) -> str:
        """Write a mean with its range, for those who cannot see it."""
        if mean is None:
            return self.names.say("study.no_result")
        if mean.low is None or mean.high is None:
            return self.names.say("study.mean", mean=self.number(mean.value), seeds=mean.seeds)
        low, high = self.number(mean.low), self.number(mean.high)
        return self.names.say("study.mean_range", mean=self.number(mean.value), low=low, high=high, seeds=mean.seeds)


def names_of(findings: Findings, texts: Texts) -> Names:
    """Names of a study."""
    return Names(texts, findings.scenario_titles)


def _values(measured: Measured) -> Iterable[float]:
    for panel in measured.panels:
        for series in panel.series:
            for group in series.groups:
                yield from (dot.value for dot in group.dots)
