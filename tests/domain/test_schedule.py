"""When messages are due: one example for each oddity of clocks and shifts."""

from dataclasses import dataclass
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
    deliveries_of,
    instant_of,
    next_delivery,
    works_on,
)
from bot.domain.shifts import WORKDAYS, around, schedule_from_json, schedule_to_json
from tests.domain.builders import BERLIN, EVERY_DAY, NIGHTS, utc


@dataclass(frozen=True)
class Roster:
    """Shifts written down one by one, as a calendar gives them."""

    shifts: tuple[Shift, ...]

    def shift_on(self, day: date, zone: ZoneInfo) -> Shift | None:
        return next((shift for shift in self.shifts if shift.learning_day == day), None)


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


def test_delivery_is_worth_sending_for_four_hours() -> None:
    due = next_delivery(WORKDAYS, BERLIN, utc("2026-03-02 07:59"))

    assert due == Due(Kind.LESSON, date(2026, 3, 2), utc("2026-03-02 08:00"), utc("2026-03-02 12:00"))


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


def test_repeated_hour_brings_one_lesson() -> None:
    rule = around(EVERY_DAY, time(1, 30), time(9, 0))

    due = walk(rule, ZoneInfo("America/New_York"), "2026-11-01 04:00", "2026-11-02 04:00")

    assert due == [
        (Kind.LESSON, date(2026, 11, 1), utc("2026-11-01 05:30")),
        (Kind.DAY_END, date(2026, 11, 1), utc("2026-11-01 14:00")),
    ]


def test_shift_swallowed_by_a_clock_change_still_brings_both_messages() -> None:
    rule = around(EVERY_DAY, time(2, 10), time(2, 50))

    due = walk(rule, BERLIN, "2026-03-28 12:00", "2026-03-29 12:00")

    assert due == [
        (Kind.LESSON, date(2026, 3, 29), utc("2026-03-29 01:00")),
        (Kind.DAY_END, date(2026, 3, 29), utc("2026-03-29 01:00:01")),
    ]


def test_shift_ending_as_the_next_begins_loses_no_message() -> None:
    rule = around(EVERY_DAY, time(9, 0), time(9, 0))

    due = walk(rule, BERLIN, "2026-03-03 07:00", "2026-03-04 09:00")

    assert due == [
        (Kind.DAY_END, date(2026, 3, 2), utc("2026-03-03 08:00")),
        (Kind.LESSON, date(2026, 3, 3), utc("2026-03-03 08:00:01")),
        (Kind.DAY_END, date(2026, 3, 3), utc("2026-03-04 08:00")),
        (Kind.LESSON, date(2026, 3, 4), utc("2026-03-04 08:00:01")),
    ]


def test_lesson_moved_to_the_midnight_at_which_the_day_before_ends_is_not_lost() -> None:
    rule = around(EVERY_DAY, time(23, 15), time(23, 15))

    due = walk(rule, ZoneInfo("America/Nuuk"), "2026-03-29 00:00", "2026-03-29 12:00")

    assert due == [
        (Kind.DAY_END, date(2026, 3, 27), utc("2026-03-29 01:00")),
        (Kind.LESSON, date(2026, 3, 28), utc("2026-03-29 01:00:01")),
    ]


def test_overlapping_shifts_of_a_roster_come_in_order_of_time() -> None:
    long = Shift(date(2026, 3, 2), utc("2026-03-02 10:00"), utc("2026-03-03 10:00"))
    short = Shift(date(2026, 3, 3), utc("2026-03-03 08:00"), utc("2026-03-03 09:00"))

    due = walk(Roster((long, short)), BERLIN, "2026-03-01 00:00", "2026-03-09 00:00")

    assert [(kind, day.day) for kind, day, _ in due] == [
        (Kind.LESSON, 2),
        (Kind.LESSON, 3),
        (Kind.DAY_END, 3),
        (Kind.DAY_END, 2),
    ]


def test_roster_is_looked_through_for_two_weeks_ahead() -> None:
    start = utc("2026-03-20 08:00")
    roster = Roster((Shift(date(2026, 3, 20), start, start + timedelta(hours=8)),))

    due = next_delivery(roster, BERLIN, start - HORIZON)

    assert due is not None
    assert due.at == start
    assert next_delivery(roster, BERLIN, start - 2 * HORIZON) is None


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

    assert shift == Shift(date(2011, 12, 29), utc("2011-12-30 08:00"), utc("2011-12-30 10:00"))


def test_lesson_pushed_past_midnight_by_a_clock_change_keeps_its_learning_day() -> None:
    nuuk = ZoneInfo("America/Nuuk")
    late = around(frozenset({5}), time(23, 15), time(7, 0))

    due = next_delivery(late, nuuk, utc("2026-03-28 12:00"))

    assert due is not None
    assert (due.learning_day, due.at) == (date(2026, 3, 28), utc("2026-03-29 01:00"))


def test_both_messages_of_a_shift_expire_after_the_same_time() -> None:
    shift = Shift(date(2026, 3, 2), utc("2026-03-02 08:00"), utc("2026-03-02 15:30"))

    lesson, day_end = deliveries_of(shift)

    assert (lesson.kind, lesson.at, lesson.expires_at) == (Kind.LESSON, shift.lesson_at, shift.lesson_at + LATEST)
    assert (day_end.kind, day_end.at, day_end.expires_at) == (Kind.DAY_END, shift.day_end_at, shift.day_end_at + LATEST)


def test_weekly_schedule_is_stored_as_plain_values() -> None:
    stored = schedule_to_json(NIGHTS)

    assert stored == {"days": [0, 1, 2, 3], "lesson_at": "22:00", "day_end_at": "06:00"}
    assert schedule_from_json(stored) == NIGHTS
