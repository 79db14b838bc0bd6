"""What each rule and each objective term means: for the terminal, and as the reference page ``docs/rules.md``."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Literal, NamedTuple

from rich.console import Group
from rich.table import Table
from rich.text import Text

from outreach_optimizer.constraints import CONSTRAINTS
from outreach_optimizer.limits import Weights
from outreach_optimizer.objectives import OBJECTIVES
from outreach_optimizer.outputs.tables import heading_table
from outreach_optimizer.texts import Texts

RULE_PARTS = ("what", "why", "reference", "limit", "example")
TERM_PARTS = ("what", "why", "unit", "reference")


class Entry(NamedTuple):
    """Everything that is told about one rule or term; ``parts`` are pairs of heading and sentence."""

    kind: Literal["rule", "term"]
    name: str
    title: str
    parts: tuple[tuple[str, str], ...]


def entries(texts: Texts) -> Iterator[Entry]:
    """All rules, then all terms, in the order in which the program tries them."""
    for name in CONSTRAINTS:
        parts = tuple((texts.say(f"explain.{part}"), texts.say(f"rule.{name}.{part}")) for part in RULE_PARTS)
        yield Entry("rule", name, texts.say(f"rule.{name}.title"), parts)
    for name in OBJECTIVES:
        parts = tuple((texts.say(f"explain.{part}"), texts.say(f"term.{name}.{part}")) for part in TERM_PARTS)
        price = texts.say("explain.price_value", name=name, weight=getattr(Weights(), name))
        yield Entry("term", name, texts.say(f"term.{name}.title"), (*parts, (texts.say("explain.price"), price)))


def named(name: str, texts: Texts) -> tuple[Entry, ...]:
    """Entries of that name: none, one, or a rule and a term."""
    return tuple(entry for entry in entries(texts) if entry.name == name)


def similar_names(name: str) -> list[str]:
    """Names of rules and terms that look like ``name``."""
    return get_close_matches(name, dict.fromkeys((*CONSTRAINTS, *OBJECTIVES)), n=3, cutoff=0.5)


def overview(texts: Texts) -> Group:
    """Tables of all rules and all terms."""
    tables: list[Table] = []
    told = list(entries(texts))
    for kind, title in (("rule", "explain.rules"), ("term", "explain.terms")):
        table = heading_table(texts.say(title))
        table.add_column(texts.say("explain.name"), style="cyan", no_wrap=True)
        table.add_column(texts.say("explain.title"))
        for entry in told:
            if entry.kind == kind:
                table.add_row(entry.name, entry.title)
        tables.append(table)
    return Group(*tables, Text(f"\n{texts.say('explain.more')}", "dim"))


def page(entry: Entry, texts: Texts) -> Group:
    """One entry for the terminal."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1)
    for heading, sentence in entry.parts:
        table.add_row(heading, Text(sentence))
    kind = texts.say(f"explain.kind_{entry.kind}")
    return Group(Text.assemble((entry.title, "bold"), (f"  {kind} {entry.name}", "cyan")), table)


def markdown(texts: Texts) -> str:
    """The reference page."""
    lines = [f"# {texts.say('explain.markdown_title')}", "", texts.say("explain.markdown_intro")]
    shown_kind = None
    for entry in entries(texts):
        if entry.kind != shown_kind:
            shown_kind = entry.kind
            lines += ["", f"## {texts.say(f'explain.{entry.kind}s')}"]
        lines += ["", f"### `{entry.name}`: {entry.title}", ""]
        lines += [f"- **{heading}:** {sentence}" for heading, sentence in entry.parts]
    return "\n".join(lines) + "\n"
