"""Schedules that the checker accepts."""

from typing import NamedTuple

from outreach_optimizer.checker import Report, check
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule


class Accepted(NamedTuple):
    """A schedule that keeps every rule, with the checker's report."""

    schedule: Schedule
    report: Report


def accepted(instance: Instance, schedule: Schedule) -> Accepted | None:
    """The schedule with its report, or None if it breaks a rule."""
    report = check(instance, schedule)
    return None if report.violations else Accepted(schedule, report)


def better(one: Accepted | None, other: Accepted | None) -> Accepted | None:
    """The cheaper one; the first if they cost the same."""
    if one is None or other is None:
        return one or other
    return other if other.report.objective_micro < one.report.objective_micro else one
