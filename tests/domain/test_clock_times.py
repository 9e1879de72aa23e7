"""Lessons and day ends at clock times: before work, at a lunch hour, in night shifts, and when clocks change."""

from dataclasses import replace
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.formats import Formats
from bot.domain.message_times import (
    drop_unused_times,
    find_shared_hours,
    find_usual_times,
    is_made_of_messages,
    list_sample_shifts,
    set_message_times,
)
from bot.domain.schedule import (
    DeliveryKindName,
    MessageTiming,
    Shift,
    find_next_message,
    find_shift_at,
    learning_day_at,
    messages_of_shift,
)
from bot.domain.schedule_kinds import (
    WORKDAY_SCHEDULE,
    AnySchedule,
    FirstShiftOfWeek,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
    schedule_from_json,
    schedule_to_json,
)
from bot.domain.schedule_problems import find_schedule_problems
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS, EVERY_DAY, utc, walk

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
UTC_ZONE = ZoneInfo("UTC")
SEVEN_TO_SEVEN = ShiftHours(time(7), time(19))
LESSON, DAY_END = DeliveryKindName.LESSON, DeliveryKindName.DAY_END


def at_times(lesson_at: str | None = None, day_end_at: str | None = None) -> MessageTiming:
    """Return clock times, beside the usual minutes."""
    lesson, day_end = (time.fromisoformat(each) if each else None for each in (lesson_at, day_end_at))
    return MessageTiming(lesson_at=lesson, day_end_at=day_end)


def daily(hours: ShiftHours, timing: MessageTiming) -> WeeklySchedule:
    return WeeklySchedule(dict.fromkeys(EVERY_DAY, hours), timing)


def on_monday(schedule: AnySchedule, zone: ZoneInfo = UTC_ZONE) -> Shift:
    shift = schedule.shift_on(MONDAY, zone)
    assert shift is not None
    return shift


@pytest.mark.parametrize(
    ("hours", "clock", "comes"),
    [
        pytest.param(SEVEN_TO_SEVEN, "12:30", "2026-03-02 12:30", id="at a lunch hour"),
        pytest.param(SEVEN_TO_SEVEN, "06:30", "2026-03-02 06:30", id="before work"),
        pytest.param(SEVEN_TO_SEVEN, "03:00", "2026-03-02 03:00", id="as early as may be"),
        pytest.param(SEVEN_TO_SEVEN, "02:59", "2026-03-02 07:20", id="too early: the minutes count"),
        pytest.param(SEVEN_TO_SEVEN, "19:00", "2026-03-02 07:20", id="at the end: the minutes count"),
        pytest.param(ShiftHours(time(23), time(7)), "00:30", "2026-03-03 00:30", id="past midnight of a night shift"),
        pytest.param(ShiftHours(time(23), time(7)), "22:15", "2026-03-02 22:15", id="before a night shift"),
        pytest.param(ShiftHours(time(1), time(9)), "23:30", "2026-03-01 23:30", id="before midnight and before work"),
        pytest.param(ShiftHours(time(7), time(7)), "06:30", "2026-03-02 06:30", id="before 24 hours, not at their end"),
    ],
)
def test_a_lesson_comes_when_its_time_first_comes_up_from_four_hours_before_the_shift(
    hours: ShiftHours, clock: str, comes: str
) -> None:
    assert on_monday(WeeklySchedule({0: hours}, at_times(clock))).lesson_at == utc(comes)


@pytest.mark.parametrize(
    ("hours", "clock", "comes"),
    [
        pytest.param(SEVEN_TO_SEVEN, "16:30", "2026-03-02 16:30", id="in the shift"),
        pytest.param(SEVEN_TO_SEVEN, "20:00", "2026-03-02 20:00", id="after work"),
        pytest.param(SEVEN_TO_SEVEN, "22:00", "2026-03-02 22:00", id="as late as may be"),
        pytest.param(SEVEN_TO_SEVEN, "22:01", "2026-03-02 18:35", id="too late: the minutes count"),
        pytest.param(SEVEN_TO_SEVEN, "07:10", "2026-03-02 18:35", id="before the lesson: the minutes count"),
        pytest.param(ShiftHours(time(19), time(7)), "05:00", "2026-03-03 05:00", id="past midnight of a night shift"),
        pytest.param(ShiftHours(time(15), time(23)), "00:30", "2026-03-03 00:30", id="past midnight after work"),
    ],
)
def test_a_day_end_comes_when_its_time_last_comes_up_until_three_hours_after_the_shift(
    hours: ShiftHours, clock: str, comes: str
) -> None:
    assert on_monday(WeeklySchedule({0: hours}, at_times(None, clock))).day_end_at == utc(comes)


