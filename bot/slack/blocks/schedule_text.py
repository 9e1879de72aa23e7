"""Describes a learner's schedule in words."""

from collections.abc import Mapping
from itertools import groupby

from bot.domain.formats import WEEKDAY_NAMES, Formats
from bot.domain.message_times import find_usual_times
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import DAY_OFF, AnySchedule, Roster, RotatingSchedule, ShiftHours, WeeklySchedule

MAX_RUNS = 8
"""Most runs of a cycle that are spelled out. For a longer cycle, only its length is given."""

WORKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))


def schedule_summary(schedule: AnySchedule, formats: Formats) -> str:
    """Say when messages come: `Lessons come at 9:00 AM on workdays, with a quick check-in at 4:30 PM`."""
    lesson, day_end = find_usual_times(schedule)
    if isinstance(schedule, WeeklySchedule) and lesson is not None and day_end is not None:
        days = {EVERY_DAY: "every day", WORKDAYS: "on workdays"}.get(schedule.weekdays)
        days = days or f"on {weekdays_text(schedule.weekdays)}"
        check_in = f"with a quick check-in at {formats.write_time(day_end)}"
        return f"Lessons come at {formats.write_time(lesson)} {days}, {check_in}"
    return f"{shifts_text(schedule, formats)}. {message_times_text(schedule, formats)}"


def shifts_text(schedule: AnySchedule, formats: Formats) -> str:
    """Say when someone works: the days or the cycle, with the hours."""
    match schedule:
        case WeeklySchedule():
            return _week_text(schedule.hours, formats)
        case RotatingSchedule():
            hours = [f"{code} {hours_text(schedule.hours[code], formats)}" for code in _codes(schedule)]
            return f"{cycle_text(schedule.cycle)}: {', '.join(hours)}"
        case Roster():
            return "Shifts from your calendar"


def message_times_text(schedule: AnySchedule, formats: Formats) -> str:
    """Say when in a shift the messages come."""
    usual_lesson, usual_day_end = find_usual_times(schedule)
    timing = schedule.timing
    if usual_lesson is not None and usual_day_end is not None:
        return f"Lesson at {formats.write_time(usual_lesson)}, quick check-in at {formats.write_time(usual_day_end)}"
    by_minutes = lesson_minutes_text(timing), day_end_minutes_text(timing)
    if not timing.has_clock_times:
        return f"Lesson {by_minutes[0]}, quick check-in {by_minutes[1]}"
    usual = usual_lesson, usual_day_end
    chosen = [known or clock for known, clock in zip(usual, (timing.lesson_at, timing.day_end_at), strict=True)]
    said = [f"at {formats.write_time(at)}" if at else minutes for at, minutes in zip(chosen, by_minutes, strict=True)]
    # A chosen time that isn't usual comes up in some shifts only. In a roster, nobody knows in which.
    others = [
        minutes
        for known, at, minutes in zip(usual, chosen, by_minutes, strict=True)
        if at is not None and known is None
    ]
    elsewhere = f"; in shifts without {'that time' if len(others) == 1 else 'those times'}, {' and '.join(others)}"
    return f"Lesson {said[0]}, quick check-in {said[1]}{elsewhere if others else ''}"


def lesson_minutes_text(timing: MessageTiming) -> str:
    """Say by its minutes when a lesson comes: `20 minutes after the start`."""
    return f"{_minutes_text(timing.lesson_after)} after the start" if timing.lesson_after else "at the start"


def day_end_minutes_text(timing: MessageTiming) -> str:
    """Say by its minutes when a day end comes: `25 minutes before the end`."""
    return f"{_minutes_text(timing.day_end_before)} before the end" if timing.day_end_before else "at the end"


def cycle_text(cycle: tuple[str, ...]) -> str:
    """Describe a cycle: `2 D, 2 N, 4 off`, or `4 on, 4 off` if there is only one kind of shift."""
    only_one = len(set(cycle) - {DAY_OFF}) == 1
    runs = [(len(list(days)), code) for code, days in groupby(cycle)]
    if len(runs) > MAX_RUNS:
        return f"A cycle of {len(cycle)} days"
    return ", ".join(f"{days} {'off' if code == DAY_OFF else 'on' if only_one else code}" for days, code in runs)


def hours_text(hours: ShiftHours, formats: Formats) -> str:
    """Format a shift's start and end."""
    return f"{formats.write_time(hours.start)}–{formats.write_time(hours.end)}"


def weekdays_text(days: frozenset[int]) -> str:
    """Name the weekdays."""
    if days == WORKDAYS:
        return "Workdays"
    if days == EVERY_DAY:
        return "Every day"
    return ", ".join(WEEKDAY_NAMES[day] for day in sorted(days))


def _week_text(week: Mapping[int, ShiftHours], formats: Formats) -> str:
    alike: dict[ShiftHours, set[int]] = {}
    for day in sorted(week):
        alike.setdefault(week[day], set()).add(day)
    return "; ".join(f"{weekdays_text(frozenset(days))} {hours_text(hours, formats)}" for hours, days in alike.items())


def _codes(rotation: RotatingSchedule) -> list[str]:
    return [code for code in dict.fromkeys(rotation.cycle) if code in rotation.hours]


def _minutes_text(minutes: int) -> str:
    return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
