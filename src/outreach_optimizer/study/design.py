"""The runs of a study: every combination of levels, for every seed, in the order of `Factors`."""

import math
from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from outreach_optimizer.errors import InputError, Problem
from outreach_optimizer.fields import SiteId
from outreach_optimizer.generate import generate
from outreach_optimizer.generate.parameters import Parameters
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.apply import decided
from outreach_optimizer.scenarios.circumstances import under
from outreach_optimizer.scenarios.scenario import Conditions, Demand, Measures, Scenario, ScenarioFile
from outreach_optimizer.study.spec import TODAY, Factors, Level, StudySpec

CONDITIONS: tuple[str, ...] = ("show_rate", "without_car", "travel_factor")
"""Factors that are conditions of the same name."""


class Cell(NamedTuple):
    """One run: a level of every factor, and a seed."""

    levels: Mapping[str, Level]
    seed: int

    @property
    def name(self) -> str:
        """Name: unique in the study, and the same in a larger study with the same factors."""
        parts = [level if isinstance(level, str) else f"{name}{level:g}" for name, level in self.levels.items()]
        return "_".join([*parts, f"seed{self.seed}"])


def levels_of(spec: StudySpec) -> dict[str, tuple[Level, ...]]:
    """Levels of each factor that the study names; the preset is always among them."""
    names: list[str] = ["preset", *(name for name in Factors.model_fields if name != "preset")]
    found: dict[str, tuple[Level, ...]] = {name: getattr(spec.factors, name) for name in names}
    if spec.scenarios.scenarios:
        found["scenario"] = (TODAY, *(scenario.id for scenario in spec.scenarios.scenarios))
    return {name: levels for name, levels in found.items() if levels}


def varied(spec: StudySpec) -> dict[str, tuple[Level, ...]]:
    """Factors with more than one level."""
    return {name: levels for name, levels in levels_of(spec).items() if len(levels) > 1}


def size(spec: StudySpec) -> int:
    """Runs of a study."""
    return math.prod(len(levels) for levels in levels_of(spec).values()) * len(spec.seeds)


def cells(spec: StudySpec) -> Iterator[Cell]:
    """All runs."""
    factors = levels_of(spec)
    for combination in product(*factors.values()):
        for seed in spec.seeds:
            yield Cell(dict(zip(factors, combination, strict=True)), seed)


def instance_of(cell: Cell) -> Instance:
    """Instance of a run, before its scenario.

    Raises
    ------
    InputError
        There is none with these levels.
    """
    levels = cell.levels
    chosen = {name: level for name, level in levels.items() if name in Parameters.model_fields}
    instance = generate(str(levels["preset"]), cell.seed, Parameters.model_validate(chosen))
    if "sites" in levels:
        instance = decided(instance, Measures(close=tuple(_surplus(instance, int(levels["sites"])))))
    return under(instance, _conditions(levels))


def scenario_of(cell: Cell, file: ScenarioFile) -> tuple[int, Scenario | None]:
    """Position and scenario of a run; None: today."""
    asked = cell.levels.get("scenario")
    return next(((place, one) for place, one in enumerate(file.scenarios) if one.id == asked), (0, None))


def _surplus(instance: Instance, number: int) -> Iterator[SiteId]:
    """Open sites after the first ones."""
    open_sites = [site.id for site in instance.sites if site.status == "open"]
    if number > len(open_sites):
        raise InputError([Problem("too_many_sites", found=number, facts={"most": len(open_sites)})])
    yield from open_sites[number:]


def _conditions(levels: Mapping[str, Level]) -> Conditions:
    demand = (Demand(factor=float(levels["demand"])),) if "demand" in levels else ()
    given = {name: levels[name] for name in CONDITIONS if name in levels}
    return Conditions.model_validate({"demand": demand} | given)
