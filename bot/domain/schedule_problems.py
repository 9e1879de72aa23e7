"""Checks a schedule before it is saved and reports all problems at once, by field."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.domain.formats import Formats, name_weekdays
from bot.domain.message_times import STEADY_ZONE, list_sample_shifts, uses_day_end_time, uses_lesson_time
from bot.domain.schedule import MAX_LAG, MAX_LEAD, MAX_SHIFT_LENGTH, MessageTiming
from bot.domain.schedule_kinds import DAY_OFF, AnySchedule, Roster, RotatingSchedule, ShiftHours, WeeklySchedule
from bot.language import gettext as _

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
        return {"days": _("Choose at least one day. To stop for a while, pause instead.")}
    found: ProblemsByField = {}
    for day, hours in week.hours.items():
        next_day = (day + 1) % 7
        if next_day in week.hours and _overlap(hours, week.hours[next_day]):
            found[f"hours.{day}"] = _(
                "{day}'s shift ends at {end} on {next_day}, when that day's has begun at {next_start}. Change one of "
                "them.",
                day=name_weekdays()[day],
                end=formats.write_time(hours.end),
                next_day=name_weekdays()[next_day],
                next_start=formats.write_time(week.hours[next_day].start),
            )
    return found


def _find_rotation_problems(rotation: RotatingSchedule, formats: Formats) -> ProblemsByField:
    cycle = rotation.cycle
    codes = [code for code in dict.fromkeys(cycle) if code != DAY_OFF]
    unknown = [code for code in codes if code not in rotation.hours]
    if not cycle:
        return {"cycle": _("Type one letter for each day, such as D D N N - - - -, with - for a day off.")}
    if len(cycle) > MAX_CYCLE_DAYS:
        return {
            "cycle": _(
                "This cycle has {days} days. {most} (12 weeks) is the most.", days=len(cycle), most=MAX_CYCLE_DAYS
            )
        }
    if not codes:
        return {"cycle": _("This cycle has only days off. Add a shift. To stop for a while, pause instead.")}
    if len(codes) > MAX_SHIFT_CODES:
        return {
            "cycle": _(
                "This cycle has {shifts} different shifts. {most} is the most.", shifts=len(codes), most=MAX_SHIFT_CODES
            )
        }
    if unknown:
        conjunction = _("and")
        shift = f" {conjunction} ".join(unknown)
        return {"cycle": _("Say when {shift} starts and ends, or take it out.", shift=shift)}
    found: ProblemsByField = {}
    for code, next_code in pairwise((*cycle, cycle[0])):
        if DAY_OFF not in {code, next_code} and _overlap(rotation.hours[code], rotation.hours[next_code]):
            # Translators: {shift} and {next_shift} are letters that stand for shifts: "N" and "D".
            found[f"hours.{code}"] = _(
                "{shift} ends at {end} on the next day, when {next_shift} has begun at {next_start}. Change one of "
                "them, or the cycle.",
                shift=code,
                end=formats.write_time(rotation.hours[code].end),
                next_shift=next_code,
                next_start=formats.write_time(rotation.hours[next_code].start),
            )
    return found


def _find_roster_problems(roster: Roster, zone: ZoneInfo, formats: Formats) -> ProblemsByField:
    if not roster.shifts:
        return {"shifts": _("There is no shift in this calendar.")}
    for starts_at, ends_at in roster.shifts:
        begins, ends = _to_local(starts_at, zone), _to_local(ends_at, zone)
        if ends_at <= starts_at:
            return {
                # Translators: {start} is such as "Friday, March 6, 2026, at 7:00 AM".
                "shifts": _(
                    "The shift on {start} ends before it starts. Change it in the calendar.",
                    start=_format(begins, formats),
                )
            }
        # 24 hours by the wall clock or by elapsed time: they differ when clocks change during the shift.
        if min(ends_at - starts_at, ends - begins) > MAX_SHIFT_LENGTH:
            return {
                # Translators: {start} and {end} are such as "Friday, March 6, 2026, at 7:00 AM".
                "shifts": _(
                    "The shift on {start} lasts until {end}. A shift has 24 hours at most. Change it in the calendar, "
                    "or leave all-day entries out.",
                    start=_format(begins, formats),
                    end=_format(ends, formats),
                )
            }
    for (starts_at, ends_at), (next_starts_at, _next_ends_at) in pairwise(roster.shifts):
        if next_starts_at < ends_at:
            begins, next_begins = _to_local(starts_at, zone), _to_local(next_starts_at, zone)
            return {
                # Translators: {start} and {next_start} are such as "Friday, March 6, 2026, at 7:00 AM", {end} a time.
                "shifts": _(
                    "Two shifts overlap: the one on {start} ends at {end}, when the next has begun on {next_start}. "
                    "Change one of them in the calendar.",
                    start=_format(begins, formats),
                    end=formats.write_time(_to_local(ends_at, zone)),
                    next_start=_format(next_begins, formats),
                )
            }
    return {}


def _find_timing_problems(timing: MessageTiming, worked: Iterable[ShiftHours]) -> ProblemsByField:
    minutes = {"lesson_after": timing.lesson_after, "day_end_before": timing.day_end_before}
    found = {
        name: _("Choose 0 to {most} minutes.", most=MAX_MESSAGE_MINUTES)
        for name, chosen in minutes.items()
        if not 0 <= chosen <= MAX_MESSAGE_MINUTES
    }
    if timing.has_clock_times:
        return found
    shortest = min((_length(hours) for hours in worked), default=MAX_SHIFT_LENGTH)
    if not found and timedelta(minutes=sum(minutes.values())) > shortest:
        return {
            "day_end_before": _(
                "Your shortest shift has {minutes} minutes: too few for a lesson {lesson_after} minutes after its "
                "start and a check-in {day_end_before} before its end. Choose fewer.",
                minutes=int(shortest.total_seconds()) // 60,
                lesson_after=timing.lesson_after,
                day_end_before=timing.day_end_before,
            )
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
        found["lesson_at"] = _(
            "{time} isn't during any of your shifts, or in the {hours} hours before one. Choose another time.",
            time=formats.write_time(lesson_at),
            hours=MAX_LEAD // timedelta(hours=1),
        )
    if day_end_at is not None and not uses_day_end_time(shifts, day_end_at, zone):
        found["day_end_at"] = _(
            "{time} doesn't come between a lesson and {hours} hours after its shift. Choose another time.",
            time=formats.write_time(day_end_at),
            hours=MAX_LAG // timedelta(hours=1),
        )
    if not found and any(shift.day_end_at <= shift.lesson_at for shift in shifts):
        found["lesson_at"] = _(
            "In one of your shifts, the lesson would come as late as the check-in. Choose an earlier time for the "
            "lesson, or a later one for the check-in."
        )
    return found


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
    return _("{day}, at {time}", day=formats.write_full_day(wall), time=formats.write_time(wall))
