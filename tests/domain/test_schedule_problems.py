"""What is wrong with a schedule, by field. Schedules without problems never overlap, whatever clocks do."""

from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from bot.domain.formats import Formats
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import (
    WORKDAY_SCHEDULE,
    AnySchedule,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
    weekly_around_messages,
)
from bot.domain.schedule_problems import find_schedule_problems
from bot.domain.shift_patterns import SHIFT_PATTERNS
from tests.domain import plain_calendar
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS, EVERY_DAY, NIGHTS, utc
from tests.domain.random_schedules import case
from tests.examples import many

FIRST = date(2026, 3, 2)
FORMATS = Formats("en-GB")
DAY_SHIFT, NIGHT_SHIFT = ShiftHours(time(7), time(19)), ShiftHours(time(19), time(7))


def rotation(cycle: str, **hours: ShiftHours) -> RotatingSchedule:
    return RotatingSchedule(FIRST, tuple(cycle), hours)


def night_of(start: str, end: str) -> Roster:
    return Roster(((utc(start), utc(end)),))


@pytest.mark.parametrize(
    "schedule", [WORKDAY_SCHEDULE, NIGHTS, DAYS_AND_NIGHTS, *(each.schedule_from(FIRST) for each in SHIFT_PATTERNS)]
)
def test_common_schedules_have_no_problems(schedule: AnySchedule) -> None:
    assert find_schedule_problems(schedule, BERLIN, FORMATS) == {}


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        pytest.param("", "Type one letter for each day", id="empty"),
        pytest.param("----", "only days off", id="only days off"),
        pytest.param("D" * 85, "85 days. 84 (12 weeks) is the most", id="longer than twelve weeks"),
        pytest.param("DX-", "Say when X starts and ends", id="a code without hours"),
        pytest.param("ABCDEFG", "7 different shifts. 6 is the most", id="too many codes"),
    ],
)
def test_impossible_cycle_is_reported_at_the_cycle(cycle: str, words: str) -> None:
    hours = dict.fromkeys("ABCDEFG", ShiftHours(time(7), time(15)))

    found = find_schedule_problems(RotatingSchedule(FIRST, tuple(cycle), hours), BERLIN, FORMATS)

    assert found.keys() == {"cycle"}
    assert words in found["cycle"]


def test_longest_cycle_is_twelve_weeks() -> None:
    assert find_schedule_problems(rotation("D" * 83 + "-", D=DAY_SHIFT), BERLIN, FORMATS) == {}


def test_night_that_overlaps_the_next_days_shift_is_reported_at_the_night() -> None:
    found = find_schedule_problems(rotation("ND--", N=ShiftHours(time(19), time(7, 30)), D=DAY_SHIFT), BERLIN, FORMATS)

    assert found == {
        "hours.N": "N ends at 07:30 on the next day, when D has begun at 07:00. Change one of them, or the cycle."
    }


def test_the_end_of_a_cycle_may_overlap_its_beginning() -> None:
    late = ShiftHours(time(19), time(8))

    assert find_schedule_problems(rotation("D-N", D=DAY_SHIFT, N=late), BERLIN, FORMATS).keys() == {"hours.N"}
    assert find_schedule_problems(rotation("D-N-", D=DAY_SHIFT, N=late), BERLIN, FORMATS) == {}


def test_day_after_a_night_may_begin_as_the_night_ends() -> None:
    assert find_schedule_problems(rotation("ND", N=NIGHT_SHIFT, D=DAY_SHIFT), BERLIN, FORMATS) == {}


def test_weekly_night_into_an_early_morning_is_reported_at_the_night() -> None:
    week = WeeklySchedule({6: NIGHT_SHIFT, 0: ShiftHours(time(6, 30), time(14)), 3: DAY_SHIFT})

    assert find_schedule_problems(week, BERLIN, FORMATS) == {
        "hours.6": "Sunday's shift ends at 07:00 on Monday, when that day's has begun at 06:30. Change one of them."
    }


def test_week_without_days_is_reported_at_the_days() -> None:
    assert find_schedule_problems(WeeklySchedule({}), BERLIN, FORMATS).keys() == {"days"}


def test_overlapping_shifts_of_a_roster_are_reported_in_local_time() -> None:
    roster = Roster(
        (
            (utc("2026-03-02 18:00"), utc("2026-03-03 06:00")),
            (utc("2026-03-03 05:00"), utc("2026-03-03 17:00")),
        )
    )

    assert find_schedule_problems(roster, BERLIN, FORMATS) == {
        "shifts": "Two shifts overlap: the one on Monday 2 March 2026, at 19:00 ends at 07:00, when the next has "
        "begun on Tuesday 3 March 2026, at 06:00. Change one of them in the calendar."
    }


