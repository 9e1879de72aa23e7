"""The kinds of schedule (weekly, rotating, and roster), and their conversion to and from JSON values."""

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.schedule import (
    NEIGHBORING_DAYS,
    MessageTiming,
    Schedule,
    Shift,
    Span,
    build_shift,
    build_shifts,
    date_exists,
    is_shift,
    local_to_utc,
)
from bot.domain.weeks import find_monday

DAY_OFF = "-"
"""A day off in a rotation's cycle."""

ONE_DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ShiftHours:
    """The local start and end times of a shift. An end at or before the start is on the next calendar date."""

    start: time
    end: time

    def span_on(self, day: date, zone: ZoneInfo) -> Span | None:
        """Return the shift with these hours that starts on a local date, or None if the zone skipped that date."""
        if not date_exists(day, zone):
            return None
        end_day = day if self.end > self.start else day + ONE_DAY
        span = Span(day, local_to_utc(day, self.start, zone), local_to_utc(end_day, self.end, zone))
        return span if is_shift(span.starts_at, span.ends_at) else None


class _ScheduleOfSpans(Schedule):
    """A schedule that says when its shifts start and end. Its `timing` says when their messages come."""

    __slots__ = ()
    timing: MessageTiming

    @abstractmethod
    def spans_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
        """Yield the starts and ends of the shifts from `first` through `last`, in the order they start."""

    def shifts_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Shift]:
        """Yield the shifts that start on local dates from `first` through `last`, in the order they start."""
        if not self.timing.has_clock_times:
            return (build_shift(span, self.timing) for span in self.spans_between(first, last, zone))
        spans = self.spans_between(first - NEIGHBORING_DAYS, last + NEIGHBORING_DAYS, zone)
        shifts = build_shifts(spans, self.timing, zone)
        return (shift for shift in shifts if first <= shift.learning_day <= last)


@dataclass(frozen=True, slots=True)
class WeeklySchedule(_ScheduleOfSpans):
    """The same hours each week, for each weekday (0 is Monday) that has a shift."""

    hours: Mapping[int, ShiftHours]
    timing: MessageTiming = field(default_factory=MessageTiming)

    @property
    def weekdays(self) -> frozenset[int]:
        """The weekdays on which a shift starts."""
        return frozenset(self.hours)

    def spans_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
        """Yield the starts and ends of the shifts from `first` through `last`, in the order they start."""
        for day in _dates(first, last):
            hours = self.hours.get(day.weekday())
            if hours and (span := hours.span_on(day, zone)):
                yield span


@dataclass(frozen=True, slots=True)
class RotatingSchedule(_ScheduleOfSpans):
    """A cycle of codes, one for each day, that begins on `first_day` and repeats forever. `-` is a day off."""

    first_day: date
    cycle: tuple[str, ...]
    hours: Mapping[str, ShiftHours]
    timing: MessageTiming = field(default_factory=MessageTiming)

    def spans_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
        """Yield the starts and ends of the shifts from `first` through `last`, in the order they start."""
        for day in _dates(max(first, self.first_day), last):
            hours = self.hours.get(self.cycle[(day - self.first_day).days % len(self.cycle)])
            if hours and (span := hours.span_on(day, zone)):
                yield span


@dataclass(frozen=True, slots=True)
class Roster(_ScheduleOfSpans):
    """Single shifts from a calendar: start and end (UTC), in order. If two start on one date, the first counts."""

    shifts: tuple[tuple[datetime, datetime], ...]
    timing: MessageTiming = field(default_factory=MessageTiming)

    def spans_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Span]:
        """Yield the starts and ends of the shifts from `first` through `last`, in the order they start."""
        index = bisect_left(self.shifts, local_to_utc(first, time(0), zone), key=itemgetter(0))
        taken: set[date] = set()
        for starts_at, ends_at in self.shifts[index:]:
            day = starts_at.astimezone(zone).date()
            if day > last + ONE_DAY:
                break  # one day of slack: where midnight occurs twice, yesterday's shift can follow today's
            if first <= day <= last and day not in taken and is_shift(starts_at, ends_at):
                taken.add(day)
                yield Span(day, starts_at, ends_at)


@dataclass(frozen=True, slots=True)
class FirstShiftOfWeek(Schedule):
    """The first shift of each week (from Monday) of another schedule, for learners who want one lesson a week."""

    schedule: Schedule

    def shifts_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Shift]:
        """Yield the shifts that start on local dates from `first` through `last` and are the first of their week."""
        taken: set[date] = set()
        for shift in self.schedule.shifts_between(find_monday(first), last, zone):
            week = find_monday(shift.learning_day)
            if week not in taken:
                taken.add(week)
                if shift.learning_day >= first:
                    yield shift


