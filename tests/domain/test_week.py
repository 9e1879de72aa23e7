"""When a learner's week begins, and which shift is its last."""

from datetime import date, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, RotatingSchedule, ShiftHours, WeeklySchedule
from bot.domain.week import WEEKS_LOOKED_BACK, find_week_closed_by, first_day_of_week, list_earlier_weeks

MONDAY = date(2026, 3, 2)
SUNDAY, FRIDAY = date(2026, 3, 1), date(2026, 3, 6)
HOURS = ShiftHours(time(8), time(16))

weekdays = st.sets(st.integers(0, 6), min_size=1).map(frozenset)
dates = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def working(*days: int) -> WeeklySchedule:
    return WeeklySchedule(dict.fromkeys(days, HOURS))


def prefers(schedule: WeeklySchedule | RotatingSchedule, cadence: Cadence = Cadence.EACH_SHIFT) -> Preferences:
    return Preferences("Europe/London", schedule, cadence=cadence)


def week_of(schedule: WeeklySchedule | RotatingSchedule, cadence: Cadence = Cadence.EACH_SHIFT) -> list[date]:
    """Return the days from the Sunday on that end a week."""
    days = [SUNDAY + timedelta(days=number) for number in range(7)]
    chosen = prefers(schedule, cadence)
    return [
        day
        for day in days
        if list(chosen.lesson_schedule.shifts_between(day, day, chosen.zone)) and find_week_closed_by(chosen, day)
    ]


def test_a_week_of_workdays_goes_from_monday_to_friday() -> None:
    assert first_day_of_week(WORKDAY_SCHEDULE, FRIDAY) == MONDAY
    assert week_of(WORKDAY_SCHEDULE) == [FRIDAY]


def test_where_people_work_from_sunday_to_thursday_it_begins_on_sunday() -> None:
    there = working(6, 0, 1, 2, 3)

    assert first_day_of_week(there, SUNDAY) == SUNDAY
    assert first_day_of_week(there, date(2026, 3, 5)) == SUNDAY
    assert week_of(there) == [date(2026, 3, 5)]


def test_weekend_nights_end_the_week_when_they_end() -> None:
    nights = working(4, 5, 6)

    assert first_day_of_week(nights, SUNDAY) == date(2026, 2, 27)
    assert week_of(nights) == [SUNDAY]


def test_one_working_day_is_a_week_of_its_own() -> None:
    assert week_of(working(2)) == [date(2026, 3, 4)]


def test_a_rotation_and_a_week_without_a_day_off_begin_on_monday() -> None:
    rotation = RotatingSchedule(date(2026, 1, 1), ("D", "D", "-", "-", "-"), {"D": HOURS}, MessageTiming())

    assert first_day_of_week(rotation, SUNDAY) == date(2026, 2, 23)
    assert first_day_of_week(working(*range(7)), SUNDAY) == date(2026, 2, 23)
    assert week_of(working(*range(7))) == [SUNDAY]


def test_with_one_lesson_a_week_the_day_that_brings_it_is_its_last() -> None:
    assert week_of(WORKDAY_SCHEDULE, Cadence.WEEKLY) == [MONDAY]


@given(weekdays, dates)
def test_a_weekly_schedule_has_exactly_one_last_shift_per_week(days: frozenset[int], day: date) -> None:
    schedule = working(*days)
    first = first_day_of_week(schedule, day)
    week = [first + timedelta(days=number) for number in range(7)]

    last = [
        each for each in week if each.weekday() in days and find_week_closed_by(prefers(schedule), each) is not None
    ]

    assert first <= day <= week[-1]
    assert last == [max(each for each in week if each.weekday() in days)]
    assert {first_day_of_week(schedule, each) for each in week} == {first}


@given(weekdays, dates)
def test_the_days_off_before_a_week_are_the_longest_break(days: frozenset[int], day: date) -> None:
    schedule = working(*days)
    first = first_day_of_week(schedule, day)
    at_work = [number for number in range(-7, 7) if (first + timedelta(days=number)).weekday() in days]
    before = max(number for number in at_work if number < 0)
    inside = [number for number in at_work if number >= 0]

    longest = max((later - sooner for sooner, later in pairwise(inside)), default=1)

    assert inside[0] - before >= longest


@given(dates)
def test_earlier_weeks_are_complete_and_come_before(first: date) -> None:
    weeks = list_earlier_weeks(first)

    assert tuple(weeks) == WEEKS_LOOKED_BACK
    for ago, (begins, ends) in weeks.items():
        assert ends - begins == timedelta(days=6)
        assert first - begins == timedelta(weeks=ago)
