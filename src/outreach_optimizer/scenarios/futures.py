"""What if an assumption is wrong: bars of a tornado, other months, and regret over futures."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from outreach_optimizer.errors import InputError
from outreach_optimizer.fields import milli
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.apply import Budget, apply, baseline, decided, within
from outreach_optimizer.scenarios.bootstrap import paired_interval
from outreach_optimizer.scenarios.circumstances import redrawn, under
from outreach_optimizer.scenarios.comparison import Bar, Regret, RegretRow
from outreach_optimizer.scenarios.differences import Effect, Month
from outreach_optimizer.scenarios.differing import estimate_of
from outreach_optimizer.scenarios.draws import own_stream
from outreach_optimizer.scenarios.figures import Fact, Saying, Verdict
from outreach_optimizer.scenarios.journeys import journeys
from outreach_optimizer.scenarios.scenario import Conditions, Days, Demand, Scenario
from outreach_optimizer.scenarios.solving import Attempt, Solver, saving_of, verdict_of
from outreach_optimizer.schedule import Schedule
from outreach_optimizer.travel import tours

PART = 0.25
"""Of the time limit, for each plan that is only made to see how much an assumption matters."""
SHOW_RATES = 0.60, 0.70
ATTENDANCE = 0.0, 0.02
TRAVEL = 0.75, 1.25
DEMAND = 0.75, 1.25
CAR_SHARE = 0.1
"""Parts of the people with more, and with fewer, cars."""


class Pair(NamedTuple):
    """Both sides of a comparison that is asked again in other futures."""

    today: Instance
    scenario: Scenario
    budget: Budget | None
    before: Attempt
    after: Attempt


class Setting(NamedTuple):
    """One changed assumption."""

    saying: Saying
    conditions: Conditions


def bars(pair: Pair, solver: Solver) -> tuple[Bar, ...]:
    """Tornado: each assumption at a low and a high value, all others as they are; widest first."""
    found = [_stressed(name, pair, low, high) for name, (low, high) in settings(pair.today).items()]
    found += [_planned_anew("demand", pair, solver, _with_demand), _planned_anew("room_days", pair, solver, _with_days)]
    return tuple(sorted((bar for bar in found if bar is not None), key=_width, reverse=True))


def settings(today: Instance) -> Mapping[str, tuple[Setting, Setting]]:
    """Low and high values of assumptions for which plans are kept and priced anew."""
    without = sum(client.mode != "car" for client in today.clients) / max(1, len(today.clients))
    shares = max(0.0, without - CAR_SHARE), min(1.0, without + CAR_SHARE)
    return {
        "show_rate": _two(lambda v: _setting("show_rate", Conditions(show_rate=v), percent=_percent(v)), SHOW_RATES),
        "attendance": _two(lambda v: _setting("attendance", Conditions(attendance_per_min=v), beta=v), ATTENDANCE),
        "car_share": _two(lambda v: _setting("car_share", Conditions(without_car=v), percent=_percent(v)), shares),
        "travel_factor": _two(
            lambda v: _setting("travel_factor", Conditions(travel_factor=v), percent=_percent(v)), TRAVEL
        ),
    }


def months(pair: Pair, solver: Solver, count: int) -> tuple[Month, ...]:
    """Redraw the households and plan both sides anew."""
    found = []
    for seed in range(1, count + 1):
        today = redrawn(pair.today, seed)
        saying = Saying(code="month", facts={"number": seed, "count": count})
        before, after = _both(pair._replace(today=today), solver, saying)
        saving = None if before is None or after is None else saving_of(before, after)
        if saving is None or before is None or after is None or before.schedule is None or after.schedule is None:
            continue
        old, new = journeys(before.instance, before.schedule), journeys(after.instance, after.schedule)
        found.append(
            Month(
                seed=seed,
                saving=saving,
                verdict=verdict_of(saving),
                mean_saving_min=float((old.burden_min - new.burden_min).mean()),
                extra_invited=int(new.invited.sum()) - int(old.invited.sum()),
            )
        )
    return tuple(found)


def months_effect(found: Sequence[Month], seed: int) -> Effect | None:
    """Mean over other months of the mean saving per person, with a range over months; None without months."""
    if not found:
        return None
    savings = [month.mean_saving_min for month in found]
    rng = own_stream(seed, "months_mean", "bootstrap")
    interval = paired_interval(savings, [month.seed for month in found], rng)
    return Effect(name="months_mean", estimate=estimate_of(interval))


def regret(today: Instance, plans: Mapping[str, tuple[Instance, Schedule]]) -> Regret | None:
    """Worst regret of plans over all combinations of the settings."""
    if len(plans) < 2 or not today.clients:
        return None
    futures = list(product(*settings(today).values()))
    costs = np.array([[_everybodys_min(*plan, future) for future in futures] for plan in plans.values()])
    regrets = costs - costs.min(axis=0)
    rows = [
        RegretRow(
            variant=name,
            by_future=tuple(round(float(number), 4) for number in row),
            worst=float(row.max()),
            mean=float(row.mean()),
            best_share=float((row <= 1e-9).mean()),
        )
        for name, row in zip(plans, regrets, strict=True)
    ]
    return Regret(
        futures=tuple(tuple(setting.saying for setting in future) for future in futures),
        rows=tuple(rows),
        minimax=min(rows, key=lambda row: row.worst).variant,
    )


def _everybodys_min(instance: Instance, schedule: Schedule, future: Sequence[Setting]) -> float:
    """Minutes per person: expected ways of clients, ways of staff, setting up."""
    changed = instance
    for setting in future:
        changed = under(changed, setting.conditions)
    held = sum(milli(s.setup_min) for s in changed.sessions if schedule.crew(s.id)) / 1000
    staff = sum(day.drive_milli_min or 0 for day in tours(changed, schedule)) / 1000
    return float(journeys(changed, schedule).burden_min.mean()) + (staff + held) / len(changed.clients)


def _stressed(name: str, pair: Pair, low: Setting, high: Setting) -> Bar | None:
    if pair.before.schedule is None or pair.after.schedule is None:
        return None
    savings = []
    for setting in (low, high):
        old = journeys(under(pair.before.instance, setting.conditions), pair.before.schedule)
        new = journeys(under(pair.after.instance, setting.conditions), pair.after.schedule)
        savings.append(float((old.burden_min - new.burden_min).mean()))
    return Bar(
        name=name,
        grade="stress",
        low_setting=low.saying,
        high_setting=high.saying,
        low_saving_min=savings[0],
        high_saving_min=savings[1],
    )


def _planned_anew(
    name: str, pair: Pair, solver: Solver, change: Callable[[Pair, int], tuple[Pair, Saying] | None]
) -> Bar | None:
    """Bar of an assumption that changes who and what can be planned."""
    ends: list[tuple[Saying, float | None, Verdict | None]] = []
    for end in (0, 1):
        changed = change(pair, end)
        if changed is None:
            return None
        other, saying = changed
        before, after = _both(other, solver, Saying(code="sensitivity", facts={"name": name}))
        saving, mean = None, None
        if before is not None and after is not None and before.schedule is not None and after.schedule is not None:
            saving = saving_of(before, after)
            old, new = journeys(before.instance, before.schedule), journeys(after.instance, after.schedule)
            mean = float((old.burden_min - new.burden_min).mean()) if old.rate.size else None
        ends.append((saying, mean, verdict_of(saving)))
    return Bar(
        name=name,
        grade="re_optimized",
        low_setting=ends[0][0],
        high_setting=ends[1][0],
        low_saving_min=ends[0][1],
        high_saving_min=ends[1][1],
        low_verdict=ends[0][2],
        high_verdict=ends[1][2],
    )


def _with_demand(pair: Pair, end: int) -> tuple[Pair, Saying]:
    conditions = pair.scenario.conditions
    demand = (*conditions.demand, Demand(factor=DEMAND[end]))
    changed = pair.scenario.replace(conditions=conditions.replace(demand=demand))
    return pair._replace(scenario=changed), Saying(code="demand", facts={"percent": _percent(DEMAND[end])})


def _with_days(pair: Pair, end: int) -> tuple[Pair, Saying] | None:
    """One day at the opened site, or all days that its room is offered."""
    measures = pair.scenario.measures
    if not measures.open or any(days.site in measures.open for days in measures.days):
        return None
    site = measures.open[0]
    offered = len({s.date for s in decided(baseline(pair.today, pair.scenario), measures).sessions if s.site == site})
    most = (1, offered)[end]
    changed = measures.replace(days=(*measures.days, Days(site=site, at_most=most)))
    facts: dict[str, Fact] = {"days": most}
    return pair._replace(scenario=pair.scenario.replace(measures=changed)), Saying(code="room_days", facts=facts)


def _both(pair: Pair, solver: Solver, saying: Saying) -> tuple[Attempt | None, Attempt | None]:
    """Plan both sides; None for a side that cannot be asked so."""
    before = solver.attempt(within(baseline(pair.today, pair.scenario), pair.budget), saying, part=PART)
    try:
        changed = apply(pair.today, pair.scenario, pair.budget)
    except InputError:
        return before, None
    return before, solver.attempt(changed, saying, part=PART)


def _percent(part: float) -> int:
    return round(100 * part)


def _two(make: Callable[[float], Setting], values: tuple[float, float]) -> tuple[Setting, Setting]:
    return make(values[0]), make(values[1])


def _setting(code: str, conditions: Conditions, **facts: float) -> Setting:
    return Setting(Saying(code=code, facts=dict(facts)), conditions)


def _width(bar: Bar) -> float:
    if bar.low_saving_min is None or bar.high_saving_min is None:
        return float("inf")
    return abs(bar.high_saving_min - bar.low_saving_min)
