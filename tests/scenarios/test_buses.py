import numpy as np
import pytest

from outreach_optimizer.assumptions import TravelData, TravelTable
from outreach_optimizer.generate import generate
from outreach_optimizer.instance import Instance
from outreach_optimizer.scenarios.buses import ASSUMED, air_km, bus_fit, estimated_min, unknown_everywhere
from villages import people, session, villages

REACH_KM = 18


def along_a_line(count: int = 30) -> Instance:
    """Riders every kilometer to the north, whose bus takes 20 minutes and 3 per kilometer, up to the reach."""
    bare = villages(
        [{"id": f"c{n}", "home": {"lat": 50.956 + n / 111.19, "lon": 10.396}, "mode": "transit"} for n in range(count)],
        [session("wutha", 1)],
        sites={"wutha": {}},
    )
    km = air_km(bare, bare.sites)[:, 0]
    table = TravelTable(
        origins_are="clients",
        mode="transit",
        origins=tuple(client.id for client in bare.clients),
        sites=("wutha",),  # type: ignore[arg-type]
        min=tuple((20 + 3 * float(way) if way <= REACH_KM + 0.5 else None,) for way in km),
    )
    return bare.replace(travel=TravelData(tables=(table,)))


def test_a_line_that_is_there_is_found() -> None:
    fit = bus_fit(along_a_line())
    assert fit.fixed_min == pytest.approx(20, abs=0.01)
    assert fit.min_per_km == pytest.approx(3, abs=0.01)
    assert fit.reach_km == pytest.approx(REACH_KM, abs=0.1)
    assert fit.error_min < 0.01


def test_beyond_the_reach_there_is_no_bus_but_the_office_is_reached_somehow() -> None:
    instance = along_a_line()
    km = np.array([10.0, 25.0])
    assert estimated_min(instance, km).tolist() == [pytest.approx(50, abs=0.1), np.inf]
    assert estimated_min(instance, km, everywhere=True)[1] == pytest.approx(95, abs=0.1)


def test_who_lives_near_walks() -> None:
    assert estimated_min(along_a_line(), np.array([0.0, 1.0])).tolist() == [8, 15.3]


def test_with_too_few_ways_the_estimate_is_an_assumption() -> None:
    assert bus_fit(along_a_line(8)) == ASSUMED
    assert bus_fit(villages(people("wutha", 3), [session("wutha", 1)])) == ASSUMED


def test_people_without_any_way_are_counted() -> None:
    riders = villages([*people("wutha", 2, mode="transit"), *people("ruhla", 1)], [session("wutha", 1)])
    assert unknown_everywhere(riders) == 2


def test_the_estimate_fits_the_shipped_month() -> None:
    fit = bus_fit(generate("month", 1))
    assert fit.pairs > 50
    assert fit.error_min < 10