def _dates(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


AnySchedule = WeeklySchedule | RotatingSchedule | Roster
"""The kinds that a learner can choose."""


def weekly_around_messages(days: Collection[int], lesson_at: time, day_end_at: time) -> WeeklySchedule:
    """Return the weekly schedule of someone who only chose message times, the same for each day.

    A shift lasts from the lesson until half an hour after the day end. A day-end time at or before the lesson's time is
    on the next date.
    """
    start = datetime.combine(date.min, lesson_at)
    between = (datetime.combine(date.min, day_end_at) - start) % ONE_DAY or ONE_DAY
    length = min(between + timedelta(minutes=30), ONE_DAY)
    before = int((length - between).total_seconds()) // 60
    return WeeklySchedule(
        dict.fromkeys(sorted(days), ShiftHours(lesson_at, (start + length).time())), MessageTiming(0, before)
    )


DAY_END_AFTER = timedelta(hours=7, minutes=30)
"""How long after the lesson the day end comes by default."""

WORKDAY_SCHEDULE = weekly_around_messages(range(5), time(9, 0), time(16, 30))
"""The default: Monday to Friday, 9:00 AM to 5:00 PM local time, with the lesson at 9:00 AM and the day end at 4:30 PM.
"""


def weekly_from_lesson_time(days: Collection[int], lesson_at: time) -> WeeklySchedule:
    """Return the weekly schedule of someone who only chose a lesson time: the default, but starting at that time."""
    return weekly_around_messages(days, lesson_at, (datetime.combine(date.min, lesson_at) + DAY_END_AFTER).time())


def find_lesson_time(schedule: AnySchedule) -> time | None:
    """Return the lesson time of a schedule that `weekly_from_lesson_time` can make, or None for any other."""
    if not isinstance(schedule, WeeklySchedule) or not schedule.hours:
        return None
    lesson_at = min(each.start for each in schedule.hours.values())
    return lesson_at if schedule == weekly_from_lesson_time(schedule.weekdays, lesson_at) else None


def schedule_to_json(schedule: AnySchedule) -> dict[str, Any]:
    """Convert a schedule to plain JSON values for storage."""
    timing = _timing_to_json(schedule.timing)
    match schedule:
        case WeeklySchedule():
            return {"kind": "weekly", "hours": _hours_to_json(schedule.hours), **timing}
        case RotatingSchedule():
            return {
                "kind": "rotation",
                "first": schedule.first_day.isoformat(),
                "cycle": list(schedule.cycle),
                "hours": _hours_to_json(schedule.hours),
                **timing,
            }
        case Roster():
            return {"kind": "roster", "shifts": [_span_to_json(*span) for span in schedule.shifts], **timing}


def schedule_from_json(rule: Mapping[str, Any]) -> AnySchedule:
    """Return the schedule that `schedule_to_json` converted. Raises KeyError or ValueError for anything else."""
    timing = _timing_from_json(rule)
    match rule["kind"]:
        case "weekly":
            return WeeklySchedule({int(day): _hours_from_json(each) for day, each in rule["hours"].items()}, timing)
        case "rotation":
            hours = {code: _hours_from_json(each) for code, each in rule["hours"].items()}
            return RotatingSchedule(date.fromisoformat(rule["first"]), tuple(rule["cycle"]), hours, timing)
        case "roster":
            return Roster(tuple(_span_from_json(*span) for span in rule["shifts"]), timing)
        case kind:
            raise ValueError(f"unknown kind of schedule: {kind}")


def _timing_to_json(timing: MessageTiming) -> dict[str, Any]:
    clock = {"lesson_at": timing.lesson_at, "day_end_at": timing.day_end_at}
    return {
        "lesson_after": timing.lesson_after,
        "day_end_before": timing.day_end_before,
        **{name: f"{at:%H:%M}" for name, at in clock.items() if at is not None},
    }


def _timing_from_json(rule: Mapping[str, Any]) -> MessageTiming:
    clock = {name: time.fromisoformat(rule[name]) for name in ("lesson_at", "day_end_at") if name in rule}
    return MessageTiming(rule["lesson_after"], rule["day_end_before"], **clock)


def _hours_to_json(hours: Mapping[Any, ShiftHours]) -> dict[str, list[str]]:
    return {str(key): [f"{each.start:%H:%M}", f"{each.end:%H:%M}"] for key, each in hours.items()}


def _hours_from_json(pair: list[str]) -> ShiftHours:
    start, end = pair
    return ShiftHours(time.fromisoformat(start), time.fromisoformat(end))


def _span_to_json(starts_at: datetime, ends_at: datetime) -> list[int]:
    """Return minutes since 1970 and length in minutes: a year of shifts takes a few kilobytes."""
    return [int(starts_at.timestamp()) // 60, int((ends_at - starts_at).total_seconds()) // 60]


def _span_from_json(starts_at: int, length: int) -> tuple[datetime, datetime]:
    begin = EPOCH + timedelta(minutes=starts_at)
    return begin, begin + timedelta(minutes=length)
