"""When messages are due: one example for each peculiarity of clocks and shifts."""

from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import (
    MAX_LATENESS,
    DeliveryKindName,
    DueMessage,
    MessageTiming,
    Shift,
    Span,
    build_shift,
    find_next_message,
    find_next_shift,
    find_shift_at,
    has_shift_on,
    local_to_utc,
    messages_of_shift,
)
from bot.domain.schedule_kinds import (
    WORKDAY_SCHEDULE,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
    weekly_around_messages,
)
from tests.domain.builders import BERLIN, EVERY_DAY, NIGHTS, utc, walk

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("zone", "wall", "instant"),
    [
        pytest.param("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", id="01:30 twice: the first"),
        pytest.param("America/New_York", "2026-11-01 02:00", "2026-11-01 07:00", id="just after the repeated hour"),
        pytest.param("America/New_York", "2026-03-08 02:30", "2026-03-08 07:00", id="gap: 03:00"),
        pytest.param("Europe/Berlin", "2026-03-29 01:59", "2026-03-29 00:59", id="just before the gap"),
        pytest.param("Europe/Berlin", "2026-03-29 02:00", "2026-03-29 01:00", id="the gap's first minute"),
        pytest.param("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00", id="inside the gap"),
        pytest.param("Europe/Berlin", "2026-03-29 03:00", "2026-03-29 01:00", id="just after the gap"),
        pytest.param("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30", id="02:30 twice: the first"),
        pytest.param("America/Santiago", "2026-09-06 00:00", "2026-09-06 04:00", id="no midnight: 01:00"),
        pytest.param("America/Santiago", "2026-04-04 23:30", "2026-04-05 02:30", id="23:30 twice: the first"),
        pytest.param("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45", id="half an hour twice"),
        pytest.param("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", id="half an hour missing"),
        pytest.param("Pacific/Chatham", "2026-07-01 09:00", "2026-06-30 20:15", id="UTC+12:45"),
        pytest.param("Pacific/Chatham", "2026-09-27 03:15", "2026-09-26 14:00", id="gap from 02:45 to 03:45"),
        pytest.param("Asia/Kolkata", "2026-07-01 09:00", "2026-07-01 03:30", id="UTC+05:30"),
        pytest.param("Pacific/Apia", "2011-12-29 23:59", "2011-12-30 09:59", id="before the date line moved"),
        pytest.param("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00", id="on the date left out"),
        pytest.param("Pacific/Apia", "2011-12-31 09:00", "2011-12-30 19:00", id="after the date line moved"),
        pytest.param("America/Nuuk", "2026-03-28 23:15", "2026-03-29 01:00", id="gap to the next midnight"),
        pytest.param("America/St_Johns", "2006-10-29 00:00", "2006-10-29 02:30", id="midnight twice: the first"),
        pytest.param("Africa/Monrovia", "1970-06-01 00:00", "1970-06-01 00:44:30", id="offset with seconds"),
    ],
)
def test_local_time_is_first_valid_instant(zone: str, wall: str, instant: str) -> None:
    day, at = wall.split()

    assert local_to_utc(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone)) == utc(instant)


def test_a_repeated_time_means_its_first_occurrence() -> None:
    assert local_to_utc(date(2026, 10, 25), time(2, 30, fold=1), BERLIN) == utc("2026-10-25 00:30")


def test_instants_are_in_utc() -> None:
    assert local_to_utc(date(2026, 3, 29), time(2, 30), BERLIN).tzinfo is UTC
    assert local_to_utc(date(2026, 3, 30), time(2, 30), BERLIN).tzinfo is UTC


def test_new_learner_gets_lesson_at_nine_and_day_end_at_half_past_four_on_weekdays() -> None:
    monday, friday = date(2026, 3, 2), date(2026, 3, 6)

    week = walk(WORKDAY_SCHEDULE, BERLIN, "2026-03-01 12:00", "2026-03-08 12:00")

    assert len(week) == 10
    assert week[0] == (DeliveryKindName.LESSON, monday, utc("2026-03-02 08:00"))
    assert week[1] == (DeliveryKindName.DAY_END, monday, utc("2026-03-02 15:30"))
    assert week[-1] == (DeliveryKindName.DAY_END, friday, utc("2026-03-06 15:30"))


