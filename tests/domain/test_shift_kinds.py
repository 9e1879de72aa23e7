"""Weekly schedules, rotations, rosters, and the first shift of each week, with one example each."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedule import (
    SEARCH_HORIZON,
    DeliveryKindName,
    MessageTiming,
    find_next_message,
    find_shift_at,
    has_shift_on,
)
from bot.domain.schedule_kinds import (
    FirstShiftOfWeek,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
    weekly_around_messages,
)
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS, utc, walk


def test_each_weekday_has_its_own_hours() -> None:
    rule = WeeklySchedule(
        {0: ShiftHours(time(7), time(15)), 3: ShiftHours(time(12, 30), time(21))}, MessageTiming(20, 30)
    )

    due = walk(rule, BERLIN, "2026-03-02 00:00", "2026-03-06 00:00")

    assert due == [
        (DeliveryKindName.LESSON, date(2026, 3, 2), utc("2026-03-02 06:20")),
        (DeliveryKindName.DAY_END, date(2026, 3, 2), utc("2026-03-02 13:30")),
        (DeliveryKindName.LESSON, date(2026, 3, 5), utc("2026-03-05 11:50")),
        (DeliveryKindName.DAY_END, date(2026, 3, 5), utc("2026-03-05 19:30")),
    ]


def test_rotation_repeats_from_its_first_day() -> None:
    due = walk(DAYS_AND_NIGHTS, BERLIN, "2026-02-20 00:00", "2026-03-16 00:00")

    lessons = [(day.day, at) for kind, day, at in due if kind is DeliveryKindName.LESSON]
    assert lessons == [
        (2, utc("2026-03-02 06:20")),
        (3, utc("2026-03-03 06:20")),
        (4, utc("2026-03-04 18:20")),
        (5, utc("2026-03-05 18:20")),
        (10, utc("2026-03-10 06:20")),
        (11, utc("2026-03-11 06:20")),
        (12, utc("2026-03-12 18:20")),
        (13, utc("2026-03-13 18:20")),
    ]


def test_day_end_after_a_night_counts_for_the_evening_it_began() -> None:
    due = walk(DAYS_AND_NIGHTS, BERLIN, "2026-03-05 12:00", "2026-03-06 12:00")

    assert due[-1] == (DeliveryKindName.DAY_END, date(2026, 3, 5), utc("2026-03-06 05:35"))
    assert not has_shift_on(DAYS_AND_NIGHTS, BERLIN, date(2026, 3, 6))


def test_rotation_that_begins_within_a_year_is_found() -> None:
    next_year = RotatingSchedule(date(2027, 2, 1), ("D", "-"), {"D": ShiftHours(time(7), time(19))})

    due = find_next_message(next_year, BERLIN, utc("2026-03-02 08:00"))

    assert due is not None
    assert due.learning_day == date(2027, 2, 1)


def test_night_of_a_rotation_follows_the_wall_clock() -> None:
    nights = RotatingSchedule(date(2026, 1, 1), ("N",), {"N": ShiftHours(time(19), time(7))})

    spring, autumn = (nights.shift_on(day, BERLIN) for day in (date(2026, 3, 28), date(2026, 10, 24)))

    assert spring is not None
    assert spring.ends_at - spring.starts_at == timedelta(hours=11)
    assert autumn is not None
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=13)


def test_roster_ends_after_its_last_shift() -> None:
    roster = Roster(
        (
            (utc("2026-03-02 06:00"), utc("2026-03-02 14:00")),
            (utc("2026-03-04 21:00"), utc("2026-03-05 05:30")),
        )
    )

    due = walk(roster, BERLIN, "2026-03-01 00:00", "2027-01-01 00:00")

    assert due == [
        (DeliveryKindName.LESSON, date(2026, 3, 2), utc("2026-03-02 06:20")),
        (DeliveryKindName.DAY_END, date(2026, 3, 2), utc("2026-03-02 13:35")),
        (DeliveryKindName.LESSON, date(2026, 3, 4), utc("2026-03-04 21:20")),
        (DeliveryKindName.DAY_END, date(2026, 3, 4), utc("2026-03-05 05:05")),
    ]


def test_first_of_two_roster_shifts_on_one_date_brings_the_lesson() -> None:
    early, late = (
        (utc("2026-03-02 06:00"), utc("2026-03-02 10:00")),
        (utc("2026-03-02 14:00"), utc("2026-03-02 18:00")),
    )

    due = walk(Roster((early, late)), BERLIN, "2026-03-01 00:00", "2026-03-09 00:00")

    assert [(kind, at) for kind, _, at in due] == [
        (DeliveryKindName.LESSON, utc("2026-03-02 06:20")),
        (DeliveryKindName.DAY_END, utc("2026-03-02 09:35")),
    ]


def test_roster_shift_counts_for_the_learners_local_date() -> None:
    roster = Roster(((utc("2026-03-02 23:30"), utc("2026-03-03 07:30")),))

    assert has_shift_on(roster, ZoneInfo("Europe/London"), date(2026, 3, 2))
    assert has_shift_on(roster, BERLIN, date(2026, 3, 3))


def test_roster_shift_keeps_its_date_when_midnight_is_repeated() -> None:
    st_johns = ZoneInfo("America/St_Johns")
    at_midnight = utc("2006-10-29 02:30"), utc("2006-10-29 02:40")
    at_half_past_eleven_again = utc("2006-10-29 03:00"), utc("2006-10-29 11:00")

    roster = Roster((at_midnight, at_half_past_eleven_again))

    sunday, saturday = (roster.shift_on(date(2006, 10, day), st_johns) for day in (29, 28))
    assert sunday is not None
    assert (sunday.starts_at, sunday.ends_at) == at_midnight
    assert saturday is not None
    assert (saturday.starts_at, saturday.ends_at) == at_half_past_eleven_again


def test_roster_is_searched_for_more_than_a_year() -> None:
    start = utc("2026-03-20 08:00")
    roster = Roster(((start, start + timedelta(hours=8)),))

    due = find_next_message(roster, BERLIN, start - SEARCH_HORIZON)

    assert due is not None
    assert due.due_at == start + timedelta(minutes=20)
    assert find_next_message(roster, BERLIN, start - 2 * SEARCH_HORIZON) is None


def test_one_lesson_a_week_comes_with_the_weeks_first_shift() -> None:
    due = walk(FirstShiftOfWeek(DAYS_AND_NIGHTS), BERLIN, "2026-03-01 00:00", "2026-04-01 00:00")

    assert [(kind, day) for kind, day, _ in due] == [
        (kind, day)
        for day in (date(2026, 3, 2), date(2026, 3, 10), date(2026, 3, 18), date(2026, 3, 26))
        for kind in (DeliveryKindName.LESSON, DeliveryKindName.DAY_END)
    ]


def test_week_begins_on_monday_and_a_night_belongs_to_the_day_it_starts_on() -> None:
    sunday_and_monday_nights = weekly_around_messages({6, 0}, time(22), time(6))

    due = walk(FirstShiftOfWeek(sunday_and_monday_nights), BERLIN, "2026-03-07 00:00", "2026-03-15 00:00")

    assert [(kind, day) for kind, day, _ in due] == [
        (DeliveryKindName.LESSON, date(2026, 3, 9)),
        (DeliveryKindName.DAY_END, date(2026, 3, 9)),
    ]


def test_overlapping_shifts_of_a_roster_come_in_order_of_time() -> None:
    long = utc("2026-03-02 10:00"), utc("2026-03-03 10:00")
    short = utc("2026-03-03 08:00"), utc("2026-03-03 09:00")

    due = walk(Roster((long, short)), BERLIN, "2026-03-01 00:00", "2026-03-09 00:00")

    assert [(kind, day.day) for kind, day, _ in due] == [
        (DeliveryKindName.LESSON, 2),
        (DeliveryKindName.LESSON, 3),
        (DeliveryKindName.DAY_END, 3),
        (DeliveryKindName.DAY_END, 2),
    ]
    assert find_shift_at(Roster((long, short)), BERLIN, utc("2026-03-03 09:30")) is not None


def test_messages_of_overlapping_shifts_that_meet_are_a_second_apart() -> None:
    night = utc("2026-03-02 21:00"), utc("2026-03-03 09:00")
    handover = utc("2026-03-03 08:00"), utc("2026-03-03 09:00")

    due = walk(Roster((night, handover)), BERLIN, "2026-03-03 08:30", "2026-03-09 00:00")

    assert due == [
        (DeliveryKindName.DAY_END, date(2026, 3, 2), utc("2026-03-03 08:35:00")),
        (DeliveryKindName.DAY_END, date(2026, 3, 3), utc("2026-03-03 08:35:01")),
    ]
