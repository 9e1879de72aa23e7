"""Checks a schedule before it is saved and reports all problems at once, by field."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain.formats import WEEKDAY_NAMES, Formats
from bot.domain.message_times import STEADY_ZONE, list_sample_shifts, uses_day_end_time, uses_lesson_time
from bot.domain.schedule import MAX_LAG, MAX_LEAD, MAX_SHIFT_LENGTH, MessageTiming
from bot.domain.schedule_kinds import DAY_OFF, AnySchedule, Roster, RotatingSchedule, ShiftHours, WeeklySchedule

MAX_CYCLE_DAYS = 84
"""The most days in a rotation's cycle: twelve weeks."""

MAX_SHIFT_CODES = 6
"""The most different shifts in a cycle. Each needs start and end fields, and they have to fit on a phone."""

MAX_MESSAGE_MINUTES = 240
"""The most minutes from a shift's start to its lesson, and from the day end to the shift's end."""

ProblemsByField = dict[str, str]
"""What to change, by field: `days`, `cycle`, `shifts`, `lesson_after`, `day_end_before`, `lesson_at`, `day_end_at`, or
`hours.` and a key.
"""


def find_schedule_problems(schedule: AnySchedule, zone: ZoneInfo, formats: Formats) -> ProblemsByField:
    """Return everything that makes a schedule invalid, or nothing.

    Times are written in `formats`, and those of a roster are shown in `zone`.
    """
    match schedule:
        case WeeklySchedule():
            found = _find_timing_problems(schedule.timing, schedule.hours.values()) | _find_week_problems(
                schedule, formats
            )
        case RotatingSchedule():
            worked = [schedule.hours[code] for code in set(schedule.cycle) if code in schedule.hours]
            found = _find_timing_problems(schedule.timing, worked) | _find_rotation_problems(schedule, formats)
        case Roster():
            found = _find_timing_problems(schedule.timing, ()) | _find_roster_problems(schedule, zone, formats)
    return found or _find_clock_problems(schedule, zone, formats)


def _find_week_problems(week: WeeklySchedule, formats: Formats) -> ProblemsByField:
    if not week.hours:
        return {"days": "Choose at least one day. To stop for a while, pause instead."}
    found: ProblemsByField = {}
    for day, hours in week.hours.items():
        next_day = (day + 1) % 7
        if next_day in week.hours and _overlap(hours, week.hours[next_day]):
            found[f"hours.{day}"] = (
                f"{WEEKDAY_NAMES[day]}'s shift ends at {formats.write_time(hours.end)} on {WEEKDAY_NAMES[next_day]}, "
                f"when that day's has begun at {formats.write_time(week.hours[next_day].start)}. Change one of them."
            )
    return found


def _find_rotation_problems(rotation: RotatingSchedule, formats: Formats) -> ProblemsByField:
    cycle = rotation.cycle
    codes = [code for code in dict.fromkeys(cycle) if code != DAY_OFF]
    unknown = [code for code in codes if code not in rotation.hours]
    if not cycle:
        return {"cycle": "Type one letter for each day, such as D D N N - - - -, with - for a day off."}
    if len(cycle) > MAX_CYCLE_DAYS:
        return {"cycle": f"This cycle has {len(cycle)} days. {MAX_CYCLE_DAYS} (12 weeks) is the most."}
    if not codes:
        return {"cycle": "This cycle has only days off. Add a shift. To stop for a while, pause instead."}
    if len(codes) > MAX_SHIFT_CODES:
        return {"cycle": f"This cycle has {len(codes)} different shifts. {MAX_SHIFT_CODES} is the most."}
    if unknown:
        return {"cycle": f"Say when {' and '.join(unknown)} starts and ends, or take it out."}
    found: ProblemsByField = {}
    for code, next_code in pairwise((*cycle, cycle[0])):
        if DAY_OFF not in {code, next_code} and _overlap(rotation.hours[code], rotation.hours[next_code]):
            found[f"hours.{code}"] = (
                f"{code} ends at {formats.write_time(rotation.hours[code].end)} on the next day, when {next_code} has "
                f"begun at {formats.write_time(rotation.hours[next_code].start)}. Change one of them, or the cycle."
            )
    return found


