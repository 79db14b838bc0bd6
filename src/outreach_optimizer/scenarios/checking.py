"""What no single field of a scenario file shows: ids that lead nowhere, changes that do not fit."""

from collections.abc import Iterator, Sequence

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.instance import Instance
from outreach_optimizer.jsontext import Path, listed, pointer, problem_at, suggestion
from outreach_optimizer.scenarios.apply import apply
from outreach_optimizer.scenarios.circumstances import municipalities, under
from outreach_optimizer.scenarios.scenario import BUILT_IN, Conditions, Measures, Scenario, ScenarioFile


def scenario_problems(file: ScenarioFile, instance: Instance) -> list[Problem]:
    """Everything because of which scenarios cannot be compared, with pointers into the scenario file."""
    problems = list(_ids(file, instance))
    return problems or list(_changes(file, instance))


def names_twice(file: ScenarioFile) -> Iterator[Problem]:
    """Names that scenarios share with each other or with built-in variants."""
    seen: dict[str, Path] = dict.fromkeys(BUILT_IN, ("built_in",))
    for number, scenario in enumerate(file.scenarios):
        at: Path = ("scenarios", number)
        if scenario.id in seen:
            yield problem_at("id_twice", *at, "id", found=scenario.id, other=pointer(*seen[scenario.id]))
        seen[scenario.id] = at


def _ids(file: ScenarioFile, instance: Instance) -> Iterator[Problem]:
    yield from names_twice(file)
    yield from _conditions(file.common, instance, ("common",))
    for number, scenario in enumerate(file.scenarios):
        at: Path = ("scenarios", number)
        yield from _conditions(scenario.conditions, instance, (*at, "conditions"))
        yield from _measures(scenario, file.common, instance, (*at, "measures"))


def _conditions(conditions: Conditions, instance: Instance, at: Path) -> Iterator[Problem]:
    known = sorted(set(municipalities(instance).values()) - {""})
    for number, demand in enumerate(conditions.demand):
        if demand.municipality is not None:
            place = (*at, "demand", number, "municipality")
            yield from _unknown([demand.municipality], known, "places", [place])


def _measures(scenario: Scenario, common: Conditions, instance: Instance, at: Path) -> Iterator[Problem]:
    measures: Measures = scenario.measures
    new = (*common.new_sites, *scenario.conditions.new_sites)
    sites = [site.id for site in (*instance.sites, *new)]
    workers = [worker.id for worker in instance.caseworkers]
    for field in ("open", "close"):
        ids = getattr(measures, field)
        yield from _unknown(ids, sites, "sites", [(*at, field, number) for number in range(len(ids))])
    for number, rooms in enumerate(measures.rooms_like):
        places: list[Path] = [(*at, "rooms_like", number, field) for field in ("site", "like")]
        yield from _unknown([rooms.site, rooms.like], sites, "sites", places)
    for number, days in enumerate(measures.days):
        yield from _unknown([days.site], sites, "sites", [(*at, "days", number, "site")])
    for number, limit in enumerate(measures.staff):
        place = (*at, "staff", number, "caseworker")
        yield from _unknown([limit.caseworker], workers, "caseworkers", [place])
    for field, known in (
        ("remove_caseworkers", workers),
        ("remove_sessions", [session.id for session in instance.sessions]),
    ):
        ids = getattr(measures, field)
        collection = field.removeprefix("remove_")
        yield from _unknown(ids, known, collection, [(*at, field, number) for number in range(len(ids))])


def _unknown(ids: Sequence[str], known: Sequence[str], collection: str, places: Sequence[Path]) -> Iterator[Problem]:
    for value, place in zip(ids, places, strict=True):
        if value not in known:
            facts = {"collection": f"/{collection}", "allowed": listed(known), **suggestion(value, list(known))}
            yield problem_at("unknown_id", *place, found=value, **facts)


def _changes(file: ScenarioFile, instance: Instance) -> Iterator[Problem]:
    """Contradictions of the changed instances, told at the scenario that makes them."""
    try:
        common = under(instance, file.common)
        apply(common, Scenario(id="common", title="common"))
    except InputError as error:
        yield from _at(error, ("common",))
        return
    for number, scenario in enumerate(file.scenarios):
        try:
            apply(common, scenario)
        except InputError as error:
            yield from _at(error, ("scenarios", number))


def _at(error: InputError, place: Path) -> Iterator[Problem]:
    for problem in error.problems:
        yield problem._replace(pointer=pointer(*place))
