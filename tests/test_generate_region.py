"""The made-up region: its size, its rules, and that its parts are in proportion. Small ones stand for the whole."""

from collections import Counter

import pytest

from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.generate import dump_instance
from outreach_optimizer.generate.build import build_region
from outreach_optimizer.generate.draw import stream
from outreach_optimizer.generate.places import air_line_km
from outreach_optimizer.generate.region import OFFICES, draw_region
from outreach_optimizer.generate.staff import PATTERNS, duty_slots
from outreach_optimizer.instance import Instance
from outreach_optimizer.travel import UNKNOWN, client_ways, tour_of

SEEDS = (1, 2)


@pytest.fixture(scope="module", params=SEEDS)
def region(request: pytest.FixtureRequest) -> Instance:
    return build_region(request.param, offices=2)


def test_the_whole_region_has_the_size_of_the_load_test() -> None:
    preset, land = draw_region(OFFICES, stream("region", 1, "land"))
    assert (preset.clients, preset.offered, len(preset.sites), len(land.offices)) == (100_000, 1000, 150, 25)
    residents = sum(fact.residents for fact in land.facts.values())
    assert 1_900_000 <= residents <= 2_300_000
    lat, lon = zip(*((fact.lat, fact.lon) for fact in land.facts.values()), strict=True)
    assert 50.2 < min(lat) < max(lat) < 51.7
    assert 9.8 < min(lon) < max(lon) < 12.7


def test_a_part_of_the_region_is_sound_and_survives_its_file(region: Instance) -> None:
    assert cross_check(region) == []
    assert Instance.model_validate_json(dump_instance(region)) == region
    sizes = len(region.clients), len(region.sessions), len(region.sites), len(region.caseworkers)
    assert sizes == (8000, 80, 12, 56)


def test_sites_stand_apart_and_everybody_has_one_nearby() -> None:
    preset, land = draw_region(3, stream("region", 1, "land"))
    towns = [land.facts[plan.place] for plan in preset.sites]
    assert air_line_km(land.homes, towns).min(axis=1).max() < 20
    for number in range(3):
        own = towns[number * 6 : number * 6 + 6]
        apart = air_line_km(own, [land.facts[land.offices[number]], *own])
        assert sorted(apart.flatten())[len(own)] >= 4


def test_staff_serve_about_what_is_demanded_and_rooms_somewhat_more() -> None:
    preset, _ = draw_region(2, stream("region-of-2", 1, "land"))
    region = build_region(1, offices=2)
    slots = {(p.start, p.end): duty_slots(preset, p.duty) for p in PATTERNS}
    demand = sum(client.slots for client in region.clients)
    served = sum(
        (worker.max_duties or 0) * (slots[worker.windows[0].start, worker.windows[0].end] - 0.5)
        for worker in region.caseworkers
    )
    assert 0.95 <= demand / served <= 1.15
    rooms: dict[tuple[str, object], int] = {}
    for session in region.sessions:
        room = session.site, session.date
        of_session = session.desks * len(session.slot_starts(region.slot_min)) - region.rules.walk_in_reserve
        rooms[room] = max(of_session, rooms.get(room, 0))
    assert sum(rooms.values()) > 0.95 * served


def test_most_clients_can_reach_a_site_and_no_caseworker_is_bound_to_a_far_one(region: Instance) -> None:
    ways = client_ways(region).milli_min
    reachable = ((ways != UNKNOWN) & (ways <= region.rules.max_travel_min * 1000)).any(axis=1)
    assert reachable.mean() >= 0.95
    near = {"/".join(map(str, (s.site, s.start, s.end))): s for s in region.sessions}.values()
    for office in region.offices:
        worker = region.caseworkers[0].replace(office=office.id)
        days = [tour_of(region, worker, [session]) for session in near]
        # The sites of the own part can be reached by everybody who works whole days.
        assert sum(day.departure >= 8 * 60 and day.arrival <= 17 * 60 for day in days) >= len(days) / 3


def test_every_kind_of_need_rule_and_agreement_occurs(region: Instance) -> None:
    clients, sites, rules = region.clients, region.sites, region.rules
    assert all(
        Counter(client.mode for client in clients)[mode] > 0.03 * len(clients)
        for mode in ("car", "transit", "bike", "walk")
    )
    assert {client.continuity for client in clients} == {"hard", "soft", "none"}
    assert any(client.skills and client.languages for client in clients)
    assert any(client.barrier_free for client in clients)
    assert any(client.network for client in clients)
    assert region.households
    assert not all(site.barrier_free and site.network_ok for site in sites)
    assert any(site.status == "planned" for site in sites)
    assert any(site.min_crew is not None for site in sites)
    assert all(site.closures and site.max_sessions and site.spacing_days for site in sites)
    assert any(site.min_sessions and site.rhythm_days for site in sites)
    assert any(site.keeps_corpus_christi for site in sites)
    assert rules.max_sessions is not None
    assert rules.max_sessions < len(region.sessions)
    assert (rules.min_load, rules.walk_in_reserve) == (20, 6)
    assert any(worker.max_minutes is not None for worker in region.caseworkers)
    assert {session.id[-2:] for session in region.sessions} == {"am", "pm", "ay"}


def test_own_caseworkers_are_of_the_nearest_office_where_possible(region: Instance) -> None:
    own = [client for client in region.clients if client.caseworker is not None]
    office = {worker.id: worker.office for worker in region.caseworkers}
    part = {place.id: place.municipality for place in region.places}
    homes = {o.id: f"part {number + 1:02d}" for number, o in enumerate(region.offices)}
    same = sum(homes[office[client.caseworker]] == part[str(client.home)] for client in own if client.caseworker)
    assert same >= 0.85 * len(own)
