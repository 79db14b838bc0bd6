"""The generated instances: sizes, grounding, and the same bytes everywhere."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from outreach_optimizer.calendar_de import can_be_notified, corpus_christi, public_holidays
from outreach_optimizer.crosscheck import cross_check
from outreach_optimizer.errors import InputError
from outreach_optimizer.generate import PRESETS, dump_instance, generate
from outreach_optimizer.generate.presets import SIZES
from outreach_optimizer.generate.staff import PATTERNS, demanded_slots, duty_slots
from outreach_optimizer.instance import Client, Instance, Session
from outreach_optimizer.travel import UNKNOWN, client_ways, tour_of

INSTANCES = Path(__file__).parents[1] / "instances"
SEEDS = {"tiny": range(1, 21), "month": range(1, 21), "quarter": range(1, 6), "stress": range(1, 3)}
DRAWS = [(preset, seed) for preset in SIZES for seed in SEEDS[preset]]
LARGE = [(preset, seed) for preset, seed in DRAWS if preset != "tiny"]
CLOCK_FRAME = (7 * 60 + 30, 17 * 60 + 30)


@pytest.mark.parametrize(("preset", "seed"), DRAWS)
def test_every_instance_passes_the_cross_checks_and_survives_its_file(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    assert cross_check(instance) == []
    assert Instance.model_validate_json(dump_instance(instance)) == instance


@pytest.mark.parametrize(
    ("preset", "sites", "clients", "caseworkers", "sessions"),
    [
        ("tiny", 2, 8, 3, range(4, 5)),
        ("month", 5, 120, 8, range(34, 47)),
        ("quarter", 5, 400, 15, range(100, 121)),
        ("stress", 10, 1500, 40, range(370, 431)),
    ],
)
def test_each_preset_has_its_size_whatever_the_seed(
    preset: str, sites: int, clients: int, caseworkers: int, sessions: range
) -> None:
    for seed in SEEDS[preset]:
        instance = generate(preset, seed)
        assert (len(instance.sites), len(instance.clients)) == (sites, clients)
        assert len(instance.caseworkers) == caseworkers
        assert len(instance.sessions) in sessions


def test_ruhla_is_planned_and_offers_sessions_that_the_default_rules_do_not_hold() -> None:
    for preset in ("month", "quarter"):
        instance = generate(preset, 1)
        assert [site.id for site in instance.sites if site.status == "planned"] == ["ruhla"]
        assert [site.status for site in instance.sites].count("open") == 4
        assert any(session.site == "ruhla" for session in instance.sessions)
        assert instance.rules.held_statuses == ("open",)


def test_the_same_seed_gives_the_same_bytes_in_processes_with_other_hash_seeds() -> None:
    code = (
        "import hashlib\nfrom outreach_optimizer.generate import dump_instance, generate\n"
        "from outreach_optimizer.generate.build import build_region\n"
        "from outreach_optimizer.generate.presets import SIZES\n"
        "for instance in (*(generate(preset, 7) for preset in SIZES), build_region(7, offices=1)):\n"
        "    print(hashlib.sha256(dump_instance(instance).encode()).hexdigest())"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for hash_seed in ("0", "1", "4711")
    ]
    assert len(set(outputs)) == 1
    assert len(set(outputs[0].split())) == len(PRESETS)  # the region by one of its offices


def test_another_seed_gives_another_instance() -> None:
    assert len({dump_instance(generate("month", seed)) for seed in range(1, 6)}) == 5


def test_an_unknown_preset_is_an_input_error_that_names_the_known_ones() -> None:
    with pytest.raises(InputError) as caught:
        generate("year", 1)
    assert caught.value.problems[0].facts["allowed"] == "tiny, month, quarter, stress, region"


def test_the_names_of_the_presets_cost_no_numpy() -> None:
    code = "import sys; from outreach_optimizer.generate import PRESETS; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("preset", SIZES)
def test_the_shipped_file_is_seed_1_byte_for_byte(preset: str) -> None:
    shipped = (INSTANCES / f"{preset}.json").read_bytes()
    assert shipped == dump_instance(generate(preset, 1)).encode()
    assert len(shipped) < 2_000_000


def test_the_file_has_a_line_per_item_and_all_rules() -> None:
    text = (INSTANCES / "month.json").read_text(encoding="utf-8")
    instance = generate("month", 1)
    lines = text.splitlines()
    items = [line.strip(" ,") for line in lines if line.startswith('    {"id": ')]
    ids = [json.loads(item)["id"] for item in items]
    assert ids[-len(instance.clients) :] == [client.id for client in instance.clients]
    assert max(len(line) for line in lines) < 1000
    assert json.loads(text)["rules"] == json.loads(instance.rules.model_dump_json())


@pytest.mark.parametrize(("preset", "seed"), DRAWS)
def test_sessions_lie_on_open_days_of_the_period_and_can_be_announced(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    rules = instance.rules
    for session in instance.sessions:
        site = instance.site_by_id[session.site]
        assert instance.period.start <= session.date < instance.period.end
        assert session.date.weekday() < 5
        assert session.date not in public_holidays("TH", session.date.year)
        assert session.date not in site.closures
        assert not (site.keeps_corpus_christi and session.date == corpus_christi(session.date.year))
        assert can_be_notified(
            session.date,
            instance.posting_days,
            postal_days=rules.postal_days,
            notice_days=rules.notice_days,
            max_lead_days=rules.max_lead_days,
            state=rules.holiday_state,
        )


def test_rooms_have_fixed_weekdays_and_overlap_only_where_the_planner_may_choose() -> None:
    for preset, seed in LARGE:
        instance = generate(preset, seed)
        rooms: dict[tuple[str, str | None], list[Session]] = {}
        for session in instance.sessions:
            rooms.setdefault((session.site, session.room), []).append(session)
        assert any(_overlap(a, b) for sessions in rooms.values() for a, b in combinations(sessions, 2))
        for sessions in rooms.values():
            assert len({session.date.weekday() for session in sessions}) == 1
            for a, b in combinations(sessions, 2):
                assert not _overlap(a, b) or {a.id[-3:], b.id[-3:]} & {"day"}
                assert a.desks == 2


@pytest.mark.parametrize(("preset", "seed"), DRAWS)
def test_every_duty_can_be_driven_from_both_offices_within_working_time(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    rules = instance.rules
    for office in instance.offices:
        worker = instance.caseworkers[0].replace(office=office.id)
        for session in {(s.site, s.start, s.end): s for s in instance.sessions}.values():
            tour = tour_of(instance, worker, [session])
            assert tour.missing_min == 0
            assert CLOCK_FRAME[0] <= tour.departure
            assert tour.arrival <= CLOCK_FRAME[1]
            assert tour.work_min <= rules.max_work_min
            assert tour.work_min <= rules.rest_after_min or tour.rest_min >= rules.long_rest_min


@pytest.mark.parametrize(("preset", "seed"), LARGE)
def test_shares_of_the_clients_lie_in_the_bands_of_the_sources(preset: str, seed: int) -> None:
    clients = generate(preset, seed).clients
    bands: dict[str, tuple[Callable[[Client], bool], float, float]] = {
        "no car": (lambda c: c.mode != "car", 0.45, 0.55),
        "bike or foot": (lambda c: c.mode in {"bike", "walk"}, 0.05, 0.11),
        "barrier-free": (lambda c: c.barrier_free, 0.05, 0.08),
        "interpreter": (lambda c: bool(c.languages), 0.08, 0.15),
        "couples": (lambda c: c.household is not None, 0.07, 0.09),
        "soft": (lambda c: c.continuity == "soft", 0.53, 0.66),
        "hard": (lambda c: c.continuity == "hard", 0.05, 0.12),
        "two slots": (lambda c: c.slots == 2, 0.09, 0.11),
        "voluntary": (lambda c: c.invitation == "voluntary", 0.15, 0.25),
        "data link": (lambda c: c.network, 0.04, 0.12),
        "a skill": (lambda c: bool(c.skills), 0.25, 0.39),
        "care hours": (lambda c: any((w.start, w.end) == (510, 870) for w in c.windows), 0.2, 0.3),
        "always": (lambda c: not c.windows, 0.4, 0.54),
        "never invited": (lambda c: c.last_invitation is None, 0.1, 0.2),
        "human decides": (lambda c: c.invitation != "voluntary" and c.consecutive_misses >= 2, 0.005, 0.06),
    }
    for name, (has, low, high) in bands.items():
        share = sum(map(has, clients)) / len(clients)
        assert low <= share <= high, name
    mean = sum(client.show_rate for client in clients) / len(clients)
    assert 0.6 <= mean <= 0.7
    assert all(client.consecutive_misses < 3 or client.invitation == "voluntary" for client in clients)
    assert all(client.consecutive_misses == 0 or client.last_invitation is not None for client in clients)


@pytest.mark.parametrize(("preset", "seed"), LARGE)
def test_demand_is_as_large_as_what_the_staff_can_serve(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    demand = sum(client.slots for client in instance.clients)
    assert abs(demand - demanded_slots(SIZES[preset])) <= 2
    slots = {(p.start, p.end): duty_slots(SIZES[preset], p.duty) for p in PATTERNS}
    served = sum(
        (worker.max_duties or 0) * (slots[worker.windows[0].start, worker.windows[0].end] - 0.5)
        for worker in instance.caseworkers
    )
    assert 0.9 <= demand / served <= 1.15


@pytest.mark.parametrize(("preset", "seed"), DRAWS)
def test_agreed_minimum_sessions_can_be_staffed(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    for site in instance.sites:
        days = sorted({s.date for s in instance.sessions if s.site == site.id and _crew_size(instance, s) >= 2})
        spaced: list[dt.date] = []
        for date in days:
            if not spaced or (date - spaced[-1]).days >= site.spacing_days:
                spaced.append(date)
        assert len(spaced) >= site.min_sessions
        assert site.max_sessions is None or site.min_sessions <= site.max_sessions


@pytest.mark.parametrize(("preset", "seed"), LARGE)
def test_one_open_site_has_stairs_and_another_a_weak_link(preset: str, seed: int) -> None:
    sites = generate(preset, seed).sites
    assert [site.barrier_free for site in sites].count(False) == 1
    assert [site.network_ok for site in sites].count(False) == 1
    assert all(site.barrier_free or site.network_ok for site in sites)


@pytest.mark.parametrize(("preset", "seed"), DRAWS)
def test_couples_share_home_mode_windows_and_contact(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    for members in instance.households.values():
        one, other = (instance.client_by_id[member] for member in members)
        for field in ("home", "mode", "windows", "absent", "languages", "caseworker", "continuity", "invitation"):
            assert getattr(one, field) == getattr(other, field)


@pytest.mark.parametrize(("preset", "seed"), DRAWS)
def test_the_own_caseworker_can_serve_the_client(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    for client in instance.clients:
        assert (client.caseworker is None) == (client.continuity == "none")
        if client.caseworker is not None:
            own = instance.caseworker_by_id[client.caseworker]
            assert set(client.skills) <= set(own.skills)
            assert set(client.languages) <= set(own.languages)


@pytest.mark.parametrize(("preset", "seed"), LARGE)
def test_most_clients_can_reach_an_open_site_in_time(preset: str, seed: int) -> None:
    instance = generate(preset, seed)
    open_sites = [column for column, site in enumerate(instance.sites) if site.status == "open"]
    ways = client_ways(instance).milli_min[:, open_sites]
    reachable = ((ways != UNKNOWN) & (ways <= instance.rules.max_travel_min * 1000)).any(axis=1)
    assert reachable.mean() >= 0.8


def test_corpus_christi_is_kept_in_geisa_only() -> None:
    instance, feast = generate("stress", 1), corpus_christi(2027)
    assert [site.id for site in instance.sites if site.keeps_corpus_christi] == ["geisa"]
    assert all(feast in client.absent for client in instance.clients if client.home in {"geisa", "buttlar"})
    assert any(feast not in client.absent for client in instance.clients)


def _overlap(a: Session, b: Session) -> bool:
    return a.date == b.date and a.start < b.end and b.start < a.end


def _crew_size(instance: Instance, session: Session) -> int:
    """Caseworkers whose window holds the way there, the session and the way back."""
    size = 0
    for worker in instance.caseworkers:
        tour = tour_of(instance, worker, [session])
        size += session.date not in worker.absent and any(
            window.holds_on(session.date) and window.start <= tour.departure and tour.arrival <= window.end
            for window in worker.windows
        )
    return size
