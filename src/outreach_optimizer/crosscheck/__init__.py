"""What no single field shows: ids that lead nowhere, ends before beginnings, tables that do not fit.

Every check takes the instance and yields all it finds, with pointers into the instance. A fact named ``other`` is a
pointer, too; ``collection`` names the list of which a member is missing.
"""

from outreach_optimizer.crosscheck.ids import pins, references, schedule_entries, unique_ids
from outreach_optimizer.crosscheck.numbers import limits, points, sites, tables, templates
from outreach_optimizer.crosscheck.times import clients, dates, period, sessions, windows
from outreach_optimizer.errors import Problem
from outreach_optimizer.instance import Instance
from outreach_optimizer.schedule import Schedule

CHECKS = (
    unique_ids,
    references,
    period,
    dates,
    sessions,
    windows,
    clients,
    sites,
    templates,
    points,
    limits,
    tables,
    pins,
)


def cross_check(instance: Instance) -> list[Problem]:
    """Everything that makes an instance unusable although each field is well formed."""
    return [problem for check in CHECKS for problem in check(instance)]


def cross_check_schedule(instance: Instance, schedule: Schedule) -> list[Problem]:
    """Ids of a schedule that the instance does not know, and entries that stand twice; broken rules are no problem."""
    return list(schedule_entries(instance, schedule))
