"""`notice`: said and encoded alike.

Base ``one_invitation`` and ``pinned`` where there are pins: the pinned pair of client and session is spared as a whole,
which is the same only if the client comes at the pinned start and not a second time. Base ``on_duty`` with them,
because the coarse grain takes a pinned caseworker to be on duty.
"""

import datetime as dt

from agreement import agree
from by_hand import talk, violations
from outreach_optimizer.instance import Appointment, Instance, Period, Pins
from outreach_optimizer.limits import Rules
from tiny import MONDAY, caseworker, client, day, instance, session, site

SITES = site("a"), site("b")
RULES = Rules(postal_days=4, notice_days=7, max_lead_days=14)
"""Posted on Monday: received on Friday, invited from Friday a week later (day 11) to Monday two weeks later (14)."""


def tiny(*dates: int, **fields: object) -> Instance:
    sessions = tuple(session(f"s{date}", "ab"[number % 2], on=date) for number, date in enumerate(dates))
    usual = {"clients": (client("c1"),), "caseworkers": (caseworker("w1"),), "rules": RULES}
    return instance(sites=SITES, sessions=sessions, **(usual | fields))


def test_both_files_agree_at_the_first_and_last_day() -> None:
    agree(tiny(10, 11, 14, 15, posting_days=(MONDAY,)), "notice", starts=[(540,)] * 4)


def test_both_files_agree_over_several_posting_days_with_a_hole_between() -> None:
    posting_days = day(8), MONDAY
    one_by_one = {number: agree(tiny(0, number, posting_days=posting_days), "notice") for number in range(9, 25)}
    kept = {number: proof.kept for number, proof in one_by_one.items()}
    assert [number for number, count in kept.items() if count == max(kept.values())] == [11, 12, 13, 14, 21, 22]


def test_both_files_agree_when_a_letter_arrives_at_a_weekend_or_on_a_holiday() -> None:
    agree(tiny(12, 13, 14, 16, posting_days=(day(1),)), "notice", starts=[(540,)] * 4)
    # Posted on Sunday the 2nd of May: the fourth day is Ascension, received on Friday (25), invited from 32 on.
    agree(tiny(31, 32, 34, 35, posting_days=(day(20),), period=Period(start=MONDAY, end=day(40))), "notice")


def test_both_files_agree_that_any_day_will_do_without_posting_days() -> None:
    assert agree(tiny(0, 27), "notice", both=False).broken == 0


def pinned_too_early() -> Instance:
    return tiny(
        1,
        11,
        posting_days=(MONDAY,),
        clients=(client("c1"), client("c2")),
        caseworkers=(caseworker("w1"), caseworker("w2")),
        pins=Pins(appointments=(Appointment.model_validate(talk("c1", "s1", "w1")),)),
    )


def test_both_files_agree_that_pinned_appointments_are_posted_already() -> None:
    agree(pinned_too_early(), "notice", base=("one_invitation", "on_duty", "pinned"))


def test_days_by_which_the_best_posting_day_misses_count() -> None:
    given = tiny(10, 17, 24, posting_days=(MONDAY, day(8)))
    early, between, late = talk("c1", "s10", "w1"), talk("c1", "s17", "w1"), talk("c1", "s24", "w1")
    found = violations("notice", given, [early, between, late])
    assert [violation.excess for violation in found] == [1, 3, 2]
    assert [violation.witnesses for violation in found] == [(early,), (between,), (late,)]
    assert found[0].facts == {
        "client": "c1",
        "session": "s10",
        "found": dt.date(2027, 4, 22),
        "needed": "2027-04-23/2027-04-26, 2027-05-03/2027-05-04",
    }


def test_a_letter_that_comes_too_late_for_all_dates_that_are_not_too_far_off_serves_nobody() -> None:
    # Posted on Tuesday: received on Monday (7) because of the weekend, invited from day 14 on, but not after day 12.
    given = tiny(11, 14, posting_days=(day(1),), rules=RULES.replace(max_lead_days=11))
    assert agree(given, "notice").kept == 4
    found = violations("notice", given, [talk("c1", "s11", "w1"), talk("c1", "s14", "w1")])
    assert [violation.excess for violation in found] == [3, 2]


def test_a_date_in_time_is_fine_and_so_is_a_pinned_one() -> None:
    assert not violations("notice", tiny(11, 14, posting_days=(MONDAY,)), [talk("c1", "s11", "w1")])
    given = pinned_too_early()
    assert not violations("notice", given, [talk("c1", "s1", "w1")])
    (found,) = violations("notice", given, [talk("c1", "s1", "w1", "10:00")])
    assert found.excess == 10