def test_a_rotation_uses_a_clock_time_where_it_comes_up_and_the_minutes_elsewhere() -> None:
    lunch = replace(DAYS_AND_NIGHTS, timing=at_times("12:30"))

    assert walk(lunch, UTC_ZONE, "2026-03-03 00:00", "2026-03-05 12:00") == [
        (LESSON, date(2026, 3, 3), utc("2026-03-03 12:30")),
        (DAY_END, date(2026, 3, 3), utc("2026-03-03 18:35")),
        (LESSON, date(2026, 3, 4), utc("2026-03-04 19:20")),
        (DAY_END, date(2026, 3, 4), utc("2026-03-05 06:35")),
    ]


def test_a_calendars_shifts_each_use_the_clock_time_that_comes_up() -> None:
    shifts = (
        (utc("2026-03-02 06:00"), utc("2026-03-02 14:00")),
        (utc("2026-03-03 13:00"), utc("2026-03-03 21:00")),
        (utc("2026-03-05 22:00"), utc("2026-03-06 06:00")),
    )

    found = walk(Roster(shifts, at_times("12:30", "20:00")), UTC_ZONE, "2026-03-01 00:00", "2026-03-07 00:00")

    assert [due_at for _, _, due_at in found] == [
        utc("2026-03-02 12:30"),
        utc("2026-03-02 13:35"),  # 20:00 is more than three hours after this shift
        utc("2026-03-03 12:30"),  # half an hour before the late shift
        utc("2026-03-03 20:00"),
        utc("2026-03-05 22:20"),
        utc("2026-03-06 05:35"),
    ]


def test_nothing_comes_on_days_off() -> None:
    weekdays = WeeklySchedule(dict.fromkeys(range(5), SEVEN_TO_SEVEN), at_times("06:30", "20:00"))

    assert walk(weekdays, BERLIN, "2026-03-06 20:00", "2026-03-09 05:29") == []  # Friday evening to Monday, 06:29


@pytest.mark.parametrize(
    ("day", "lesson_at"),
    [
        pytest.param(date(2026, 3, 28), "2026-03-28 05:30", id="winter time"),
        pytest.param(date(2026, 3, 29), "2026-03-29 04:30", id="the day summer time begins"),
        pytest.param(date(2026, 10, 25), "2026-10-25 05:30", id="the day it ends"),
    ],
)
def test_a_clock_time_stays_when_clocks_change(day: date, lesson_at: str) -> None:
    shift = daily(SEVEN_TO_SEVEN, at_times("06:30")).shift_on(day, BERLIN)

    assert shift is not None
    assert shift.lesson_at == utc(lesson_at)


def test_a_clock_time_that_a_clock_change_skips_is_the_first_moment_after() -> None:
    nights = daily(ShiftHours(time(22), time(6)), at_times("02:30"))

    shift = nights.shift_on(date(2026, 3, 28), BERLIN)

    assert shift is not None
    assert shift.lesson_at == utc("2026-03-29 01:00")  # 03:00 summer time


def test_a_clock_time_that_occurs_twice_brings_one_lesson() -> None:
    nights = daily(ShiftHours(time(22), time(6)), at_times("02:30"))

    found = walk(nights, BERLIN, "2026-10-24 21:00", "2026-10-25 12:00")

    assert [due_at for kind, _, due_at in found if kind == LESSON] == [utc("2026-10-25 00:30")]


def test_a_lesson_before_work_does_not_come_into_the_shift_before() -> None:
    back_to_back = RotatingSchedule(
        MONDAY, ("N", "D", "-"), {"N": ShiftHours(time(19), time(7)), "D": SEVEN_TO_SEVEN}, at_times("06:30")
    )

    night, day = back_to_back.shifts_between(MONDAY, TUESDAY, UTC_ZONE)

    assert night.lesson_at == utc("2026-03-03 06:30")  # in the night
    assert day.lesson_at == utc("2026-03-03 07:20")  # 06:30 belongs to the night


