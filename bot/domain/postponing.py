"""*Later* under a lesson: when it can come back. At work that is within the shift, and not close to its end."""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.schedule import Schedule, Shift, has_shift_on, is_day_off, local_to_utc

ONE_HOUR = timedelta(hours=1)

LEAD_BEFORE_DAY_END = timedelta(minutes=30)
"""How long before the day-end message, or before the shift's end if that is earlier, a lesson can come back."""

MIN_WAIT = timedelta(minutes=15)
"""A time nearer than this isn't offered."""


EVENING, MORNING = time(19), time(9)
"""When a lesson comes back on a day off: tonight, or tomorrow if that is a day off, too."""


class PostponeOption(StrEnum):
    """The choices under *Later*."""

    HOUR = "hour"
    BEFORE_END = "before_end"
    TONIGHT = "tonight"
    TOMORROW = "tomorrow"
    NEXT_SHIFT = "next_shift"


ReturnTimes = dict[PostponeOption, datetime | None]
"""The choices, each with the time at which the lesson comes back. None: it comes back as the next shift's lesson."""


def find_postpone_options(shift: Shift | None, now: datetime) -> ReturnTimes:
    """Return the choices on a working day. `shift`: the lesson's own, if it is running and can bring the lesson again,
    otherwise None.
    """
    found: ReturnTimes = {}
    if shift is not None:
        if now + ONE_HOUR < shift.ends_at:
            found[PostponeOption.HOUR] = now + ONE_HOUR
        before_end = min(shift.day_end_at, shift.ends_at) - LEAD_BEFORE_DAY_END
        if before_end >= now + MIN_WAIT:
            found[PostponeOption.BEFORE_END] = before_end
    return {**found, PostponeOption.NEXT_SHIFT: None}


def find_day_off_options(schedule: Schedule, lesson_schedule: Schedule, zone: ZoneInfo, now: datetime) -> ReturnTimes:
    """Return the choices on a day off: times on days off, or a shift that brings a lesson (`lesson_schedule`)."""
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    found: ReturnTimes = {}
    if is_day_off(schedule, zone, now + ONE_HOUR):
        found[PostponeOption.HOUR] = now + ONE_HOUR
    tonight = local_to_utc(today, EVENING, zone)
    if tonight >= now + MIN_WAIT:
        found[PostponeOption.TONIGHT] = tonight
    if not has_shift_on(schedule, zone, tomorrow):
        found[PostponeOption.TOMORROW] = local_to_utc(tomorrow, MORNING, zone)
    elif has_shift_on(lesson_schedule, zone, tomorrow):
        return {**found, PostponeOption.TOMORROW: None}
    return {**found, PostponeOption.NEXT_SHIFT: None}
