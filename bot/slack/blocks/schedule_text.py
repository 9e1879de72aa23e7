"""Describes a learner's schedule in words."""

from collections.abc import Mapping
from datetime import time
from itertools import groupby

from bot.domain.formats import Formats, name_weekdays
from bot.domain.message_times import find_usual_times
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import DAY_OFF, AnySchedule, Roster, RotatingSchedule, ShiftHours, WeeklySchedule
from bot.language import gettext as _
from bot.language import join_words, ngettext

MAX_RUNS = 8
"""Most runs of a cycle that are spelled out. For a longer cycle, only its length is given."""

WORKDAYS, EVERY_DAY = frozenset(range(5)), frozenset(range(7))


def schedule_summary(schedule: AnySchedule, formats: Formats) -> str:
    """Say when messages come: `Lessons come at 9:00 AM on workdays, with a quick check-in at 4:30 PM`."""
    lesson, day_end = find_usual_times(schedule)
    if isinstance(schedule, WeeklySchedule) and lesson is not None and day_end is not None:
        times = {"lesson": formats.write_time(lesson), "day_end": formats.write_time(day_end)}
        if schedule.weekdays == EVERY_DAY:
            return _("Lessons come at {lesson} every day, with a quick check-in at {day_end}", **times)
        if schedule.weekdays == WORKDAYS:
            return _("Lessons come at {lesson} on workdays, with a quick check-in at {day_end}", **times)
        days = weekdays_text(schedule.weekdays)
        # Translators: {days} are weekdays: "Monday, Tuesday".
        return _("Lessons come at {lesson} on {days}, with a quick check-in at {day_end}", days=days, **times)
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
            return _("Shifts from your calendar")


def message_times_text(schedule: AnySchedule, formats: Formats) -> str:
    """Say when in a shift the messages come."""
    usual_lesson, usual_day_end = find_usual_times(schedule)
    timing = schedule.timing
    if usual_lesson is not None and usual_day_end is not None:
        return _(
            "Lesson at {lesson}, quick check-in at {day_end}",
            lesson=formats.write_time(usual_lesson),
            day_end=formats.write_time(usual_day_end),
        )
    by_minutes = lesson_minutes_text(timing), day_end_minutes_text(timing)
    usual = usual_lesson, usual_day_end
    chosen: list[time | None] = [None, None]
    if timing.has_clock_times:
        chosen = [known or clock for known, clock in zip(usual, (timing.lesson_at, timing.day_end_at), strict=True)]
    said = [
        _("at {time}", time=formats.write_time(at)) if at else minutes
        for at, minutes in zip(chosen, by_minutes, strict=True)
    ]
    times = {"lesson": said[0], "day_end": said[1]}
    # A chosen time that isn't usual comes up in some shifts only. In a roster, nobody knows in which.
    others = [
        minutes
        for known, at, minutes in zip(usual, chosen, by_minutes, strict=True)
        if at is not None and known is None
    ]
    if not others:
        # Translators: {lesson} and {day_end} are such as "at 9:00 AM", "20 minutes after the start", or "at the end".
        return _("Lesson {lesson}, quick check-in {day_end}", **times)
    return ngettext(
        "Lesson {lesson}, quick check-in {day_end}; in shifts without that time, {minutes}",
        "Lesson {lesson}, quick check-in {day_end}; in shifts without those times, {minutes}",
        len(others),
        minutes=join_words(others),
        **times,
    )


def lesson_minutes_text(timing: MessageTiming) -> str:
    """Say by its minutes when a lesson comes: `20 minutes after the start`."""
    if not timing.lesson_after:
        return _("at the start")
    return ngettext("{count} minute after the start", "{count} minutes after the start", timing.lesson_after)


def day_end_minutes_text(timing: MessageTiming) -> str:
    """Say by its minutes when a day end comes: `25 minutes before the end`."""
    if not timing.day_end_before:
        return _("at the end")
    return ngettext("{count} minute before the end", "{count} minutes before the end", timing.day_end_before)


def cycle_text(cycle: tuple[str, ...]) -> str:
    """Describe a cycle: `2 D, 2 N, 4 off`, or `4 on, 4 off` if there is only one kind of shift."""
    only_one = len(set(cycle) - {DAY_OFF}) == 1
    runs = [(len(list(days)), code) for code, days in groupby(cycle)]
    if len(runs) > MAX_RUNS:
        return ngettext("A cycle of {count} day", "A cycle of {count} days", len(cycle))
    return ", ".join(_run_text(days, code, only_one=only_one) for days, code in runs)


def hours_text(hours: ShiftHours, formats: Formats) -> str:
    """Format a shift's start and end."""
    return f"{formats.write_time(hours.start)}–{formats.write_time(hours.end)}"


def weekdays_text(days: frozenset[int]) -> str:
    """Name the weekdays."""
    if days == WORKDAYS:
        return _("Workdays")
    if days == EVERY_DAY:
        return _("Every day")
    return ", ".join(name_weekdays()[day] for day in sorted(days))


def _week_text(week: Mapping[int, ShiftHours], formats: Formats) -> str:
    alike: dict[ShiftHours, set[int]] = {}
    for day in sorted(week):
        alike.setdefault(week[day], set()).add(day)
    return "; ".join(f"{weekdays_text(frozenset(days))} {hours_text(hours, formats)}" for hours, days in alike.items())


def _codes(rotation: RotatingSchedule) -> list[str]:
    return [code for code in dict.fromkeys(rotation.cycle) if code in rotation.hours]


def _run_text(days: int, code: str, *, only_one: bool) -> str:
    """Count days of one kind. `only_one`: whether the cycle has only one kind of shift."""
    if code == DAY_OFF:
        # Translators: days off, in a rotation such as "4 on, 4 off".
        return _("{days} off", days=days)
    # Translators: days with a shift, in a rotation such as "4 on, 4 off".
    return _("{days} on", days=days) if only_one else f"{days} {code}"