def _find_roster_problems(roster: Roster, zone: ZoneInfo, formats: Formats) -> ProblemsByField:
    if not roster.shifts:
        return {"shifts": "There is no shift in this calendar."}
    for starts_at, ends_at in roster.shifts:
        begins, ends = _to_local(starts_at, zone), _to_local(ends_at, zone)
        if ends_at <= starts_at:
            return {
                "shifts": f"The shift on {_format(begins, formats)} ends before it starts. Change it in the calendar."
            }
        # 24 hours by the wall clock or by elapsed time: they differ when clocks change during the shift.
        if min(ends_at - starts_at, ends - begins) > MAX_SHIFT_LENGTH:
            return {
                "shifts": f"The shift on {_format(begins, formats)} lasts until {_format(ends, formats)}. "
                "A shift has 24 hours at most. Change it in the calendar, or leave all-day entries out."
            }
    for (starts_at, ends_at), (next_starts_at, _) in pairwise(roster.shifts):
        if next_starts_at < ends_at:
            begins, next_begins = _to_local(starts_at, zone), _to_local(next_starts_at, zone)
            return {
                "shifts": f"Two shifts overlap: the one on {_format(begins, formats)} ends at "
                f"{formats.write_time(_to_local(ends_at, zone))}, when the next has begun on "
                f"{_format(next_begins, formats)}. Change one of them in the calendar."
            }
    return {}


def _find_timing_problems(timing: MessageTiming, worked: Iterable[ShiftHours]) -> ProblemsByField:
    minutes = {"lesson_after": timing.lesson_after, "day_end_before": timing.day_end_before}
    found = {
        name: f"Choose 0 to {MAX_MESSAGE_MINUTES} minutes."
        for name, chosen in minutes.items()
        if not 0 <= chosen <= MAX_MESSAGE_MINUTES
    }
    if timing.has_clock_times:
        return found
    shortest = min((_length(hours) for hours in worked), default=MAX_SHIFT_LENGTH)
    if not found and timedelta(minutes=sum(minutes.values())) > shortest:
        return {
            "day_end_before": f"Your shortest shift has {int(shortest.total_seconds()) // 60} minutes: too few for a "
            f"lesson {timing.lesson_after} minutes after its start and a check-in {timing.day_end_before} before its "
            "end. Choose fewer."
        }
    return found


def _find_clock_problems(schedule: AnySchedule, zone: ZoneInfo, formats: Formats) -> ProblemsByField:
    """Find a clock time that comes up in no shift, or leaves no time between lesson and day end."""
    timing = schedule.timing
    if not timing.has_clock_times:
        return {}
    if isinstance(schedule, Roster):
        first, last = (schedule.shifts[place][0].astimezone(zone).date() for place in (0, -1))
        shifts = list(schedule.shifts_between(first, last, zone))
    else:
        shifts, zone = list_sample_shifts(schedule), STEADY_ZONE
    lesson_at, day_end_at = timing.lesson_at, timing.day_end_at
    found: ProblemsByField = {}
    if lesson_at is not None and not uses_lesson_time(shifts, lesson_at, zone):
        found["lesson_at"] = (
            f"{formats.write_time(lesson_at)} isn't during any of your shifts, or in the {_hours_text(MAX_LEAD)} "
            "before one. Choose another time."
        )
    if day_end_at is not None and not uses_day_end_time(shifts, day_end_at, zone):
        found["day_end_at"] = (
            f"{formats.write_time(day_end_at)} doesn't come between a lesson and {_hours_text(MAX_LAG)} after its "
            "shift. Choose another time."
        )
    if not found and any(shift.day_end_at <= shift.lesson_at for shift in shifts):
        found["lesson_at"] = (
            "In one of your shifts, the lesson would come as late as the check-in. Choose an earlier time for the "
            "lesson, or a later one for the check-in."
        )
    return found


def _hours_text(length: timedelta) -> str:
    return f"{length // timedelta(hours=1)} hours"


def _length(hours: ShiftHours) -> timedelta:
    """Return how long a shift lasts by the wall clock: more than 0 and at most 24 hours."""
    return (_since_midnight(hours.end) - _since_midnight(hours.start)) % MAX_SHIFT_LENGTH or MAX_SHIFT_LENGTH


def _overlap(hours: ShiftHours, next_hours: ShiftHours) -> bool:
    """Return whether a shift is still running when the next day's shift begins."""
    return _since_midnight(hours.start) + _length(hours) > MAX_SHIFT_LENGTH + _since_midnight(next_hours.start)


def _since_midnight(at: time) -> timedelta:
    return datetime.combine(date.min, at) - datetime.combine(date.min, time(0))


def _to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


def _format(wall: datetime, formats: Formats) -> str:
    return f"{formats.write_full_day(wall)}, at {formats.write_time(wall)}"
