"""What no single field of a study shows: levels twice, too many runs, axes without a factor."""

from collections.abc import Iterator

from outreach_optimizer.errors import Problem
from outreach_optimizer.jsontext import Path, listed, pointer, problem_at
from outreach_optimizer.scenarios.scenario import ScenarioFile
from outreach_optimizer.study.design import levels_of, size, varied
from outreach_optimizer.study.layout import AXES, MOST_ON
from outreach_optimizer.study.spec import MOST_RUNS, TODAY, Level, StudySpec


def study_problems(spec: StudySpec) -> list[Problem]:
    """Everything because of which a study cannot be run, with pointers into its file."""
    return [*_levels(spec), *_axes(spec), *reusable_problems(spec.scenarios, "scenarios")]


def reusable_problems(file: ScenarioFile, *at: str | int) -> Iterator[Problem]:
    """What is wrong with scenarios whatever the instance.

    Ids that an instance does not know spoil the runs of this instance only.
    """
    seen: dict[str, Path] = {TODAY: (*at, "built_in")}
    for number, scenario in enumerate(file.scenarios):
        place: Path = (*at, "scenarios", number)
        if scenario.id in seen:
            yield problem_at("id_twice", *place, "id", found=scenario.id, other=pointer(*seen[scenario.id]))
        seen[scenario.id] = place
        if scenario.measures.same_caseworker_days:
            yield problem_at("batch_needs_compare", *place, "measures", "same_caseworker_days")


def _levels(spec: StudySpec) -> Iterator[Problem]:
    lists: dict[Path, tuple[Level, ...]] = {
        ("factors", name): levels for name, levels in levels_of(spec).items() if name != "scenario"
    }
    lists[("page", "measures")] = spec.page.measures
    lists[("seeds",)] = spec.seeds
    for at, values in lists.items():
        first: dict[object, int] = {}
        for number, value in enumerate(values):
            if value in first:
                yield problem_at("entry_twice", *at, number, found=value, other=pointer(*at, first[value]))
            first.setdefault(value, number)
    if size(spec) > MOST_RUNS:
        yield problem_at("too_many_runs", "factors", runs=size(spec), most=MOST_RUNS)
    if spec.scenario_file is not None and "scenarios" in spec.model_fields_set:
        yield problem_at("scenarios_twice", "scenario_file", found=spec.scenario_file)


def _axes(spec: StudySpec) -> Iterator[Problem]:
    factors = varied(spec)
    seen: dict[str, Path] = {}
    for axis in AXES:
        name = getattr(spec.page, axis)
        at: Path = ("page", axis)
        if name is None:
            continue
        if name not in factors and not (name == "scenario" and spec.scenario_file is not None):
            yield problem_at("axis_unvaried", *at, found=name, allowed=listed(factors))
        elif name in seen:
            yield problem_at("entry_twice", *at, found=name, other=pointer(*seen[name]))
        elif name in factors and len(factors[name]) > MOST_ON[axis]:
            yield problem_at("axis_levels", *at, found=name, levels=len(factors[name]), most=MOST_ON[axis])
        seen[name] = at
