"""The kinds of schedule as JSON values, and the weekly schedule of someone who only chose message times."""

import json
from datetime import date, time, timedelta

import pytest
from hypothesis import given

from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import (
    WORKDAY_SCHEDULE,
    AnySchedule,
    Roster,
    ShiftHours,
    WeeklySchedule,
    schedule_from_json,
    schedule_to_json,
    weekly_around_messages,
)
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS, EVERY_DAY, NIGHTS, rosters, rotations, utc, weekly_rules

ANY_DAY = date(2026, 3, 2)


@given(weekly_rules | rotations(ANY_DAY) | rosters(ANY_DAY))
def test_stored_schedule_is_read_back_unchanged(schedule: AnySchedule) -> None:
    assert schedule_from_json(json.loads(json.dumps(schedule_to_json(schedule)))) == schedule


def test_each_kind_is_stored_as_json_values() -> None:
    roster = Roster(((utc("2026-03-02 21:00"), utc("2026-03-03 05:00")),), MessageTiming(30, 40))

    assert schedule_to_json(WORKDAY_SCHEDULE) == {
        "kind": "weekly",
        "hours": {str(day): ["09:00", "17:00"] for day in range(5)},
        "lesson_after": 0,
        "day_end_before": 30,
    }
    assert schedule_to_json(DAYS_AND_NIGHTS) == {
        "kind": "rotation",
        "first": "2026-03-02",
        "cycle": ["D", "D", "N", "N", "-", "-", "-", "-"],
        "hours": {"D": ["07:00", "19:00"], "N": ["19:00", "07:00"]},
        "lesson_after": 20,
        "day_end_before": 25,
    }
    assert schedule_to_json(roster) == {
        "kind": "roster",
        "shifts": [[29541420, 480]],
        "lesson_after": 30,
        "day_end_before": 40,
    }


@pytest.mark.parametrize("rule", [{}, {"kind": "lunar", "lesson_after": 20, "day_end_before": 25}, {"kind": "weekly"}])
def test_invalid_schedules_are_refused(rule: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        schedule_from_json(rule)


def test_a_roster_for_two_years_takes_a_few_kilobytes() -> None:
    starts = [utc("2026-01-01 07:00") + timedelta(days=number) for number in range(0, 730, 2)]
    roster = Roster(tuple((start, start + timedelta(hours=12)) for start in starts))

    assert len(json.dumps(schedule_to_json(roster))) < 7_000


def test_week_around_two_times_brings_its_messages_at_those_times() -> None:
    shift = NIGHTS.shift_on(date(2026, 3, 2), BERLIN)

    assert schedule_to_json(NIGHTS)["hours"] == {str(day): ["22:00", "06:30"] for day in range(4)}
    assert shift is not None
    assert (shift.lesson_at, shift.day_end_at) == (utc("2026-03-02 21:00"), utc("2026-03-03 05:00"))


def test_week_with_a_day_end_just_before_the_next_lesson_has_shifts_of_at_most_a_day() -> None:
    assert weekly_around_messages(EVERY_DAY, time(9), time(8, 50)) == WeeklySchedule(
        dict.fromkeys(range(7), ShiftHours(time(9), time(9))), MessageTiming(0, 10)
    )