@pytest.mark.parametrize(
    ("next_starts", "comes"), [("2026-03-03 00:30", "2026-03-02 23:30"), ("2026-03-03 00:29", "2026-03-02 21:35")]
)
def test_a_day_end_after_work_keeps_an_hour_from_the_next_shift(next_starts: str, comes: str) -> None:
    late = (utc("2026-03-02 10:00"), utc("2026-03-02 22:00"))
    following = (utc(next_starts), utc("2026-03-03 08:00"))

    assert on_monday(Roster((late, following), at_times(None, "23:30"))).day_end_at == utc(comes)


def test_a_message_outside_its_shift_may_be_sent_for_a_while() -> None:
    lesson, day_end = messages_of_shift(on_monday(daily(SEVEN_TO_SEVEN, at_times("06:30", "20:00"))))

    assert (lesson.due_at, lesson.expires_at) == (utc("2026-03-02 06:30"), utc("2026-03-02 10:30"))
    assert (day_end.due_at, day_end.expires_at) == (utc("2026-03-02 20:00"), utc("2026-03-02 21:00"))


def test_a_lesson_before_a_night_shift_begins_its_learning_day() -> None:
    nights = daily(ShiftHours(time(14), time(10)), at_times("12:00"))  # the night before ended two hours ago

    assert learning_day_at(nights, UTC_ZONE, utc("2026-03-03 11:59")) == MONDAY
    assert learning_day_at(nights, UTC_ZONE, utc("2026-03-03 12:00")) == TUESDAY
    shift = find_shift_at(nights, UTC_ZONE, utc("2026-03-03 12:00"))
    assert shift is not None
    assert shift.learning_day == TUESDAY


def test_the_next_message_is_found_one_by_one_whatever_the_clock_times() -> None:
    odd = daily(ShiftHours(time(9), time(17)), at_times("05:00", "20:00"))

    found = walk(odd, BERLIN, "2026-03-01 23:00", "2026-03-03 23:00")

    assert [(kind, day) for kind, day, _ in found] == [
        (LESSON, MONDAY),
        (DAY_END, MONDAY),
        (LESSON, TUESDAY),
        (DAY_END, TUESDAY),
    ]


def test_the_first_shift_of_a_week_keeps_out_of_the_shift_before_it() -> None:
    sunday_night = WeeklySchedule({6: ShiftHours(time(19), time(7)), 0: SEVEN_TO_SEVEN}, at_times("06:30"))

    weekly = FirstShiftOfWeek(sunday_night).shift_on(MONDAY, UTC_ZONE)

    assert weekly == sunday_night.shift_on(MONDAY, UTC_ZONE)


@pytest.mark.parametrize("timing", [at_times("06:30", "20:00"), at_times("06:30"), at_times(None, "20:00")])
def test_clock_times_are_stored_and_read_back(timing: MessageTiming) -> None:
    schedule = replace(DAYS_AND_NIGHTS, timing=timing)

    assert schedule_from_json(schedule_to_json(schedule)) == schedule


def test_a_schedule_without_clock_times_is_stored_as_before() -> None:
    assert set(schedule_to_json(WORKDAY_SCHEDULE)) == {"kind", "hours", "lesson_after", "day_end_before"}


@pytest.mark.parametrize(
    ("schedule", "usual"),
    [
        (WORKDAY_SCHEDULE, (time(9), time(16, 30))),
        (DAYS_AND_NIGHTS, (None, None)),
        (replace(DAYS_AND_NIGHTS, timing=at_times("05:00")), (time(5), None)),
        (daily(SEVEN_TO_SEVEN, at_times("06:30")), (time(6, 30), time(18, 35))),
        (Roster(((utc("2026-03-02 07:00"), utc("2026-03-02 19:00")),)), (None, None)),
    ],
)
def test_the_usual_times_are_those_of_every_shift(
    schedule: AnySchedule, usual: tuple[time | None, time | None]
) -> None:
    assert find_usual_times(schedule) == usual


def test_a_week_without_minutes_from_a_shifts_start_is_made_of_messages() -> None:
    assert is_made_of_messages(WORKDAY_SCHEDULE)
    assert is_made_of_messages(set_message_times(WORKDAY_SCHEDULE, time(12, 30), time(16, 30)))
    assert not is_made_of_messages(daily(SEVEN_TO_SEVEN, MessageTiming()))
    assert not is_made_of_messages(DAYS_AND_NIGHTS)