@pytest.mark.parametrize(
    ("roster", "words"),
    [
        pytest.param(Roster(()), "no shift in this calendar", id="empty"),
        pytest.param(night_of("2026-03-02 08:00", "2027-03-02 08:00"), "24 hours at most", id="a year"),
        pytest.param(night_of("2026-03-02 08:00", "2026-03-03 08:01"), "24 hours at most", id="a minute over a day"),
        pytest.param(night_of("2026-03-02 08:00", "2026-03-02 08:00"), "ends before it starts", id="no time at all"),
    ],
)
def test_roster_that_cannot_be_worked_is_reported(roster: Roster, words: str) -> None:
    found = find_schedule_problems(roster, BERLIN, FORMATS)

    assert found.keys() == {"shifts"}
    assert words in found["shifts"]


def test_24_hours_on_call_may_include_a_clock_change() -> None:
    by_the_wall_in_autumn = night_of("2026-10-24 06:00", "2026-10-25 07:00")
    by_the_stopwatch_in_spring = night_of("2026-03-28 07:00", "2026-03-29 07:00")

    assert find_schedule_problems(by_the_wall_in_autumn, BERLIN, FORMATS) == {}
    assert find_schedule_problems(by_the_stopwatch_in_spring, BERLIN, FORMATS) == {}


@pytest.mark.parametrize("minutes", [-1, 241])
def test_minutes_out_of_range_are_reported_at_their_fields(minutes: int) -> None:
    week = WeeklySchedule(dict.fromkeys(EVERY_DAY, DAY_SHIFT), MessageTiming(minutes, minutes))

    assert find_schedule_problems(week, BERLIN, FORMATS) == dict.fromkeys(
        ("lesson_after", "day_end_before"), "Choose 0 to 240 minutes."
    )


def test_minutes_that_do_not_fit_into_the_shortest_shift_are_reported() -> None:
    week = WeeklySchedule({0: DAY_SHIFT, 3: ShiftHours(time(23, 30), time(0, 30))}, MessageTiming(20, 41))

    assert find_schedule_problems(week, BERLIN, FORMATS) == {
        "day_end_before": "Your shortest shift has 60 minutes: too few for a lesson 20 minutes after its start and a "
        "check-in 41 before its end. Choose fewer."
    }
    assert find_schedule_problems(WeeklySchedule(week.hours, MessageTiming(20, 40)), BERLIN, FORMATS) == {}


def test_all_problems_are_reported_at_once() -> None:
    found = find_schedule_problems(RotatingSchedule(FIRST, ("-",), {}, MessageTiming(500, -3)), BERLIN, FORMATS)

    assert found.keys() == {"cycle", "lesson_after", "day_end_before"}


def test_shifts_without_problems_never_overlap_in_any_zone_or_year() -> None:
    clean = 0
    for number in range(1500):
        these = case(number)
        if isinstance(these.schedule, WeeklySchedule | RotatingSchedule | Roster) and not find_schedule_problems(
            these.schedule, these.zone, FORMATS
        ):
            clean += 1
            shifts = list(these.schedule.shifts_between(these.first, these.ends.date(), these.zone))
            assert all(one.ends_at <= other.starts_at for one, other in pairwise(shifts)), these
    assert clean > 300


@settings(max_examples=many(50), deadline=None)
@given(...)
def test_week_around_any_two_times_has_no_overlap(lesson_at: time, day_end_at: time) -> None:
    week = weekly_around_messages(
        EVERY_DAY, lesson_at.replace(second=0, microsecond=0), day_end_at.replace(second=0, microsecond=0)
    )

    assert not [field for field in find_schedule_problems(week, BERLIN, FORMATS) if field.startswith("hours")]


def test_the_plain_calendar_agrees_that_overlaps_are_overlaps() -> None:
    week = WeeklySchedule({0: NIGHT_SHIFT, 1: ShiftHours(time(6), time(14))})

    monday, tuesday = plain_calendar.worked(week, BERLIN, FIRST, FIRST + timedelta(days=1))

    assert find_schedule_problems(week, BERLIN, FORMATS).keys() == {"hours.0"}
    assert monday.ends_at > tuesday.starts_at
