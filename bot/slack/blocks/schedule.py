"""A learner's schedule, in words."""

from datetime import date, datetime, time, timedelta

from bot.domain.schedule import Timing
from bot.domain.shifts import AnySchedule, Hours, Weekly

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def rhythm(schedule: AnySchedule) -> str:
    """When messages come: `Workdays at 09:00, a look back at 16:30`."""
    if not isinstance(schedule, Weekly):
        return "Each shift: a lesson after its start, a look back before its end"
    lesson_at, day_end_at = message_times(schedule)
    return f"{days_said(schedule.days)} at {lesson_at:%H:%M}, a look back at {day_end_at:%H:%M}"


def message_times(schedule: Weekly) -> tuple[time, time]:
    """The local times of the two messages on the first day of the week that has a shift."""
    hours = schedule.hours[min(schedule.hours)] if schedule.hours else Hours(time(9), time(17))
    return _times(hours, schedule.timing)


def days_said(days: frozenset[int]) -> str:
    """Weekdays, in words."""
    if days == frozenset(range(5)):
        return "Workdays"
    if days == frozenset(range(7)):
        return "Every day"
    return ", ".join(DAYS[day] for day in sorted(days))


def _times(hours: Hours, timing: Timing) -> tuple[time, time]:
    start, end = (datetime.combine(date.min + timedelta(days=1), at) for at in (hours.start, hours.end))
    return (
        (start + timedelta(minutes=timing.lesson_after)).time(),
        (end - timedelta(minutes=timing.day_end_before)).time(),
    )
