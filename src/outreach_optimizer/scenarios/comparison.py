"""The answer to "does a site help?": frozen models that *are* the JSON for machines and all that the report renders.

**Signs.** Savings and gains are positive where the variant is better than today. **Minutes of people** are there and
back unless a name says ``one_way``. **Words.** Everything is language neutral: a ``kind`` or ``code`` with ``facts`` is
a sentence of ``texts/*/scenario.toml``, of the key that the docstring names. **Privacy.** Groups of people below
`MIN_GROUP` are merged before anything is written here; a count of one or two is None. No client ids.

**Burden.** Every person of the list counts, in every variant: who comes to an appointment travels to the site; who is
not invited, or does not come, travels to the nearest main office. So inviting fewer never looks like less travel.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from outreach_optimizer.fields import Frozen
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.differences import Difference
from outreach_optimizer.scenarios.figures import (
    Burden,
    Costs,
    Fact,
    Grade,
    Interval,
    Reach,
    Saying,
    SiteUse,
    Solved,
    Staff,
    Travel,
    Verdict,
)
from outreach_optimizer.schedule import Schedule

Recommendation = Literal["better", "better_if", "same", "not_decided", "worse", "not_possible"]
"""The answer: ``better_if`` is better now, but not in every future that was looked at (domain D.3.8)."""
Kind = Literal["today", "planned_same", "planned_extra", "planned_replaces", "none", "fifth", "two_more", "custom"]


class Variant(Frozen):
    """One plan of how outreach could be done."""

    id: str
    kind: Kind
    title: str | None = None
    """Of scenarios of the user; for the others ``scenario.variant.KIND.title`` and ``.about`` with `facts`."""
    facts: Mapping[str, Fact] = {}
    """For all kinds: ``planned``, ``site``, ``sites``, ``replaced``, ``budget``, ``days`` as far as they apply."""
    conditions: tuple[Saying, ...] = ()
    """Changed on both sides: ``scenario.change.CODE``."""
    measures: tuple[Saying, ...] = ()
    """Changed in the variant alone: ``scenario.change.CODE``."""
    budget_duties: int | None = None
    """Caseworker-days at most, the same as today; None: not limited beyond the staff's own limits."""
    solved: Solved
    terms_min: Mapping[str, float] = {}
    reach: Reach | None = None
    """None, as the following, where no plan was found."""
    burden: Burden | None = None
    travel_invited: tuple[Travel, ...] = ()
    """Of the invited, to their site."""
    travel_all: tuple[Travel, ...] = ()
    """Of everybody on the list: to the site if invited, else to the nearest main office."""
    staff: Staff | None = None
    costs: Costs | None = None
    sites: tuple[SiteUse, ...] = ()
    kpis: Mapping[str, float | None] = {}
    """As in ``outreach check --json`` (docs/requirements.md, K1-K23)."""
    difference: Difference | None = None
    """None for today."""


class Bar(Frozen):
    """A row of the tornado: what happens to the mean saving per person if one assumption is changed."""

    name: str
    """``scenario.sensitivity.NAME``: show_rate, attendance, car_share, demand, room_days, travel_factor."""
    grade: Grade
    low_setting: Saying
    """Group ``setting``."""
    high_setting: Saying
    low_saving_min: float | None
    """Mean saving per person (burden) at the low setting; None: no plan was found."""
    high_saving_min: float | None
    low_verdict: Verdict | None = None
    """Of certified intervals, where re-optimized."""
    high_verdict: Verdict | None = None


class BreakEven(Frozen):
    """From how many invited people of the site's area on a day there pays, in minutes of everybody.

    A person of the area who is invited to the new site instead of where they go today saves ``saving_per_person_min``;
    a day costs the crew ``extra_day_min`` (driving and setting up), or only ``replacing_day_min`` more if it replaces
    a day at ``replaced``. None: never, because nobody of the area saves anything.
    """

    area: tuple[str, ...]
    """Municipalities for whose people the site is the nearest."""
    people_in_area: int | None
    invited_from_area: int | None
    saving_per_person_min: float | None
    extra_day_min: float
    replacing_day_min: float
    replaced: str | None
    needed_extra: int | None
    """Invited people per additional day, at least."""
    needed_replacing: int | None
    grade: Grade = "calculated"


