"""Checks two weeks of each of 10,000 random schedules against a simple count of days.

A seeded loop checks them in blocks of 500; hypothesis would need minutes for as many. `make test` checks the first two
blocks. `ROUNDS_TEST_SCHEDULES` sets a larger number, for example 200000. A failure names its case, and `case(number)`
reproduces it anywhere.
"""

import os
from datetime import timedelta

import pytest

from bot.domain.schedule import find_shift_at, has_shift_on, learning_day_at
from tests.domain import plain_calendar
from tests.domain.builders import met
from tests.domain.plain_calendar import DAY, HOUR, Message
from tests.domain.random_schedules import Case, case

BLOCK, QUICK = 500, 1_000
CASES = int(os.environ.get("ROUNDS_TEST_SCHEDULES") or 10_000)
BLOCKS = [first if first < QUICK else pytest.param(first, marks=pytest.mark.long) for first in range(0, CASES, BLOCK)]


def check(these: Case) -> None:
    """Check that each message comes once, in its shift, for the date on which the shift starts; none is missed."""
    dues = met(these.schedule, these.zone, these.begins, these.ends)

    timing = plain_calendar.timing_of(these.schedule)
    around = these.first - 4 * DAY, these.ends.date() + 4 * DAY
    shifts = plain_calendar.worked(these.schedule, these.zone, *around)
    started = {shift.learning_day: shift for shift in shifts}
    # Clock times keep out of every other shift, also of those without a lesson.
    all_shifts = plain_calendar.worked(
        plain_calendar.underlying(these.schedule), these.zone, around[0] - 7 * DAY, around[1] + 7 * DAY
    )
    timed = [
        each for each in plain_calendar.timed(all_shifts, timing, these.zone) if each.shift.learning_day in started
    ]
    counted = plain_calendar.messages(timed)
    assert [Message(due.due_at, due.learning_day, due.kind) for due in dues] == [
        message for message in counted if these.begins < message.at <= these.ends
    ]
    opened = plain_calendar.opened(timed)
    for due in dues:
        shift = started[due.learning_day]
        is_inside = shift.starts_at <= due.due_at < due.expires_at <= shift.ends_at
        if timing.has_clock_times:
            assert shift.starts_at - 4 * HOUR <= due.due_at < due.expires_at <= shift.ends_at + 4 * HOUR, "too far away"
            others = [each for each in all_shifts if each.starts_at <= due.due_at < each.ends_at and each != shift]
            assert is_inside or not others, "in another shift"
        else:
            assert is_inside, "outside the shift"
        assert plain_calendar.starts_on(shift, these.zone), "the learning day is not the date the shift starts on"
        now = find_shift_at(these.schedule, these.zone, due.due_at)
        running = [each for each in opened if each.starts_at <= due.due_at < each.ends_at]
        if running:
            assert now is not None
            assert (now.learning_day, now.starts_at, now.ends_at) == started[running[-1].learning_day]
        else:
            assert now is None
        counts_for = learning_day_at(these.schedule, these.zone, due.due_at)
        assert counts_for == plain_calendar.learning_day(opened, these.zone, due.due_at)
        late = shift.ends_at + timedelta(hours=3, minutes=59)
        assert learning_day_at(these.schedule, these.zone, late) == plain_calendar.learning_day(
            opened, these.zone, late
        )
        another_has_begun = any(shift.starts_at < each.starts_at <= due.due_at for each in opened)
        assert counts_for == due.learning_day or another_has_begun
    for day in plain_calendar.dates(these.first, these.ends.date()):
        assert has_shift_on(these.schedule, these.zone, day) == (day in started)


@pytest.mark.parametrize("first", BLOCKS)
def test_each_message_comes_once_and_in_its_shift_for_the_date_it_starts_on(first: int) -> None:
    for number in range(first, min(first + BLOCK, CASES)):
        try:
            check(case(number))
        except AssertionError as error:
            error.add_note(f"case {number}: {case(number)}")
            raise
