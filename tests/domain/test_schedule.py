"""When messages are due: one example for each oddity of clocks and shifts."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import (
    HORIZON,
    LATEST,
    Due,
    Kind,
    Schedule,
    Shift,
    Timing,
    deliveries_of,
    instant_of,
    next_delivery,
    next_shift,
    shift_at,
    shift_between,
    works_on,
)
from bot.domain.shifts import WORKDAYS, FirstOfWeek, Hours, Roster, Rotation, Weekly, around
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS, EVERY_DAY, NIGHTS, utc

NEW_YORK = ZoneInfo("America/New_York")


def walk(schedule: Schedule, zone: ZoneInfo, after: str, until: str) -> list[tuple[Kind, date, datetime]]:
    found = []
    last = utc(after)
    while (due := next_delivery(schedule, zone, last)) and due.at <= utc(until):
        assert due.at > last
        found.append((due.kind, due.learning_day, due.at))
        last = due.at
    return found


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

    assert instant_of(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone)) == utc(instant)


def test_second_occurrence_of_a_time_is_never_meant() -> None:
    assert instant_of(date(2026, 10, 25), time(2, 30, fold=1), BERLIN) == utc("2026-10-25 00:30")


def test_instants_are_in_utc() -> None:
    assert instant_of(date(2026, 3, 29), time(2, 30), BERLIN).tzinfo is UTC
    assert instant_of(date(2026, 3, 30), time(2, 30), BERLIN).tzinfo is UTC


def test_new_learner_gets_lesson_at_nine_and_day_end_at_half_past_four_on_weekdays() -> None:
    monday, friday = date(2026, 3, 2), date(2026, 3, 6)

    week = walk(WORKDAYS, BERLIN, "2026-03-01 12:00", "2026-03-08 12:00")

    assert len(week) == 10
    assert week[0] == (Kind.LESSON, monday, utc("2026-03-02 08:00"))
    assert week[1] == (Kind.DAY_END, monday, utc("2026-03-02 15:30"))
    assert week[-1] == (Kind.DAY_END, friday, utc("2026-03-06 15:30"))


def test_next_delivery_is_strictly_after_the_instant() -> None:
    due = next_delivery(WORKDAYS, BERLIN, utc("2026-03-02 08:00"))

    assert due is not None
    assert due.kind is Kind.DAY_END


def test_lesson_is_worth_sending_for_four_hours_of_its_shift() -> None:
    due = next_delivery(WORKDAYS, BERLIN, utc("2026-03-02 07:59"))

    assert due == Due(Kind.LESSON, date(2026, 3, 2), utc("2026-03-02 08:00"), utc("2026-03-02 12:00"))


def test_nothing_is_worth_sending_past_the_end_of_its_shift() -> None:
    short = Weekly(dict.fromkeys(EVERY_DAY, Hours(time(9), time(11))))

    shift = short.shift_on(date(2026, 3, 2), BERLIN)

    assert shift is not None
    lesson, day_end = deliveries_of(shift)
    assert (lesson.at, lesson.expires_at) == (utc("2026-03-02 08:20"), utc("2026-03-02 10:00"))
    assert (day_end.at, day_end.expires_at) == (utc("2026-03-02 09:35"), utc("2026-03-02 10:00"))


@pytest.mark.parametrize(
    ("timing", "minutes", "lesson", "day_end"),
    [
        pytest.param(Timing(), 720, 20, 695, id="a long day"),
        pytest.param(Timing(), 45, 20, 20, id="just long enough"),
        pytest.param(Timing(), 9, 4, 4, id="shorter than both: divided as 20 is to 25"),
        pytest.param(Timing(240, 240), 60, 30, 30, id="far too short: in its middle"),
        pytest.param(Timing(0, 0), 60, 0, 59, id="no minutes before the end: one is left to arrive in"),
        pytest.param(Timing(60, 0), 60, 59, 59, id="as long as the lesson waits"),
        pytest.param(Timing(), 1, 0, 0, id="one minute"),
    ],
)
def test_messages_stay_inside_a_shift_of_any_length(timing: Timing, minutes: int, lesson: int, day_end: int) -> None:
    start = utc("2026-03-02 08:00")

    shift = shift_between(date(2026, 3, 2), start, start + timedelta(minutes=minutes), timing)

    assert shift is not None
    assert shift.lesson_at == start + timedelta(minutes=lesson)
    assert shift.day_end_at == start + timedelta(minutes=day_end)


def test_shift_that_a_clock_change_swallows_whole_is_no_shift() -> None:
    in_the_gap = Weekly(dict.fromkeys(EVERY_DAY, Hours(time(2, 10), time(2, 50))))

    assert in_the_gap.shift_on(date(2026, 3, 29), BERLIN) is None
    assert in_the_gap.shift_on(date(2026, 3, 30), BERLIN) is not None


def test_nobody_without_working_days_is_owed_anything() -> None:
    assert next_delivery(around(frozenset(), time(9), time(16)), BERLIN, utc("2026-03-02 08:00")) is None


def test_night_shift_brings_both_messages_for_the_date_it_starts_on() -> None:
    first_night = walk(NIGHTS, BERLIN, "2026-03-02 12:00", "2026-03-03 12:00")

    assert first_night == [
        (Kind.LESSON, date(2026, 3, 2), utc("2026-03-02 21:00")),
        (Kind.DAY_END, date(2026, 3, 2), utc("2026-03-03 05:00")),
    ]


def test_last_night_of_the_week_ends_on_a_day_off() -> None:
    last = walk(NIGHTS, BERLIN, "2026-03-05 12:00", "2026-03-08 12:00")

    assert last[-1] == (Kind.DAY_END, date(2026, 3, 5), utc("2026-03-06 05:00"))
    assert not works_on(NIGHTS, BERLIN, date(2026, 3, 6))


def test_each_weekday_has_hours_of_its_own() -> None:
    rule = Weekly({0: Hours(time(7), time(15)), 3: Hours(time(12, 30), time(21))}, Timing(20, 30))

    due = walk(rule, BERLIN, "2026-03-02 00:00", "2026-03-06 00:00")

    assert due == [
        (Kind.LESSON, date(2026, 3, 2), utc("2026-03-02 06:20")),
        (Kind.DAY_END, date(2026, 3, 2), utc("2026-03-02 13:30")),
        (Kind.LESSON, date(2026, 3, 5), utc("2026-03-05 11:50")),
        (Kind.DAY_END, date(2026, 3, 5), utc("2026-03-05 19:30")),
    ]


def test_rotation_goes_round_from_its_first_day() -> None:
    due = walk(DAYS_AND_NIGHTS, BERLIN, "2026-02-20 00:00", "2026-03-16 00:00")

    lessons = [(day.day, at) for kind, day, at in due if kind is Kind.LESSON]
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


def test_rotations_look_back_after_a_night_counts_for_the_evening_it_began() -> None:
    due = walk(DAYS_AND_NIGHTS, BERLIN, "2026-03-05 12:00", "2026-03-06 12:00")

    assert due[-1] == (Kind.DAY_END, date(2026, 3, 5), utc("2026-03-06 05:35"))
    assert not works_on(DAYS_AND_NIGHTS, BERLIN, date(2026, 3, 6))


def test_rotation_that_begins_within_a_year_is_waited_for() -> None:
    next_year = Rotation(date(2027, 2, 1), ("D", "-"), {"D": Hours(time(7), time(19))})

    due = next_delivery(next_year, BERLIN, utc("2026-03-02 08:00"))

    assert due is not None
    assert due.learning_day == date(2027, 2, 1)


def test_night_of_a_rotation_lasts_as_long_as_the_clock_on_the_wall_says() -> None:
    nights = Rotation(date(2026, 1, 1), ("N",), {"N": Hours(time(19), time(7))})

    spring, autumn = (nights.shift_on(day, BERLIN) for day in (date(2026, 3, 28), date(2026, 10, 24)))

    assert spring is not None
    assert spring.ends_at - spring.starts_at == timedelta(hours=11)
    assert autumn is not None
    assert autumn.ends_at - autumn.starts_at == timedelta(hours=13)


def test_rosters_shifts_come_one_by_one_and_then_no_more() -> None:
    roster = Roster(
        (
            (utc("2026-03-02 06:00"), utc("2026-03-02 14:00")),
            (utc("2026-03-04 21:00"), utc("2026-03-05 05:30")),
        )
    )

    due = walk(roster, BERLIN, "2026-03-01 00:00", "2027-01-01 00:00")

    assert due == [
        (Kind.LESSON, date(2026, 3, 2), utc("2026-03-02 06:20")),
        (Kind.DAY_END, date(2026, 3, 2), utc("2026-03-02 13:35")),
        (Kind.LESSON, date(2026, 3, 4), utc("2026-03-04 21:20")),
        (Kind.DAY_END, date(2026, 3, 4), utc("2026-03-05 05:05")),
    ]


def test_of_a_rosters_two_shifts_on_one_date_the_first_brings_the_lesson() -> None:
    early, late = (
        (utc("2026-03-02 06:00"), utc("2026-03-02 10:00")),
        (utc("2026-03-02 14:00"), utc("2026-03-02 18:00")),
    )

    due = walk(Roster((early, late)), BERLIN, "2026-03-01 00:00", "2026-03-09 00:00")

    assert [(kind, at) for kind, _, at in due] == [
        (Kind.LESSON, utc("2026-03-02 06:20")),
        (Kind.DAY_END, utc("2026-03-02 09:35")),
    ]


def test_rosters_shift_belongs_to_the_date_that_the_learners_own_clock_shows() -> None:
    roster = Roster(((utc("2026-03-02 23:30"), utc("2026-03-03 07:30")),))

    assert works_on(roster, ZoneInfo("Europe/London"), date(2026, 3, 2))
    assert works_on(roster, BERLIN, date(2026, 3, 3))


def test_rosters_shift_in_an_evening_that_comes_again_after_midnight_keeps_its_date() -> None:
    st_johns = ZoneInfo("America/St_Johns")
    at_midnight = utc("2006-10-29 02:30"), utc("2006-10-29 02:40")
    at_half_past_eleven_again = utc("2006-10-29 03:00"), utc("2006-10-29 11:00")

    roster = Roster((at_midnight, at_half_past_eleven_again))

    sunday, saturday = (roster.shift_on(date(2006, 10, day), st_johns) for day in (29, 28))
    assert sunday is not None
    assert (sunday.starts_at, sunday.ends_at) == at_midnight
    assert saturday is not None
    assert (saturday.starts_at, saturday.ends_at) == at_half_past_eleven_again


def test_roster_is_looked_through_for_more_than_a_year() -> None:
    start = utc("2026-03-20 08:00")
    roster = Roster(((start, start + timedelta(hours=8)),))

    due = next_delivery(roster, BERLIN, start - HORIZON)

    assert due is not None
    assert due.at == start + timedelta(minutes=20)
    assert next_delivery(roster, BERLIN, start - 2 * HORIZON) is None


def test_one_lesson_a_week_comes_with_the_weeks_first_shift() -> None:
    due = walk(FirstOfWeek(DAYS_AND_NIGHTS), BERLIN, "2026-03-01 00:00", "2026-04-01 00:00")

    assert [(kind, day) for kind, day, _ in due] == [
        (kind, day)
        for day in (date(2026, 3, 2), date(2026, 3, 10), date(2026, 3, 18), date(2026, 3, 26))
        for kind in (Kind.LESSON, Kind.DAY_END)
    ]


def test_week_begins_on_monday_and_a_night_belongs_to_the_day_it_starts_on() -> None:
    sunday_and_monday_nights = around({6, 0}, time(22), time(6))

    due = walk(FirstOfWeek(sunday_and_monday_nights), BERLIN, "2026-03-07 00:00", "2026-03-15 00:00")

    assert [(kind, day) for kind, day, _ in due] == [
        (Kind.LESSON, date(2026, 3, 9)),
        (Kind.DAY_END, date(2026, 3, 9)),
    ]


def test_shift_is_known_from_its_start_until_its_end() -> None:
    night = NIGHTS.shift_on(date(2026, 3, 2), BERLIN)

    assert shift_at(NIGHTS, BERLIN, utc("2026-03-02 20:59")) is None
    assert shift_at(NIGHTS, BERLIN, utc("2026-03-02 21:00")) == night
    assert shift_at(NIGHTS, BERLIN, utc("2026-03-03 05:29")) == night
    assert shift_at(NIGHTS, BERLIN, utc("2026-03-03 05:30")) is None


def test_next_shift_starts_after_now() -> None:
    tuesday = NIGHTS.shift_on(date(2026, 3, 3), BERLIN)

    assert next_shift(NIGHTS, BERLIN, utc("2026-03-02 21:00")) == tuesday
    assert next_shift(NIGHTS, BERLIN, utc("2026-03-03 20:59")) == tuesday
    assert next_shift(Roster(()), BERLIN, utc("2026-03-03 20:59")) is None


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
def test_changed_clock_brings_one_lesson_on_its_own_day(
    kind: str, zone: str, day: str, start: str, lesson_at: str
) -> None:
    here, own_day = ZoneInfo(zone), date.fromisoformat(day)
    hours = Hours(time.fromisoformat(start), time(9))
    schedule = (
        Weekly(dict.fromkeys(EVERY_DAY, hours), Timing(0, 25))
        if kind == "weekly"
        else Rotation(own_day - timedelta(days=30), ("D",), {"D": hours}, Timing(0, 25))
    )

    around_it = utc(lesson_at) - timedelta(hours=12), utc(lesson_at) + timedelta(hours=12)
    found = walk(schedule, here, *(f"{instant:%Y-%m-%d %H:%M}" for instant in around_it))

    assert [(own, at) for message, own, at in found if message is Kind.LESSON] == [(own_day, utc(lesson_at))]


def test_repeated_hour_brings_one_lesson_and_one_look_back() -> None:
    rule = around(EVERY_DAY, time(1, 30), time(9, 0))

    due = walk(rule, NEW_YORK, "2026-11-01 04:00", "2026-11-02 04:00")

    assert due == [
        (Kind.LESSON, date(2026, 11, 1), utc("2026-11-01 05:30")),
        (Kind.DAY_END, date(2026, 11, 1), utc("2026-11-01 14:00")),
    ]


def test_shift_cut_short_by_a_clock_change_still_brings_both_messages() -> None:
    rule = around(EVERY_DAY, time(2, 10), time(2, 50))

    due = walk(rule, BERLIN, "2026-03-28 12:00", "2026-03-29 12:00")

    assert due == [
        (Kind.LESSON, date(2026, 3, 29), utc("2026-03-29 01:00")),
        (Kind.DAY_END, date(2026, 3, 29), utc("2026-03-29 01:00:01")),
    ]


def test_shift_ending_as_the_next_begins_loses_no_message() -> None:
    rule = Weekly(dict.fromkeys(EVERY_DAY, Hours(time(9), time(9))), Timing(0, 0))

    due = walk(rule, BERLIN, "2026-03-03 07:00", "2026-03-04 09:00")

    assert due == [
        (Kind.DAY_END, date(2026, 3, 2), utc("2026-03-03 07:59")),
        (Kind.LESSON, date(2026, 3, 3), utc("2026-03-03 08:00")),
        (Kind.DAY_END, date(2026, 3, 3), utc("2026-03-04 07:59")),
        (Kind.LESSON, date(2026, 3, 4), utc("2026-03-04 08:00")),
    ]


def test_lesson_moved_to_the_midnight_at_which_the_day_before_ends_is_not_lost() -> None:
    rule = around(EVERY_DAY, time(23, 15), time(23, 15))

    due = walk(rule, ZoneInfo("America/Nuuk"), "2026-03-29 00:00", "2026-03-29 12:00")

    assert due == [
        (Kind.DAY_END, date(2026, 3, 27), utc("2026-03-29 00:59")),
        (Kind.LESSON, date(2026, 3, 28), utc("2026-03-29 01:00")),
    ]


def test_overlapping_shifts_of_a_roster_come_in_order_of_time() -> None:
    long = utc("2026-03-02 10:00"), utc("2026-03-03 10:00")
    short = utc("2026-03-03 08:00"), utc("2026-03-03 09:00")

    due = walk(Roster((long, short)), BERLIN, "2026-03-01 00:00", "2026-03-09 00:00")

    assert [(kind, day.day) for kind, day, _ in due] == [
        (Kind.LESSON, 2),
        (Kind.LESSON, 3),
        (Kind.DAY_END, 3),
        (Kind.DAY_END, 2),
    ]
    assert shift_at(Roster((long, short)), BERLIN, utc("2026-03-03 09:30")) is not None


def test_messages_of_overlapping_shifts_that_meet_are_a_second_apart() -> None:
    night = utc("2026-03-02 21:00"), utc("2026-03-03 09:00")
    handover = utc("2026-03-03 08:00"), utc("2026-03-03 09:00")

    due = walk(Roster((night, handover)), BERLIN, "2026-03-03 08:30", "2026-03-09 00:00")

    assert due == [
        (Kind.DAY_END, date(2026, 3, 2), utc("2026-03-03 08:35:00")),
        (Kind.DAY_END, date(2026, 3, 3), utc("2026-03-03 08:35:01")),
    ]


def test_date_that_samoa_left_out_is_no_working_day() -> None:
    apia = ZoneInfo("Pacific/Apia")
    fridays = around(frozenset({4}), time(9, 0), time(16, 30))

    due = next_delivery(fridays, apia, utc("2011-12-24 12:00"))

    assert not works_on(fridays, apia, date(2011, 12, 30))
    assert due is not None
    assert due.learning_day == date(2012, 1, 6)


def test_night_into_the_date_that_samoa_left_out_ends_as_the_date_line_moves() -> None:
    apia = ZoneInfo("Pacific/Apia")

    shift = NIGHTS.shift_on(date(2011, 12, 29), apia)

    assert shift is not None
    assert (shift.starts_at, shift.ends_at) == (utc("2011-12-30 08:00"), utc("2011-12-30 10:00"))
    assert (shift.lesson_at, shift.day_end_at) == (utc("2011-12-30 08:00"), utc("2011-12-30 09:30"))


def test_day_long_shift_before_the_date_that_samoa_left_out_still_counts_after_it() -> None:
    apia = ZoneInfo("Pacific/Apia")
    day_long = Weekly({2: Hours(time(23, 59), time(23, 59))}, Timing(0, 0))

    due = next_delivery(day_long, apia, utc("2011-12-30 09:57"))

    assert due is not None
    assert (due.kind, due.learning_day, due.at) == (Kind.DAY_END, date(2011, 12, 28), utc("2011-12-30 09:58"))


def test_lesson_pushed_past_midnight_by_a_clock_change_keeps_its_learning_day() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    late = around(frozenset({5}), time(23, 15), time(7, 0))

    due = next_delivery(late, nuuk, utc("2026-03-28 12:00"))

    assert due is not None
    assert (due.learning_day, due.at) == (date(2026, 3, 28), utc("2026-03-29 01:00"))


def test_both_messages_expire_within_the_shift() -> None:
    shift = Shift(
        learning_day=date(2026, 3, 2),
        starts_at=utc("2026-03-02 08:00"),
        ends_at=utc("2026-03-02 16:00"),
        lesson_at=utc("2026-03-02 08:20"),
        day_end_at=utc("2026-03-02 15:35"),
    )

    lesson, day_end = deliveries_of(shift)

    assert lesson == Due(Kind.LESSON, shift.learning_day, shift.lesson_at, shift.lesson_at + LATEST)
    assert day_end == Due(Kind.DAY_END, shift.learning_day, shift.day_end_at, shift.ends_at)