def test_next_delivery_is_strictly_after_the_instant() -> None:
    due = find_next_message(WORKDAY_SCHEDULE, BERLIN, utc("2026-03-02 08:00"))

    assert due is not None
    assert due.kind is DeliveryKindName.DAY_END


def test_lesson_may_be_sent_for_four_hours_of_its_shift() -> None:
    due = find_next_message(WORKDAY_SCHEDULE, BERLIN, utc("2026-03-02 07:59"))

    assert due == DueMessage(
        DeliveryKindName.LESSON, date(2026, 3, 2), utc("2026-03-02 08:00"), utc("2026-03-02 12:00")
    )


def test_nothing_may_be_sent_after_the_end_of_its_shift() -> None:
    short = WeeklySchedule(dict.fromkeys(EVERY_DAY, ShiftHours(time(9), time(11))))

    shift = short.shift_on(date(2026, 3, 2), BERLIN)

    assert shift is not None
    lesson, day_end = messages_of_shift(shift)
    assert (lesson.due_at, lesson.expires_at) == (utc("2026-03-02 08:20"), utc("2026-03-02 10:00"))
    assert (day_end.due_at, day_end.expires_at) == (utc("2026-03-02 09:35"), utc("2026-03-02 10:00"))


@pytest.mark.parametrize(
    ("timing", "minutes", "lesson", "day_end"),
    [
        pytest.param(MessageTiming(), 720, 20, 695, id="a long day"),
        pytest.param(MessageTiming(), 45, 20, 20, id="just long enough"),
        pytest.param(MessageTiming(), 9, 4, 4, id="shorter than both: divided as 20 is to 25"),
        pytest.param(MessageTiming(240, 240), 60, 30, 30, id="far too short: in its middle"),
        pytest.param(MessageTiming(0, 0), 60, 0, 59, id="no minutes before the end: one is left to arrive in"),
        pytest.param(MessageTiming(60, 0), 60, 59, 59, id="as long as the lesson waits"),
        pytest.param(MessageTiming(), 1, 0, 0, id="one minute"),
    ],
)
def test_messages_stay_inside_a_shift_of_any_length(
    timing: MessageTiming, minutes: int, lesson: int, day_end: int
) -> None:
    start = utc("2026-03-02 08:00")

    shift = build_shift(Span(date(2026, 3, 2), start, start + timedelta(minutes=minutes)), timing)

    assert shift is not None
    assert shift.lesson_at == start + timedelta(minutes=lesson)
    assert shift.day_end_at == start + timedelta(minutes=day_end)


def test_shift_too_short_for_both_messages_is_divided_to_the_second() -> None:
    start = utc("2026-03-02 08:00")

    shift = build_shift(Span(date(2026, 3, 2), start, start + timedelta(minutes=23)), MessageTiming(11, 49))

    assert shift is not None
    assert shift.lesson_at == shift.day_end_at == start + timedelta(seconds=253)  # 252 with a fraction's rounding


def test_shift_of_which_a_clock_change_leaves_nothing_is_no_shift() -> None:
    in_the_gap = WeeklySchedule(dict.fromkeys(EVERY_DAY, ShiftHours(time(2, 10), time(2, 50))))

    assert in_the_gap.shift_on(date(2026, 3, 29), BERLIN) is None
    assert in_the_gap.shift_on(date(2026, 3, 30), BERLIN) is not None


def test_nothing_is_due_without_working_days() -> None:
    assert (
        find_next_message(weekly_around_messages(frozenset(), time(9), time(16)), BERLIN, utc("2026-03-02 08:00"))
        is None
    )


def test_night_shift_brings_both_messages_for_the_date_it_starts_on() -> None:
    first_night = walk(NIGHTS, BERLIN, "2026-03-02 12:00", "2026-03-03 12:00")

    assert first_night == [
        (DeliveryKindName.LESSON, date(2026, 3, 2), utc("2026-03-02 21:00")),
        (DeliveryKindName.DAY_END, date(2026, 3, 2), utc("2026-03-03 05:00")),
    ]


