"""``check``, ``show`` and ``map``: what is in a plan."""

from pathlib import Path

from outreach_optimizer.checker import Report, check
from outreach_optimizer.cli.exit_codes import DONE, REFUSED
from outreach_optimizer.cli.screen import Screen, print_json
from outreach_optimizer.files import read_boundaries, read_instance, read_schedule
from outreach_optimizer.instance import Instance
from outreach_optimizer.outputs.calendar import made_elsewhere, other_instance, proof_lines, show, verdict
from outreach_optimizer.outputs.documents import check_document
from outreach_optimizer.outputs.tables import term_table, violation_list
from outreach_optimizer.saving import check_writable, write_text
from outreach_optimizer.schedule import Schedule


def check_files(screen: Screen, instance_path: Path, plan_path: Path, *, as_json: bool) -> int:
    """List every violation of a plan; exit code 1 if there is any."""
    instance, schedule, report = _read(instance_path, plan_path)
    if as_json:
        print_json(check_document(instance, schedule, report, screen.texts))
    else:
        screen.out.print(verdict(report, screen.texts))
        if made_elsewhere(instance, schedule):
            screen.out.print(other_instance(schedule, screen.texts))
        if report.violations:
            screen.out.print(violation_list(instance, report, screen.texts))
        screen.out.print(*proof_lines(instance, schedule, report, screen.texts), sep="\n")
        screen.out.print(term_table(report, screen.texts))
    return REFUSED if report.violations else DONE


def show_files(screen: Screen, instance_path: Path, plan_path: Path) -> int:
    """Print a plan as a calendar."""
    instance, schedule, report = _read(instance_path, plan_path)
    show(instance, schedule, report, screen.texts, screen.out)
    return DONE


def map_files(
    screen: Screen, instance_path: Path, plan_path: Path, target: Path, boundaries: Path | None, *, precise: bool
) -> int:
    """Draw a plan as one HTML file."""
    instance = read_instance(instance_path)
    schedule = read_schedule(plan_path, instance)
    shapes = None if boundaries is None else read_boundaries(boundaries)
    check_writable(target)
    from outreach_optimizer.outputs.map import map_html  # noqa: PLC0415 - folium takes a second, bad input does not wait

    write_text(target, map_html(instance, schedule, screen.texts, boundaries=shapes, precise=precise))
    screen.out.print(screen.texts.say("cli.map.written", file=target), soft_wrap=True)
    if precise:
        screen.err.print(screen.texts.say("cli.map.precise_warning"), style="yellow", soft_wrap=True)
    return DONE


def _read(instance_path: Path, plan_path: Path) -> tuple[Instance, Schedule, Report]:
    instance = read_instance(instance_path)
    schedule = read_schedule(plan_path, instance)
    return instance, schedule, check(instance, schedule)
