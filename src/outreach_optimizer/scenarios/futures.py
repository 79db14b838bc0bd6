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
from outreach_optimizer.scenarios.figures import Saying, Verdict
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
    """Tornado: each assumption at a low and a high value, all others as they are; widest first, unknown last."""
    found = [_stressed(name, pair, low, high) for name, (low, high) in settings(pair.today).items()]
    found += [_demand_bar(pair, solver), _days_bar(pair, solver)]
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
        saving = None if after is None else saving_of(before, after)
        if saving is None or after is None or before.schedule is None or after.schedule is None:
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


def _demand_bar(pair: Pair, solver: Solver) -> Bar:
    """Fewer or more people: both sides are planned anew."""
    step, ends = Saying(code="sensitivity", facts={"name": "demand"}), []
    for factor in DEMAND:
        conditions = pair.scenario.conditions
        changed = conditions.replace(demand=(*conditions.demand, Demand(factor=factor)))
        other = pair._replace(scenario=pair.scenario.replace(conditions=changed))
        saying = Saying(code="demand", facts={"percent": _percent(factor)})
        ends.append((saying, *_both(other, solver, step)))
    return _bar("demand", ends)


def _days_bar(pair: Pair, solver: Solver) -> Bar | None:
    """One day at the opened site, or all days that its room is offered; today stays as it is."""
    measures = pair.scenario.measures
    if not measures.open or any(days.site in measures.open for days in measures.days):
        return None
    site = measures.open[0]
    rooms = [s for s in decided(baseline(pair.today, pair.scenario), measures).sessions if s.site == site]
    held = sum(bool(pair.after.schedule.crew(room.id)) for room in rooms) if pair.after.schedule else None
    step, ends = Saying(code="sensitivity", facts={"name": "room_days"}), []
    for most in (1, len({room.date for room in rooms})):
        changed = measures.replace(days=(*measures.days, Days(site=site, at_most=most)))
        other = pair._replace(scenario=pair.scenario.replace(measures=changed))
        # A plan that needs no more days than one, and its bound, hold where only one is allowed, too.
        kept = most == 1 and held is not None and held <= 1
        after = pair.after if kept else _variant(other, solver, step)
        ends.append((Saying(code="room_days", facts={"days": most}), pair.before, after))
    return _bar("room_days", ends)


def _bar(name: str, ends: Sequence[tuple[Saying, Attempt, Attempt | None]]) -> Bar:
    """Bar between two ends for which plans were made anew."""
    means: list[float | None] = []
    verdicts: list[Verdict] = []
    for _, before, after in ends:
        means.append(None if after is None else _mean_saving(before, after))
        verdicts.append(verdict_of(None if after is None else saving_of(before, after)))
    return Bar(
        name=name,
        grade="re_optimized",
        low_setting=ends[0][0],
        high_setting=ends[1][0],
        low_saving_min=means[0],
        high_saving_min=means[1],
        low_verdict=verdicts[0],
        high_verdict=verdicts[1],
    )


def _mean_saving(before: Attempt, after: Attempt) -> float | None:
    if before.schedule is None or after.schedule is None or not before.instance.clients:
        return None
    old, new = journeys(before.instance, before.schedule), journeys(after.instance, after.schedule)
    return float((old.burden_min - new.burden_min).mean())


def _both(pair: Pair, solver: Solver, saying: Saying) -> tuple[Attempt, Attempt | None]:
    """Plan both sides; None for a variant that cannot be asked so."""
    before = solver.attempt(within(baseline(pair.today, pair.scenario), pair.budget), saying, part=PART)
    return before, _variant(pair, solver, saying)


def _variant(pair: Pair, solver: Solver, saying: Saying) -> Attempt | None:
    try:
        changed = apply(pair.today, pair.scenario, pair.budget)
    except InputError:
        return None
    return solver.attempt(changed, saying, part=PART)


def _percent(part: float) -> int:
    return round(100 * part)


def _two(make: Callable[[float], Setting], values: tuple[float, float]) -> tuple[Setting, Setting]:
    return make(values[0]), make(values[1])


def _setting(code: str, conditions: Conditions, **facts: float) -> Setting:
    return Setting(Saying(code=code, facts=dict(facts)), conditions)


def _width(bar: Bar) -> float:
    if bar.low_saving_min is None or bar.high_saving_min is None:
        return -1.0
    return abs(bar.high_saving_min - bar.low_saving_min)