def test_last_night_of_the_week_ends_on_a_day_off() -> None:
    last = walk(NIGHTS, BERLIN, "2026-03-05 12:00", "2026-03-08 12:00")

    assert last[-1] == (DeliveryKindName.DAY_END, date(2026, 3, 5), utc("2026-03-06 05:00"))
    assert not has_shift_on(NIGHTS, BERLIN, date(2026, 3, 6))


def test_shift_is_found_from_its_start_until_its_end() -> None:
    night = NIGHTS.shift_on(date(2026, 3, 2), BERLIN)

    assert find_shift_at(NIGHTS, BERLIN, utc("2026-03-02 20:59")) is None
    assert find_shift_at(NIGHTS, BERLIN, utc("2026-03-02 21:00")) == night
    assert find_shift_at(NIGHTS, BERLIN, utc("2026-03-03 05:29")) == night
    assert find_shift_at(NIGHTS, BERLIN, utc("2026-03-03 05:30")) is None


def test_next_shift_starts_after_now() -> None:
    tuesday = NIGHTS.shift_on(date(2026, 3, 3), BERLIN)

    assert find_next_shift(NIGHTS, BERLIN, utc("2026-03-02 21:00")) == tuesday
    assert find_next_shift(NIGHTS, BERLIN, utc("2026-03-03 20:59")) == tuesday
    assert find_next_shift(Roster(()), BERLIN, utc("2026-03-03 20:59")) is None


@pytest.mark.parametrize(
    ("zone", "day", "start", "lesson_at"),
    [
        pytest.param("America/New_York", "2026-11-01", "01:30", "2026-11-01 05:30", id="01:30 twice: the first"),
        pytest.param("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29 01:00", id="02:30 left out: 03:00"),
        pytest.param("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25 00:30", id="02:30 twice: the first"),
        pytest.param("America/Santiago", "2026-09-06", "00:00", "2026-09-06 04:00", id="no midnight: 01:00"),
        pytest.param("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03 15:30", id="half an hour left out"),
        pytest.param("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04 14:45", id="half an hour twice"),
    ],
)
@pytest.mark.parametrize("kind", ["weekly", "rotation"])
def test_clock_change_brings_one_lesson_on_its_own_day(
    kind: str, zone: str, day: str, start: str, lesson_at: str
) -> None:
    here, own_day = ZoneInfo(zone), date.fromisoformat(day)
    hours = ShiftHours(time.fromisoformat(start), time(9))
    schedule = (
        WeeklySchedule(dict.fromkeys(EVERY_DAY, hours), MessageTiming(0, 25))
        if kind == "weekly"
        else RotatingSchedule(own_day - timedelta(days=30), ("D",), {"D": hours}, MessageTiming(0, 25))
    )

    around_it = utc(lesson_at) - timedelta(hours=12), utc(lesson_at) + timedelta(hours=12)
    found = walk(schedule, here, *(f"{instant:%Y-%m-%d %H:%M}" for instant in around_it))

    assert [(own, at) for message, own, at in found if message is DeliveryKindName.LESSON] == [
        (own_day, utc(lesson_at))
    ]


def test_repeated_hour_brings_one_lesson_and_one_day_end() -> None:
    rule = weekly_around_messages(EVERY_DAY, time(1, 30), time(9, 0))

    due = walk(rule, NEW_YORK, "2026-11-01 04:00", "2026-11-02 04:00")

    assert due == [
        (DeliveryKindName.LESSON, date(2026, 11, 1), utc("2026-11-01 05:30")),
        (DeliveryKindName.DAY_END, date(2026, 11, 1), utc("2026-11-01 14:00")),
    ]


def test_shift_cut_short_by_a_clock_change_still_brings_both_messages() -> None:
    rule = weekly_around_messages(EVERY_DAY, time(2, 10), time(2, 50))

    due = walk(rule, BERLIN, "2026-03-28 12:00", "2026-03-29 12:00")

    assert due == [
        (DeliveryKindName.LESSON, date(2026, 3, 29), utc("2026-03-29 01:00")),
        (DeliveryKindName.DAY_END, date(2026, 3, 29), utc("2026-03-29 01:00:01")),
    ]


