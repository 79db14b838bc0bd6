"""Show-up rates and what moves them, by hand."""

import math

import pytest

from outreach_optimizer.assumptions import Attendance
from outreach_optimizer.attendance import rates_in, show_rates
from outreach_optimizer.instance import Instance
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, day, instance, only, session, site, table

SITES = ("near", "far")
TOWN = instance(
    sites=(site("near"), site("far")),
    sessions=(session("am", "near", on=21), session("pm", "far", on=21), session("late", "near", on=26)),
    caseworkers=(caseworker("w1"),),
    clients=(
        client("car", show_rate=0.5),
        client("bus", mode="transit", show_rate=0.5, reminder=True),
        client("foot", mode="walk", show_rate=0.5),
        client("lost", show_rate=0.8),
        client("never", show_rate=0, reminder=True),
        client("always", mode="walk", show_rate=1),
    ),
    travel=only(
        table(
            "clients",
            SITES,
            {"car": (10, 50), "bus": (5, 30), "foot": (8, 40), "lost": (None, 20), "never": (1, 1), "always": (9, 9)},
        )
    ),
)
EVERYBODY = tuple(guest.id for guest in TOWN.clients)


def moved(rate: float, shift: float) -> float:
    """Rate whose log-odds are so much higher."""
    return 1 / (1 + math.exp(-math.log(rate / (1 - rate)) - shift))


def rates(effects: Attendance, session_id: str, town: Instance = TOWN) -> dict[str, float]:
    known = town.replace(attendance=effects)
    return dict(rates_in(known, known.session_by_id[session_id], EVERYBODY))


def test_nothing_moves_a_rate_unless_it_is_wanted() -> None:
    own = {"car": 0.5, "bus": 0.5, "foot": 0.5, "lost": 0.8, "never": 0, "always": 1}
    assert rates(Attendance(), "am") == rates(Attendance(no_car_factor=3, lead_free_days=0), "pm") == own
    assert show_rates(TOWN).shape == (6, 3)


def test_short_ways_raise_and_long_ones_lower_the_odds_more_without_a_car() -> None:
    effects = Attendance(travel_per_min=0.02, no_car_factor=0.5)
    assert rates(effects, "am") == pytest.approx(
        {
            "car": moved(0.5, 0.2),
            "bus": moved(0.5, 0.02 * 15 * 1.5),
            "foot": moved(0.5, 0.02 * 12 * 1.5),
            "lost": 0.8,
            "never": 0,
            "always": 1,
        }
    )
    assert rates(effects, "pm") == pytest.approx(
        {
            "car": moved(0.5, -0.6),
            "bus": moved(0.5, -0.02 * 10 * 1.5),
            "foot": moved(0.5, -0.02 * 20 * 1.5),
            "lost": 0.8,
            "never": 0,
            "always": 1,
        }
    )
    usual = rates(effects.replace(reference_min=50), "pm")
    assert (usual["car"], usual["bus"]) == pytest.approx((0.5, moved(0.5, 0.02 * 20 * 1.5)))


def test_an_unknown_way_counts_as_a_usual_one() -> None:
    assert rates(Attendance(travel_per_min=0.1, reference_min=35), "am")["lost"] == pytest.approx(0.8)


def test_a_reminder_moves_those_who_agreed_and_are_not_certain() -> None:
    """domain C.6: odds times 1.76 (text message) make 0.766 of 0.65."""
    found = rates(Attendance(reminder=math.log(1.76)), "am")
    assert (found["car"], found["foot"], found["lost"], found["never"], found["always"]) == (
        0.5,
        0.5,
        pytest.approx(0.8),
        0,
        1,
    )
    assert found["bus"] == pytest.approx(1.76 / 2.76)
    usual = TOWN.replace(clients=(client("bus", reminder=True),))
    column = show_rates(
        usual.replace(attendance=Attendance(reminder=math.log(1.76)), travel=TOWN.travel.replace(tables=()))
    )
    assert column[0] == pytest.approx(0.7657, abs=1e-4)


@pytest.mark.parametrize(
    ("posted", "session_id", "days"),
    [
        ((), "am", 0),  # any day will do
        ((day(0),), "am", 21),
        ((day(0), day(5)), "am", 16),  # the last one in time
        ((day(0), day(5), day(14)), "am", 16),  # 14 is too late for 21
        ((day(0), day(5), day(14)), "late", 12),
        ((day(-9), day(14)), "am", 0),  # 30 days are too early, 7 too late: nobody can be invited
    ],
)
def test_weeks_between_letter_and_appointment_lower_the_odds(
    posted: tuple[object, ...], session_id: str, days: int
) -> None:
    town = TOWN.replace(posting_days=posted, rules=Rules(max_lead_days=28))
    for free in (0, 14):
        found = rates(Attendance(lead_per_week=0.35, lead_free_days=free), session_id, town)
        assert found["car"] == pytest.approx(moved(0.5, -0.35 * max(0, days - free) / 7))
        assert (found["never"], found["always"]) == (0, 1)


def test_all_effects_add_up_in_log_odds() -> None:
    town = TOWN.replace(posting_days=(day(0),))
    effects = Attendance(travel_per_min=0.01, no_car_factor=1, reminder=0.5, lead_per_week=0.1, lead_free_days=7)
    assert rates(effects, "pm", town)["bus"] == pytest.approx(moved(0.5, -0.01 * 10 * 2 + 0.5 - 0.1 * 2))


def test_rates_are_given_for_those_asked_for_and_once() -> None:
    session_of = TOWN.sessions[0]
    assert rates_in(TOWN, session_of, ()) == {}
    assert rates_in(TOWN, session_of, [EVERYBODY[1], EVERYBODY[0], EVERYBODY[1]]) == {"bus": 0.5, "car": 0.5}
