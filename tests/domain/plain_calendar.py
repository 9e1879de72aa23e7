"""A simple reference for message times: lists days one by one and steps through the minutes of a zone's clock.

It reads a schedule's values and shares nothing else with the code that it verifies.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import cycle, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.schedule import DeliveryKindName, MessageTiming, Schedule
from bot.domain.schedule_kinds import FirstShiftOfWeek, Roster, RotatingSchedule, ShiftHours, WeeklySchedule

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Worked(NamedTuple):
    """One shift: the date it counts for, its start, and its end."""

    learning_day: date
    starts_at: datetime
    ends_at: datetime


class Timed(NamedTuple):
    """A shift and when its two messages are due."""

    shift: Worked
    lesson_at: datetime
    day_end_at: datetime


class Message(NamedTuple):
    """One message: its time, learning day, and kind."""

    at: datetime
    learning_day: date
    kind: str


def local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall-clock time of an instant."""
    return instant.astimezone(zone).replace(tzinfo=None)


def first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first minute at which the wall clock shows this time or has just jumped past it."""
    as_utc = wall.replace(tzinfo=UTC)
    offsets = offsets_near(wall.date(), zone)
    instant = as_utc - max(offsets)  # with any of these offsets, the clock shows an earlier time before this
    while local(instant, zone) < wall:
        instant += MINUTE
    return instant


@cache
def offsets_near(day: date, zone: ZoneInfo) -> frozenset[timedelta]:
    """Return the zone's UTC offsets around this date."""
    midnight = datetime.combine(day, time(), UTC)
    near = [midnight + timedelta(hours=hours) for hours in range(-27, 52, 3)]
    return frozenset(local(instant, zone) - instant.replace(tzinfo=None) for instant in near)


@cache
def exists(day: date, zone: ZoneInfo) -> bool:
    """Return whether the wall clock ever showed this date."""
    midnight = datetime.combine(day, time(), UTC)
    return any(local(midnight + timedelta(hours=hours), zone).date() == day for hours in range(-27, 52, 3))


def worked(schedule: Schedule, zone: ZoneInfo, first: date, last: date) -> list[Worked]:
    """Return the shifts that start between two dates, in the order they start, at most one per date."""
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
        # A clock change can leave nothing of a short shift, and skip a date.
        if shift.ends_at > shift.starts_at and exists(shift.learning_day, zone):
            days_taken.setdefault(shift.learning_day, shift)
    return list(days_taken.values())


def on_the_wall(day: date, hours: ShiftHours, zone: ZoneInfo) -> Worked:
    """Return the shift between two wall-clock times. An end at or before the start is on the next date."""
    start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
    return Worked(day, first_instant(start, zone), first_instant(end if end > start else end + DAY, zone))


def starts_on(shift: Worked, zone: ZoneInfo) -> bool:
    """Return whether the wall clock shows the shift's date at its start, or has just jumped past that date's end."""
    shown, just_before = local(shift.starts_at, zone), local(shift.starts_at - MINUTE, zone)
    jumped = shown - just_before > MINUTE
    return shown.date() == shift.learning_day or (jumped and just_before.date() <= shift.learning_day < shown.date())


def message_times(shift: Worked, timing: MessageTiming) -> tuple[datetime, datetime]:
    """Return when a shift's two messages are due."""
    after, before = timing.lesson_after, timing.day_end_before
    seconds = (shift.ends_at - shift.starts_at).total_seconds()
    if seconds < 60 * (after + before):  # too short for both: they share the time that divides it in proportion
        seconds_in = seconds * after // (after + before)
        times = [shift.starts_at + timedelta(seconds=seconds_in)] * 2
    else:
        times = [shift.starts_at + after * MINUTE, shift.ends_at - before * MINUTE]
    a_minute_to_arrive = shift.ends_at - MINUTE
    lesson_at, day_end_at = (min(each, a_minute_to_arrive) for each in times)
    return lesson_at, day_end_at


