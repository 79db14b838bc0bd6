"""A plan to read: header, calendar by day and site, key figures, objective, people who are not invited."""

import datetime as dt
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import groupby

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from outreach_optimizer.checker import Report
from outreach_optimizer.fields import CaseworkerId, clock_text
from outreach_optimizer.instance import Appointment, Instance, Session
from outreach_optimizer.outlook import Outlook, outlooks
from outreach_optimizer.outputs.expectations import attendance_facts, crowding_facts, filled
from outreach_optimizer.outputs.sentences import quality_sentence
from outreach_optimizer.outputs.tables import kpi_table, term_table, uninvited_table
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.texts import Texts
from outreach_optimizer.travel import UNKNOWN, Tour, client_ways, tours

LANE_WIDTH = 30
"""Columns of the terminal that the lane of one caseworker needs."""
TIME_WIDTH = 8
TEXT_WIDTH = 100


def show(instance: Instance, schedule: Schedule, report: Report, texts: Texts, console: Console) -> None:
    """Print a plan: what is held, who works where, who is invited when; then figures and reasons."""
    console.print(_header(instance, schedule, report, texts))
    console.print(*_calendar(instance, schedule, texts, console.width), sep="\n")
    console.print(kpi_table(report.kpis, texts))
    console.print(term_table(report, texts))
    console.print(uninvited_table(instance, schedule, texts))


def calendar_text(instance: Instance, schedule: Schedule, report: Report, texts: Texts) -> str:
    """What `show` prints, as plain text."""
    paper = StringIO()
    console = Console(file=paper, width=TEXT_WIDTH, no_color=True, force_terminal=False, legacy_windows=False)
    show(instance, schedule, report, texts, console)
    return "\n".join(line.rstrip() for line in paper.getvalue().splitlines()) + "\n"


def _header(instance: Instance, schedule: Schedule, report: Report, texts: Texts) -> Panel:
    last = instance.period.end - dt.timedelta(days=1)
    lines = [
        Text(
            texts.say(
                "show.counts",
                sessions=len(_used_sessions(instance, schedule)),
                duties=len(schedule.duties),
                invited=len(schedule.by_client),
                clients=len(instance.clients),
            )
        ),
        *proof_lines(instance, schedule, report, texts),
        verdict(report, texts),
    ]
    if made_elsewhere(instance, schedule):
        lines.append(other_instance(schedule, texts))
    title = texts.say("show.title", name=instance.name, start=instance.period.start, last=last)
    return Panel(Group(*lines), title=Text(title, "bold"), title_align="left", border_style="cyan", padding=(0, 1))


def proof_lines(instance: Instance, schedule: Schedule, report: Report, texts: Texts) -> Iterator[Text]:
    """Objective, how far it can be from the optimum, and who says so.

    A proof counts for a plan of this very instance that keeps every rule and still costs what the proof says.
    """
    objective, proof = texts.text(report.objective_min, ",.1f"), schedule.proof
    if proof is None or schedule.instance is None or made_elsewhere(instance, schedule) or report.violations:
        yield Text(texts.say("show.objective_alone", objective=objective))
        return
    if abs(proof.objective - report.objective_min) > 1e-6 * max(1.0, abs(report.objective_min)):
        claimed = texts.text(proof.objective, ",.1f")
        yield Text(texts.say("show.proof_differs", claimed=claimed, objective=objective), "yellow")
        return
    quality = quality_sentence(proof.objective, proof.bound, texts, optimal=proof.status == "OPTIMAL")
    yield Text(texts.say("show.objective", objective=objective, quality=quality), "bold")
    yield Text(
        texts.say(
            "show.computed",
            bound=texts.text(proof.bound, ",.1f"),
            seed=proof.seed,
            workers=proof.workers,
            ortools=proof.versions.get("ortools", "?"),
        ),
        "dim",
    )


