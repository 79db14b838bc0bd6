"""Distances against an independent library, tables over formulas, tours with numbers worked out by hand."""

import itertools

import numpy as np
import pytest
from geopy.distance import geodesic, great_circle

from outreach_optimizer.assumptions import Factors, TravelData
from outreach_optimizer.fields import Mode
from outreach_optimizer.instance import Coordinates, Instance, Place
from outreach_optimizer.travel import (
    EARTH_RADIUS_KM,
    UNKNOWN,
    client_ways,
    great_circle_km,
    nearest_milli_min,
    office_ways,
    site_ways,
    tour_of,
    tours,
)
from tiny import caseworker, client, instance, office, only, plan, session, site, table

EISENACH, RUHLA, GEISA = (50.976, 10.315), (50.892, 10.366), (50.715, 9.952)
POINTS = [
    EISENACH,
    RUHLA,
    GEISA,
    (50.976, 10.3150001),
    (54.9, 8.3),
    (47.4, 15.0),
    (0.0, 0.0),
    (0.0, 180.0),
    (90.0, 0.0),
]
SITES = ("ruhla", "geisa")


def computed(**fields: object) -> Instance:
    """Ruhla lies 10.00 km from Eisenach, Geisa 38.62 km."""
    return instance(
        offices=(office("eisenach", lat=EISENACH[0], lon=EISENACH[1]), office("geisa", lat=GEISA[0], lon=GEISA[1])),
        places=(Place(id="wutha", name="Wutha", lat=EISENACH[0], lon=EISENACH[1]),),
        sites=(site("ruhla", lat=RUHLA[0], lon=RUHLA[1]), site("geisa", lat=GEISA[0], lon=GEISA[1])),
        **fields,
    )


def at_home(name: str, mode: Mode = "car", **fields: object):  # noqa: ANN201 - a client
    return client(name, **{"home": Coordinates(lat=EISENACH[0], lon=EISENACH[1]), "mode": mode} | fields)


def test_great_circles_are_those_of_geopy() -> None:
    sphere = great_circle
    for one, other in itertools.combinations(POINTS, 2):
        found = great_circle_km(*(np.array([number]) for number in (*one, *other)))[0]
        assert found == pytest.approx(sphere(one, other, radius=EARTH_RADIUS_KM).km, rel=1e-6), (one, other)


def test_the_sphere_is_as_good_as_the_ellipsoid_in_germany() -> None:
    for one, other in itertools.combinations(POINTS[:6], 2):
        found = great_circle_km(*(np.array([number]) for number in (*one, *other)))[0]
        assert found == pytest.approx(geodesic(one, other).km, rel=0.005), (one, other)


def test_no_distance_is_zero_and_shapes_broadcast() -> None:
    lat, lon = np.array([[EISENACH[0]], [RUHLA[0]]]), np.array([[EISENACH[1]], [RUHLA[1]]])
    km = great_circle_km(lat, lon, lat.T, lon.T)
    assert km.shape == (2, 2)
    assert (np.diag(km) == 0).all()
    assert km[0, 1] == km[1, 0] > 0


def test_computed_ways_are_whole_minutes_of_the_calibrated_factors() -> None:
    ways = client_ways(computed(clients=tuple(at_home(mode, mode) for mode in ("car", "bike", "walk", "transit"))))
    km = [great_circle(EISENACH, to, radius=EARTH_RADIUS_KM).km for to in (RUHLA, GEISA)]
    assert km == pytest.approx([10.0, 38.62], abs=0.01)
    # 2 + 1.8 km by car, 5.1 by bicycle, 15.3 on foot; 1.45 road kilometers per kilometer for everybody
    assert ways.milli_min.tolist() == [[20_000, 72_000], [51_000, 197_000], [153_000, 591_000], [UNKNOWN, UNKNOWN]]
    assert ways.milli_km.tolist() == [[round(1450 * way) for way in km]] * 4