def timed(shifts: Iterable[Worked], timing: MessageTiming, zone: ZoneInfo) -> list[Timed]:
    """Return all shifts of a schedule with the times of their two messages, which may be chosen by the clock."""
    ordered = list(shifts)
    found = []
    closed = [datetime.min.replace(tzinfo=UTC)]  # until when earlier shifts, and messages after them, take up time
    for number, shift in enumerate(ordered):
        lesson_at, day_end_at = message_times(shift, timing)
        early = [
            each
            for each in clock_times(shift, timing.lesson_at, zone)
            if shift.starts_at - 4 * HOUR <= each <= shift.ends_at - MINUTE
            and (each >= shift.starts_at or each >= max(closed))
        ]
        lesson_at = min(early, default=lesson_at)
        following = [each.starts_at for each in ordered[number + 1 : number + 2]]
        late = [
            each
            for each in clock_times(shift, timing.day_end_at, zone)
            if shift.starts_at <= each <= shift.ends_at - MINUTE
            or (
                shift.ends_at - MINUTE < each <= shift.ends_at + 3 * HOUR
                and all(each + HOUR <= starts_at for starts_at in following)
                and shift.ends_at >= max(closed)
            )
        ]
        if late and max(late) > shift.ends_at - MINUTE:
            closed.append(max(late) + HOUR)
        closed.append(shift.ends_at)
        if late and max(late) > lesson_at:
            day_end_at = max(late)
        found.append(Timed(shift, lesson_at, max(day_end_at, lesson_at)))
    return found


def clock_times(shift: Worked, at: time | None, zone: ZoneInfo) -> list[datetime]:
    """Return when the wall clock shows this time on the days around a shift."""
    if at is None:
        return []
    days = dates(shift.learning_day - DAY, shift.learning_day + 2 * DAY)
    return [first_instant(datetime.combine(day, at), zone) for day in days if exists(day, zone)]


def opened(shifts: Iterable[Timed]) -> list[Worked]:
    """Return the shifts as they count for learning days: one begins with its lesson if that comes before it."""
    return [each.shift._replace(starts_at=min(each.shift.starts_at, each.lesson_at)) for each in shifts]


def messages(shifts: Iterable[Timed]) -> list[Message]:
    """Return the messages of shifts, in order, at least a second apart."""
    found: list[Message] = []
    for shift, lesson_at, day_end_at in shifts:
        found += [
            Message(lesson_at, shift.learning_day, DeliveryKindName.LESSON),
            Message(day_end_at, shift.learning_day, DeliveryKindName.DAY_END),
        ]
    found.sort(key=lambda message: message.at)  # stable: at one instant, the earlier shift's message comes first
    taken: set[datetime] = set()
    for place, message in enumerate(found):
        at = message.at
        while at in taken:
            at += timedelta(seconds=1)
        found[place] = message._replace(at=at)
        taken.add(at)
    return found


def underlying(schedule: Schedule) -> Schedule:
    """Return the schedule with all shifts, also those without a lesson."""
    return underlying(schedule.schedule) if isinstance(schedule, FirstShiftOfWeek) else schedule


def timing_of(schedule: Schedule) -> MessageTiming:
    """Return the message minutes of a schedule."""
    if isinstance(schedule, FirstShiftOfWeek):
        return timing_of(schedule.schedule)
    assert isinstance(schedule, WeeklySchedule | RotatingSchedule | Roster)
    return schedule.timing


def learning_day(shifts: Iterable[Worked], zone: ZoneInfo, now: datetime) -> date:
    """Return the date of the last-started shift that is running or ended under four hours ago, or the local date."""
    begun = [shift for shift in shifts if shift.starts_at <= now < shift.ends_at + timedelta(hours=4)]
    return max(begun, key=lambda shift: shift.starts_at).learning_day if begun else local(now, zone).date()


def dates(first: date, last: date) -> Iterator[date]:
    """Return every date between two dates, both included."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


@cache
def days_of_change(zone: ZoneInfo, year: int) -> list[date]:
    """Return the dates of a year on which the zone's clocks change, and the days after."""
    noons = [datetime.combine(day, time(12), UTC) for day in dates(date(year, 1, 1), date(year, 12, 31))]
    return [
        noon.date()
        for before, noon in pairwise(noons)
        if noon.astimezone(zone).utcoffset() != before.astimezone(zone).utcoffset()
    ]