def verdict(report: Report, texts: Texts) -> Text:
    """Whether all rules are kept, or which are broken."""
    if not report.violations:
        return Text(texts.say("show.rules_kept"), "green")
    rules = ", ".join(dict.fromkeys(found.rule for found in report.violations))
    count = len(report.violations)
    key = "show.rules_broken_one" if count == 1 else "show.rules_broken"
    return Text(texts.say(key, rules=rules, violations=count), "bold red")


def made_elsewhere(instance: Instance, schedule: Schedule) -> bool:
    """Whether the plan says that it was made for another instance."""
    return schedule.instance is not None and schedule.instance.sha256 != instance.digest


def other_instance(schedule: Schedule, texts: Texts) -> Text:
    """Remark on a plan that was made for another instance."""
    reference = schedule.instance
    name, sha256 = (reference.name, reference.sha256) if reference else ("", "")
    return Text(texts.say("show.other_instance", name=name, sha256=sha256[:12]), "yellow")


def _used_sessions(instance: Instance, schedule: Schedule) -> list[Session]:
    used = [s for s in instance.sessions if schedule.crew(s.id) or schedule.appointments_in(s.id)]
    return sorted(used, key=lambda s: (s.date, instance.site_by_id[s.site].name, s.start, s.id))


def _calendar(instance: Instance, schedule: Schedule, texts: Texts, width: int) -> Iterator[RenderableType]:
    sessions = _used_sessions(instance, schedule)
    if not sessions:
        yield Text(texts.say("show.no_sessions"), "yellow")
    days = {(tour.caseworker, tour.date): tour for tour in tours(instance, schedule)}
    expected = {outlook.session.id: outlook for outlook in outlooks(instance, schedule)}
    for date, of_day in groupby(sessions, key=lambda session: session.date):
        day = texts.say("show.day", weekday=texts.weekday(date), date=date)
        yield Padding(Rule(Text(day, "bold"), align="left", style="cyan"), (1, 0, 0, 0))
        for number, session in enumerate(of_day):
            if number:
                yield Text()
            yield _session_line(instance, schedule, session, texts)
            if session.id in expected:
                yield from _expected_lines(instance, expected[session.id], texts, width)
            for lanes in _lane_groups(schedule, session, width):
                yield Padding(_lane_table(instance, schedule, session, lanes, days=days, texts=texts), (0, 0, 0, 1))


def _session_line(instance: Instance, schedule: Schedule, session: Session, texts: Texts) -> Text:
    site = instance.site_by_id[session.site]
    status = "" if site.status == "open" else texts.say("show.status", status=texts.say(f"word.{site.status}"))
    times = ", ".join(f"{clock_text(start)}–{clock_text(end)}" for start, end in session.blocks())
    facts = [session.room] if session.room else []
    facts.append(texts.say("show.desks_one" if session.desks == 1 else "show.desks", desks=session.desks))
    facts.append(texts.say("show.people", people=len(schedule.appointments_in(session.id))))
    if instance.overbooking_of(session) == "session":
        facts.append(texts.say("show.one_line"))
    line = Text.assemble(
        (texts.say("show.session", site=site.name, status=status, times=times), "bold cyan"),
        "  " + " · ".join(facts),
        (f"  {session.id}", "dim"),
    )
    if not schedule.crew(session.id):
        line.append(f"  {texts.say('show.not_held')}", "bold red")
    return line


def _expected_lines(instance: Instance, outlook: Outlook, texts: Texts, width: int) -> Iterator[RenderableType]:
    """One line; where it is too long, one about who comes and one about what overbooking brings with it."""
    coming = list(attendance_facts(outlook, texts))
    crowding = list(crowding_facts(outlook, instance.rules.overflow_risk, texts))
    lines = list(filled([*coming, *crowding], width - 1))
    if len(lines) > 1:
        lines = [*filled(coming, width - 1), *filled(crowding, width - 1)]
    yield from (Padding(Text(line, "dim"), (0, 0, 0, 1)) for line in lines)