class Point(Frozen):
    """A plan as a point between staff hours, mean burden and the worst-off."""

    variant: str
    """Id of the variant, or empty for a further budget."""
    label: Saying
    """Group ``point``."""
    staff_away_h: float
    mean_burden_min: float
    p90_burden_min: float
    worst_burden_min: float
    invited: int
    dominated: bool
    """Another point is at least as good in hours, mean, P90 and worst, and better in one."""


class RegretRow(Frozen):
    """How much worse an action is than the best one in each future; minutes per person, ways of staff included."""

    variant: str
    by_future: tuple[float, ...]
    worst: float
    mean: float
    best_share: float
    """Part of the futures in which no action is better."""


class Regret(Frozen):
    """Plans kept and priced anew in futures that change several assumptions at once; same caseworker-days only."""

    futures: tuple[tuple[Saying, ...], ...]
    """Each future: its settings, group ``setting``."""
    rows: tuple[RegretRow, ...]
    minimax: str
    """Variant whose worst regret is least (Savage)."""
    grade: Grade = "stress"


class Candidate(Frozen):
    """A municipality as the next site instead of the planned one."""

    name: str
    lat: float
    lon: float
    planned: bool
    standing: Literal["free", "open", "planned", "office"] = "free"
    """What is there today: nothing, a site in use, the planned site, a main office; only free ones are planned."""
    screened_saving_min: float
    """Upper estimate per person of the list, from ways alone, without rooms, staff and rules."""
    people_nearer: int | None
    """People for whom it is nearer than every site of today."""
    solved: Solved | None = None
    """Best few only."""
    saving: Interval | None = None
    """Certified objective minutes against today."""
    mean_saving_min: float | None = None
    """Burden per person."""
    extra_invited: int | None = None


class Ranking(Frozen):
    """All municipalities of the district as the next site, best first: solved ones by their plans, then the others."""

    candidates: tuple[Candidate, ...]
    searched: int
    """Municipalities that were screened."""
    source: Literal["district", "instance"]
    """``district``: all municipalities known to the program; ``instance``: those in which people of the list live."""


class Certificate(Frozen):
    """What somebody needs to get the same again."""

    instance_name: str
    instance_sha256: str
    scenarios_sha256: str | None
    versions: Mapping[str, str]
    seed: int
    workers: int
    time_limit_s: float
    largest_gap: float | None
    seconds: float
    """Of all searches, those taken from the work folder included."""


class Answer(Frozen):
    """The first page in one object; `variant` is what the question is about."""

    variant: str | None
    recommendation: Recommendation
    reason: Saying
    """Group ``reason``: why the recommendation is what it is."""
    conditions: tuple[Saying, ...] = ()
    """Group ``turning``: what would change the answer."""


class Unavailable(Frozen):
    """A built-in variant that cannot be asked of this instance; ``scenario.unavailable.CODE``."""

    kind: Kind
    reason: Saying


class Comparison(Frozen):
    """Everything that was found."""

    format: Literal["outreach-comparison"] = "outreach-comparison"
    version: Literal[1] = 1
    question: Saying
    """Group ``question``."""
    period: tuple[str, str]
    """ISO dates, half-open."""
    people: int
    answer: Answer
    baseline: str = "today"
    """Id of the variant with which all others are compared."""
    variants: tuple[Variant, ...]
    """Today first."""
    unavailable: tuple[Unavailable, ...] = ()
    sensitivity: tuple[Bar, ...] = ()
    """Of `Answer.variant`, by falling width."""
    break_even: BreakEven | None = None
    pareto: tuple[Point, ...] = ()
    regret: Regret | None = None
    ranking: Ranking | None = None
    assumptions: tuple[Saying, ...] = ()
    """Group ``assumption``."""
    data_quality: tuple[Saying, ...] = ()
    """Group ``quality``."""
    needs: tuple[Saying, ...] = ()
    """Group ``need``: what the municipality must provide."""
    certificate: Certificate


class Plan(NamedTuple):
    """A plan with its instance, for drawing; never written into the JSON."""

    instance: Instance
    schedule: Schedule


class Outcome(NamedTuple):
    """What `compare` returns: the comparison, and the plans by variant id for the maps."""

    comparison: Comparison
    plans: Mapping[str, Plan]
