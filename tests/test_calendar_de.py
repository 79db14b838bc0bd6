"""Dates worked out with the calendar of 2027: Easter Sunday is 28 March, Fronleichnam 27 May."""

import datetime as dt

import pytest

from outreach_optimizer.calendar_de import (
    can_be_notified,
    corpus_christi,
    deemed_notified,
    is_state,
    is_working_day,
    public_holidays,
)


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2027-{text}")


@pytest.mark.parametrize(
    ("posted", "received"),
    [
        ("03-01", "03-05"),  # Monday → Friday
        ("03-02", "03-08"),  # Tuesday → Saturday → Monday
        ("03-03", "03-08"),  # Wednesday → Sunday → Monday
        ("03-04", "03-08"),  # Thursday → Monday
        ("03-22", "03-30"),  # Monday → Good Friday → weekend → Easter Monday → Tuesday
        ("03-24", "03-30"),  # Wednesday → Easter Sunday → Easter Monday → Tuesday
        ("03-25", "03-30"),  # Maundy Thursday → Easter Monday → Tuesday
        ("04-27", "05-03"),  # → 1 May, a Saturday → Monday
        ("05-02", "05-07"),  # → Ascension Day → Friday
        ("05-12", "05-18"),  # → Whit Sunday → Whit Monday → Tuesday
        ("05-23", "05-27"),  # Fronleichnam is a working day in Thuringia at large
        ("09-16", "09-21"),  # → Weltkindertag, a Monday, holiday in Thuringia alone → Tuesday
        ("10-27", "11-01"),  # → Reformation Day, a Sunday → All Saints', no holiday in Thuringia
        ("12-21", "12-27"),  # → Christmas Day → Boxing Day, a Sunday → Monday
        ("12-28", "2028-01-03"),  # → New Year's Day, a Saturday → Monday
    ],
)
def test_a_letter_is_received_on_the_fourth_day_or_the_next_working_day(posted: str, received: str) -> None:
    expected = dt.date.fromisoformat(received) if len(received) > 5 else date(received)
    assert deemed_notified(date(posted), 4, "TH") == expected


@pytest.mark.parametrize(
    ("posted", "state", "received"),
    [
        ("09-16", "TH", "09-21"),
        ("09-16", "HE", "09-20"),
        ("10-27", "HE", "11-01"),
        ("10-27", "BY", "11-02"),
        ("05-23", "HE", "05-28"),
    ],
)
def test_holidays_are_those_of_the_federal_state(posted: str, state: str, received: str) -> None:
    assert deemed_notified(date(posted), 4, state) == date(received)


def test_the_days_by_post_can_be_set() -> None:
    assert deemed_notified(date("03-01"), 0, "TH") == date("03-01")
    assert deemed_notified(date("03-06"), 0, "TH") == date("03-08")
    assert deemed_notified(date("03-01"), 3, "TH") == date("03-04")


def test_thuringia_has_its_own_holidays_and_not_those_of_its_neighbors() -> None:
    holidays = public_holidays("TH", 2027)
    assert sorted(holidays) == [
        date(day)
        for day in ("01-01", "03-26", "03-29", "05-01", "05-06", "05-17", "09-20", "10-03", "10-31", "12-25", "12-26")
    ]
    assert holidays[date("09-20")] == "Weltkindertag"
    assert date("10-31") not in public_holidays("HE", 2027)
    assert date("11-01") in public_holidays("BY", 2027)


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2024, "2024-05-30"), (2025, "2025-06-19"), (2026, "2026-06-04"), (2027, "2027-05-27"), (2028, "2028-06-15")],
)
def test_fronleichnam_is_the_second_thursday_after_whitsun(year: int, expected: str) -> None:
    assert corpus_christi(year) == dt.date.fromisoformat(expected)
    assert corpus_christi(year).weekday() == 3


def test_fronleichnam_is_no_holiday_of_all_thuringia() -> None:
    assert corpus_christi(2027) not in public_holidays("TH", 2027)
    assert corpus_christi(2027) in public_holidays("HE", 2027)


@pytest.mark.parametrize(
    ("day", "works"),
    [("03-25", True), ("03-26", False), ("03-27", False), ("03-28", False), ("03-29", False), ("03-30", True)],
)
def test_weekends_and_holidays_are_no_working_days(day: str, works: bool) -> None:
    assert is_working_day(date(day), "TH") is works


@pytest.mark.parametrize(
    ("days", "possible"),
    [
        ("03-30", False),
        ("04-05", False),
        ("04-06", True),  # received on Tuesday after Easter, seven days later
        ("04-19", True),  # 28 days after posting
        ("04-20", False),
    ],
)
def test_a_letter_announces_dates_between_notice_and_lead(days: str, possible: bool) -> None:
    posting = (date("03-22"),)
    assert can_be_notified(date(days), posting, postal_days=4, notice_days=7, max_lead_days=28, state="TH") is possible


def test_any_of_the_posting_days_will_do() -> None:
    limits = {"postal_days": 4, "notice_days": 7, "max_lead_days": 14, "state": "TH"}
    first, second = date("04-12"), date("05-10")
    days = [date("04-01") + dt.timedelta(number) for number in range(60)]
    reached = [day for day in days if can_be_notified(day, (first, second), **limits)]
    # received 16 April: 23 to 26 April; received 14 May: 21 to 24 May
    assert reached == [date(day) for day in ("04-23", "04-24", "04-25", "04-26", "05-21", "05-22", "05-23", "05-24")]


def test_without_posting_days_any_date_can_be_announced() -> None:
    assert can_be_notified(date("04-01"), (), postal_days=4, notice_days=7, max_lead_days=28, state="TH")


def test_states_are_known_by_two_letters() -> None:
    assert is_state("TH")
    assert is_state("HE")
    assert not is_state("XX")
    assert not is_state("DE")
