"""Key figures against numbers worked out beforehand."""

import pytest

from outreach_optimizer.assumptions import Factors, TravelData
from outreach_optimizer.kpis import expected_figures, group_waits_min, kpis, travel_figures
from outreach_optimizer.outlook import outlooks
from outreach_optimizer.schedule import Schedule
from overbooked import PLAN, overbooked
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
        "expected_held",
        "expected_idle_min",
        "expected_shows",
        "expected_wait_max_min",
        "expected_wait_mean_min",
        "kolm_ede_min",
        "overflow_risk_max",
        "share_15",
        "share_30",
        "share_45",
        "travel_max_min",
        "travel_mean_min",
        "travel_median_min",
        "travel_p90_min",
        "wait_worst_group_min",
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
        "expected_shows": pytest.approx(2.6),  # 4 × 0.65
        "expected_held": pytest.approx(2.6),
        "expected_idle_min": pytest.approx(324),  # 8 slots − 2.6, 60 minutes each
        "expected_wait_mean_min": 0,
        "expected_wait_max_min": 0,
        "wait_worst_group_min": 0,
        "overflow_risk_max": None,
    }


def test_a_tour_of_unknown_length_counts_nothing() -> None:
    figures = kpis(TWO_SITES, plan("pm-w2 am-w2 tue-w1"))
    assert (figures["staff_drive_min"], figures["staff_km"], figures["duties"]) == (40, 36, 3)


def test_who_comes_waits_and_is_idle_is_expected_as_worked_out_by_hand() -> None:
    assert expected_figures(overbooked(), PLAN) == {
        "expected_shows": pytest.approx(4.4),  # 0.4 + 0.8 + 0.5 + 3 × 0.9
        "expected_held": pytest.approx(4.24),  # without the 0.16 after 11:00
        "expected_idle_min": pytest.approx(105.6),  # 60 × (0.12 + 0.34 + 3 × 0.1 + 1)
        "expected_wait_mean_min": pytest.approx(28.8 / 4.4),  # 60 × (0.32 + 0.16) for all together
        "expected_wait_max_min": pytest.approx(24),  # a, if b comes (0.8) and goes first (1/2)
        "wait_worst_group_min": pytest.approx(19.2 / 2.1),  # a, b and f by car: 0.4 × 24 + 0.8 × 12 over their rates
        "overflow_risk_max": pytest.approx(0.6),
    }


def test_waiting_is_compared_between_modes_and_between_bands_of_the_rate() -> None:
    found = list(outlooks(overbooked(), PLAN))
    assert group_waits_min(overbooked(), PLAN, found) == {
        "car": pytest.approx(19.2 / 2.1),
        "transit": pytest.approx(9.6 / 2.3),  # c waits 0.32 × 60 = 19.2
        "rate_2": pytest.approx(9.6 / 3.5),  # b with exactly 0.8 belongs to d, e and f
    }


@pytest.mark.parametrize(("rate", "band"), [(0.49, "rate_0"), (0.5, "rate_1"), (0.79, "rate_1"), (0.8, "rate_2")])
def test_a_band_begins_with_its_lowest_rate(rate: float, band: str) -> None:
    tiny = overbooked()
    tiny = tiny.replace(clients=tuple(one.replace(show_rate=rate, mode="walk") for one in tiny.clients))
    assert set(group_waits_min(tiny, PLAN, list(outlooks(tiny, PLAN)))) == {"walk", band}


def test_fewer_than_three_clients_are_no_group() -> None:
    two = plan("am-w1", "a-am-w1-09:00 b-am-w1-09:00")
    figures = expected_figures(overbooked(), two)
    assert figures["wait_worst_group_min"] is None
    assert figures["expected_wait_max_min"] == pytest.approx(24)


def test_nobody_is_expected_where_nobody_is_invited() -> None:
    assert set(expected_figures(overbooked(), plan("am-w1 pm-w2")).values()) == {None}


def test_clients_who_never_come_wait_for_nothing() -> None:
    tiny = overbooked()
    tiny = tiny.replace(clients=tuple(one.replace(show_rate=0) for one in tiny.clients))
    figures = expected_figures(tiny, PLAN)
    assert (figures["expected_shows"], figures["expected_idle_min"]) == (0, 360)
    assert (figures["expected_wait_mean_min"], figures["wait_worst_group_min"]) == (None, None)


def test_the_session_that_is_overbooked_most_counts_for_the_risk() -> None:
    tiny = overbooked()
    both = tiny.replace(rules=tiny.rules.replace(overbooking="slots", walk_in_reserve=0))
    assert expected_figures(both, PLAN)["overflow_risk_max"] == pytest.approx(0.16)  # am 0.4 × 0.8 × 0.5, pm 0
