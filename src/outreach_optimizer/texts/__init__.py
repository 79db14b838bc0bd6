"""Every sentence that a user reads, by name, in German and English.

``texts/de/rule.toml`` with ``[min_crew] violation = "…"`` is the sentence ``rule.min_crew.violation``. A placeholder
``{found}`` takes the fact of that name, written as the language writes numbers and dates; ``{gap:.1f}`` formats it
beforehand.
"""

import datetime as dt
import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal

from outreach_optimizer.errors import Problem
from outreach_optimizer.jsontext import visible

Lang = Literal["de", "en"]


class Texts:
    """The sentences of one language; a table is read when its first sentence is asked for."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self._tables: dict[str, dict[str, str]] = {}

    def say(self, key: str, /, **facts: object) -> str:
        """Write the sentence of a name with facts.

        Raises
        ------
        KeyError
            No sentence has this name, or it needs a fact that is not there.
        """
        parts: list[str] = []
        for literal, name, spec, _ in Formatter().parse(self._table(key)[key]):
            parts.append(literal)
            if name is not None:
                parts.append(self.text(facts[name], spec or ""))
        return "".join(parts)

    def has(self, key: str) -> bool:
        """Whether a sentence has this name."""
        return key in self._table(key)

    def text(self, value: object, spec: str = "") -> str:
        """Write one fact: numbers, dates, yes and no as the language does, the members of a list with commas."""
        if value is None or isinstance(value, bool):
            return self.say({None: "format.none", True: "format.yes", False: "format.no"}[value])
        if isinstance(value, int | float) and spec:
            marks = str.maketrans(",.", self.say("format.thousands") + self.say("format.decimal"))
            return format(value, spec).translate(marks)
        if isinstance(value, float):
            return self.number(value)
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, list | tuple):
            return ", ".join(self.text(member) for member in value)
        return format(value, spec)

    def number(self, value: float, digits: int | None = None) -> str:
        """Write a number with so many decimals; without ``digits`` at most two, and no zeros at the end."""
        if not math.isfinite(value):
            return str(value)
        written = f"{value:.{2 if digits is None else digits}f}"
        if digits is None and "." in written:
            written = written.rstrip("0").rstrip(".")
        if float(written) == 0:
            written = written.removeprefix("-")
        return written.replace(".", self.say("format.decimal"))

    def date(self, date: dt.date) -> str:
        """Write a date: ``05.01.2026`` or ``2026-01-05``."""
        return self.say("format.date", day=f"{date.day:02}", month=f"{date.month:02}", year=f"{date.year:04}")

    def weekday(self, date: dt.date) -> str:
        """Short name of the day of the week: ``Mo`` or ``Mon``."""
        return self.say(f"format.weekday_{date.isoweekday()}")

    def problem_text(self, problem: Problem) -> str:
        """Write a problem as one line: file, JSON pointer, what is wrong and allowed, value found, hint."""
        parts = [self.say(f"problem.{problem.code}", **problem.facts)]
        if isinstance(problem.found, Mapping):
            parts.append(self._broken_rule(str(problem.facts.get("rule")), problem.found))
        elif problem.found is not None:
            parts.append(self.say("problem.found", found=str(problem.found)))
        hint = problem.facts.get("hint")
        if hint is not None:
            parts.append(self.say(f"problem.hint.{hint}", **problem.facts))
        where = ", ".join(part for part in (problem.file, problem.pointer) if part)
        return visible(" ".join([f"{where}:", *parts] if where else parts))

    def _broken_rule(self, rule: str, facts: Mapping[str, object]) -> str:
        """Write what a rule says about facts; one of them names the way in which a rule with several ways is broken."""
        key = f"rule.{rule}.violation"
        ways = [key, *(f"{key}.{fact}" for fact in facts.values() if isinstance(fact, str))]
        known = next((way for way in ways if self.has(way)), None)
        if known is not None:
            return self.say(known, **facts)
        return self.say("problem.found", found=[f"{name} = {self.text(fact)}" for name, fact in facts.items()])

    def _table(self, key: str) -> Mapping[str, str]:
        name = key.partition(".")[0]
        if name not in self._tables:
            source = files(__name__).joinpath(self.lang, f"{name}.toml")
            table = tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
            self._tables[name] = dict(_flat(name, table))
        return self._tables[name]


@cache
def load(lang: Lang) -> Texts:
    """Sentences of a language."""
    return Texts(lang)


def _flat(name: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(f"{name}.{key}", value)
        else:
            pairs.append((f"{name}.{key}", str(value)))
    return pairs
