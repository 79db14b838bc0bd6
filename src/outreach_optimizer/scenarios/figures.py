"""Figures of one variant: models of the comparison's JSON; `comparison` has the conventions."""

from collections.abc import Mapping
from typing import Literal

from outreach_optimizer.fields import Frozen

MIN_GROUP = 3
"""People of a group about which anything is published, at least (domain A.7)."""

Fact = str | int | float | tuple[str, ...] | None
Verdict = Literal["better", "worse", "same", "not_decided"]
"""Of certified intervals: ``same`` is proven equality."""
Grade = Literal["re_optimized", "stress", "calculated"]
"""How a figure was made: both sides planned anew; both plans kept and priced anew; arithmetic on the plans."""


class Saying(Frozen):
    """A sentence: ``texts.say(f"scenario.{group}.{code}", **facts)``; which group, the field says."""

    code: str
    facts: Mapping[str, Fact] = {}


class Interval(Frozen):
    """From ``low`` to ``high``, both included."""

    low: float
    high: float


def crosswise(least: float | None, most: float | None, bound: float | None, objective: float | None) -> Interval | None:
    """Range of a first optimum minus a second one; minutes, None where a number is unknown.

    Each optimum lies between bound and objective, hence their difference between the differences crosswise.

    Parameters
    ----------
    least, most
        Bound and objective of the first one.
    bound, objective
        Those of the second one.
    """
    if least is None or most is None or bound is None or objective is None:
        return None
    return Interval(low=round(least - objective, 6) + 0.0, high=round(most - bound, 6) + 0.0)


class Estimate(Frozen):
    """A figure with the range in which it would lie for other people of the same settlements."""

    value: float
    low: float | None
    """None, as `high`, where the settlements are too few for a range."""
    high: float | None
    level: float = 0.95
    people: int
    clusters: int
    """Settlements (with household members together) that were redrawn."""
    leading_share: float = 0
    """Part of all savings and losses that one settlement brings; above a half, the range rests on that one."""


class Solved(Frozen):
    """How a variant was solved; minutes of the objective."""

    status: Literal["OPTIMAL", "FEASIBLE", "INFEASIBLE", "NO_RESULT"]
    objective_min: float | None
    bound_min: float | None
    """No plan of this variant costs less: the truth lies from here to the objective."""
    gap: float | None
    seconds: float
    reused: bool = False
    """Taken from the work folder."""
    sha256: str
    """Digest of the variant's instance."""


class Travel(Frozen):
    """One-way minutes of a group; None where fewer than `MIN_GROUP` are in it. ``share_*`` are parts of 1."""

    mode: Literal["all", "with_car", "without_car", "car", "transit", "bike", "walk"]
    people: int | None
    mean_min: float | None
    median_min: float | None
    p90_min: float | None
    max_min: float | None
    share_15: float | None
    share_30: float | None
    share_45: float | None
    kolm_ede_min: float | None
    gini: float | None
    """Secondary, never a headline: it may rise when somebody gains and nobody loses."""


class Reach(Frozen):
    """Whom the plan reaches; apart from how far they travel."""

    people: int
    """On the list, in every variant."""
    invited: int
    expected_shows: float
    free_slots: int
    """Slots of caseworkers on duty that nobody is invited to, the walk-in reserve included."""
    beyond_30: int | None
    """Invited people whose one-way way is longer than 30 minutes; None: one or two."""


class SiteUse(Frozen):
    """A site in the plan of a variant."""

    site: str
    name: str
    lat: float
    lon: float
    held: bool
    """Sessions may be held here in this variant."""
    new: bool
    """Not held today."""
    sessions: int
    invited: int | None
    """None: one or two."""
    slots: int
    """Of the caseworkers on duty, without the walk-in reserve."""


class Staff(Frozen):
    """What the plan asks of the caseworkers."""

    sessions: int
    duties: int
    """Caseworker-days: one caseworker at one session."""
    away_h: float
    """Hours away from the base offices, consultations included."""
    drive_h: float
    drive_km: float


class Costs(Frozen):
    """EUR of the period; what is assumed stands in `Comparison.assumptions`."""

    client_reimbursement_eur: float
    """0.20 EUR per kilometer for everybody who has to travel, to the site or to the main office (as the burden)."""
    staff_km_eur: float
    staff_travel_eur: float
    """Paid hours at the wheel."""
    setup_eur: float
    """Paid minutes of setting up, of the whole crew."""
    total_eur: float


class Burden(Frozen):
    """Expected minutes there and back per person of the whole list until the talk has taken place."""

    mean_min: float
    median_min: float
    p90_min: float
    max_min: float
    kolm_ede_min: float
    """Equally distributed equivalent of the one-way minutes (half of the burden), kappa 0.05, doubled again."""
