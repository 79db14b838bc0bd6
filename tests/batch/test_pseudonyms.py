"""What travels says nothing about anybody, and is the same problem."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import crowded_instances, instances
from outreach_optimizer.batch.pseudonyms import pseudonymized, pseudonyms, restored
from outreach_optimizer.checker import check
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.errors import InputError
from outreach_optimizer.fields import WEEKDAYS
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Coordinates, Instance
from outreach_optimizer.solver import solve
from tiny import caseworker, client, day, instance, session, site, table

PUBLIC = {*WEEKDAYS, "open", "planned", "candidate", "transit", "bike", "walk", "hard", "soft", "places"}
"""Texts of the format."""


def texts(tree: object) -> Iterator[str]:
    """All texts of a JSON tree that are no dates and clocks; the keys are the format's."""
    if isinstance(tree, dict):
        for value in tree.values():
            yield from texts(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from texts(value)
    elif isinstance(tree, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d|\d\d:\d\d", tree):
        yield tree


def sent(whole: Instance, *, round_homes: bool = False) -> Instance:
    return pseudonymized(whole, pseudonyms(whole), round_homes=round_homes)


@given(instances() | crowded_instances())
@settings(max_examples=40)
def test_what_travels_has_the_same_optimum_and_its_plan_translated_back_costs_the_same(whole: Instance) -> None:
    names = pseudonyms(whole)
    part = pseudonymized(whole, names, round_homes=False)
    assert [problem.code for problem in cross_check(part)] == [problem.code for problem in cross_check(whole)]
    here, there = (solve(problem, workers=1, time_limit_s=120) for problem in (whole, part))
    assert (there.status, there.objective_min, there.bound_min) == (here.status, here.objective_min, here.bound_min)
    if there.schedule is not None and there.report is not None:
        schedule = restored(there.schedule, names)
        report = check(whole, schedule)
        assert (report.violations, report.objective_micro) == ((), there.report.objective_micro)
        assert {left.client for left in schedule.uninvited} | set(schedule.by_client) == set(whole.client_by_id)


@pytest.mark.parametrize("preset", ["tiny", "month", "quarter"])
@given(seed=st.integers(1, 1000), round_homes=st.booleans())
@settings(max_examples=10)
def test_no_id_no_name_and_no_word_of_the_instance_travels(preset: str, seed: int, round_homes: bool) -> None:
    whole = generate(preset, seed)
    travels = sent(whole, round_homes=round_homes).model_dump_json(exclude_defaults=True)
    told = set(texts(json.loads(whole.model_dump_json())))
    assert set(texts(json.loads(travels))) & told <= PUBLIC
    ids = [item.id for items in (whole.clients, whole.caseworkers, whole.sessions, whole.places) for item in items]
    assert [name for name in ids if name in travels] == []


@given(lat=st.floats(50.6, 51.3), lon=st.floats(9.9, 10.8))
def test_rounded_homes_have_two_decimals_and_stay_within_half_a_grid_step(lat: float, lon: float) -> None:
    whole = instance(clients=(client("c1", home={"lat": lat, "lon": lon}),))
    home = sent(whole, round_homes=True).clients[0].home
    assert isinstance(home, Coordinates)
    assert (home.lat, home.lon) == (round(home.lat, 2), round(home.lon, 2))
    assert max(abs(home.lat - lat), abs(home.lon - lon)) <= 0.005 + 1e-9


def test_homes_in_settlements_are_rounded_with_their_ways_and_sites_stay_where_they_are() -> None:
    whole = generate("month", 1)
    part = sent(whole, round_homes=True)
    assert all((place.lat, place.lon) == (round(place.lat, 2), round(place.lon, 2)) for place in part.places)
    (buses,) = part.travel.tables
    assert {way % 5 for row in buses.min for way in row if way is not None} == {0}
    assert [(site.lat, site.lon) for site in part.sites] == [(site.lat, site.lon) for site in whole.sites]
    assert {client.home for client in part.clients} == {place.id for place in part.places}


def test_a_table_of_ways_of_single_clients_is_refused_where_homes_are_rounded() -> None:
    whole = instance(
        sites=(site("site0"),),
        clients=(client("c1"),),
        travel={"tables": (table("clients", ["site0"], {"c1": [7]}),)},
    )
    assert sent(whole).travel.tables[0].min == ((7,),)
    with pytest.raises(InputError) as refused:
        sent(whole, round_homes=True)
    (problem,) = refused.value.problems
    assert (problem.code, problem.pointer) == ("homes_in_table", "/travel/tables/0/origins_are")


def test_what_solving_does_not_need_stays_here() -> None:
    whole = instance(
        note="about somebody",
        sites=(site("site0"),),
        sessions=(session("s0", "site0", on=1),),
        caseworkers=(caseworker("w0", skills=("debt", "youth"), languages=("ar",), eur_per_km=0.35, absent=(day(3),)),),
        clients=(
            client(
                "c1",
                skills=("debt",),
                caseworker="w0",
                show_rate=0.2,
                reminder=True,
                due=day(-30),
                last_invitation=day(-300),
                consecutive_misses=1,
                household="alone",
                barrier_free=True,
                absent=(day(2),),
            ),
            client("c2", invitation="voluntary", last_invitation=day(-2), consecutive_misses=7),
        ),
        weights={"lateness": 0},
    )
    part = sent(whole)
    plain = part.clients[0].model_dump(exclude_defaults=True)
    assert plain.keys() == {"id", "home", "skills"}
    assert part.clients[1].model_dump(exclude_defaults=True).keys() == {"id", "home"}
    worker = part.caseworkers[0]
    assert (len(worker.skills), worker.languages, worker.eur_per_km, worker.absent) == (1, (), 0.2, ())
    assert (part.name, part.note) == ("-", "")


def test_names_are_drawn_anew_each_time_and_sort_like_the_real_ones() -> None:
    whole = generate("month", 1)
    first, second = pseudonyms(whole), pseudonyms(whole)
    assert not set(first.clients.values()) & set(second.clients.values())
    for names in first:
        assert sorted(names, key=lambda real: names[real]) == sorted(names)