def test_factors_can_be_set() -> None:
    slow = TravelData(car=Factors(fixed_min=10, min_per_km=3, road=2))
    ways = client_ways(computed(clients=(at_home("c"),), travel=slow))
    assert ways.milli_min.tolist() == [[40_000, 126_000]]
    assert ways.milli_km[0].tolist() == [
        round(2000 * great_circle(EISENACH, to, radius=EARTH_RADIUS_KM).km) for to in (RUHLA, GEISA)
    ]


def test_a_home_is_a_place_or_coordinates() -> None:
    ways = client_ways(computed(clients=(at_home("c1"), at_home("c2", home="wutha"))))
    assert ways.milli_min[0].tolist() == ways.milli_min[1].tolist()


def test_tables_go_before_formulas_and_leave_the_rest_alone() -> None:
    travel = TravelData(tables=(table("clients", ["geisa"], {"c1": (61.5,)}, km=((44.4,),)),))
    ways = client_ways(computed(clients=(at_home("c1"), at_home("c2")), travel=travel))
    assert ways.milli_min.tolist() == [[20_000, 61_500], [20_000, 72_000]]
    assert ways.milli_km[0, 1] == 44_400
    assert ways.milli_km[0, 0] == ways.milli_km[1, 0]


def test_a_table_without_kilometers_leaves_them_computed() -> None:
    bare = client_ways(computed(clients=(at_home("c1"),)))
    travel = TravelData(tables=(table("clients", SITES, {"c1": (1, 2)}),))
    ways = client_ways(computed(clients=(at_home("c1"),), travel=travel))
    assert ways.milli_min.tolist() == [[1000, 2000]]
    assert ways.milli_km.tolist() == bare.milli_km.tolist()


def test_a_later_table_goes_before_an_earlier_one_whatever_its_origins() -> None:
    by_client = table("clients", SITES, {"c1": (11, 12)})
    by_place = table("places", ["ruhla"], {"wutha": (33,)})
    clients = (at_home("c1", home="wutha"), at_home("c2"))
    later_place = client_ways(computed(clients=clients, travel=only(by_client, by_place)))
    later_client = client_ways(computed(clients=clients, travel=only(by_place, by_client)))
    assert later_place.milli_min.tolist() == [[33_000, 12_000], [UNKNOWN, UNKNOWN]]
    assert later_client.milli_min.tolist() == [[11_000, 12_000], [UNKNOWN, UNKNOWN]]


def test_a_table_of_places_holds_for_everybody_who_lives_there() -> None:
    by_place = table("places", SITES, {"wutha": (5, 6), "elsewhere": (7, 8)})
    clients = (at_home("c1", home="wutha"), at_home("c2"), at_home("c3", home="wutha"))
    ways = client_ways(computed(clients=clients, travel=TravelData(tables=(by_place,))))
    assert ways.milli_min.tolist() == [[5000, 6000], [20_000, 72_000], [5000, 6000]]


def test_a_table_of_a_mode_holds_for_that_mode_only() -> None:
    bus = table("places", SITES, {"wutha": (38, None)}, mode="transit")
    clients = (at_home("c1", home="wutha"), at_home("c2", "transit", home="wutha"), at_home("c3", "transit"))
    ways = client_ways(computed(clients=clients, travel=TravelData(tables=(bus,))))
    assert ways.milli_min.tolist() == [[20_000, 72_000], [38_000, UNKNOWN], [UNKNOWN, UNKNOWN]]


def test_null_in_a_table_takes_a_computed_way_away() -> None:
    flooded = TravelData(tables=(table("clients", ["ruhla"], {"c1": (None,)}),))
    ways = client_ways(computed(clients=(at_home("c1"),), travel=flooded))
    assert ways.milli_min.tolist() == [[UNKNOWN, 72_000]]


