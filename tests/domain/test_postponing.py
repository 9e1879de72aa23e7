"""When a postponed lesson can come back."""

from datetime import date, time

import pytest

from bot.domain.postponing import PostponeOption, find_day_off_options, find_postpone_options
from bot.domain.schedule import Shift
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, FirstShiftOfWeek, ShiftHours, WeeklySchedule
from tests.domain.builders import BERLIN, utc

SHIFT = Shift(
    learning_day=date(2026, 3, 2),
    starts_at=utc("2026-03-02 07:00"),
    ends_at=utc("2026-03-02 19:30"),
    lesson_at=utc("2026-03-02 07:20"),
    day_end_at=utc("2026-03-02 19:05"),
)


def test_early_in_a_shift_there_are_three_choices_the_nearest_first() -> None:
    found = find_postpone_options(SHIFT, utc("2026-03-02 07:21"))

    assert list(found.items()) == [
        (PostponeOption.HOUR, utc("2026-03-02 08:21")),
        (PostponeOption.BEFORE_END, utc("2026-03-02 18:35")),
        (PostponeOption.NEXT_SHIFT, None),
    ]


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-03-02 18:20", {PostponeOption.HOUR, PostponeOption.BEFORE_END, PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 18:21", {PostponeOption.HOUR, PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 18:29", {PostponeOption.HOUR, PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 18:30", {PostponeOption.NEXT_SHIFT}),
        ("2026-03-02 19:29", {PostponeOption.NEXT_SHIFT}),
    ],
)
def test_nothing_is_offered_after_the_shift_or_within_fifteen_minutes(now: str, left: set[PostponeOption]) -> None:
    assert set(find_postpone_options(SHIFT, utc(now))) == left


def test_outside_its_shift_a_lesson_can_only_be_postponed_to_the_next() -> None:
    assert find_postpone_options(None, utc("2026-03-02 12:00")) == {PostponeOption.NEXT_SHIFT: None}


def test_on_a_day_off_tonight_and_tomorrow_are_local_times_also_when_clocks_change() -> None:
    assert find_day_off_options(WORKDAY_SCHEDULE, WORKDAY_SCHEDULE, BERLIN, utc("2026-03-28 10:00")) == {
        PostponeOption.HOUR: utc("2026-03-28 11:00"),
        PostponeOption.TONIGHT: utc("2026-03-28 18:00"),
        PostponeOption.TOMORROW: utc("2026-03-29 07:00"),  # summer time began in the night
        PostponeOption.NEXT_SHIFT: None,
    }


@pytest.mark.parametrize(("now", "is_offered"), [("2026-03-29 16:45", True), ("2026-03-29 16:46", False)])
def test_tonight_is_offered_until_a_quarter_of_an_hour_before(now: str, is_offered: bool) -> None:
    assert (
        PostponeOption.TONIGHT in find_day_off_options(WORKDAY_SCHEDULE, WORKDAY_SCHEDULE, BERLIN, utc(now))
    ) == is_offered


def test_an_hour_that_ends_on_a_working_day_is_not_offered() -> None:
    nothing_left = find_day_off_options(WORKDAY_SCHEDULE, WORKDAY_SCHEDULE, BERLIN, utc("2026-03-29 21:00"))

    assert nothing_left == {PostponeOption.TOMORROW: None}


def test_tomorrow_is_not_offered_if_its_shift_brings_no_lesson() -> None:
    worked = WeeklySchedule(dict.fromkeys((0, 3), ShiftHours(time(7), time(19))))

    on_wednesday = find_day_off_options(worked, FirstShiftOfWeek(worked), BERLIN, utc("2026-03-04 10:00"))

    assert list(on_wednesday) == [PostponeOption.HOUR, PostponeOption.TONIGHT, PostponeOption.NEXT_SHIFT]
