"""Pure functions from an instance to a changed instance."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from outreach_optimizer.checker import contradictions
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.errors import InputError
from outreach_optimizer.fields import SessionId, SiteId
from outreach_optimizer.instance import Caseworker, Instance, Pins, Session, Site
from outreach_optimizer.limits import Rules
from outreach_optimizer.scenarios.circumstances import under
from outreach_optimizer.scenarios.scenario import YARDSTICKS, Measures, RoomsLike, Scenario, given
from outreach_optimizer.schedule import Schedule


class Budget(NamedTuple):
    """Caseworker-days that may be used: one number, the same on both sides of a comparison.

    Where every session has the same crew, a number of sessions is the same as one of caseworker-days, and who takes
    part stays free. Elsewhere nobody may be sent out more often than in today's plan.
    """

    duties: int
    sessions: int | None
    by_caseworker: tuple[tuple[str, int], ...]


def budget_of(instance: Instance, schedule: Schedule) -> Budget:
    """Caseworker-days that a plan uses."""
    used = dict.fromkeys((caseworker.id for caseworker in instance.caseworkers), 0)
    for duty in schedule.duties:
        used[duty.caseworker] += 1
    crews = {
        (instance.site_by_id[session.site].min_crew or instance.rules.min_crew, session.desks)
        for session in instance.sessions
    }
    alike = len(crews) == 1 and len(set(next(iter(crews)))) == 1
    sessions = len({duty.session for duty in schedule.duties}) if alike else None
    return Budget(len(schedule.duties), sessions, tuple(used.items()))


def apply(instance: Instance, scenario: Scenario, budget: Budget | None = None) -> Instance:
    """Instance of a variant: conditions, then measures, then the budget; validated like one that was read.

    Raises
    ------
    InputError
        The changes do not fit the instance, or each other.
    """
    return validated(within(decided(baseline(instance, scenario), scenario.measures), budget))


def baseline(instance: Instance, scenario: Scenario, budget: Budget | None = None) -> Instance:
    """Instance with which a variant is compared: the same conditions and yardsticks, nothing decided."""
    changed = under(instance, scenario.conditions)
    rules = {name: value for name, value in given(scenario.measures.rules).items() if name in YARDSTICKS}
    return within(changed.replace(rules=changed.rules.replace(**rules)) if rules else changed, budget)


def validated(instance: Instance) -> Instance:
    """Give an instance if it could have been read from a file.

    Raises
    ------
    InputError
        It could not.
    """
    problems = cross_check(instance) or contradictions(instance)
    if problems:
        raise InputError(problems)
    return instance


def within(instance: Instance, budget: Budget | None) -> Instance:
    """Limit an instance to a budget of caseworker-days."""
    if budget is None:
        return instance
    if budget.sessions is not None:
        limit = instance.rules.max_sessions
        sessions = budget.sessions if limit is None else min(limit, budget.sessions)
        return instance.replace(rules=instance.rules.replace(max_sessions=sessions))
    allowed = dict(budget.by_caseworker)
    return instance.replace(
        caseworkers=tuple(
            worker.replace(max_duties=_least(worker.max_duties, allowed.get(worker.id, 0)))
            for worker in instance.caseworkers
        )
    )


def decided(instance: Instance, measures: Measures) -> Instance:
    """Instance with measures taken; ids must exist."""
    if measures.close_all:
        return _closed(instance, [site.id for site in instance.sites]).replace(pins=Pins(), published=())
    removed = {SessionId(name) for name in measures.remove_sessions}
    sessions = [session for session in instance.sessions if session.id not in removed]
    sessions += measures.add_sessions
    for rooms in measures.rooms_like:
        sessions += rooms_like(sessions, rooms)
    rules = given(measures.rules)
    changed = instance.replace(
        sites=tuple(_site(site, measures) for site in instance.sites),
        sessions=tuple(sessions),
        caseworkers=_staff(instance, measures),
        rules=_rules(instance.rules.replace(**rules) if rules else instance.rules, measures),
    )
    return _closed(changed, measures.close)


def rooms_like(sessions: Iterable[Session], rooms: RoomsLike) -> list[Session]:
    """Sessions of one site once more at another one."""
    return [
        session.replace(id=SessionId(f"{rooms.site}.{session.id}"), site=rooms.site)
        for session in sessions
        if session.site == rooms.like
    ]


def _site(site: Site, measures: Measures) -> Site:
    changes: dict[str, object] = {}
    if site.id in measures.open:
        changes["status"] = "open"
    for days in measures.days:
        if days.site == site.id:
            changes |= {"min_sessions": days.at_least} if days.at_least is not None else {}
            changes |= {"max_sessions": days.at_most} if days.at_most is not None else {}
    # An agreed minimum cannot outlive a smaller maximum.
    if isinstance(most := changes.get("max_sessions"), int) and "min_sessions" not in changes:
        changes["min_sessions"] = min(site.min_sessions, most)
    return site.replace(**changes) if changes else site


def _staff(instance: Instance, measures: Measures) -> tuple[Caseworker, ...]:
    limits = {limit.caseworker: limit for limit in measures.staff}
    staff = []
    for worker in instance.caseworkers:
        if worker.id in measures.remove_caseworkers:
            continue
        limit = limits.get(worker.id)
        if limit is not None:
            changes = {name: getattr(limit, name) for name in ("max_duties", "max_minutes")}
            worker = worker.replace(**{name: value for name, value in changes.items() if value is not None})  # noqa: PLW2901
        staff.append(worker)
    return (*staff, *measures.add_caseworkers)


def _rules(rules: Rules, measures: Measures) -> Rules:
    if not measures.open or "open" in rules.held_statuses:
        return rules
    return rules.replace(held_statuses=("open", *rules.held_statuses))


def _closed(instance: Instance, sites: Sequence[SiteId]) -> Instance:
    """Nothing is held at some sites; they stay listed, so that the yardstick of `client_excess` stays."""
    if not sites:
        return instance
    return instance.replace(
        sites=tuple(
            site.replace(status="candidate", min_sessions=0) if site.id in sites else site for site in instance.sites
        ),
        sessions=tuple(session for session in instance.sessions if session.site not in sites),
    )


def _least(limit: int | None, other: int) -> int:
    return other if limit is None else min(limit, other)
