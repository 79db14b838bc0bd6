"""The runs of a study: all combinations, and what stays the same from one level to the next."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.errors import InputError
from outreach_optimizer.generate import dump_instance, generate
from outreach_optimizer.generate.parameters import Parameters
from outreach_optimizer.study.design import Cell, cells, instance_of, scenario_of, size
from outreach_optimizer.study.layout import axes_of
from outreach_optimizer.study.spec import MOST_RUNS
from studies import spec_of

SCENARIOS = [{"id": name, "title": name} for name in ("a", "b")]
LEVELS = st.lists(st.integers(0, 20), min_size=1, max_size=4, unique=True)


@given(blocked=LEVELS, load=LEVELS, seeds=LEVELS, scenarios=st.booleans())
def test_every_combination_is_run_once_for_every_seed(
    blocked: list[int], load: list[int], seeds: list[int], scenarios: bool
) -> None:
    spec = spec_of(
        {
            "factors": {"blocked": [level / 20 for level in blocked], "load": [0.5 + level / 10 for level in load]},
            "scenarios": {"scenarios": SCENARIOS if scenarios else []},
            "seeds": seeds,
        }
    )
    runs = list(cells(spec))
    assert len(runs) == size(spec) == len(blocked) * len(load) * len(seeds) * (3 if scenarios else 1)
    assert len({run.name for run in runs}) == len(runs)
    assert len({(*run.levels.values(), run.seed) for run in runs}) == len(runs) <= MOST_RUNS


def test_today_and_every_scenario_are_levels() -> None:
    spec = spec_of({"scenarios": {"scenarios": SCENARIOS}, "seeds": [1]})
    found = [scenario_of(cell, spec.scenarios) for cell in cells(spec)]
    assert [(place, scenario and scenario.id) for place, scenario in found] == [(0, None), (0, "a"), (1, "b")]


def test_free_places_of_the_page_are_filled_in_the_order_of_the_factors() -> None:
    factors = {"blocked": [0, 0.1], "days": [*range(7, 14)], "load": [1, 2], "desks": [1, 2], "sites": [1, 2]}
    assert axes_of(spec_of({"factors": factors})) == {
        "x": "days",
        "color": "blocked",
        "columns": "load",
        "rows": "desks",
    }
    assert axes_of(spec_of({"factors": {"load": [1, 2]}, "page": {"columns": "load"}})) == {"columns": "load"}
    assert axes_of(spec_of({"factors": {"load": [1]}})) == {}


@settings(max_examples=60)
@given(
    preset=st.sampled_from(["tiny", "month"]),
    seed=st.integers(0, 10**6),
    parameters=st.builds(
        Parameters,
        clients=st.none() | st.integers(1, 150),
        caseworkers=st.none() | st.integers(1, 30),
        days=st.none() | st.integers(7, 60),
        blocked=st.none() | st.floats(0, 1),
        load=st.none() | st.floats(0.1, 10),
        slot_min=st.none() | st.integers(15, 120),
        desks=st.none() | st.integers(1, 20),
    ),
)
def test_whatever_the_parameters_an_instance_comes_out_that_lacks_rooms_at_worst(
    preset: str, seed: int, parameters: Parameters
) -> None:
    instance = generate(preset, seed, parameters)
    assert {problem.code for problem in cross_check(instance)} <= {"minimum_above_offer"}
    for name in ("clients", "caseworkers"):
        wanted = getattr(parameters, name)
        assert wanted is None or len(getattr(instance, name)) == wanted
    assert parameters.days is None or (instance.period.end - instance.period.start).days == parameters.days
    assert parameters.slot_min is None or instance.slot_min == parameters.slot_min
    assert parameters.desks is None or {session.desks for session in instance.sessions} <= {parameters.desks}


def test_without_parameters_nothing_changes() -> None:
    assert dump_instance(generate("month", 3, Parameters())) == dump_instance(generate("month", 3))


def test_the_same_seed_is_the_same_town_at_every_level() -> None:
    free, taken = (instance_of(Cell({"preset": "month", "blocked": level}, 4)) for level in (0.1, 0.5))
    assert {session.id for session in taken.sessions} < {session.id for session in free.sessions}
    assert (taken.clients, taken.caseworkers, taken.sites) == (free.clients, free.caseworkers, free.sites)
    few, many = (instance_of(Cell({"preset": "month", "clients": level}, 4)) for level in (60, 120))
    assert few.sessions == many.sessions
    assert sum(worker.max_duties or 0 for worker in few.caseworkers) < sum(w.max_duties or 0 for w in many.caseworkers)


def test_conditions_and_sites_are_factors_that_leave_everything_else() -> None:
    base = instance_of(Cell({"preset": "month"}, 2))
    levels = {"preset": "month", "sites": 2, "demand": 0.5, "show_rate": 0.9, "without_car": 1.0, "travel_factor": 2.0}
    changed = instance_of(Cell(levels, 2))
    assert [site.id for site in changed.sites] == [site.id for site in base.sites]
    assert [site.status for site in changed.sites] == ["open", "open", "candidate", "candidate", "planned"]
    assert {client.id for client in changed.clients} < {client.id for client in base.clients}
    assert not any(client.mode == "car" for client in changed.clients)
    assert changed.travel.car.min_per_km == 2 * base.travel.car.min_per_km
    assert changed.caseworkers == base.caseworkers


def test_more_sites_than_there_are_is_told() -> None:
    with pytest.raises(InputError) as caught:
        instance_of(Cell({"preset": "tiny", "sites": 3}, 1))
    assert [(p.code, p.facts["most"]) for p in caught.value.problems] == [("too_many_sites", 2)]
