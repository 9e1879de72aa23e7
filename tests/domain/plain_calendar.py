"""A plain count of when messages are due: it lays out the days one by one and walks the minutes of a zone's clock.

It reads a schedule's values and shares nothing else with the code that it is held against.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import cycle, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.schedule import DeliveryKind, MessageTiming, Schedule
from bot.domain.schedule_kinds import FirstShiftOfWeek, Roster, RotatingSchedule, ShiftHours, WeeklySchedule

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Worked(NamedTuple):
    """One shift: the date it is counted for, and when it starts and ends."""

    learning_day: date
    starts_at: datetime
    ends_at: datetime


class Message(NamedTuple):
    """One message: when, for which learning day, which."""

    at: datetime
    learning_day: date
    kind: str


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """What a clock on the wall shows."""
    return instant.astimezone(zone).replace(tzinfo=None)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first minute at which the clock on the wall shows this time, or has just jumped past it."""
    as_utc = wall.replace(tzinfo=UTC)
    offsets = offsets_near(wall.date(), zone)
    instant = as_utc - max(offsets)  # earlier than this, no clock of these shows so late a time
    while local(instant, zone) < wall:
        instant += MINUTE
    return instant


@cache
def offsets_near(day: date, zone: ZoneInfo) -> frozenset[timedelta]:
    """How far the zone's clocks are from UTC, at any time near this date."""
    midnight = datetime.combine(day, time(), UTC)
    near = [midnight + timedelta(hours=hours) for hours in range(-27, 52, 3)]
    return frozenset(local(instant, zone) - instant.replace(tzinfo=None) for instant in near)


@cache
def exists(day: date, zone: ZoneInfo) -> bool:
    """Whether a calendar on the wall ever showed this date."""
    midnight = datetime.combine(day, time(), UTC)
    return any(local(midnight + timedelta(hours=hours), zone).date() == day for hours in range(-27, 52, 3))


def worked(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> list[Worked]:
    """The shifts that start from one date to another, in the order they start: at most one a date."""
    match schedule:
        case WeeklySchedule():
            found = [
                on_the_wall(day, schedule.hours[day.weekday()], zone)
                for day in dates(first, last)
                if day.weekday() in schedule.hours
            ]
        case RotatingSchedule():
            laid_out = zip(dates(schedule.first_day, last), cycle(schedule.cycle), strict=False)
            found = [
                on_the_wall(day, schedule.hours[code], zone) for day, code in laid_out if day >= first and code != "-"
            ]
        case Roster():
            days = [local(starts_at, zone).date() for starts_at, _ in schedule.shifts]
            spans = zip(days, schedule.shifts, strict=True)
            found = [Worked(day, *span) for day, span in spans if first <= day <= last]
        case FirstShiftOfWeek():
            weeks: dict[tuple[int, int], Worked] = {}
            for each in worked(schedule.schedule, zone, first - 7 * DAY, last):
                weeks.setdefault(each.learning_day.isocalendar()[:2], each)
            return [each for each in weeks.values() if each.learning_day >= first]
        case _:
            raise TypeError(schedule)
    days_taken: dict[date, Worked] = {}
    for shift in found:
        # A clock change can swallow a short one whole, and leave out a date.
        if shift.ends_at > shift.starts_at and exists(shift.learning_day, zone):
            days_taken.setdefault(shift.learning_day, shift)
    return list(days_taken.values())


def on_the_wall(day: date, hours: ShiftHours, zone: ZoneInfo) -> Worked:
    """The shift from one time to another on the wall; into the next date where its end is not later than its start."""
    start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
    return Worked(day, first_instant(start, zone), first_instant(end if end > start else end + DAY, zone))


def starts_on(shift: Worked, zone: ZoneInfo) -> bool:
    """Whether the clock on the wall shows the shift's date as it starts, or has just jumped past that date's end."""
    shown, just_before = local(shift.starts_at, zone), local(shift.starts_at - MINUTE, zone)
    jumped = shown - just_before > MINUTE
    return shown.date() == shift.learning_day or (jumped and just_before.date() <= shift.learning_day < shown.date())


def message_times(shift: Worked, timing: MessageTiming) -> tuple[datetime, datetime]:
    """When a shift's two messages are due."""
    after, before = timing.lesson_after, timing.day_end_before
    seconds = (shift.ends_at - shift.starts_at).total_seconds()
    if seconds < 60 * (after + before):  # too short for both: they meet at the point that divides it as they are
        seconds_in = seconds * after // (after + before)
        times = [shift.starts_at + timedelta(seconds=seconds_in)] * 2
    else:
        times = [shift.starts_at + after * MINUTE, shift.ends_at - before * MINUTE]
    a_minute_to_arrive = shift.ends_at - MINUTE
    lesson_at, day_end_at = (min(each, a_minute_to_arrive) for each in times)
    return lesson_at, day_end_at


def messages(shifts: Iterable[Worked], timing: MessageTiming) -> list[Message]:
    """The messages of shifts, in order, a second apart at the least."""
    found: list[Message] = []
    for shift in shifts:
        lesson_at, day_end_at = message_times(shift, timing)
        found += [
            Message(lesson_at, shift.learning_day, DeliveryKind.LESSON),
            Message(day_end_at, shift.learning_day, DeliveryKind.DAY_END),
        ]
    found.sort(key=lambda message: message.at)  # stable: of two at one instant, the earlier shift's comes first
    taken: set[datetime] = set()
    for place, message in enumerate(found):
        at = message.at
        while at in taken:
            at += timedelta(seconds=1)
        found[place] = message._replace(at=at)
        taken.add(at)
    return found


def timing_of(schedule: Schedule) -> MessageTiming:
    """The minutes of a schedule's messages."""
    if isinstance(schedule, FirstShiftOfWeek):
        return timing_of(schedule.schedule)
    assert isinstance(schedule, WeeklySchedule | RotatingSchedule | Roster)
    return schedule.timing


def learning_day(shifts: Iterable[Worked], zone: ZoneInfo, now: datetime) -> date:
    """The date of the last shift begun that runs or ended less than four hours ago; else the date on the wall."""
    begun = [shift for shift in shifts if shift.starts_at <= now < shift.ends_at + timedelta(hours=4)]
    return max(begun, key=lambda shift: shift.starts_at).learning_day if begun else local(now, zone).date()


def dates(first: date, last: date) -> Iterator[date]:
    """Every date from one to another, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@cache
def days_of_change(zone: ZoneInfo, year: int) -> list[date]:
    """The dates of a year on which the zone's clocks are changed, or the day after."""
    noons = [datetime.combine(day, time(12), UTC) for day in dates(date(year, 1, 1), date(year, 12, 31))]
    return [
        noon.date()
        for before, noon in pairwise(noons)
        if noon.astimezone(zone).utcoffset() != before.astimezone(zone).utcoffset()
    ]
