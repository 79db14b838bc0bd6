"""Days on which a site is used."""

import datetime as dt

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.variables import Model


def days_used(model: Model, sessions: list[int]) -> dict[dt.date, IntVar]:
    """Literals by date: a session is held on that date, of those given; dates ascend."""
    by_date: dict[dt.date, list[IntVar]] = {}
    for s in sessions:
        by_date.setdefault(model.instance.sessions[s].date, []).append(model.held[s])
    days = {}
    for date in sorted(by_date):
        literals = by_date[date]
        days[date] = literals[0]
        if len(literals) > 1:
            days[date] = model.cp.new_bool_var(f"day[{model.instance.sessions[sessions[0]].site},{date}]")
            model.cp.add_max_equality(days[date], literals)
    return days
