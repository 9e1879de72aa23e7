"""The clock times at which a schedule's messages come, and changing them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.schedule import MessageTiming, Shift
from bot.domain.schedule_kinds import (
    ONE_DAY,
    WORKDAY_SCHEDULE,
    AnySchedule,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
    weekly_around_messages,
)

STEADY_ZONE = ZoneInfo("UTC")
"""A zone whose clocks never change."""

_ANY_MONDAY = date(2024, 1, 1)

UsualTimes = tuple[time | None, time | None]
"""The local times of the lesson and of the day end, each None if it isn't the same in every shift."""


def find_usual_times(schedule: AnySchedule) -> UsualTimes:
    """Return the times that are the same in every shift. Those of a roster aren't known."""
    shifts = list_sample_shifts(schedule)
    lessons = {_wall(shift.lesson_at) for shift in shifts}
    day_ends = {_wall(shift.day_end_at) for shift in shifts}
    return lessons.pop() if len(lessons) == 1 else None, day_ends.pop() if len(day_ends) == 1 else None


def list_sample_shifts(schedule: AnySchedule) -> list[Shift]:
    """Return a week's or a cycle's shifts in UTC, where clocks never change. A roster has no such sample."""
    match schedule:
        case WeeklySchedule():
            return list(schedule.shifts_between(_ANY_MONDAY, _ANY_MONDAY + 6 * ONE_DAY, STEADY_ZONE))
        case RotatingSchedule(cycle=cycle) if cycle:
            days = timedelta(days=len(cycle))
            running = replace(schedule, first_day=_ANY_MONDAY - days)  # the first cycle has nothing before it
            return list(running.shifts_between(_ANY_MONDAY, _ANY_MONDAY + days - ONE_DAY, STEADY_ZONE))
        case _:
            return []


def uses_lesson_time(shifts: Sequence[Shift], at: time, zone: ZoneInfo = STEADY_ZONE) -> bool:
    """Return whether a lesson of these shifts comes at this local time."""
    return any(shift.lesson_at.astimezone(zone).time() == at for shift in shifts)


def uses_day_end_time(shifts: Sequence[Shift], at: time, zone: ZoneInfo = STEADY_ZONE) -> bool:
    """Return whether a day end of these shifts comes at this local time."""
    return any(shift.day_end_at.astimezone(zone).time() == at for shift in shifts)


def drop_unused_times(schedule: AnySchedule) -> AnySchedule:
    """Return the schedule without the clock times that come up in none of its shifts. A roster keeps them."""
    shifts, timing = list_sample_shifts(schedule), schedule.timing
    if isinstance(schedule, Roster) or not timing.has_clock_times:
        return schedule
    if timing.lesson_at is not None and not uses_lesson_time(shifts, timing.lesson_at):
        timing = replace(timing, lesson_at=None)
    if timing.day_end_at is not None and not uses_day_end_time(shifts, timing.day_end_at):
        timing = replace(timing, day_end_at=None)
    return replace(schedule, timing=timing)


def with_clock_times_of(timing: MessageTiming, schedule: AnySchedule) -> MessageTiming:
    """Return these minutes with the clock times that someone chose for their schedule before."""
    return replace(timing, lesson_at=schedule.timing.lesson_at, day_end_at=schedule.timing.day_end_at)


def find_shared_hours(schedule: AnySchedule) -> ShiftHours | None:
    """Return the hours of a weekly schedule if they are the same on all of its days, otherwise None."""
    hours = set(schedule.hours.values()) if isinstance(schedule, WeeklySchedule) else set()
    return hours.pop() if len(hours) == 1 else None


def is_made_of_messages(schedule: AnySchedule) -> bool:
    """Return whether someone chose message times and days, as most do, and no minutes from the start of a shift."""
    minutes, usual = schedule.timing, WORKDAY_SCHEDULE.timing
    return find_shared_hours(schedule) is not None and (minutes.lesson_after, minutes.day_end_before) == (
        usual.lesson_after,
        usual.day_end_before,
    )


def set_message_times(schedule: WeeklySchedule, lesson_at: time, day_end_at: time) -> WeeklySchedule:
    """Return a schedule that is made of messages, with other times. Its shifts change only if they don't fit these."""
    by_minutes = find_usual_times(replace(schedule, timing=WORKDAY_SCHEDULE.timing))
    chosen = [None if at == usual else at for at, usual in zip((lesson_at, day_end_at), by_minutes, strict=True)]
    same_shifts = replace(schedule, timing=replace(WORKDAY_SCHEDULE.timing, lesson_at=chosen[0], day_end_at=chosen[1]))
    if find_usual_times(same_shifts) == (lesson_at, day_end_at):
        return same_shifts
    return weekly_around_messages(schedule.weekdays, lesson_at, day_end_at)


def _wall(instant: datetime) -> time:
    return instant.astimezone(UTC).time()
