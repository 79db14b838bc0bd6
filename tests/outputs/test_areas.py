import datetime as dt
import itertools
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach_optimizer.instance import (
    Appointment,
    Caseworker,
    Client,
    Coordinates,
    Duty,
    Instance,
    Office,
    Period,
    Place,
    Session,
    Site,
)
from outreach_optimizer.outputs.areas import (
    K_PEOPLE,
    SMALL,
    Count,
    areas,
    bracket,
    held_sessions,
    told,
    told_of_area,
    total,
)
from outreach_optimizer.schedule import Schedule

DAY = dt.date(2027, 3, 2)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Instance, Schedule]:
    """Small regions; some homes are coordinates, some clients are not invited."""
    degrees = st.integers(0, 40).map(lambda step: step / 100)
    towns = st.sampled_from(["Nordstadt", "Südstadt", None])
    count = draw(st.integers(0, 7))
    places = [
        Place(id=f"p{n}", name=f"Ort {n}", lat=50.7 + draw(degrees), lon=10 + draw(degrees), municipality=draw(towns))
        for n in range(count)
    ]
    exact = st.builds(Coordinates, lat=degrees.map(lambda d: 50.7 + d), lon=degrees.map(lambda d: 10 + d))
    homes = st.one_of(exact, st.sampled_from([place.id for place in places])) if places else exact
    clients = [Client(id=f"c{n}", home=draw(homes)) for n in range(draw(st.integers(0, 30)))]
    sites = [Site(id=f"s{n}", name=f"Rathaus {n}", lat=50.8, lon=10 + n / 10) for n in range(draw(st.integers(1, 4)))]
    sessions = [Session(id=f"{site.id}-1", site=site.id, date=DAY, start=540, end=900) for site in sites]
    instance = Instance(
        name="klein",
        period=Period(start=DAY, end=DAY + dt.timedelta(days=7)),
        places=places,
        offices=[Office(id="o", name="Amt", lat=50.9, lon=10.2)],
        sites=sites,
        sessions=sessions,
        caseworkers=[Caseworker(id="w", office="o")],
        clients=clients,
    )
    chosen = st.sampled_from([None, *(session.id for session in sessions)])
    appointments = [
        Appointment(client=client.id, session=session, caseworker="w", start=540)
        for client in clients
        if (session := draw(chosen)) is not None
    ]
    return instance, Schedule(appointments=appointments)


@given(plans())
def test_every_area_has_at_least_five_people_and_everybody_is_in_one(plan: tuple[Instance, Schedule]) -> None:
    instance, schedule = plan
    found = areas(instance, schedule)
    if len(instance.clients) < K_PEOPLE:
        assert found == ()
    else:
        assert all(area.people >= K_PEOPLE for area in found)
        assert sum(area.people for area in found) == len(instance.clients)
        known = instance.places or instance.sites
        assert sorted(name for area in found for name in area.places) == sorted(place.name for place in known)


@given(plans())
def test_an_area_stands_at_a_public_point_never_at_a_home(plan: tuple[Instance, Schedule]) -> None:
    instance, schedule = plan
    public = {(place.lat, place.lon) for place in instance.places or instance.sites}
    assert all((area.lat, area.lon) in public for area in areas(instance, schedule))


@given(plans())
def test_ranges_hold_the_truth_and_at_least_three_numbers(plan: tuple[Instance, Schedule]) -> None:
    instance, schedule = plan
    found = areas(instance, schedule)
    for area in found:
        for count in (area.invited, area.uninvited, *(flow.people for flow in area.flows)):
            assert count.high - count.low >= SMALL - 1
            assert 0 <= count.low <= count.high <= area.people
    if found:
        invited = total([area.invited for area in found])
        assert invited.low <= len(schedule.by_client) <= invited.high


@given(st.integers(K_PEOPLE, 400).flatmap(lambda people: st.tuples(st.integers(0, people), st.just(people))))
def test_a_bracket_holds_its_number_and_leaves_three_on_both_sides(numbers: tuple[int, int]) -> None:
    count, people = numbers
    found = bracket(count, people)
    assert found.low <= count <= found.high <= people
    assert found.high - found.low >= SMALL - 1
    assert found.low == 0 or found.low >= SMALL
    assert found.high == people or people - found.high >= SMALL


@pytest.mark.parametrize(
    ("people", "sites"), [(n, 1) for n in range(5, 13)] + [(n, 2) for n in range(5, 13)] + [(7, 4)]
)
def test_a_reader_who_knows_the_procedure_cannot_work_out_how_many_are_invited(people: int, sites: int) -> None:
    possible = defaultdict(set)
    names = [f"s{number}" for number in range(sites)]
    for visitors in itertools.product(range(people + 1), repeat=sites):
        if sum(visitors) <= people:
            invited, flows = told_of_area(people, dict(zip(names, visitors, strict=True)))
            possible[invited, frozenset(flows)].add(sum(visitors))
    assert all(len(numbers) >= 2 for numbers in possible.values())


def test_flows_of_one_or_two_people_are_not_drawn() -> None:
    invited, flows = told_of_area(20, {"a": 2, "b": 1, "c": 9})
    assert invited == Count(12, 14)
    assert [(flow.site, flow.people) for flow in flows] == [("c", Count(9, 11))]


def test_the_smallest_flow_is_left_out_where_the_flows_together_would_tell_more_than_the_area() -> None:
    invited, flows = told_of_area(7, {"a": 4, "b": 3})
    assert invited == Count(3, 7)
    assert [flow.site for flow in flows] == ["a"]


