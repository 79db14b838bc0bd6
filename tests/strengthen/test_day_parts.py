"""`day_parts`: cuts off no schedule, and something of the coarse relaxation."""

from agreement import first_session, strengthened
from outreach_optimizer.instance import Break, Client, Instance
from outreach_optimizer.limits import Rules
from tiny import caseworker, client, instance, session, site, window

NEEDED = "session_window", "on_duty", "one_booking"
RULES = ("one_invitation", *NEEDED, "client_available", "walk_in_reserve")
TINY = instance(
    sites=(site("a"), site("b")),
    sessions=(session("a1", "a", end="12:00"), session("b1", "b", on=1, start="10:00", end="12:00")),
    caseworkers=(caseworker("w1"), caseworker("w2")),
    rules=Rules(walk_in_reserve=0),
)
EARLY = window("08:00", "10:00")
MORNING = window("08:00", "11:00")
LATE = window("11:00", "12:00")
BREAK = session("a1", "a", end="12:30", breaks=(Break(start="10:30", end="11:00"),))
"""Slots at 9:00, 11:00 and not at 10:00, because the break begins at half past."""


def people(*windows: object, slots: int = 1) -> tuple[Client, ...]:
    return tuple(client(f"c{number}", windows=(time,), slots=slots) for number, time in enumerate(windows))


def alone(**fields: object) -> Instance:
    return TINY.replace(caseworkers=TINY.caseworkers[:1], **fields)


def test_clients_of_one_part_of_the_day_compete_for_its_slots() -> None:
    cut = strengthened(alone(clients=people(EARLY, EARLY, LATE)), "day_parts", rules=RULES)
    assert first_session([0], [0, 1]) in cut
    assert first_session([0], [0, 2]) not in cut


def test_who_must_come_in_a_smaller_part_competes_for_the_larger_one() -> None:
    cut = strengthened(alone(clients=people(MORNING, EARLY, MORNING)), "day_parts", rules=RULES)
    assert first_session([0], [0, 1, 2]) in cut
    assert first_session([0], [0, 2]) not in cut


def test_parts_that_overlap_are_parts_of_their_own() -> None:
    cut = strengthened(alone(clients=people(MORNING, LATE, window("10:00", "12:00"), LATE)), "day_parts", rules=RULES)
    assert first_session([0], [1, 3]) in cut
    assert first_session([0], [1, 2, 3]) in cut
    assert first_session([0], [0, 1, 2]) not in cut


def test_every_caseworker_offers_the_part_once() -> None:
    tiny = TINY.replace(sessions=TINY.sessions[:1], clients=people(EARLY, EARLY, EARLY))
    cut = strengthened(tiny, "day_parts", rules=RULES)
    assert first_session([0, 1], [0, 1, 2]) in cut
    assert first_session([0, 1], [0, 1]) not in cut


def test_it_holds_without_the_rule_of_one_invitation() -> None:
    tiny = alone(clients=people(EARLY, EARLY))
    assert first_session([0], [0, 1]) in strengthened(tiny, "day_parts", rules=(*NEEDED, "client_available"))


def test_a_break_takes_its_time_out_of_the_part() -> None:
    longer = BREAK.replace(end=13 * 60 + 30)
    tiny = alone(sessions=(longer,), clients=people(*[window("09:00", "12:00")] * 3))
    cut = strengthened(tiny, "day_parts", rules=RULES)
    assert first_session([0], [0, 1, 2]) in cut
    assert first_session([0], [0, 1]) not in cut


def test_the_part_that_begins_after_the_break_starts_a_grid_of_its_own() -> None:
    tiny = alone(sessions=(BREAK,), clients=people(window("11:00", "12:30"), window("10:00", "12:00"), EARLY))
    cut = strengthened(tiny, "day_parts", rules=RULES)
    assert first_session([0], [0, 1]) in cut
    assert first_session([0], [0, 2]) not in cut


def test_long_consultations_stay_inside_the_part() -> None:
    long = people(MORNING, MORNING, slots=2)
    tiny = alone(sessions=(session("a1", "a", end="13:00"),), clients=(*long, client("short", windows=(EARLY,))))
    cut = strengthened(tiny, "day_parts", rules=RULES)
    assert first_session([0], [0, 1]) in cut
    assert first_session([0], [0, 2]) in cut
    assert first_session([0], [0]) not in cut


def test_who_has_two_windows_may_use_the_time_between() -> None:
    both = client("both", windows=(EARLY, LATE))
    cut = strengthened(alone(clients=(both, *people(EARLY, LATE))), "day_parts", rules=RULES)
    assert first_session([0], [0, 1]) not in cut


def test_who_may_come_when_the_others_cannot_is_not_among_them() -> None:
    cut = strengthened(alone(clients=people(EARLY, MORNING, LATE)), "day_parts", rules=RULES)
    assert cut == set()