def test_public_transport_is_unknown_unless_it_is_given() -> None:
    clients = (at_home("c1", "transit"),)
    assert client_ways(computed(clients=clients)).milli_min.tolist() == [[UNKNOWN, UNKNOWN]]
    bus = TravelData(tables=(table("clients", ["geisa"], {"c1": (95,)}),))
    assert client_ways(computed(clients=clients, travel=bus)).milli_min.tolist() == [[UNKNOWN, 95_000]]


def test_nothing_is_computed_if_the_instance_says_so() -> None:
    bare = computed(clients=(at_home("c1"),), travel=TravelData(computed=False))
    assert client_ways(bare).milli_min.tolist() == [[UNKNOWN, UNKNOWN]]
    assert office_ways(bare).milli_min.tolist() == [[UNKNOWN, UNKNOWN], [UNKNOWN, UNKNOWN]]
    assert site_ways(bare).milli_min.tolist() == [[0, UNKNOWN], [UNKNOWN, 0]]


def test_caseworkers_go_by_car_from_their_base_and_from_site_to_site() -> None:
    bare = computed()
    assert office_ways(bare).milli_min.tolist() == [[20_000, 72_000], [65_000, 2000]]
    assert site_ways(bare).milli_min.tolist() == [[0, 65_000], [65_000, 0]]
    by_foot = table("offices", SITES, {"geisa": (1, 1)}, mode="walk")
    by_car = table("offices", SITES, {"eisenach": (18, 55)}, mode="car")
    one_way_street = table("sites", ["geisa"], {"ruhla": (50,)})
    given = computed(travel=TravelData(tables=(by_foot, by_car, one_way_street)))
    assert office_ways(given).milli_min.tolist() == [[18_000, 55_000], [65_000, 2000]]
    assert site_ways(given).milli_min.tolist() == [[0, 50_000], [65_000, 0]]


def test_the_nearest_site_suits_the_client_whatever_its_status() -> None:
    sites = (site("ruhla", barrier_free=False), site("geisa", network_ok=False, status="candidate"))
    ways = table("clients", SITES, dict.fromkeys(("c1", "c2", "c3", "c4"), (30, 20)) | {"c5": (None, 40)})
    clients = (
        client("c1"),
        client("c2", network=True),
        client("c3", barrier_free=True),
        client("c4", barrier_free=True, network=True),
        client("c5"),
    )
    found = nearest_milli_min(instance(sites=sites, clients=clients, travel=only(ways)))
    assert found.tolist() == [20_000, 30_000, 20_000, UNKNOWN, 40_000]
    assert nearest_milli_min(instance(clients=clients)).tolist() == [UNKNOWN] * 5


DAY = instance(
    sites=(site("ruhla"), site("geisa")),
    sessions=(
        session("am", "ruhla", start="08:00", end="11:00", breaks=({"start": "09:00", "end": "09:10"},)),
        session("pm", "ruhla", start="13:00", end="16:00", breaks=({"start": "14:00", "end": "14:20"},)),
        session("soon", "geisa", start="12:00", end="14:00"),
        session("late", "geisa", start="13:30", end="15:00"),
        session("tue", "geisa", on=1),
    ),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    travel=only(
        table("offices", SITES, {"base": (25.2, 41)}, km=((20, 33),)),
        table("sites", SITES, {"ruhla": (0, 44.5), "geisa": (46, 0)}, km=((0, 40), (41, 0))),
    ),
)


