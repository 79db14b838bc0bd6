"""Key figures against numbers worked out beforehand."""

import pytest

from outreach_optimizer.instance import Factors, TravelData
from outreach_optimizer.kpis import kpis, travel_figures
from outreach_optimizer.schedule import Schedule
from tiny import caseworker, client, instance, office, plan, session, site, table

REFERENCE_MIN = (4, 6, 7, 9, 10, 12, 15, 18, 25, 44)
SITES = ("ruhla", "mihla")
TWO_SITES = instance(
    offices=(office("base"), office("branch")),
    sites=(site("ruhla"), site("mihla")),
    sessions=(
        session("am", "ruhla", start="08:00", end="10:00"),
        session("pm", "mihla", start="12:00", end="14:00"),
        session("tue", "mihla", on=1),
    ),
    caseworkers=(caseworker("w1", eur_per_km=0.3), caseworker("w2", "branch")),
    clients=(client("c1"), client("c2"), client("c3", mode="transit"), client("c4")),
    travel=TravelData(
        car=Factors(min_per_km=1),
        computed=False,
        tables=(
            table(
                "clients",
                SITES,
                {"c1": (10, 20), "c2": (30.5, 46), "c4": (50, 50)},
                km=((7.5, 15), (30, None), (40, 40)),
            ),
            table("offices", SITES, {"base": (12, 20), "branch": (8, None)}, km=((9, 18), (5, None))),
            table("sites", SITES, {"ruhla": (0, 25), "mihla": (24, 0)}, km=((0, 21.5), (21, 0))),
        ),
    ),
)


def test_the_reference_vector_has_its_published_figures() -> None:
    figures = travel_figures(REFERENCE_MIN)
    assert figures == {
        "travel_mean_min": 15,
        "travel_median_min": 11,
        "travel_p90_min": 25,
        "travel_max_min": 44,
        "share_15": 0.7,
        "share_30": 0.9,
        "share_45": 1.0,
        "kolm_ede_min": pytest.approx(19.2034275, abs=1e-7),
    }


def test_the_order_of_the_ways_does_not_matter() -> None:
    assert travel_figures(REFERENCE_MIN[::-1]) == travel_figures(REFERENCE_MIN)


def test_a_shorter_way_for_one_person_never_looks_worse() -> None:
    before, after = travel_figures(REFERENCE_MIN), travel_figures((4, 6, 7, 9, 10, 2, 15, 18, 25, 44))
    assert after["travel_mean_min"] == 14
    assert after["kolm_ede_min"] == pytest.approx(18.65, abs=0.01)
    for name, value in after.items():
        better = value >= before[name] if name.startswith("share") else value <= before[name]
        assert better, name


@pytest.mark.parametrize(
    ("count", "rank"),
    [(1, 1), (2, 2), (9, 9), (10, 9), (11, 10), (19, 18), (20, 18), (100, 90), (110, 99), (1000, 900)],
)
def test_the_ninetieth_percentile_is_the_nearest_rank(count: int, rank: int) -> None:
    assert travel_figures(range(1, count + 1))["travel_p90_min"] == rank


@pytest.mark.parametrize("way_min", [0, 15, 30, 45, 100_000])
def test_equal_ways_are_their_own_equivalent(way_min: float) -> None:
    figures = travel_figures([way_min] * 3)
    assert figures["kolm_ede_min"] == figures["travel_mean_min"] == figures["travel_p90_min"] == way_min
    assert [figures[f"share_{limit}"] for limit in (15, 30, 45)] == [float(way_min <= limit) for limit in (15, 30, 45)]


def test_very_long_ways_do_not_overflow() -> None:
    assert travel_figures([100_000, 0])["kolm_ede_min"] == pytest.approx(100_000 - 13.8629436, abs=1e-6)  # 20 ln 2


def test_an_empty_plan_has_no_ways_and_costs_nothing() -> None:
    figures = kpis(TWO_SITES, Schedule())
    assert {name: value for name, value in figures.items() if value is not None} == {
        "invited": 0,
        "uninvited": 4,
        "sessions_held": 0,
        "duties": 0,
        "reimbursement_eur": 0,
        "staff_drive_min": 0,
        "staff_km": 0,
        "staff_cost_eur": 0,
    }
    assert sorted(name for name, value in figures.items() if value is None) == [
        "kolm_ede_min",
        "share_15",
        "share_30",
        "share_45",
        "travel_max_min",
        "travel_mean_min",
        "travel_median_min",
        "travel_p90_min",
    ]


def test_people_sessions_euros_and_kilometers_are_counted() -> None:
    figures = kpis(
        TWO_SITES, plan("am-w1 pm-w1 tue-w1 am-w2", "c1-am-w1-08:00 c2-pm-w1-12:00 c3-am-w2-08:00 c4-tue-w1-09:00")
    )
    assert figures == {
        "invited": 4,
        "uninvited": 0,
        "sessions_held": 3,
        "duties": 4,
        "travel_mean_min": pytest.approx(106 / 3),  # 10, 46 and 50; nobody knows the way of c3
        "travel_median_min": 46,
        "travel_p90_min": 50,
        "travel_max_min": 50,
        "share_15": pytest.approx(1 / 3),
        "share_30": pytest.approx(1 / 3),
        "share_45": pytest.approx(1 / 3),
        "kolm_ede_min": pytest.approx(41.426, abs=0.001),  # 20 ln((e^0.5 + e^2.3 + e^2.5) / 3)
        "reimbursement_eur": pytest.approx(19.0),  # 0.20 EUR × 2 × (7.5 + 40) km; the road of c2 is unknown
        "staff_drive_min": pytest.approx(113),  # Monday 12 + 25 + 20, Tuesday 20 + 20; w2: 8 + 8
        "staff_km": pytest.approx(94.5),  # 9 + 21.5 + 18, 18 + 18; 5 + 5
        "staff_cost_eur": pytest.approx(27.35),  # 84.5 km × 0.30 + 10 km × 0.20
    }


def test_a_tour_of_unknown_length_counts_nothing() -> None:
    figures = kpis(TWO_SITES, plan("pm-w2 am-w2 tue-w1"))
    assert (figures["staff_drive_min"], figures["staff_km"], figures["duties"]) == (40, 36, 3)
