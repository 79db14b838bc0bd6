"""What a day at the new site must bring, and what more or fewer staff hours buy."""

import math
from collections.abc import Sequence

import numpy as np

from outreach_optimizer.errors import InputError
from outreach_optimizer.fields import SiteId
from outreach_optimizer.instance import Instance, Site
from outreach_optimizer.scenarios.apply import Budget, apply
from outreach_optimizer.scenarios.built_in import nearer_than_open, nearest_open
from outreach_optimizer.scenarios.circumstances import municipalities
from outreach_optimizer.scenarios.comparison import BreakEven, Point
from outreach_optimizer.scenarios.describe import burden_of, counted, staff_of
from outreach_optimizer.scenarios.figures import MIN_GROUP, Burden, Saying
from outreach_optimizer.scenarios.futures import PART, Pair
from outreach_optimizer.scenarios.journeys import Journeys, journeys
from outreach_optimizer.scenarios.scenario import Scenario
from outreach_optimizer.scenarios.solving import Attempt, Solver
from outreach_optimizer.travel import client_ways, office_ways

STEPS = -2, 1
"""Sessions more or fewer than today for further points."""


def break_even(today: Instance, before: Attempt, site: Site) -> BreakEven | None:
    """How many invited people a day at a listed site needs, so that it saves more minutes than it costs.

    A person of the area who is invited there instead of travelling as in today's plan saves minutes (expected, there
    and back); the crew drives from the nearest office and sets up. Consultations cost the same anywhere.
    """
    if before.schedule is None or not today.clients or not _driven(today, site.id).size:
        return None
    trips = journeys(today, before.schedule)
    nearer = nearer_than_open(today, site)
    way = client_ways(today).milli_min[:, today.site_columns[site.id]] / 1000
    rates = np.array([client.show_rate for client in today.clients], dtype=np.float64)
    there = 2 * (rates * way + (1 - rates) * trips.office_min)
    people = int(nearer.sum())
    saving = float((trips.burden_min - there)[nearer].mean()) if people else 0.0
    near = nearest_open(today, (site,))
    extra = _day_min(today, site.id)
    replacing = extra - _day_min(today, near.id) if near is not None else extra
    shown = counted(people)
    return BreakEven(
        area=_area(today, nearer),
        people_in_area=shown,
        invited_from_area=counted(int((nearer & trips.invited).sum())),
        saving_per_person_min=saving if people and shown is not None else None,
        extra_day_min=extra,
        replacing_day_min=replacing,
        replaced=None if near is None else near.name,
        needed_extra=_needed(extra, saving),
        needed_replacing=_needed(replacing, saving),
    )


def points(solved: Sequence[tuple[str, Attempt]], pair: Pair | None, solver: Solver) -> tuple[Point, ...]:
    """Plans between staff hours, mean burden and the worst-off: the variants, and other budgets on both sides."""
    found = [(name, Saying(code="variant"), attempt) for name, attempt in solved]
    if pair is not None and pair.before.schedule is not None:
        found += _budgets(pair, solver)
    raw = [point for name, saying, attempt in found if (point := _point(name, saying, attempt)) is not None]
    return tuple(point.replace(dominated=any(_dominates(other, point) for other in raw)) for point in raw)


def _budgets(pair: Pair, solver: Solver) -> list[tuple[str, Saying, Attempt]]:
    used = pair.before.report.kpis["sessions_held"] if pair.before.report else None
    found = []
    for step in STEPS if used else ():
        sessions = int(used or 0) + step
        if sessions < 1:
            continue
        budget = Budget(0, sessions, ())
        for side, scenario in (("without", Scenario(id="today", title="today")), ("with", pair.scenario)):
            if step > 0 and side == "without":
                continue
            facts = {"sessions": sessions}
            saying = Saying(code=f"budget_{side}", facts=facts)
            try:
                instance = apply(pair.today, scenario, budget)
            except InputError:  # fewer sessions than are agreed with the municipalities
                continue
            found.append(("", saying, solver.attempt(instance, Saying(code="pareto", facts=facts), part=PART)))
    return found


def _point(name: str, saying: Saying, attempt: Attempt) -> Point | None:
    if attempt.schedule is None:
        return None
    trips: Journeys = journeys(attempt.instance, attempt.schedule)
    burden: Burden | None = burden_of(trips)
    if burden is None:
        return None
    return Point(
        variant=name,
        label=saying,
        staff_away_h=staff_of(attempt.instance, attempt.schedule).away_h,
        mean_burden_min=burden.mean_min,
        p90_burden_min=burden.p90_min,
        worst_burden_min=burden.max_min,
        invited=int(trips.invited.sum()),
        dominated=False,
    )


def _dominates(one: Point, other: Point) -> bool:
    names = ("staff_away_h", "mean_burden_min", "p90_burden_min", "worst_burden_min")
    pairs = [(getattr(one, name), getattr(other, name)) for name in names]
    return all(a <= b + 1e-9 for a, b in pairs) and any(a < b - 1e-9 for a, b in pairs)


def _day_min(today: Instance, site: SiteId) -> float:
    """Minutes of a session's crew on the way from the nearest office, there and back, and of setting up."""
    drive = _driven(today, site)
    crew = today.site_by_id[site].min_crew or today.rules.min_crew
    setups = [session.setup_min for session in today.sessions if session.site == site]
    setup = sum(setups) / len(setups) if setups else 0.0
    return crew * 2 * float(drive.min() if drive.size else 0) / 1000 + setup


def _driven(today: Instance, site: SiteId) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Thousandths of the minutes from the offices to a site, as far as they are known."""
    drive = office_ways(today).milli_min[:, today.site_columns[site]]
    known: np.ndarray[tuple[int], np.dtype[np.int64]] = drive[drive >= 0]
    return known


def _needed(cost_min: float, saving_min: float) -> int | None:
    if saving_min <= 0:
        return None
    return max(0, math.ceil(cost_min / saving_min - 1e-9))


def _area(today: Instance, nearer: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[str, ...]:
    """Municipalities most of whose people are nearer to the site."""
    names = list(municipalities(today).values())
    return tuple(
        sorted(
            name
            for name in set(names)
            if name
            and names.count(name) >= MIN_GROUP
            and 2 * sum(map(bool, nearer[[n == name for n in names]])) > names.count(name)
        )
    )
