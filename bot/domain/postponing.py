"""*Later* under a lesson: when it can come back, so that nothing comes outside a shift or close upon its end."""

from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.schedule import Shift

ONE_HOUR = timedelta(hours=1)

LEAD_BEFORE_DAY_END = timedelta(minutes=30)
"""How long before the day's end a lesson comes back that is put off to the end of its shift."""

MIN_WAIT = timedelta(minutes=15)
"""How far ahead that has to be: nearer than this, it is now."""


class PostponeOption(StrEnum):
    """What can be chosen under *Later*."""

    HOUR = "hour"
    BEFORE_END = "before_end"
    NEXT_SHIFT = "next_shift"


def find_postpone_options(shift: Shift | None, now: datetime) -> dict[PostponeOption, datetime | None]:
    """What can be chosen now, and when the lesson comes back then; None: as the next shift's one lesson.

    `shift`: the lesson's own, if it runs now and can still bring the lesson again.
    """
    found: dict[PostponeOption, datetime | None] = {}
    if shift is not None:
        if now + ONE_HOUR < shift.ends_at:
            found[PostponeOption.HOUR] = now + ONE_HOUR
        before_end = shift.day_end_at - LEAD_BEFORE_DAY_END
        if before_end >= now + MIN_WAIT:
            found[PostponeOption.BEFORE_END] = before_end
    return {**found, PostponeOption.NEXT_SHIFT: None}