def test_shift_ending_as_the_next_begins_loses_no_message() -> None:
    rule = WeeklySchedule(dict.fromkeys(EVERY_DAY, ShiftHours(time(9), time(9))), MessageTiming(0, 0))

    due = walk(rule, BERLIN, "2026-03-03 07:00", "2026-03-04 09:00")

    assert due == [
        (DeliveryKindName.DAY_END, date(2026, 3, 2), utc("2026-03-03 07:59")),
        (DeliveryKindName.LESSON, date(2026, 3, 3), utc("2026-03-03 08:00")),
        (DeliveryKindName.DAY_END, date(2026, 3, 3), utc("2026-03-04 07:59")),
        (DeliveryKindName.LESSON, date(2026, 3, 4), utc("2026-03-04 08:00")),
    ]


def test_lesson_moved_to_the_end_of_the_previous_shift_is_not_lost() -> None:
    rule = weekly_around_messages(EVERY_DAY, time(23, 15), time(23, 15))

    due = walk(rule, ZoneInfo("America/Nuuk"), "2026-03-29 00:00", "2026-03-29 12:00")

    assert due == [
        (DeliveryKindName.DAY_END, date(2026, 3, 27), utc("2026-03-29 00:59")),
        (DeliveryKindName.LESSON, date(2026, 3, 28), utc("2026-03-29 01:00")),
    ]


def test_samoas_skipped_date_is_no_working_day() -> None:
    apia = ZoneInfo("Pacific/Apia")
    fridays = weekly_around_messages(frozenset({4}), time(9, 0), time(16, 30))

    due = find_next_message(fridays, apia, utc("2011-12-24 12:00"))

    assert not has_shift_on(fridays, apia, date(2011, 12, 30))
    assert due is not None
    assert due.learning_day == date(2012, 1, 6)


def test_night_into_samoas_skipped_date_ends_when_the_date_line_moves() -> None:
    apia = ZoneInfo("Pacific/Apia")

    shift = NIGHTS.shift_on(date(2011, 12, 29), apia)

    assert shift is not None
    assert (shift.starts_at, shift.ends_at) == (utc("2011-12-30 08:00"), utc("2011-12-30 10:00"))
    assert (shift.lesson_at, shift.day_end_at) == (utc("2011-12-30 08:00"), utc("2011-12-30 09:30"))


def test_day_long_shift_before_samoas_skipped_date_still_counts_after_it() -> None:
    apia = ZoneInfo("Pacific/Apia")
    day_long = WeeklySchedule({2: ShiftHours(time(23, 59), time(23, 59))}, MessageTiming(0, 0))

    due = find_next_message(day_long, apia, utc("2011-12-30 09:57"))

    assert due is not None
    assert (due.kind, due.learning_day, due.due_at) == (
        DeliveryKindName.DAY_END,
        date(2011, 12, 28),
        utc("2011-12-30 09:58"),
    )


def test_lesson_pushed_past_midnight_by_a_clock_change_keeps_its_learning_day() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    late = weekly_around_messages(frozenset({5}), time(23, 15), time(7, 0))

    due = find_next_message(late, nuuk, utc("2026-03-28 12:00"))

    assert due is not None
    assert (due.learning_day, due.due_at) == (date(2026, 3, 28), utc("2026-03-29 01:00"))


def test_both_messages_expire_within_the_shift() -> None:
    shift = Shift(
        learning_day=date(2026, 3, 2),
        starts_at=utc("2026-03-02 08:00"),
        ends_at=utc("2026-03-02 16:00"),
        lesson_at=utc("2026-03-02 08:20"),
        day_end_at=utc("2026-03-02 15:35"),
    )

    lesson, day_end = messages_of_shift(shift)

    assert lesson == DueMessage(
        DeliveryKindName.LESSON, shift.learning_day, shift.lesson_at, shift.lesson_at + MAX_LATENESS
    )
    assert day_end == DueMessage(DeliveryKindName.DAY_END, shift.learning_day, shift.day_end_at, shift.ends_at)
