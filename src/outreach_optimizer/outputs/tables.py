"""Tables for the terminal: key figures, objective terms, people who are not invited, violations."""

from collections.abc import Mapping

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from outreach_optimizer.checker import Report, TermValue
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.sentences import reason_sentence, uninvited_name, violation_sentence, witness_sentence
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Texts

WITNESSES_SHOWN = 6
SHORT_NAME = 24


def heading_table(title: str) -> Table:
    """Empty table in the style of all tables here."""
    return Table(
        title=Text(f"\n{title}", "bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
        show_edge=False,
    )


def kpi_table(kpis: Mapping[str, float | None], texts: Texts) -> Table:
    """Key figures, one per row."""
    table = heading_table(texts.say("show.kpis"))
    table.add_column(texts.say("show.kpi"))
    table.add_column(texts.say("show.value"), justify="right")
    for name, value in kpis.items():
        table.add_row(texts.say(f"kpi.{name}"), kpi_text(name, value, texts))
    return table


def kpi_text(name: str, value: float | None, texts: Texts) -> str:
    """A key figure as the language writes it: shares in percent, counts without decimals."""
    if value is None:
        return texts.text(None)
    if name.startswith("share_"):
        return texts.say("show.percent", percent=texts.number(100 * value, 0))
    if name == "overflow_risk_max":
        return texts.say("show.percent", percent=texts.number(100 * value, 1))
    if isinstance(value, int):
        return texts.text(value, ",d")
    return texts.text(value, ",.2f" if name.endswith("_eur") else ",.1f")


def term_table(report: Report, texts: Texts) -> Table:
    """The objective by term: amount, price of a unit, cost and share."""
    table = heading_table(texts.say("show.terms"))
    table.add_column(texts.say("show.term"))
    table.add_column(texts.say("show.amount"), justify="right")
    table.add_column(texts.say("show.unit"))
    for name in ("weight", "cost", "share"):
        table.add_column(texts.say(f"show.{name}"), justify="right", no_wrap=True)
    for name, term in report.terms.items():
        table.add_row(
            texts.say(f"term.{name}.title"),
            texts.text(term.amount, ",.1f"),
            texts.say(f"term.{name}.unit"),
            texts.number(term.weight),
            texts.text(term.cost_min, ",.1f"),
            _share(term, report.objective_min, texts),
            style="" if term.cost_min else "dim",
        )
    table.add_section()
    table.add_row(texts.say("show.total"), "", "", "", texts.text(report.objective_min, ",.1f"), "", style="bold")
    return table


def uninvited_table(instance: Instance, schedule: Schedule, texts: Texts) -> Table | Text:
    """People who are not invited, grouped by reason; whoever has no appointment and no reason as well."""
    by_reason: dict[str, list[str]] = {}
    told = set()
    for uninvited in schedule.uninvited:
        told.add(uninvited.client)
        by_reason.setdefault(reason_sentence(uninvited, texts), []).append(uninvited_name(uninvited, texts))
    silent = [c.id for c in instance.clients if c.id not in told and c.id not in schedule.by_client]
    if silent:
        by_reason.setdefault(texts.say("show.no_reason"), []).extend(silent)
    if not by_reason:
        return Text(texts.say("show.nobody_uninvited"), "green")
    table = heading_table(texts.say("show.uninvited", people=sum(map(len, by_reason.values()))))
    table.add_column(texts.say("show.people_heading"), justify="right")
    table.add_column(texts.say("show.reason"), ratio=2)
    table.add_column(texts.say("show.clients"), ratio=3)
    for reason, clients in sorted(by_reason.items(), key=lambda entry: -len(entry[1])):
        # Long entries, with the counts of several rules, get a line each.
        between = ", " if all(len(client) < SHORT_NAME for client in clients) else "\n"
        table.add_row(str(len(clients)), Text(reason), Text(between.join(clients)))
    return table


def violation_list(instance: Instance, report: Report, texts: Texts) -> Group:
    """Violations under the titles of their rules, with excess and witnesses."""
    lines: list[RenderableType] = []
    shown_rule = None
    for found in report.violations:
        if found.rule != shown_rule:
            shown_rule = found.rule
            lines.append(Text.assemble((texts.say(f"rule.{found.rule}.title"), "bold red"), (f"  {found.rule}", "dim")))
        excess = texts.say("cli.check.excess", excess=texts.number(found.violation.excess))
        sentence = Text.assemble(violation_sentence(instance, found, texts), " ", (excess, "yellow"))
        lines.append(Padding(sentence, (0, 0, 0, 2)))
        witnesses = found.violation.witnesses
        lines += [
            Padding(Text(witness_sentence(instance, witness, texts), "dim"), (0, 0, 0, 4))
            for witness in witnesses[:WITNESSES_SHOWN]
        ]
        if len(witnesses) > WITNESSES_SHOWN:
            more = texts.say("cli.check.more_witnesses", more=len(witnesses) - WITNESSES_SHOWN)
            lines.append(Text(f"    {more}", "dim"))
    return Group(*lines)


def _share(term: TermValue, objective_min: float, texts: Texts) -> str:
    share = term.cost_min / objective_min if objective_min else 0.0
    return texts.say("show.percent", percent=texts.number(100 * share, 1))
