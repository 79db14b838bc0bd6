"""The best other site: all municipalities screened, the best few planned in full, and two sites together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from outreach_optimizer.fields import SiteId
from outreach_optimizer.instance import Instance, Site
from outreach_optimizer.scenarios.apply import Budget, apply, baseline, within
from outreach_optimizer.scenarios.built_in import Asked, fifth_variants, planned_sites, two_more
from outreach_optimizer.scenarios.candidates import Screening, like_planned, screen
from outreach_optimizer.scenarios.comparison import Candidate, Kind, Ranking, Unavailable
from outreach_optimizer.scenarios.figures import Saying
from outreach_optimizer.scenarios.journeys import journeys
from outreach_optimizer.scenarios.solving import Attempt, Solver, saving_of
from outreach_optimizer.scenarios.variants import Sides

SOLVED = 4
"""Municipalities that are planned in full."""
PART = 0.5
"""Of the time limit, for each of these; the best one is given all of it if it is not proven by then."""


class Ranked(NamedTuple):
    """What the search for another site found."""

    asked: Mapping[str, tuple[Asked, Sides]]
    unavailable: Sequence[Unavailable]
    ranking: Ranking | None

    def with_planned(self, sides: Sides | None) -> "Ranked":
        """Put the planned site's own figures beside those of the others."""
        if self.ranking is None or sides is None:
            return self
        candidates = [_with_figures(c, sides) if c.planned else c for c in self.ranking.candidates]
        return self._replace(ranking=self.ranking.replace(candidates=tuple(sorted(candidates, key=_order))))


def ranked(today: Instance, base: Attempt, budget: Budget, solver: Solver, kinds: Sequence[Kind]) -> Ranked:
    """Screen all municipalities and plan the best few with the same caseworker-days."""
    pattern = _pattern(today, base)
    if base.schedule is None or pattern is None:
        return Ranked({}, [_missing(kind, "no_rooms_to_copy") for kind in ("fifth", "two_more") if kind in kinds], None)
    screening = screen(today, journeys(today, base.schedule), _capacity(today, pattern))
    chosen = [s.site for s in screening.spots if s.standing == "free" and s.saving_min > 0][:SOLVED]
    new = tuple(like_planned(site, pattern) if site.id not in today.site_by_id else site for site in chosen)
    if not new:
        return Ranked(
            {},
            [_missing(kind, "no_candidate") for kind in ("fifth", "two_more") if kind in kinds],
            _ranking(screening, {}),
        )
    tried = {}
    for one in fifth_variants(today, new, pattern.id):
        tried[one.scenario.measures.open[0]] = (one, _sides(one, today, budget, solver, part=PART))
    best = max(tried, key=lambda site: _least_saving(tried[site][1]))
    tried[best] = (tried[best][0], _sides(tried[best][0], today, budget, solver))
    asked: dict[str, tuple[Asked, Sides]] = {}
    if "fifth" in kinds:
        one, sides = tried[best]
        asked["fifth"] = (one._replace(scenario=one.scenario.replace(id="fifth", title="fifth")), sides)
    missing = []
    if "two_more" in kinds:
        partner = [*planned_sites(today)[:1], *(site for site in new if site.id != best)][:1]
        if partner:
            one = two_more(today, new, [*partner, next(site for site in new if site.id == best)], pattern.id)
            asked["two_more"] = (one, _sides(one, today, budget, solver))
        else:
            missing.append(_missing("two_more", "no_candidate"))
    return Ranked(asked, missing, _ranking(screening, {site: sides for site, (_, sides) in tried.items()}))


def _sides(one: Asked, today: Instance, budget: Budget, solver: Solver, *, part: float = 1) -> Sides:
    facts = {"kind": one.kind, "title": str(one.facts.get("site", ""))}
    before = solver.attempt(within(baseline(today, one.scenario), budget), Saying(code="baseline", facts=facts))
    after = solver.attempt(apply(today, one.scenario, budget), Saying(code="variant", facts=facts), part=part)
    return Sides(before, after, budget)


def _pattern(today: Instance, base: Attempt) -> Site | None:
    """Site whose room offers a new site is given: the planned one, or the one in use most."""
    with_rooms = [site for site in today.sites if any(session.site == site.id for session in today.sessions)]
    planned = [site for site in planned_sites(today) if site in with_rooms]
    if planned:
        return planned[0]
    schedule = base.schedule
    if schedule is None:
        return None
    used = {s.id: sum(len(schedule.crew(x.id)) for x in today.sessions if x.site == s.id) for s in with_rooms}
    return max(with_rooms, key=lambda site: used[site.id], default=None)


def _capacity(today: Instance, pattern: Site) -> int:
    """Consultations of one slot that the days of a site can take."""
    rooms = [session for session in today.sessions if session.site == pattern.id]
    crew = pattern.min_crew or today.rules.min_crew
    slots = [max(0, crew * len(room.slot_starts(today.slot_min)) - today.rules.walk_in_reserve) for room in rooms]
    dates: dict[object, int] = {}
    for room, number in zip(rooms, slots, strict=True):
        dates[room.date] = max(number, dates.get(room.date, 0))
    days = len(dates) if pattern.max_sessions is None else min(len(dates), pattern.max_sessions)
    return sum(sorted(dates.values(), reverse=True)[:days])


def _ranking(screening: Screening, tried: Mapping[SiteId, Sides]) -> Ranking:
    candidates = []
    for spot in screening.spots:
        candidate = Candidate(
            name=spot.site.name,
            lat=spot.site.lat,
            lon=spot.site.lon,
            planned=spot.standing == "planned",
            standing=spot.standing,
            screened_saving_min=spot.saving_min,
            people_nearer=spot.nearer if spot.nearer == 0 or spot.nearer >= 3 else None,
        )
        sides = tried.get(spot.site.id)
        candidates.append(candidate if sides is None else _with_figures(candidate, sides))
    return Ranking(candidates=tuple(sorted(candidates, key=_order)), searched=len(candidates), source=screening.source)


def _with_figures(candidate: Candidate, sides: Sides) -> Candidate:
    changed = candidate.replace(solved=sides.after.solved, saving=saving_of(sides.before, sides.after))
    if sides.before.schedule is None or sides.after.schedule is None:
        return changed
    old = journeys(sides.before.instance, sides.before.schedule)
    new = journeys(sides.after.instance, sides.after.schedule)
    return changed.replace(
        mean_saving_min=float((old.burden_min - new.burden_min).mean()),
        extra_invited=int(new.invited.sum()) - int(old.invited.sum()),
    )


def _order(candidate: Candidate) -> tuple[bool, float, float, str]:
    """Planned in full before screened ones, by what is proven to be saved at least; the others by their estimate."""
    saving = candidate.saving
    certain = float("inf") if saving is None else -saving.low
    return saving is None, certain, -candidate.screened_saving_min, candidate.name


def _least_saving(sides: Sides) -> float:
    saving = saving_of(sides.before, sides.after)
    return float("-inf") if saving is None else saving.low


def _missing(kind: str, code: str) -> Unavailable:
    return Unavailable.model_validate({"kind": kind, "reason": Saying(code=code)})
