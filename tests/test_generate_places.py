"""Where generated clients live and how far they are said to be: facts and their scaling."""

from collections import Counter

import numpy as np
import pytest

from outreach_optimizer.generate import generate
from outreach_optimizer.generate.places import air_line_km, catchment, places
from outreach_optimizer.generate.presets import OFFICES, SIZES


@pytest.mark.parametrize(("preset", "seed"), [("month", 1), ("quarter", 2), ("stress", 1)])
def test_municipalities_are_invited_in_proportion_to_their_residents(preset: str, seed: int) -> None:
    homes = catchment(SIZES[preset].sites)
    residents: Counter[str] = Counter()
    for home in homes:
        residents[home.municipality] += home.residents
    clients = generate(preset, seed).clients
    invited = Counter(places()[str(client.home)].municipality for client in clients)
    for town, number in residents.items():
        assert abs(invited[town] - len(clients) * number / residents.total()) < 1


@pytest.mark.parametrize("preset", SIZES)
def test_residents_of_the_main_offices_are_left_out_and_those_of_sites_are_in(preset: str) -> None:
    homes = catchment(SIZES[preset].sites)
    towns = {home.municipality for home in homes}
    assert not towns & {"Eisenach", "Bad Salzungen"}
    assert {places()[plan.place].municipality for plan in SIZES[preset].sites} <= towns


def test_residents_add_up_to_the_totals_of_2023_where_they_are_known() -> None:
    totals: Counter[str] = Counter()
    for place in places().values():
        totals[place.municipality] += place.residents
        assert place.residents >= 0
    known = {"Gerstungen": 8915, "Wutha-Farnroda": 6378, "Treffurt": 5744, "Dermbach": 7020, "Ruhla": 5254}
    assert {town: totals[town] for town in known} == known
    assert totals.total() == pytest.approx(159_201, rel=0.02)


def test_places_lie_where_other_sources_put_them() -> None:
    facts = places()
    assert len(facts) == 64
    assert all(50.6 < place.lat < 51.2 and 9.9 < place.lon < 10.6 for place in facts.values())
    sites = [facts[place] for place in ("gerstungen", "wutha-farnroda", "treffurt", "dermbach", "ruhla")]
    # Air lines between GeoNames points; ours are the official ones, up to 0.7 km away.
    published_km = [[17.5, 6.3, 18.3, 32.7, 10.4], [20.8, 19.4, 36.0, 13.8, 12.7]]
    assert air_line_km([facts[office] for office in OFFICES], sites) == pytest.approx(np.array(published_km), abs=1.0)


def test_buses_are_given_numbers_that_never_serve_far_pairs() -> None:
    instance = generate("month", 1)
    (table,) = instance.travel.tables
    assert (table.origins_are, table.mode) == ("places", "transit")
    facts = places()
    km = air_line_km([facts[origin] for origin in table.origins], [facts[p.place] for p in SIZES["month"].sites])
    minutes = [value for row in table.min for value in row if value is not None]
    assert all(8 <= value <= 140 and float(value).is_integer() for value in minutes)
    for row, values in enumerate(table.min):
        for column, value in enumerate(values):
            assert km[row, column] <= 25 or value is None
            assert km[row, column] > 8 or value is not None