@pytest.mark.parametrize(
    ("names", "departure", "arrival", "drive_min", "km", "missing_min", "rest_min"),
    [
        # 8:00 - 15 - 26 (25.2 rounded up); 11:00 + 15 + 26; the break of 10 minutes is too short to be rest
        ("am", "7:19", "11:41", 50.4, 40, 0, 0),
        # the break of 20 minutes is rest
        ("pm", "12:19", "16:41", 50.4, 40, 0, 20),
        # 120 minutes in the town hall, nobody packs up; and the break
        ("pm am", "7:19", "16:41", 50.4, 40, 0, 140),
        # 11:00 + 15 to pack up + 45 on the way + 15 to set up = 12:15, a quarter of an hour late
        ("am soon", "7:19", "14:56", 25.2 + 44.5 + 41, 93, 15, 0),
        # the same with 13:30 leaves 75 minutes to wait
        ("am late", "7:19", "15:56", 25.2 + 44.5 + 41, 93, 0, 75),
        # from Ruhla at 16:00, 30 to pack up and set up, 45 on the way: too late for Geisa at 13:30; the break is rest
        ("late pm", "12:19", "15:56", 25.2 + 44.5 + 41, 93, 225, 20),
    ],
)
def test_a_tour_is_timed_by_the_minute(  # noqa: PLR0917 - a table
    names: str, departure: str, arrival: str, drive_min: float, km: float, missing_min: int, rest_min: int
) -> None:
    stops = [DAY.session_by_id[name] for name in names.split()]
    tour = tour_of(DAY, DAY.caseworkers[0], stops)
    assert tour.departure == minute(departure)
    assert tour.arrival == minute(arrival)
    assert tour.drive_milli_min == round(1000 * drive_min)
    assert tour.drive_milli_km == 1000 * km
    assert (tour.missing_min, tour.rest_min) == (missing_min, rest_min)
    assert tour.away_min == minute(arrival) - minute(departure)
    assert tour.work_min == tour.away_min - rest_min
    assert [stop.start for stop in tour.sessions] == sorted(stop.start for stop in stops)


def minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


def test_waiting_of_less_than_a_quarter_of_an_hour_is_no_rest() -> None:
    for start, rest_min in (("12:29", 0), ("12:30", 15)):
        waiting = DAY.replace(sessions=(DAY.sessions[0], session("next", "geisa", start=start, end="15:00")))
        tour = tour_of(waiting, waiting.caseworkers[0], waiting.sessions)
        assert (tour.missing_min, tour.rest_min) == (0, rest_min), start


def test_times_before_and_after_the_session_can_be_set() -> None:
    brisk = DAY.replace(rules=DAY.rules.replace(arrive_before_min=5, leave_after_min=0))
    tour = tour_of(brisk, brisk.caseworkers[0], [brisk.sessions[0], brisk.sessions[2]])
    assert (tour.departure, tour.arrival) == (minute("7:29"), minute("14:41"))
    assert (tour.missing_min, tour.rest_min) == (0, 0)  # 11:00 + 45 + 5 = 11:50, ten minutes are no rest


def test_a_tour_with_an_unknown_way_has_no_length() -> None:
    lost = DAY.replace(travel=only(table("offices", SITES, {"base": (25, None)})))
    tour = tour_of(lost, lost.caseworkers[0], [lost.sessions[4]])
    assert (tour.drive_milli_min, tour.departure, tour.arrival) == (None, minute("8:45"), minute("11:15"))
    assert tour_of(lost, lost.caseworkers[0], [lost.sessions[0]]).drive_milli_min == 50_000


def test_a_tour_may_begin_the_day_before() -> None:
    far = DAY.replace(travel=only(table("offices", SITES, {"base": (25, 600)})))
    tour = tour_of(far, far.caseworkers[0], [far.sessions[4]])
    assert (tour.departure, tour.arrival) == (-75, minute("21:15"))


def test_a_tour_needs_a_session() -> None:
    with pytest.raises(ValueError, match="a tour needs a session"):
        tour_of(DAY, DAY.caseworkers[0], [])


def test_duties_make_a_tour_per_caseworker_and_date() -> None:
    found = [
        (tour.caseworker, tour.date, [stop.id for stop in tour.sessions])
        for tour in tours(DAY, plan("tue-w2 pm-w1 tue-w1 am-w1 am-w2"))
    ]
    monday, tuesday = DAY.sessions[0].date, DAY.sessions[4].date
    assert found == [
        ("w1", monday, ["am", "pm"]),
        ("w1", tuesday, ["tue"]),
        ("w2", monday, ["am"]),
        ("w2", tuesday, ["tue"]),
    ]
    assert list(tours(DAY, plan())) == []
