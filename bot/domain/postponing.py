"""*Later* under a lesson: when the lesson can come back, always within a shift and not close to its end."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.schedule import Shift

ONE_HOUR = timedelta(hours=1)

LEAD_BEFORE_DAY_END = timedelta(minutes=30)
"""How long before the day-end message a lesson comes back if it was postponed to the end of its shift."""

MIN_WAIT = timedelta(minutes=15)
"""A time nearer than this isn't offered."""


class PostponeOption(StrEnum):
    """The choices under *Later*."""

    HOUR = "hour"
    BEFORE_END = "before_end"
    NEXT_SHIFT = "next_shift"


def find_postpone_options(shift: Shift | None, now: datetime) -> dict[PostponeOption, datetime | None]:
    """Return the choices that are possible now, each with the time at which the lesson comes back.

    None as the time means that it comes back as the next shift's lesson. `shift` is the lesson's own shift if it is
    running and can still bring the lesson again, otherwise None.
    """
    found: dict[PostponeOption, datetime | None] = {}
    if shift is not None:
        if now + ONE_HOUR < shift.ends_at:
            found[PostponeOption.HOUR] = now + ONE_HOUR
        before_end = shift.day_end_at - LEAD_BEFORE_DAY_END
        if before_end >= now + MIN_WAIT:
            found[PostponeOption.BEFORE_END] = before_end
    return {**found, PostponeOption.NEXT_SHIFT: None}
