"""Turns the times of a calendar's entries into shifts: instants in whole minutes, in order, without overlaps."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from bot.domain.learner import is_time_zone
from bot.domain.schedule import MAX_SHIFT_LENGTH, local_to_utc

ShiftTimes = tuple[datetime, datetime]
"""Start and end (UTC), in whole minutes."""


def to_instant(at: datetime) -> datetime:
    """Convert to UTC and whole minutes. `local_to_utc` decides about times that a clock change skips or repeats."""
    zone = at.tzinfo
    whole = at.replace(second=0, microsecond=0)
    if isinstance(zone, ZoneInfo) and is_time_zone(zone.key):  # it remembers zones, and a file's own would fill it
        return local_to_utc(whole.date(), whole.time(), zone)
    return whole.astimezone(UTC)


def is_too_long(start: datetime, end: datetime, zone: tzinfo) -> bool:
    """Return whether this lasts longer than a shift may, both by the local clock and by elapsed time.

    They differ when clocks change in between.
    """
    elapsed = end.astimezone(UTC) - start.astimezone(UTC)
    if elapsed > MAX_SHIFT_LENGTH + timedelta(days=1):
        return True  # no clock change is that large, and the times may be too far ahead to convert
    return min(_wall(end, zone) - _wall(start, zone), elapsed) > MAX_SHIFT_LENGTH


def separate(spans: Iterable[ShiftTimes], zone: ZoneInfo) -> list[ShiftTimes]:
    """Return shifts in order, none of which overlap.

    What lies inside a shift (a meeting) is part of it. Two that overlap and start on one local date are one shift, as
    long as it isn't too long. Otherwise the earlier one ends where the later begins, so each has its own lesson.
    """
    kept: list[ShiftTimes] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            begins, ends = kept[-1]
            if end <= ends:
                continue
            if _wall(begins, zone).date() == _wall(start, zone).date() and not is_too_long(begins, end, zone):
                kept[-1] = begins, end
                continue
            kept[-1] = begins, start
        kept.append((start, end))
    return kept


def _wall(at: datetime, zone: tzinfo) -> datetime:
    """Return the local clock time."""
    return at.astimezone(zone).replace(tzinfo=None)
