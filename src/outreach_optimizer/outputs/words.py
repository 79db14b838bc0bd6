"""What the map says: popups and panel from ``map.j2``, in the language of the texts, harmless where folium puts it."""

import datetime as dt
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from outreach_optimizer.fields import clock_text
from outreach_optimizer.outputs.areas import Count
from outreach_optimizer.texts import Texts

ACTIVE = str.maketrans({character: f"&#{ord(character)};" for character in "{}$`\\"})


class Words:
    """The macros of ``map.j2`` as functions that give HTML."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        spoken = {
            "say": texts.say,
            "text": texts.text,
            "weekday": texts.weekday,
            "people": self.people,
            "clock": clock_text,
            "one_day": dt.timedelta(days=1),
        }
        self._macros = templates().get_template("map.j2").make_module(spoken)

    def html(self, macro: str, /, *values: Any) -> str:  # noqa: ANN401 - whatever the macro takes
        """Write one macro; values are escaped."""
        return inert(str(getattr(self._macros, macro)(*values)).strip())

    def people(self, count: Count) -> str:
        """Write a count: ``7``, ``unter 3``, ``6 bis 8``."""
        if count.low == count.high:
            return str(count.low)
        if count.low == 0:
            return self.texts.say("map.below", limit=count.high + 1)
        return self.texts.say("map.range", low=count.low, high=count.high)


def inert(html: str) -> str:
    """HTML that looks the same and does nothing in a JavaScript template literal or a Jinja template.

    folium puts popups between backticks, where ``${…}`` runs, and compiles what it has rendered as a template once
    more, where ``{{…}}`` runs.
    """
    return html.translate(ACTIVE)


@cache
def templates() -> Environment:
    """Templates of this folder, in which every value is escaped and none may be missing."""
    return Environment(
        loader=PackageLoader("outreach_optimizer", "outputs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
