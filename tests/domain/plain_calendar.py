"""A plain count of when messages are due: it walks the minutes of the zone's own clock and knows no rule of the bot's.

It shares nothing with `bot.domain.schedule` but the names of the kinds.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.schedule import Kind
from bot.domain.shifts import Weekly

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
WIDEST = timedelta(hours=27)
"""No local clock has ever been further from UTC than this, a skipped date included."""


class Message(NamedTuple):
    """One message: when, for which learning day, which."""

    at: datetime
    learning_day: date
    kind: Kind


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows."""
    return instant.astimezone(zone).replace(tzinfo=None)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first minute at which the clock on the wall shows this time, or has just jumped past it."""
    as_utc = wall.replace(tzinfo=UTC)
    near = [as_utc + timedelta(hours=hours) for hours in range(-27, 28, 3)]
    offsets = {local(instant, zone) - instant.replace(tzinfo=None) for instant in near}
    if len(offsets) == 1:
        return as_utc - offsets.pop()
    instant = as_utc - WIDEST
    while local(instant, zone) < wall:
        instant += MINUTE
    return instant


def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether a calendar on the wall ever showed this date."""
    midnight = datetime.combine(day, time(), UTC)
    return any(local(midnight + timedelta(hours=hours), zone).date() == day for hours in range(-27, 52))


def shift_of(rule: Weekly, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """When the shift that starts on this date starts and ends; None on a day off, or on a date that never was."""
    if day.weekday() not in rule.days or not exists(day, zone):
        return None
    hours = rule.hours[day.weekday()]
    start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
    span = first_instant(start, zone), first_instant(end if end > start else end + DAY, zone)
    return span if span[0] < span[1] else None  # a clock change can swallow a short one whole


def message_times(rule: Weekly, shift: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """When a shift's two messages are due, of rules whose lesson comes with the start."""
    start, end = shift
    return start, max(start, end - rule.timing.day_end_before * MINUTE)


def messages(rule: Weekly, zone: ZoneInfo, first: date, last: date) -> list[Message]:
    """The messages of the shifts that start from one date to another, in order, a second apart at the least."""
    found: list[Message] = []
    for day in dates(first, last):
        if shift := shift_of(rule, day, zone):
            lesson_at, day_end_at = message_times(rule, shift)
            found += [Message(lesson_at, day, Kind.LESSON), Message(day_end_at, day, Kind.DAY_END)]
    found.sort(key=lambda message: message.at)  # stable: of two at one instant, the earlier shift's comes first
    taken: set[datetime] = set()
    for place, message in enumerate(found):
        late = timedelta(seconds=1) if message.at in taken else timedelta()
        found[place] = message._replace(at=message.at + late)
        taken.add(found[place].at)
    return found


def learning_day(rule: Weekly, zone: ZoneInfo, now: datetime) -> date:
    """The date of the last shift begun, if it ended less than four hours ago or later; else the date on the wall."""
    today = local(now, zone).date()
    begun = [
        (shift, day)
        for day in dates(today - 4 * DAY, today + 2 * DAY)
        if (shift := shift_of(rule, day, zone)) and shift[0] <= now
    ]
    if begun and now < max(begun)[0][1] + timedelta(hours=4):
        return max(begun)[1]
    return today


def dates(first: date, last: date) -> Iterator[date]:
    """Every date from one to another, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def days_of_change(zone: ZoneInfo, year: int) -> list[date]:
    """The dates of a year on which the zone's clocks are changed, or the day after."""
    noons = [datetime.combine(day, time(12), UTC) for day in dates(date(year, 1, 1), date(year, 12, 31))]
    return [
        noon.date()
        for before, noon in pairwise(noons)
        if noon.astimezone(zone).utcoffset() != before.astimezone(zone).utcoffset()
    ]
