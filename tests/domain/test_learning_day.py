"""Which learning day an answer counts for: nights, evenings, late answers, and clock changes."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import learning_day_at
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, Roster, ShiftHours, WeeklySchedule, weekly_around_messages
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS, NIGHTS, utc

EVENINGS = weekly_around_messages(frozenset(range(5)), time(14, 0), time(22, 0))
"""Shifts until 22:30."""


@pytest.mark.parametrize(
    ("now", "day"),
    [
        pytest.param("2026-03-03 12:00", 3, id="before the night: the date on the wall"),
        pytest.param("2026-03-03 21:00", 3, id="as the night begins"),
        pytest.param("2026-03-04 02:00", 3, id="after midnight"),
        pytest.param("2026-03-04 05:30", 3, id="as the night ends"),
        pytest.param("2026-03-04 09:29", 3, id="just within four hours of its end"),
        pytest.param("2026-03-04 09:30", 4, id="four hours after its end"),
        pytest.param("2026-03-06 09:29", 5, id="after the last night, on a day off"),
        pytest.param("2026-03-06 22:30", 6, id="the evening of a day off"),
    ],
)
def test_night_worker_counts_for_the_date_on_which_the_shift_starts(now: str, day: int) -> None:
    assert learning_day_at(NIGHTS, BERLIN, utc(now)) == date(2026, 3, day)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        pytest.param("2026-03-03 23:30", 3, id="00:30"),
        pytest.param("2026-03-04 01:29", 3, id="02:29"),
        pytest.param("2026-03-04 01:30", 4, id="02:30, four hours after the end"),
        pytest.param("2026-03-06 23:30", 6, id="the night to Saturday"),
    ],
)
def test_evening_shift_answered_after_midnight_counts_for_the_evening(now: str, day: int) -> None:
    assert learning_day_at(EVENINGS, BERLIN, utc(now)) == date(2026, 3, day)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        pytest.param("2026-03-03 05:00", 3, id="before the lesson"),
        pytest.param("2026-03-03 12:00", 3, id="at work"),
        pytest.param("2026-03-03 22:30", 3, id="late in the evening"),
        pytest.param("2026-03-03 23:30", 4, id="00:30"),
        pytest.param("2026-03-07 12:00", 7, id="on Saturday"),
    ],
)
def test_day_worker_counts_for_the_local_date(now: str, day: int) -> None:
    assert learning_day_at(WORKDAY_SCHEDULE, BERLIN, utc(now)) == date(2026, 3, day)


def test_the_next_shift_ends_the_time_for_late_answers() -> None:
    rule = weekly_around_messages(frozenset({0, 1}), time(8, 0), time(8, 0))

    assert learning_day_at(rule, BERLIN, utc("2026-03-03 06:59")) == date(2026, 3, 2)
    assert learning_day_at(rule, BERLIN, utc("2026-03-03 07:00")) == date(2026, 3, 3)
    assert learning_day_at(rule, BERLIN, utc("2026-03-04 10:59")) == date(2026, 3, 3)


def test_day_long_shift_takes_late_answers_past_the_second_midnight() -> None:
    rule = weekly_around_messages(frozenset({0}), time(22, 0), time(22, 0))

    assert learning_day_at(rule, BERLIN, utc("2026-03-04 00:59")) == date(2026, 3, 2)
    assert learning_day_at(rule, BERLIN, utc("2026-03-04 01:00")) == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        pytest.param("2026-03-03 19:00", 3, id="the evening after a day shift"),
        pytest.param("2026-03-04 06:30", 4, id="before a night: the date on the wall"),
        pytest.param("2026-03-05 07:00", 4, id="an hour after a night"),
        pytest.param("2026-03-05 18:00", 5, id="as the next night begins"),
        pytest.param("2026-03-06 05:59", 5, id="the second night's last minute"),
        pytest.param("2026-03-06 10:00", 6, id="four hours into the days off"),
    ],
)
def test_rotation_counts_a_night_for_the_evening_and_a_day_for_itself(now: str, day: int) -> None:
    assert learning_day_at(DAYS_AND_NIGHTS, BERLIN, utc(now)) == date(2026, 3, day)


def test_roster_keeps_a_shifts_date_into_the_next_morning() -> None:
    night = Roster(((utc("2026-03-02 21:00"), utc("2026-03-03 05:00")),))

    assert learning_day_at(night, BERLIN, utc("2026-03-03 08:59")) == date(2026, 3, 2)
    assert learning_day_at(night, BERLIN, utc("2026-03-03 09:00")) == date(2026, 3, 3)


def test_running_shift_counts_although_a_shorter_one_within_it_is_over() -> None:
    roster = Roster(
        (
            (utc("2026-03-02 20:00"), utc("2026-03-03 20:00")),
            (utc("2026-03-03 06:00"), utc("2026-03-03 07:00")),
        )
    )

    assert learning_day_at(roster, BERLIN, utc("2026-03-03 06:30")) == date(2026, 3, 3)
    assert learning_day_at(roster, BERLIN, utc("2026-03-03 15:00")) == date(2026, 3, 2)


def test_clock_set_back_across_midnight_keeps_the_shift_that_has_begun() -> None:
    st_johns = ZoneInfo("America/St_Johns")
    sundays = weekly_around_messages(frozenset({6}), time(0, 0), time(8, 0))

    second_half_past_eleven_on_saturday = utc("2006-10-29 03:00")

    assert second_half_past_eleven_on_saturday.astimezone(st_johns).date() == date(2006, 10, 28)
    assert learning_day_at(sundays, st_johns, second_half_past_eleven_on_saturday) == date(2006, 10, 29)


def test_lesson_moved_past_midnight_by_a_clock_change_keeps_its_learning_day() -> None:
    late_on_saturday = weekly_around_messages(frozenset({5}), time(23, 15), time(7, 0))

    assert learning_day_at(late_on_saturday, ZoneInfo("America/Nuuk"), utc("2026-03-29 01:00")) == date(2026, 3, 28)


def test_night_into_samoas_skipped_date_takes_late_answers_on_the_next_date() -> None:
    apia = ZoneInfo("Pacific/Apia")

    # The night of December 29 ends at 24:00, when the date line moves.
    assert learning_day_at(NIGHTS, apia, utc("2011-12-30 13:59")) == date(2011, 12, 29)
    assert learning_day_at(NIGHTS, apia, utc("2011-12-30 14:00")) == date(2011, 12, 31)


def test_day_long_shift_before_samoas_skipped_date_takes_late_answers_after_it() -> None:
    apia = ZoneInfo("Pacific/Apia")
    until_the_29th = WeeklySchedule({2: ShiftHours(time(23, 59), time(23, 59))})

    at_three_on_the_31st = utc("2011-12-30 13:00")

    assert learning_day_at(until_the_29th, apia, at_three_on_the_31st) == date(2011, 12, 28)
