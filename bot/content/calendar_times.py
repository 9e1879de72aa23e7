"""Reads the dates, times, and durations of an iCalendar file, as the standard and as real programs write them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Years in which a series may start and a shift may be: expanding a rule from centuries ago would take seconds."""

Time = date | datetime
"""A date, or a date-time. The latter is naive if it names no zone."""

_TIME = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,9})?)? ?(Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)", re.ASCII)
_DURATION = re.compile(
    r"\+?P(?=[\dT])(?:(\d{1,3})W)?(?:(\d{1,3})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?", re.ASCII
)
_OFFSET = re.compile(r"([+-]?)(\d{1,2})[:.]?(\d\d)?(\d\d)?", re.ASCII)

_MINUTE = timedelta(minutes=1)
_LONGEST_DAY_OFF_BY = 3 * _MINUTE
"""How much shorter than a whole day times may be that mean one, such as 00:01 to 23:59."""


def read_time(text: str, *, only_date: bool = False) -> Time | None:
    """Return a date or a date-time, or None if the text is neither. `only_date` drops the time of day.

    Takes `20260303T070000Z` as well as `2026-03-03 07:00+01:00`, and 24:00 as the next day's midnight.
    """
    found = _TIME.fullmatch(text.strip().upper())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in found.groups()[:6])
    try:
        if only_date or found[4] is None:
            return date(year, month, day)
        midnight = datetime(year, month, day, tzinfo=_zone(found[7]))
        if hour > 24 or minute > 59 or second > 60:
            return None
        return midnight + timedelta(hours=hour, minutes=minute, seconds=second)
    except (ValueError, OverflowError):
        return None


def find_date(text: str) -> date | None:
    """Return the first date in a text that may be no time as a whole, or None."""
    found = _DATE.search(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_duration(text: str) -> timedelta | None:
    """Return a duration, such as `PT8H`, or None if the text is none or is negative."""
    found = _DURATION.fullmatch(text.strip().upper())
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (int(each or 0) for each in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def read_offset(text: str) -> timedelta | None:
    """Return an offset from UTC, such as `+0100`, `-05:00`, or `+1`, or None if the text is none."""
    found = _OFFSET.fullmatch(text.strip())
    if found is None:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0), seconds=int(found[4] or 0))
    return None if size >= timedelta(hours=24) else -size if found[1] == "-" else size


def covers_whole_days(start: datetime, end: datetime, zones: Iterable[tzinfo]) -> bool:
    """Return whether a time is from midnight to midnight, or a minute from it, by the clocks of one of these zones.

    This is how many programs write leave. A shift of exactly 24 hours from midnight looks the same and counts as leave.
    """
    return any(
        _is_midnight(begins) and _is_midnight(ends) and ends - begins >= timedelta(days=1) - _LONGEST_DAY_OFF_BY
        for begins, ends in ((_wall(start, zone), _wall(end, zone)) for zone in zones)
    )


def occurrence_on(day: date, start: datetime, clock: tzinfo) -> datetime:
    """Return the occurrence of a daily series that is on this date by a clock. The series may be in another zone."""
    for offset in (0, -1, 1):
        at = datetime.combine(day + timedelta(days=offset), start.timetz())
        if at.astimezone(clock).date() == day:
            return at
    return datetime.combine(day, start.timetz())


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    offset = timedelta() if text == "Z" else read_offset(text)
    if offset is None:
        raise ValueError("no offset")
    return timezone(offset) if offset else UTC


def _is_midnight(wall: datetime) -> bool:
    """Return whether a local time is within a minute of midnight."""
    return wall.time() <= time(0, 1) or wall.time() >= time(23, 59)


def _wall(at: datetime, zone: tzinfo) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)