@pytest.mark.parametrize(
    ("lesson_at", "day_end_at", "hours"),
    [
        pytest.param(time(9), time(16, 30), ShiftHours(time(9), time(17)), id="the same"),
        pytest.param(time(12, 30), time(16, 30), ShiftHours(time(9), time(17)), id="at a lunch hour"),
        pytest.param(time(6), time(20), ShiftHours(time(9), time(17)), id="before and after work"),
        pytest.param(time(4), time(16, 30), ShiftHours(time(4), time(17)), id="too early for this shift"),
        pytest.param(time(19), time(22), ShiftHours(time(19), time(22, 30)), id="in the evening"),
        pytest.param(time(22), time(6), ShiftHours(time(22), time(6, 30)), id="in the night"),
    ],
)
def test_other_times_change_the_shifts_only_if_they_do_not_fit(
    lesson_at: time, day_end_at: time, hours: ShiftHours
) -> None:
    schedule = set_message_times(WORKDAY_SCHEDULE, lesson_at, day_end_at)

    assert find_usual_times(schedule) == (lesson_at, day_end_at)
    assert find_shared_hours(schedule) == hours
    assert set_message_times(schedule, time(9), time(16, 30)).weekdays == WORKDAY_SCHEDULE.weekdays


def test_going_back_to_the_usual_times_leaves_no_trace() -> None:
    lunch = set_message_times(WORKDAY_SCHEDULE, time(12, 30), time(16, 30))

    assert set_message_times(lunch, time(9), time(16, 30)) == WORKDAY_SCHEDULE


def test_hours_are_shared_if_they_are_the_same_on_each_day() -> None:
    assert find_shared_hours(WORKDAY_SCHEDULE) == ShiftHours(time(9), time(17))
    assert find_shared_hours(WeeklySchedule({0: SEVEN_TO_SEVEN, 1: ShiftHours(time(8), time(12))})) is None
    assert find_shared_hours(DAYS_AND_NIGHTS) is None


def test_clock_times_that_no_shift_has_any_more_are_dropped() -> None:
    nights = daily(ShiftHours(time(19), time(7)), at_times("12:30", "05:00"))

    assert drop_unused_times(nights) == replace(nights, timing=at_times(None, "05:00"))
    roster = Roster(((utc("2026-03-02 19:00"), utc("2026-03-03 07:00")),), at_times("12:30"))
    assert drop_unused_times(roster) == roster


@pytest.mark.parametrize(
    ("timing", "fields"),
    [
        (at_times("12:30", "18:00"), set()),
        (at_times("06:30", "20:00"), set()),
        (at_times("02:00"), {"lesson_at"}),
        (at_times(None, "23:00"), {"day_end_at"}),
        (at_times("12:30", "12:00"), {"day_end_at"}),
        (at_times("02:00", "23:00"), {"lesson_at", "day_end_at"}),
        (at_times("18:45"), {"lesson_at"}),
    ],
)
@pytest.mark.parametrize(
    "schedule",
    [
        daily(SEVEN_TO_SEVEN, MessageTiming()),
        RotatingSchedule(MONDAY, ("D", "-"), {"D": SEVEN_TO_SEVEN}),
        Roster(((utc("2026-03-02 06:00"), utc("2026-03-02 18:00")),)),
    ],
)
def test_a_clock_time_that_never_comes_up_is_reported_at_its_field(
    schedule: AnySchedule, timing: MessageTiming, fields: set[str]
) -> None:
    assert find_schedule_problems(replace(schedule, timing=timing), BERLIN, Formats("en-GB")).keys() == fields


def test_a_problem_says_from_when_until_when_a_clock_time_may_be() -> None:
    found = find_schedule_problems(daily(SEVEN_TO_SEVEN, at_times("02:00", "23:00")), BERLIN, Formats("en-GB"))

    assert found == {
        "lesson_at": "02:00 isn't during any of your shifts, or in the 4 hours before one. Choose another time.",
        "day_end_at": "23:00 doesn't come between a lesson and 3 hours after its shift. Choose another time.",
    }


def test_a_cycle_far_in_the_future_has_samples() -> None:
    far = replace(DAYS_AND_NIGHTS, first_day=date.max)

    assert len(list_sample_shifts(far)) == 4


def test_there_is_no_message_after_the_last_shift_of_a_calendar() -> None:
    last = Roster(((utc("2026-03-02 07:00"), utc("2026-03-02 19:00")),), at_times("06:30", "20:00"))

    assert find_next_message(last, UTC_ZONE, utc("2026-03-02 20:00")) is None
