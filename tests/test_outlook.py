"""What is to be expected of sessions, by hand: lines, longer consultations, breaks, and schedules that break rules."""

import pytest

from outreach_optimizer.assumptions import Attendance
from outreach_optimizer.instance import Break, Instance
from outreach_optimizer.limits import Rules
from outreach_optimizer.outlook import Outlook, expected, free_slots, lines, outlook, outlooks, overflow_risk
from tiny import caseworker, client, instance, plan, session, site

TOWN = instance(
    sites=(site("a"), site("b", overbooking="slots"), site("plain", overbooking="none")),
    sessions=(
        session("am", "a"),
        session("pm", "b", start="13:00", end="16:00", breaks=(Break(start="14:00", end="14:30"),)),
        session("old", "plain", on=1),
    ),
    caseworkers=(caseworker("w1"), caseworker("w2"), caseworker("w3")),
    clients=(
        client("often", show_rate=0.8),
        client("half", show_rate=0.5),
        client("sure", show_rate=1),
        client("never", show_rate=0),
        client("long", slots=2, show_rate=0.4),
    ),
    rules=Rules(overbooking="session", walk_in_reserve=1),
)


def of(session_id: str, duties: str, appointments: str, town: Instance = TOWN) -> Outlook:
    schedule = plan(duties, appointments)
    place = town.session_by_id[session_id]
    return outlook(town, place, schedule.crew(place.id), schedule.appointments_in(place.id))


def starts_of(session_id: str, duties: str, appointments: str) -> list[tuple[list[list[str]], tuple[int, ...], int]]:
    """Each line: clients by slot, free caseworkers by slot, crew."""
    schedule, place = plan(duties, appointments), TOWN.session_by_id[session_id]
    found = lines(TOWN, place, schedule.crew(place.id), schedule.appointments_in(place.id))
    return [([[a.client for a in of_slot] for of_slot in one.bookings], one.servers, one.crew) for one in found]


def test_everything_about_a_session_in_one_line() -> None:
    found = of("am", "am-w1", "often-am-w1-09:00 half-am-w1-09:00 sure-am-w1-10:00")
    # 0, 1 or 2 at nine with 0.1, 0.5, 0.4; whoever is second waits an hour and so does then "sure".
    assert (found.session.id, found.invited, found.capacity) == ("am", 3, 2)
    assert (found.shows, found.low, found.high) == (pytest.approx(2.3), 1, 3)
    assert found.risk == pytest.approx(0.9)  # more than one of two slots
    assert found.idle_min == pytest.approx(60 * 0.1)
    assert found.wait_min == pytest.approx(60 * 0.8)
    assert found.overtime_min == pytest.approx(60 * 0.4)
    assert found.waits_min == pytest.approx({"often": 60 * 0.25, "half": 60 * 0.4, "sure": 60 * 0.4})
    assert found.longest_wait_min == pytest.approx(24)
    # Identity of domain C.3: capacity - idle + overtime = shows.
    assert 60 * found.capacity - found.idle_min + found.overtime_min == pytest.approx(60 * found.shows)


def test_one_line_is_served_by_all_and_lines_of_ones_own_are_not() -> None:
    guests = "often-{0}-w1-{1} half-{0}-w1-{1}"
    pooled, apart = (
        of("am", "am-w1 am-w2", guests.format("am", "09:00")),
        of("pm", "pm-w1 pm-w2", guests.format("pm", "13:00")),
    )
    assert (pooled.wait_min, apart.wait_min) == (0, pytest.approx(90 * 0.4))
    assert pooled.idle_min == pytest.approx(60 * (4 - 1.3))
    assert apart.idle_min == pytest.approx(60 * (4 - 1.3))


