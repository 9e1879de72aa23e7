"""Describes a learner's schedule in words."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import DAY_OFF, AnySchedule, Roster, RotatingSchedule, ShiftHours, WeeklySchedule
from bot.domain.schedule_problems import WEEKDAY_NAMES

MAX_RUNS = 8
"""Most runs of a cycle that are spelled out. For a longer cycle, only its length is given."""

WORKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))


def schedule_summary(schedule: AnySchedule) -> str:
    """Say when messages come: `Lessons come at 09:00 on workdays, with a quick check-in at 16:30`."""
    if isinstance(schedule, WeeklySchedule) and (times := _same_times(schedule.hours.values(), schedule.timing)):
        days = {EVERY_DAY: "every day", WORKDAYS: "on workdays"}.get(schedule.weekdays)
        days = days or f"on {weekdays_text(schedule.weekdays)}"
        return f"Lessons come at {times[0]:%H:%M} {days}, with a quick check-in at {times[1]:%H:%M}"
    return f"{shifts_text(schedule)}. {message_times_text(schedule)}"


def shifts_text(schedule: AnySchedule) -> str:
    """Say when someone works: the days or the cycle, with the hours."""
    match schedule:
        case WeeklySchedule():
            return _week_text(schedule.hours)
        case RotatingSchedule():
            hours = [f"{code} {hours_text(schedule.hours[code])}" for code in _codes(schedule)]
            return f"{cycle_text(schedule.cycle)}: {', '.join(hours)}"
        case Roster():
            return "Shifts from your calendar"


def message_times_text(schedule: AnySchedule) -> str:
    """Say when in a shift the messages come."""
    match schedule:
        case WeeklySchedule():
            worked = list(schedule.hours.values())
        case RotatingSchedule():
            worked = [schedule.hours[code] for code in _codes(schedule)]
        case Roster():
            worked = []
    if times := _same_times(worked, schedule.timing):
        return f"Lesson at {times[0]:%H:%M}, quick check-in at {times[1]:%H:%M}"
    after, before = schedule.timing.lesson_after, schedule.timing.day_end_before
    lesson = f"Lesson {after} minutes after the start" if after else "Lesson at the start"
    return f"{lesson}, quick check-in {f'{before} minutes before' if before else 'at'} the end"


def cycle_text(cycle: tuple[str, ...]) -> str:
    """Describe a cycle: `2 D, 2 N, 4 off`, or `4 on, 4 off` if there is only one kind of shift."""
    only_one = len(set(cycle) - {DAY_OFF}) == 1
    runs = [(len(list(days)), code) for code, days in groupby(cycle)]
    if len(runs) > MAX_RUNS:
        return f"A cycle of {len(cycle)} days"
    return ", ".join(f"{days} {'off' if code == DAY_OFF else 'on' if only_one else code}" for days, code in runs)


def hours_text(hours: ShiftHours) -> str:
    """Format a shift's start and end."""
    return f"{hours.start:%H:%M}–{hours.end:%H:%M}"


def weekdays_text(days: frozenset[int]) -> str:
    """Name the weekdays."""
    if days == WORKDAYS:
        return "Workdays"
    if days == EVERY_DAY:
        return "Every day"
    return ", ".join(WEEKDAY_NAMES[day] for day in sorted(days))


def _week_text(week: Mapping[int, ShiftHours]) -> str:
    alike: dict[ShiftHours, set[int]] = {}
    for day in sorted(week):
        alike.setdefault(week[day], set()).add(day)
    return "; ".join(f"{weekdays_text(frozenset(days))} {hours_text(hours)}" for hours, days in alike.items())


def _codes(rotation: RotatingSchedule) -> list[str]:
    return [code for code in dict.fromkeys(rotation.cycle) if code in rotation.hours]


def _same_times(worked: Iterable[ShiftHours], timing: MessageTiming) -> tuple[time, time] | None:
    """Return the local times of the two messages if they are the same in every shift."""
    found = {_times(hours, timing) for hours in worked}
    return found.pop() if len(found) == 1 else None


def _times(hours: ShiftHours, timing: MessageTiming) -> tuple[time, time]:
    start, end = (datetime.combine(date.min + timedelta(days=1), at) for at in (hours.start, hours.end))
    return (
        (start + timedelta(minutes=timing.lesson_after)).time(),
        (end - timedelta(minutes=timing.day_end_before)).time(),
    )
