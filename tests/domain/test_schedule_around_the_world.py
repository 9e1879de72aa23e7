"""Checks any schedule in any zone, across any clock change, against a simple count of minutes.

Failures shrink to minimal examples. `test_ten_thousand_schedules.py` does the same for ten thousand schedules.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.schedule import (
    MAX_LATENESS,
    DeliveryKindName,
    Schedule,
    find_next_message,
    has_shift_on,
    learning_day_at,
    local_to_utc,
)
from bot.domain.schedule_kinds import (
    FirstShiftOfWeek,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
    weekly_around_messages,
)
from tests.domain import plain_calendar
from tests.domain.builders import (
    BERLIN,
    DAYS_AND_NIGHTS,
    EVERY_DAY,
    YEARS,
    clock_times,
    days_near_changes,
    met,
    schedules,
    utc,
    weekly_rules,
    zones,
)
from tests.domain.plain_calendar import DAY, Message, Worked
from tests.examples import many

TIMES = max(1, int(os.environ.get("ROUNDS_TEST_SCHEDULES") or 10_000) // 10_000)
"""By how much a thorough run multiplies the usual number of examples."""

thorough = settings(max_examples=many(100 * TIMES), deadline=None)
by_the_year = settings(max_examples=many(15 * TIMES), deadline=None)

zones_and_days = zones.flatmap(lambda zone: st.tuples(st.just(zone), days_near_changes(zone)))
places = zones_and_days.flatmap(lambda place: st.tuples(st.just(place[0]), st.just(place[1]), schedules(place[1])))
"""A zone, a date, and a schedule with shifts around it."""
instants_of_a_day = st.integers(0, 24 * 60 * 60 - 1).map(lambda seconds: timedelta(seconds=seconds))


def counted(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> list[Message]:
    shifts = plain_calendar.worked(schedule, zone, first, last)
    return plain_calendar.messages(plain_calendar.timed(shifts, plain_calendar.timing_of(schedule), zone))


@thorough
@given(zones_and_days, clock_times)
@example((ZoneInfo("America/New_York"), date(2026, 11, 1)), time(1, 30))
@example((BERLIN, date(2026, 3, 29)), time(2, 30))
@example((ZoneInfo("America/Santiago"), date(2026, 9, 6)), time(0, 0))
@example((ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)), time(2, 15))
@example((ZoneInfo("Pacific/Apia"), date(2011, 12, 30)), time(12, 0))
def test_local_time_is_the_first_minute_at_which_the_clock_shows_or_passes_it(
    zone_and_day: tuple[ZoneInfo, date], at: time
) -> None:
    zone, day = zone_and_day

    assert local_to_utc(day, at, zone) == plain_calendar.first_instant(datetime.combine(day, at), zone)


@thorough
@given(zones_and_days, clock_times, clock_times)
def test_later_wall_clock_time_is_never_an_earlier_instant(
    zone_and_day: tuple[ZoneInfo, date], one: time, other: time
) -> None:
    zone, day = zone_and_day
    early, late = sorted((one, other))

    assert local_to_utc(day, early, zone) <= local_to_utc(day, late, zone) <= local_to_utc(day + DAY, early, zone)


@thorough
@given(places)
def test_shift_starts_on_its_own_date_and_contains_its_messages(place: tuple[ZoneInfo, date, Schedule]) -> None:
    zone, day, schedule = place

    shift = schedule.shift_on(day, zone)

    plain = plain_calendar.worked(schedule, zone, day, day)
    assert has_shift_on(schedule, zone, day) == (shift is not None)
    assert plain == ([Worked(shift.learning_day, shift.starts_at, shift.ends_at)] if shift else [])
    if shift is not None:
        times = plain_calendar.message_times(plain[0], plain_calendar.timing_of(schedule))
        assert shift.starts_at <= shift.lesson_at <= shift.day_end_at < shift.ends_at
        assert (shift.lesson_at, shift.day_end_at) == times


@thorough
@given(places)
def test_shifts_between_two_dates_are_those_of_each_date(place: tuple[ZoneInfo, date, Schedule]) -> None:
    zone, day, schedule = place

    shifts = list(schedule.shifts_between(day, day + 9 * DAY, zone))

    each_on_its_own = [schedule.shift_on(day + number * DAY, zone) for number in range(10)]
    assert sorted(shifts, key=lambda shift: shift.learning_day) == [shift for shift in each_on_its_own if shift]
    assert shifts == sorted(shifts, key=lambda shift: shift.starts_at)


@thorough
@given(places, instants_of_a_day)
@example(
    (ZoneInfo("Pacific/Apia"), date(2011, 12, 30), weekly_around_messages(frozenset({4}), time(9), time(9))),
    timedelta(),
)
@example((BERLIN, date(2026, 3, 29), weekly_around_messages(EVERY_DAY, time(2, 10), time(2, 50))), timedelta())
@example((BERLIN, date(2026, 3, 5), FirstShiftOfWeek(DAYS_AND_NIGHTS)), timedelta())
def test_next_delivery_is_the_first_message_still_to_come(
    place: tuple[ZoneInfo, date, Schedule], into_day: timedelta
) -> None:
    zone, day, schedule = place
    after = datetime.combine(day, time(), UTC) + into_day

    due = find_next_message(schedule, zone, after)

    to_come = [each for each in counted(schedule, zone, day - 4 * DAY, day + 60 * DAY) if each.at > after]
    assert (due and Message(due.due_at, due.learning_day, due.kind)) == next(iter(to_come), None)


@thorough
@given(places, instants_of_a_day)
def test_nothing_is_due_in_the_past_or_outside_its_shift(
    place: tuple[ZoneInfo, date, Schedule], into_day: timedelta
) -> None:
    zone, day, schedule = place
    after = datetime.combine(day, time(), UTC) + into_day

    due = find_next_message(schedule, zone, after)

    if due is not None:
        (shift,) = plain_calendar.worked(schedule, zone, due.learning_day, due.learning_day)
        assert after < due.due_at
        assert shift.starts_at <= due.due_at < due.expires_at <= shift.ends_at
        assert due.expires_at - due.due_at <= MAX_LATENESS


@thorough
@given(zones_and_days, weekly_rules, instants_of_a_day)
def test_lesson_comes_its_minutes_after_the_wall_clock_start(
    zone_and_day: tuple[ZoneInfo, date], rule: WeeklySchedule, into_day: timedelta
) -> None:
    zone, day = zone_and_day
    after = datetime.combine(day, time(), UTC) + into_day

    due = find_next_message(rule, zone, after)

    if due is not None and due.kind is DeliveryKindName.LESSON:
        shift = rule.shift_on(due.learning_day, zone)
        assert shift is not None
        shown = shift.starts_at.astimezone(zone)
        if shown.time() != rule.hours[due.learning_day.weekday()].start:
            # only where a clock change skipped the time
            an_hour_ago = (shift.starts_at - timedelta(hours=1)).astimezone(zone)
            assert shown.utcoffset() != an_hour_ago.utcoffset()


@by_the_year
@given(zones, st.data(), YEARS)
def test_a_year_of_messages_has_each_once_and_misses_none(zone: ZoneInfo, data: st.DataObject, year: int) -> None:
    check_year(zone, data.draw(schedules(date(year, 1, 1))), year)


def test_a_year_of_messages_is_complete_in_the_most_unusual_zones() -> None:
    check_year(ZoneInfo("Pacific/Apia"), weekly_around_messages(EVERY_DAY, time(22), time(6)), 2011)
    check_year(ZoneInfo("America/St_Johns"), weekly_around_messages(EVERY_DAY, time(0, 0), time(23, 30)), 2006)
    check_year(ZoneInfo("America/New_York"), weekly_around_messages(EVERY_DAY, time(1, 30), time(1, 30)), 2026)
    check_year(ZoneInfo("America/Nuuk"), weekly_around_messages(EVERY_DAY, time(23, 15), time(23, 15)), 2026)
    check_year(ZoneInfo("Antarctica/Troll"), weekly_around_messages(EVERY_DAY, time(1, 30), time(1, 15)), 2026)
    nights = RotatingSchedule(date(2025, 5, 1), tuple("NN-N--"), {"N": ShiftHours(time(23, 45), time(11, 45))})
    check_year(ZoneInfo("Australia/Lord_Howe"), nights, 2026)
    check_year(ZoneInfo("America/Santiago"), nights, 2026)


def check_year(zone: ZoneInfo, schedule: Schedule, year: int) -> None:
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)

    walked = [Message(due.due_at, due.learning_day, due.kind) for due in met(schedule, zone, first, last)]

    plain = counted(schedule, zone, first.date() - 4 * DAY, last.date() + 4 * DAY)
    assert walked == [message for message in plain if first < message.at <= last]
    assert len({(day, kind) for _, day, kind in walked}) == len(walked)


@thorough
@given(places, st.lists(instants_of_a_day, max_size=6))
def test_asking_in_between_changes_nothing(place: tuple[ZoneInfo, date, Schedule], pauses: list[timedelta]) -> None:
    zone, day, schedule = place
    after = datetime.combine(day, time(), UTC)
    due = find_next_message(schedule, zone, after)

    asked = [after + pause for pause in pauses if due is None or after + pause < due.due_at]

    assert all(find_next_message(schedule, zone, instant) == due for instant in asked)


@thorough
@given(places, instants_of_a_day)
@example(
    (ZoneInfo("America/St_Johns"), date(2006, 10, 29), weekly_around_messages(EVERY_DAY, time(0), time(8))),
    timedelta(hours=3),
)
@example((BERLIN, date(2026, 3, 4), weekly_around_messages(frozenset({0}), time(22), time(22))), timedelta(hours=0))
def test_learning_day_is_that_of_the_last_started_shift_or_the_local_date(
    place: tuple[ZoneInfo, date, Schedule], into_day: timedelta
) -> None:
    zone, day, schedule = place
    now = datetime.combine(day, time(), UTC) + into_day

    shifts = plain_calendar.worked(schedule, zone, day - 4 * DAY, day + 2 * DAY)
    assert learning_day_at(schedule, zone, now) == plain_calendar.learning_day(shifts, zone, now)


def test_plain_count_agrees_with_published_clock_changes() -> None:
    assert plain_calendar.first_instant(datetime.fromisoformat("2026-03-29 02:30"), BERLIN) == utc("2026-03-29 01:00")
    assert plain_calendar.first_instant(datetime.fromisoformat("2026-10-25 02:30"), BERLIN) == utc("2026-10-25 00:30")
    assert not plain_calendar.exists(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    assert plain_calendar.days_of_change(BERLIN, 2026) == [date(2026, 3, 29), date(2026, 10, 25)]
