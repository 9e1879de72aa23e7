"""Dates as people type them after "pause until"."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.dates import parse_date

TODAY = date(2026, 12, 3)  # a Thursday

days = st.dates(date(2000, 1, 1), date(2095, 12, 31))  # 2100 is no leap year


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-12-07", date(2026, 12, 7)),
        ("until 7 December", date(2026, 12, 7)),
        ("Until 7 December", date(2026, 12, 7)),
        ("7 December 2027", date(2027, 12, 7)),
        ("7. December", date(2026, 12, 7)),
        ("until   7   dec", date(2026, 12, 7)),
        ("1 January", date(2027, 1, 1)),
        ("Dec 7", date(2026, 12, 7)),
        ("december 7, 2026", date(2026, 12, 7)),
        ("tomorrow", date(2026, 12, 4)),
        ("next week", date(2026, 12, 7)),
        ("monday", date(2026, 12, 7)),
        ("next monday", date(2026, 12, 7)),
        ("on Friday", date(2026, 12, 4)),
        ("thursday", date(2026, 12, 10)),
        ("3 December", date(2027, 12, 3)),
        ("12/25", date(2026, 12, 25)),
        ("until 25/12", date(2026, 12, 25)),
        ("1/2", date(2027, 1, 2)),
        ("12/25/2026", date(2026, 12, 25)),
        ("25.12.", date(2026, 12, 25)),
        ("1.2.27", date(2027, 2, 1)),
        ("2/29", date(2028, 2, 29)),
        ("bis Freitag", date(2026, 12, 4)),
        ("nächsten Montag", date(2026, 12, 7)),
        ("bis zum 7. Januar", date(2027, 1, 7)),
        ("3. März 2027", date(2027, 3, 3)),
        ("morgen", date(2026, 12, 4)),
        ("nächste Woche", date(2026, 12, 7)),
    ],
)
def test_typed_dates_mean_the_expected_day(said: str, meant: date) -> None:
    assert parse_date(said, TODAY) == meant


def test_two_numbers_are_read_as_people_write_them_where_they_are() -> None:
    assert parse_date("4/5", TODAY, month_first=True) == date(2027, 4, 5)
    assert parse_date("4/5", TODAY, month_first=False) == date(2027, 5, 4)
    assert parse_date("4/25", TODAY, month_first=False) == date(2027, 4, 25), "there is only one way to read it"


@pytest.mark.parametrize(
    "said",
    [
        "13/32",
        "0/5",
        "31.11.",
        "1.2/27",
        "2/29/2027",
        "",
        "until",
        "soon",
        "7",
        "December",
        "31 November",
        "2026-13-01",
        "29 February 2027",
        "monday the 8th",
        "7 8 9",
    ],
)
def test_unclear_text_is_not_guessed(said: str) -> None:
    assert parse_date(said, TODAY) is None


def test_february_29_means_the_next_leap_day() -> None:
    assert parse_date("29 February", TODAY) == date(2028, 2, 29)


def test_a_date_with_a_year_may_be_in_the_past() -> None:
    assert parse_date("1 December 2026", TODAY) == date(2026, 12, 1)


@given(today=days, number=st.integers(0, 6))
def test_a_weekday_is_the_next_one_after_today(today: date, number: int) -> None:
    name = f"{date(2024, 1, 1) + timedelta(days=number):%A}"

    meant = parse_date(name, today)

    assert meant is not None
    assert meant.weekday() == number
    assert 1 <= (meant - today).days <= 7


@given(today=days, day=days)
def test_a_full_date_is_understood_in_every_format(today: date, day: date) -> None:
    for said in (day.isoformat(), f"{day.day} {day:%B %Y}", f"{day:%b} {day.day}, {day.year}"):
        assert parse_date(said, today) == day


@given(today=days, day=days)
def test_a_date_without_a_year_is_in_the_future_and_at_most_four_years_away(today: date, day: date) -> None:
    meant = parse_date(f"{day.day} {day:%B}", today)

    assert meant is not None
    assert (meant.day, meant.month) == (day.day, day.month)
    assert 0 < (meant - today).days <= 4 * 366


@given(said=st.text(), today=days)
def test_any_text_can_be_parsed(said: str, today: date) -> None:
    parse_date(said, today)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7th December", date(2026, 12, 7)),
        ("until Dec 1st", date(2026, 12, 1)),
        ("mon", date(2026, 11, 30)),
        ("next thurs", date(2026, 11, 26)),
        ("3 Sept 2027", date(2027, 9, 3)),
    ],
)
def test_abbreviations_and_ordinals_are_understood(typed: str, meant: date):
    assert parse_date(typed, date(2026, 11, 23)) == meant