def test_counts_below_three_become_a_range_unless_the_map_is_precise() -> None:
    assert [told(people, precise=False) for people in range(4)] == [Count(0, 2)] * 3 + [Count(3, 3)]
    assert told(1, precise=True) == Count(1, 1)


def place(name: str, lat: float, municipality: str | None = None) -> Place:
    return Place(id=name.lower(), name=name, lat=lat, lon=10.0, municipality=municipality)


def region(places: list[Place], homes: dict[str, int]) -> Instance:
    return Instance(
        name="klein",
        period=Period(start=DAY, end=DAY + dt.timedelta(days=7)),
        places=places,
        offices=[Office(id="o", name="Amt", lat=50.9, lon=10.2)],
        sites=[Site(id="s", name="Rathaus", lat=50.8, lon=10.0)],
        sessions=[Session(id="t", site="s", date=DAY, start=540, end=780, desks=2)],
        caseworkers=[Caseworker(id="w", office="o"), Caseworker(id="v", office="o")],
        clients=[Client(id=f"{home}{n}", home=home) for home, count in homes.items() for n in range(count)],
    )


def test_a_small_settlement_joins_its_own_municipality_before_a_nearer_one() -> None:
    places = [place("A", 50.80, "Nord"), place("B", 50.81, "Süd"), place("C", 50.90, "Nord")]
    found = areas(region(places, {"a": 2, "b": 6, "c": 5}), Schedule())
    assert {area.name: area.places for area in found} == {"B": ("B",), "C": ("A", "C")}


def test_a_small_settlement_without_municipality_joins_the_nearest() -> None:
    places = [place("A", 50.80), place("B", 50.81), place("C", 50.90)]
    found = areas(region(places, {"a": 2, "b": 6, "c": 5}), Schedule())
    assert {area.name: (area.places, area.people) for area in found} == {"B": (("A", "B"), 8), "C": (("C",), 5)}


def test_coordinates_are_counted_at_the_nearest_settlement() -> None:
    instance = region([place("A", 50.80), place("B", 50.90)], {"a": 5, "b": 5})
    exact = Client(id="x", home=Coordinates(lat=50.87, lon=10.0))
    found = areas(instance.replace(clients=(*instance.clients, exact)), Schedule())
    assert {area.name: area.people for area in found} == {"A": 5, "B": 6}


def appointment(client: str, start: int, caseworker: str = "w") -> Appointment:
    return Appointment(client=client, session="t", caseworker=caseworker, start=start)


def test_free_slots_are_those_of_the_crew_without_the_booked_ones() -> None:
    instance = region([place("A", 50.80)], {"a": 6})
    crew = [Duty(session="t", caseworker=caseworker) for caseworker in ("w", "v")]
    booked = [appointment("a0", 540), appointment("a1", 600), appointment("a2", 540, "v")]
    (held,) = held_sessions(instance, Schedule(duties=crew, appointments=booked))
    assert (held.crew, held.invited, held.free_slots) == (2, Count(3, 3), 5)


def test_free_slots_are_not_told_where_they_would_tell_a_small_count() -> None:
    instance = region([place("A", 50.80)], {"a": 6})
    schedule = Schedule(duties=[Duty(session="t", caseworker="w")], appointments=[appointment("a0", 540)])
    (held,) = held_sessions(instance, schedule)
    assert (held.invited, held.free_slots) == (Count(0, 2), None)
    (held,) = held_sessions(instance, schedule, precise=True)
    assert (held.invited, held.free_slots) == (Count(1, 1), 3)


def test_a_slot_to_which_two_are_invited_is_used_once() -> None:
    instance = region([place("A", 50.80)], {"a": 6})
    instance = instance.replace(clients=(instance.clients[0].replace(slots=2), *instance.clients[1:]))
    booked = [appointment("a0", 540), appointment("a1", 540), appointment("a2", 660)]
    (held,) = held_sessions(instance, Schedule(duties=[Duty(session="t", caseworker="w")], appointments=booked))
    assert held.free_slots == 1


@pytest.mark.parametrize("precise", [False, True])
def test_of_fewer_than_three_people_nothing_is_said_to_be_expected(precise: bool) -> None:
    instance = region([place("A", 50.80)], {"a": 6})
    for booked, told_of in (
        ([("a0", 540), ("a1", 600)], False),
        ([("a0", 540), ("a1", 600), ("a1", 660)], False),
        ([("a0", 540), ("a1", 600), ("a2", 660)], True),
    ):
        appointments = [appointment(client, start) for client, start in booked]
        schedule = Schedule(duties=[Duty(session="t", caseworker="w")], appointments=appointments)
        (held,) = held_sessions(instance, schedule, precise=precise)
        assert (held.outlook is not None) is told_of
    (held,) = held_sessions(instance, schedule.replace(duties=()), precise=precise)
    assert held.outlook is None


def test_who_is_booked_twice_in_a_session_counts_once_and_a_session_without_crew_is_listed() -> None:
    instance = region([place("A", 50.80)], {"a": 6})
    booked = [appointment(client, start) for client in ("a0", "a1", "a2") for start in (540, 600)]
    (held,) = held_sessions(instance, Schedule(appointments=booked))
    assert (held.crew, held.invited, held.free_slots) == (0, Count(3, 3), 0)