def _lane_groups(schedule: Schedule, session: Session, width: int) -> Iterator[Sequence[CaseworkerId]]:
    """Caseworkers of a session, as many at a time as the terminal is wide; crew first, strangers after."""
    booked = (appointment.caseworker for appointment in schedule.appointments_in(session.id))
    lanes = tuple(dict.fromkeys((*sorted(schedule.crew(session.id)), *sorted(booked))))
    fitting = max(1, (width - TIME_WIDTH) // LANE_WIDTH)
    for first in range(0, len(lanes), fitting):
        yield lanes[first : first + fitting]


def _lane_table(
    instance: Instance,
    schedule: Schedule,
    session: Session,
    lanes: Sequence[CaseworkerId],
    *,
    days: dict[tuple[CaseworkerId, dt.date], Tour],
    texts: Texts,
) -> Table:
    booked: dict[tuple[int, CaseworkerId], list[Appointment]] = {}
    for appointment in schedule.appointments_in(session.id):
        booked.setdefault((appointment.start, appointment.caseworker), []).append(appointment)
    grid = {*session.slot_starts(instance.slot_min), *(start for start, _ in booked)}
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="", padding=(0, 2, 0, 0))
    table.add_column(Text(texts.say("show.time"), "dim"), no_wrap=True, style="dim")
    for lane in lanes:
        on_duty = lane in schedule.crew(session.id)
        table.add_column(
            _lane_head(lane, days.get((lane, session.date)) if on_duty else None, texts), min_width=LANE_WIDTH - 2
        )
    for start in sorted(grid):
        cells = [_cell(instance, booked, start, lane, texts) for lane in lanes]
        table.add_row(clock_text(start), *cells)
    return table


def _lane_head(caseworker: CaseworkerId, tour: Tour | None, texts: Texts) -> Text:
    if tour is None:
        return Text.assemble((caseworker, "bold"), "  ", (texts.say("show.lane_absent"), "bold red"))
    drive = "?" if tour.drive_milli_min is None else texts.number(tour.drive_milli_min / 1000, 0)
    span = texts.say("show.lane_tour", departure=_clock(tour.departure), arrival=_clock(tour.arrival))
    facts = [span, texts.say("show.lane_drive", drive=drive)]
    if len(tour.sessions) > 1:
        facts.append(texts.say("show.lane_stops", stops=len(tour.sessions)))
    return Text.assemble((caseworker, "bold"), "  ", (", ".join(facts), "dim"))


def _cell(
    instance: Instance,
    booked: dict[tuple[int, CaseworkerId], list[Appointment]],
    start: int,
    lane: CaseworkerId,
    texts: Texts,
) -> Text:
    here = booked.get((start, lane), [])
    if here:
        entries = [_entry(instance, appointment, texts) for appointment in here]
        # A bracket holds together those who share the slot.
        marks = [""] if len(here) == 1 else ["┌ ", *["├ "] * (len(here) - 2), "└ "]
        return Text("\n").join(Text.assemble((mark, "dim"), entry) for mark, entry in zip(marks, entries, strict=True))
    lasting = any(
        caseworker == lane and begin < start < begin + instance.client_by_id[a.client].slots * instance.slot_min
        for (begin, caseworker), appointments in booked.items()
        for a in appointments
    )
    return Text("│" if lasting else texts.say("show.free"), "dim")


def _entry(instance: Instance, appointment: Appointment, texts: Texts) -> Text:
    client = instance.client_by_id[appointment.client]
    column = instance.site_columns[instance.session_by_id[appointment.session].site]
    milli_min = int(client_ways(instance).milli_min[instance.client_rows[client.id], column])
    mode = texts.say(f"word.{client.mode}")
    if milli_min == UNKNOWN:
        way = texts.say("show.travel_unknown", mode=mode)
    else:
        way = texts.say("show.travel", travel=texts.number(milli_min / 1000, 0), mode=mode)
    entry = Text.assemble(client.id, "  ", (way, "dim"))
    if appointment in instance.posted:
        entry.append(f"  {texts.say('show.fixed')}", "yellow")
    return entry


def _clock(minute: int) -> str:
    return clock_text(minute) if minute >= 0 else f"-{clock_text(-minute)}"
