"""Schedules in any zone, on any rule, across any clock change, against a plain count of minutes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.schedule import LATEST, Due, Kind, instant_of, learning_day_at, next_delivery, works_on
from bot.domain.shifts import Weekly, around, schedule_from_json, schedule_to_json
from tests.domain import plain_calendar
from tests.domain.builders import BERLIN, EVERY_DAY, YEARS, clock_times, days_near_changes, utc, weekly_rules, zones
from tests.domain.plain_calendar import DAY, Message

thorough = settings(max_examples=200, deadline=None)
by_the_year = settings(max_examples=25, deadline=None)

zones_and_days = zones.flatmap(lambda zone: st.tuples(st.just(zone), days_near_changes(zone)))
instants_of_a_day = st.integers(0, 24 * 60 * 60 - 1).map(lambda seconds: timedelta(seconds=seconds))


def walk(rule: Weekly, zone: ZoneInfo, after: datetime, until: datetime) -> list[Due]:
    found: list[Due] = []
    while (due := next_delivery(rule, zone, after)) and due.at <= until:
        assert due.at > after
        found.append(due)
        after = due.at
    return found


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

    assert instant_of(day, at, zone) == plain_calendar.first_instant(datetime.combine(day, at), zone)


@thorough
@given(zones_and_days, clock_times, clock_times)
def test_later_time_on_the_wall_is_never_an_earlier_instant(
    zone_and_day: tuple[ZoneInfo, date], one: time, other: time
) -> None:
    zone, day = zone_and_day
    early, late = sorted((one, other))

    assert instant_of(day, early, zone) <= instant_of(day, late, zone) <= instant_of(day + DAY, early, zone)


@thorough
@given(zones_and_days, weekly_rules)
def test_shift_starts_on_its_own_date_and_never_ends_before_it_starts(
    zone_and_day: tuple[ZoneInfo, date], rule: Weekly
) -> None:
    zone, day = zone_and_day

    shift = rule.shift_on(day, zone)

    assert works_on(rule, zone, day) == (shift is not None)
    assert (shift and (shift.starts_at, shift.ends_at)) == plain_calendar.shift_of(rule, day, zone)
    if shift is not None:
        assert shift.learning_day == day
        assert shift.starts_at <= shift.lesson_at <= shift.day_end_at <= shift.ends_at
        assert (shift.lesson_at, shift.day_end_at) == plain_calendar.message_times(
            rule, (shift.starts_at, shift.ends_at)
        )


@thorough
@given(zones_and_days, weekly_rules, instants_of_a_day)
@example((ZoneInfo("Pacific/Apia"), date(2011, 12, 30)), around(frozenset({4}), time(9), time(9)), timedelta())
@example((BERLIN, date(2026, 3, 29)), around(EVERY_DAY, time(2, 10), time(2, 50)), timedelta())
def test_next_delivery_is_the_first_message_still_to_come(
    zone_and_day: tuple[ZoneInfo, date], rule: Weekly, into_day: timedelta
) -> None:
    zone, day = zone_and_day
    after = datetime.combine(day, time(), UTC) + into_day

    due = next_delivery(rule, zone, after)

    to_come = [
        message for message in plain_calendar.messages(rule, zone, day - 4 * DAY, day + 16 * DAY) if message.at > after
    ]
    assert due is not None
    assert Message(due.at, due.learning_day, due.kind) == to_come[0]


@thorough
@given(zones_and_days, weekly_rules, instants_of_a_day)
def test_next_delivery_is_at_the_local_time_wherever_the_clock_shows_it(
    zone_and_day: tuple[ZoneInfo, date], rule: Weekly, into_day: timedelta
) -> None:
    zone, day = zone_and_day
    after = datetime.combine(day, time(), UTC) + into_day

    due = next_delivery(rule, zone, after)

    assert due is not None
    assert due.at > after
    assert due.expires_at - due.at <= LATEST
    shift = rule.shift_on(due.learning_day, zone)
    assert shift is not None
    assert due.expires_at <= shift.ends_at
    wanted = rule.hours[due.learning_day.weekday()].start
    shown = due.at.astimezone(zone)
    if due.kind is Kind.LESSON and shown.time() != wanted:
        # only where a clock change left the time out, or two messages would have met
        an_hour_ago = (due.at - timedelta(hours=1)).astimezone(zone)
        assert shown.utcoffset() != an_hour_ago.utcoffset() or shown.second == 1


@by_the_year
@given(zones, weekly_rules, YEARS)
@example(ZoneInfo("Pacific/Apia"), around(EVERY_DAY, time(22), time(6)), 2011)
@example(ZoneInfo("America/St_Johns"), around(EVERY_DAY, time(0, 0), time(23, 30)), 2006)
@example(ZoneInfo("America/New_York"), around(EVERY_DAY, time(1, 30), time(1, 30)), 2026)
@example(ZoneInfo("America/Nuuk"), around(EVERY_DAY, time(23, 15), time(23, 15)), 2026)
@example(ZoneInfo("Antarctica/Troll"), around(EVERY_DAY, time(1, 30), time(1, 15)), 2026)
def test_a_year_of_messages_has_each_once_and_misses_none(zone: ZoneInfo, rule: Weekly, year: int) -> None:
    first, last = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)

    walked = [Message(due.at, due.learning_day, due.kind) for due in walk(rule, zone, first, last)]

    counted = plain_calendar.messages(rule, zone, first.date() - 4 * DAY, last.date() + 4 * DAY)
    assert walked == [message for message in counted if first < message.at <= last]
    assert len({(day, kind) for _, day, kind in walked}) == len(walked)


@thorough
@given(zones_and_days, weekly_rules, st.lists(instants_of_a_day, max_size=6))
def test_asking_in_between_changes_nothing(
    zone_and_day: tuple[ZoneInfo, date], rule: Weekly, pauses: list[timedelta]
) -> None:
    zone, day = zone_and_day
    after = datetime.combine(day, time(), UTC)
    due = next_delivery(rule, zone, after)
    assert due is not None

    asked = [after + pause for pause in pauses if after + pause < due.at]

    assert all(next_delivery(rule, zone, instant) == due for instant in asked)


@thorough
@given(zones_and_days, weekly_rules, instants_of_a_day)
@example((ZoneInfo("America/St_Johns"), date(2006, 10, 29)), around(EVERY_DAY, time(0), time(8)), timedelta(hours=3))
@example((BERLIN, date(2026, 3, 4)), around(frozenset({0}), time(22), time(22)), timedelta(hours=0))
def test_learning_day_is_that_of_the_last_shift_begun_or_else_the_date_on_the_wall(
    zone_and_day: tuple[ZoneInfo, date], rule: Weekly, into_day: timedelta
) -> None:
    zone, day = zone_and_day
    now = datetime.combine(day, time(), UTC) + into_day

    assert learning_day_at(rule, zone, now) == plain_calendar.learning_day(rule, zone, now)


@thorough
@given(zones_and_days, weekly_rules)
def test_answer_to_a_message_counts_for_its_own_learning_day(zone_and_day: tuple[ZoneInfo, date], rule: Weekly) -> None:
    zone, day = zone_and_day

    due = next_delivery(rule, zone, datetime.combine(day, time(), UTC))

    assert due is not None
    next_begins = rule.shift_on(due.learning_day + DAY, zone)
    if next_begins is None or due.at < next_begins.lesson_at:
        assert learning_day_at(rule, zone, due.at) == due.learning_day


@given(weekly_rules)
def test_stored_schedule_comes_back_the_same(rule: Weekly) -> None:
    assert schedule_from_json(schedule_to_json(rule)) == rule


def test_plain_count_itself_knows_the_hours_that_are_printed_in_newspapers() -> None:
    assert plain_calendar.first_instant(datetime.fromisoformat("2026-03-29 02:30"), BERLIN) == utc("2026-03-29 01:00")
    assert plain_calendar.first_instant(datetime.fromisoformat("2026-10-25 02:30"), BERLIN) == utc("2026-10-25 00:30")
    assert not plain_calendar.exists(date(2011, 12, 30), ZoneInfo("Pacific/Apia"))
    assert plain_calendar.days_of_change(BERLIN, 2026) == [date(2026, 3, 29), date(2026, 10, 25)]
