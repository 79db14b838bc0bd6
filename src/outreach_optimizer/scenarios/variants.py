"""A variant as it is told: what was changed, what came out, what differs from today."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.apply import Budget
from outreach_optimizer.scenarios.built_in import Asked
from outreach_optimizer.scenarios.comparison import Variant
from outreach_optimizer.scenarios.describe import (
    burden_of,
    costs_of,
    open_sites,
    reach_of,
    sites_of,
    staff_of,
    travel_of,
)
from outreach_optimizer.scenarios.differences import Difference
from outreach_optimizer.scenarios.differing import by_municipality, chance_of, effects_of
from outreach_optimizer.scenarios.figures import Saying
from outreach_optimizer.scenarios.journeys import journeys
from outreach_optimizer.scenarios.scenario import Conditions, CostRates, Measures, given
from outreach_optimizer.scenarios.solving import Attempt, further_s, saving_of, verdict_of


class Sides(NamedTuple):
    """A variant and today under its conditions; ``budget`` holds on both sides."""

    before: Attempt
    after: Attempt
    budget: Budget | None


def variant_of(one: Asked | None, sides: Sides, costs: CostRates, seed: int) -> Variant:
    """Variant with its figures; ``one`` is None for today."""
    after = sides.after
    bare = Variant(
        id="today" if one is None else one.scenario.id,
        kind="today" if one is None else one.kind,
        title=one.scenario.title if one is not None and one.kind == "custom" else None,
        facts={} if one is None else one.facts,
        conditions=() if one is None else tuple(_conditions(one.scenario.conditions)),
        measures=() if one is None else tuple(_measures(after.instance, one.scenario.measures)),
        budget_duties=None if sides.budget is None else sides.budget.duties,
        solved=after.solved,
        difference=None,
    )
    if after.schedule is None or after.report is None:
        return bare
    instance, schedule = after.instance, after.schedule
    trips = journeys(instance, schedule)
    everybody = np.ones(len(instance.clients), dtype=bool)
    return bare.replace(
        terms_min={name: term.cost_min for name, term in after.report.terms.items()},
        reach=reach_of(instance, schedule, trips),
        burden=burden_of(trips),
        travel_invited=travel_of(instance, trips.site_min, trips.invited),
        travel_all=travel_of(instance, trips.planned_min, everybody),
        staff=staff_of(instance, schedule),
        costs=costs_of(instance, schedule, trips, costs),
        sites=sites_of(instance, schedule, open_sites(sides.before.instance)),
        kpis=after.report.kpis,
        difference=None if one is None else difference_of(sides, costs, seed),
    )


def difference_of(sides: Sides, costs: CostRates, seed: int) -> Difference | None:
    """Differ a variant from today under the same conditions; None where one side has no plan."""
    before, after = sides.before, sides.after
    if before.schedule is None or after.schedule is None or before.report is None or after.report is None:
        return None
    saving = saving_of(before, after)
    old, new = journeys(before.instance, before.schedule), journeys(after.instance, after.schedule)
    staff_old, staff_new = staff_of(before.instance, before.schedule), staff_of(after.instance, after.schedule)
    cost_old = costs_of(before.instance, before.schedule, old, costs)
    cost_new = costs_of(after.instance, after.schedule, new, costs)
    groups, suppressed = by_municipality(after.instance, old, new)
    terms = before.report.terms
    return Difference(
        saving=saving,
        verdict=verdict_of(saving),
        further_s=further_s(before, after, saving),
        terms_saving_min={n: round(terms[n].cost_min - t.cost_min, 6) for n, t in after.report.terms.items()},
        extra_invited=int(new.invited.sum()) - int(old.invited.sum()),
        extra_shows=float(new.rate.sum() - old.rate.sum()),
        extra_staff_away_h=staff_new.away_h - staff_old.away_h,
        extra_duties=staff_new.duties - staff_old.duties,
        extra_cost_eur=cost_new.total_eur - cost_old.total_eur,
        effects=effects_of(after.instance, old, new, seed),
        chance=chance_of(after.instance, old, new, seed),
        municipalities=groups,
        suppressed_people=suppressed,
    )


def _conditions(conditions: Conditions) -> Iterator[Saying]:
    for site in conditions.new_sites:
        yield Saying(code="list_site", facts={"site": site.name})
    if conditions.tables:
        yield Saying(code="tables", facts={"count": len(conditions.tables)})
    if conditions.travel_factor != 1:
        yield Saying(code="travel_factor", facts={"percent": round(100 * conditions.travel_factor)})
    for name in ("show_rate", "attendance_per_min", "without_car"):
        value = getattr(conditions, name)
        if value is not None:
            yield Saying(code=name, facts={"value": value})
    for demand in conditions.demand:
        code = "demand" if demand.municipality is None else "demand_there"
        yield Saying(code=code, facts={"percent": round(100 * demand.factor), "municipality": demand.municipality})
    for name, value in given(conditions.weights).items():
        yield Saying(code="weight", facts={"name": name, "value": str(value)})


def _measures(instance: Instance, measures: Measures) -> Iterator[Saying]:
    names = {site.id: site.name for site in instance.sites}
    for code, sites in (("open_site", measures.open), ("close_site", measures.close)):
        for site in sites:
            yield Saying(code=code, facts={"site": names.get(site, site)})
    if measures.close_all:
        yield Saying(code="close_all")
    for rooms in measures.rooms_like:
        yield Saying(code="rooms_like", facts={"site": names[rooms.site], "like": names[rooms.like]})
    for days in measures.days:
        facts = {"site": names[days.site], "at_least": days.at_least, "at_most": days.at_most}
        yield Saying(code="days", facts=facts)
    counts = {
        "add_sessions": len(measures.add_sessions),
        "remove_sessions": len(measures.remove_sessions),
        "add_caseworkers": len(measures.add_caseworkers),
        "remove_caseworkers": len(measures.remove_caseworkers),
        "staff": len(measures.staff),
    }
    for code, count in counts.items():
        if count:
            yield Saying(code=code, facts={"count": count})
    for name, value in given(measures.rules).items():
        yield Saying(code="rule", facts={"name": name, "value": str(value)})
    if measures.same_caseworker_days:
        yield Saying(code="same_caseworker_days")
