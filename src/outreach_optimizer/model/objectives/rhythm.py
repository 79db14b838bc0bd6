"""`rhythm`: a path through the days used, an arc costs by how much its gap misses the rhythm."""

from ortools.sat.python.cp_model import IntVar

from outreach_optimizer.model.days import days_used
from outreach_optimizer.model.variables import Model


def price(model: Model) -> None:
    """Every used day has one successor or is the last, one predecessor or is the first; there is one first day."""
    if not model.instance.weights.rhythm:
        return
    for site in model.instance.sites:
        numbers = [s for s in model.held if model.instance.sessions[s].site == site.id]
        if site.rhythm_days is None or len(numbers) < 2:
            continue
        days = days_used(model, numbers)
        first = {date: model.cp.new_bool_var(f"first[{site.id},{date}]") for date in days}
        last = {date: model.cp.new_bool_var(f"last[{site.id},{date}]") for date in days}
        follows = {
            (one, other): model.cp.new_bool_var(f"follows[{site.id},{one},{other}]")
            for one in days
            for other in days
            if one < other
        }
        model.cp.add_at_most_one(first.values())
        for date, used in days.items():
            after = [literal for (one, _), literal in follows.items() if one == date]
            before = [literal for (_, other), literal in follows.items() if other == date]
            model.cp.add(sum([*after, last[date]]) == used)
            model.cp.add(sum([*before, first[date]]) == used)
        gaps: list[tuple[IntVar, int]] = [
            (literal, 1000 * abs((other - one).days - site.rhythm_days)) for (one, other), literal in follows.items()
        ]
        model.price("rhythm", gaps)
