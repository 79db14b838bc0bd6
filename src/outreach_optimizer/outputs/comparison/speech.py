"""How the report writes figures: signs, ranges, counts that must not be told."""

from collections.abc import Sequence

from outreach_optimizer.scenarios.comparison import Variant
from outreach_optimizer.scenarios.figures import Estimate, Interval, Saying
from outreach_optimizer.texts import Texts

MINUS = "\N{MINUS SIGN}"
BLANK = "\N{NO-BREAK SPACE}"


class Speech:
    """A language with the figures of a comparison; templates call its methods."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def say(self, key: str, /, **facts: object) -> str:
        """Write a sentence of the page; a percent sign stays with its number."""
        return self.texts.say(key, **facts).replace(" %", f"{BLANK}%")

    def saying(self, group: str, saying: Saying) -> str:
        """Write the sentence of a code."""
        saved = saying.facts.get("saving")
        rounded = {"saving": self.signed(saved)} if isinstance(saved, float) else {}
        return self.say(f"scenario.{group}.{saying.code}", **{**saying.facts, **rounded})

    def title(self, variant: Variant) -> str:
        """Name of a variant."""
        return variant.title or self.say(f"scenario.variant.{variant.kind}.title", **variant.facts)

    def about(self, variant: Variant) -> str:
        """What is done in a variant; empty for those of the user, whose changes are listed."""
        return "" if variant.title else self.say(f"scenario.variant.{variant.kind}.about", **variant.facts)

    def number(self, value: float | None, digits: int = 1) -> str:
        """Write a number, with a dash for none, thousands apart and a true minus sign."""
        if value is None:
            return self.texts.text(None)
        rounded = round(value, digits) + 0.0
        return self.texts.text(float(rounded), f",.{digits}f").replace("-", MINUS)

    def signed(self, value: float | None, digits: int = 1) -> str:
        """Write a difference, with its sign."""
        plus = "+" if value is not None and round(value, digits) > 0 else ""
        return plus + self.number(value, digits)

    def percent(self, share: float | None) -> str:
        """Write a part of 1 as percent."""
        return self.texts.text(None) if share is None else f"{self.number(100 * share, 0)}{BLANK}%"

    def euro(self, value: float | None) -> str:
        """Write a difference of costs in whole euros."""
        return self.texts.text(None) if value is None else f"{self.signed(value, 0)}{BLANK}\N{EURO SIGN}"

    def few(self, count: int | None) -> str:
        """Write a number of people; one or two must not be told (domain A.7)."""
        return self.say("compare.few") if count is None else str(count)

    def interval(self, found: Interval | None, digits: int = 0) -> str:
        """Write a proven range of a difference; one number where both ends are the same."""
        if found is None:
            return self.texts.text(None)
        low, high = self.signed(found.low, digits), self.signed(found.high, digits)
        return low if low == high else self.say("compare.from_to", low=low, high=high)

    def estimate(self, found: Estimate | None, digits: int = 1) -> str:
        """Write an estimate with its range."""
        if found is None:
            return self.texts.text(None)
        value = self.signed(found.value, digits)
        if found.low is None or found.high is None:
            return value
        low, high = self.signed(found.low, digits), self.signed(found.high, digits)
        return self.say("compare.with_range", value=value, low=low, high=high)

    def axis(self, marks: Sequence[float]) -> list[str]:
        """Numbers of an axis, all with as many decimals as the finest needs."""
        digits = next((n for n in range(3) if all(abs(mark - round(mark, n)) < 1e-9 for mark in marks)), 2)
        return [self.number(mark, digits) for mark in marks]