def test_waiting_over_a_break_takes_as_long_as_the_break_does() -> None:
    found = of("pm", "pm-w1", "often-pm-w1-13:00 half-pm-w1-13:00")
    assert [minute // 30 for minute in TOWN.sessions[1].slot_starts(60)] == [26, 29]
    # The second one of two waits from 13:00 to 14:30.
    assert found.waits_min == pytest.approx({"often": 90 * 0.25, "half": 90 * 0.4})
    assert found.overtime_min == 0


def test_a_longer_consultation_takes_its_caseworker_out_of_the_line_whether_the_client_comes_or_not() -> None:
    assert starts_of("am", "am-w1 am-w2", "half-am-w1-09:00 long-am-w2-09:00") == [([["half"], []], (1, 1), 2)]
    found = of("am", "am-w1 am-w2", "half-am-w1-09:00 often-am-w1-09:00 long-am-w2-09:00")
    assert found.waits_min == pytest.approx({"half": 24, "often": 15})
    assert found.idle_min == pytest.approx(60 * (2 - 1.3) + 120 * 0.6)
    assert found.shows == pytest.approx(1.7)
    assert found.risk == pytest.approx(0.4)  # one slot is free beside the reserve and the long talk


def test_everybody_on_duty_has_a_line_and_everybody_with_an_appointment() -> None:
    found = starts_of("pm", "pm-w2 pm-w1", "half-pm-w3-13:00 often-pm-w1-14:30")
    assert found == [([[], []], (1, 1), 1), ([[], ["often"]], (1, 1), 1), ([["half"], []], (1, 1), 1)]


def test_appointments_off_the_grid_wait_for_the_next_slot_or_join_the_last() -> None:
    talks = "half-am-w1-09:01 often-am-w1-08:00 sure-am-w1-10:30 never-am-w1-23:00"
    assert starts_of("am", "am-w1", talks) == [([["often"], ["half", "sure", "never"]], (1, 1), 1)]


def test_a_longer_consultation_off_the_grid_keeps_every_slot_that_it_touches() -> None:
    assert starts_of("am", "am-w1 am-w2", "long-am-w1-09:30") == [([[], []], (1, 1), 2)]
    assert starts_of("am", "am-w1 am-w2", "long-am-w1-10:30") == [([[], []], (2, 1), 2)]
    assert starts_of("am", "am-w1", "long-am-w1-09:00 long-am-w1-09:00") == [([[], []], (0, 0), 1)]


def test_a_client_with_two_appointments_counts_twice() -> None:
    found = of("am", "am-w1", "half-am-w1-09:00 half-am-w1-10:00")
    assert (found.invited, found.shows) == (2, 1)
    assert found.idle_min == pytest.approx(60)


def test_without_a_crew_nobody_can_be_seen_and_the_session_has_no_outlook() -> None:
    schedule = plan("am-w1", "half-pm-w1-13:00")
    assert [found.session.id for found in outlooks(TOWN, schedule)] == ["am"]
    found = of("am", "", "half-am-w1-09:00")
    assert (found.capacity, found.risk) == (0, 0.5)
    assert found.overtime_min == pytest.approx(30)


def test_a_session_without_guests_is_idle_all_the_time() -> None:
    found = of("am", "am-w1 am-w2", "")
    assert (found.invited, found.shows, found.low, found.high, found.risk) == (0, 0, 0, 0, 0)
    assert (found.idle_min, found.wait_min, found.overtime_min, found.longest_wait_min) == (240, 0, 0, 0)


def test_a_session_that_is_not_overbooked_has_no_risk() -> None:
    found = of("old", "old-w1", "often-old-w1-09:00 half-old-w1-10:00")
    assert found.risk is None
    assert (found.wait_min, found.overtime_min) == (0, 0)
    assert found.idle_min == pytest.approx(60 * 0.7)


def test_free_slots_are_those_beside_reserve_and_longer_consultations() -> None:
    guests = [TOWN.client_by_id[name] for name in ("often", "half", "long")]
    am = TOWN.sessions[0]
    assert [free_slots(TOWN, am, crew, guests) for crew in range(4)] == [-2, -1, 1, 3]
    assert [overflow_risk(TOWN, am, crew, guests) for crew in range(4)] == pytest.approx([1, 1, 0.4, 0])
    assert overflow_risk(TOWN, am, 1, guests[:2]) == pytest.approx(0.4)
    assert overflow_risk(TOWN, am, 0, []) == 0


def test_effects_on_attendance_are_in_every_figure() -> None:
    told = TOWN.replace(
        clients=tuple(guest.replace(reminder=guest.id == "half") for guest in TOWN.clients),
        attendance=Attendance(reminder=1.0986122886681098),
    )
    found = of("am", "am-w1", "half-am-w1-09:00 often-am-w1-09:00", told)
    assert found.shows == pytest.approx(0.75 + 0.8)
    assert found.waits_min == pytest.approx({"half": 60 * 0.4, "often": 60 * 0.375})
    assert found.risk == pytest.approx(0.6)


def test_a_line_without_anybody_is_idle() -> None:
    am = TOWN.sessions[0]
    (one,) = lines(TOWN, am, [TOWN.caseworkers[0].id], [])
    assert expected(TOWN, am, one) == (120, 0, 0, {})
