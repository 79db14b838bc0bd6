"""``certify``: how good a plan is, without a solver."""

from pathlib import Path

from outreach_optimizer.checker import check
from outreach_optimizer.cli.exit_codes import DONE, REFUSED
from outreach_optimizer.cli.screen import Screen, print_json
from outreach_optimizer.files import read_instance, read_schedule
from outreach_optimizer.outputs.certificate import certificate_document, certificate_lines
from outreach_optimizer.relaxation.bound import bound
from outreach_optimizer.relaxation.prices import prices_of


def certify_files(screen: Screen, instance_path: Path, plan_path: Path, *, as_json: bool) -> int:
    """Compare the objective of a plan with the bound that its prices give; exit code 1 if it breaks a rule."""
    instance = read_instance(instance_path)
    schedule = read_schedule(plan_path, instance)
    report = check(instance, schedule)
    certified = bound(instance, prices_of(instance, schedule.certificate))
    if as_json:
        print_json(certificate_document(instance, schedule, report, certified))
    else:
        lines = certificate_lines(instance, schedule, report, certified, screen.texts)
        screen.out.print(*lines, sep="\n", soft_wrap=True)
    return REFUSED if report.violations else DONE
