"""When a learner works, and so when their next message is due. All arithmetic with local time is in this module.

Instants are aware datetimes in UTC; a learner's zone is an IANA name (`ZoneInfo`), never an offset.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

MAX_LATENESS = timedelta(hours=4)
"""How late a delivery may be sent within its shift, and how long after its end a shift still accepts answers."""

SEARCH_HORIZON = timedelta(days=400)
"""How far ahead to look for the next delivery. A rotation may begin up to a year ahead, and a roster may last a year.
"""

MIN_GAP = timedelta(seconds=1)
"""The time between two messages that would otherwise be due at the same instant."""

MIN_TIME_BEFORE_END = timedelta(minutes=1)
"""The least time between a message and the end of its shift. The message has to arrive within the shift."""

MAX_SHIFT_LENGTH = timedelta(hours=24)
"""The longest shift by the wall clock. It may last an hour or so longer if clocks are set back during it."""

MAX_LEAD = timedelta(hours=4)
"""How long before its shift a lesson may come, if the learner chose a clock time."""

MAX_LAG = timedelta(hours=3)
"""How long after its shift a day-end message may come, if the learner chose a clock time."""

TIME_TO_ANSWER = timedelta(hours=1)
"""For how long a day-end message may be sent that is due after its shift. With `MAX_LAG`, that is `MAX_LATENESS`."""

NEIGHBORING_DAYS = timedelta(days=3)
"""How far away a shift can be that limits the clock times of another: a day, these hours, and a date that was skipped.
"""

NOON = time(12)


class DeliveryKindName(StrEnum):
    """The kinds of delivery that modules below the engine name. `bot/kinds/` defines what each kind does."""

    LESSON = "lesson"
    DAY_END = "day_end"
    INVITATION = "invitation"
    POSTPONED_LESSON = "later"
    """The day's lesson again, at the time that the learner chose under *Later*."""
    CHECK_IN = "check_in"
    """Replaces the lesson after seven unanswered ones and asks: go on, weekly, or stop?"""
    EXTRA_LESSON = "extra_lesson"
    """One more lesson on the same learning day, because the learner asked for it."""
    ANNOUNCEMENT = "announcement"
    """A message from the lead of the learner's cohort, or from an admin."""


LESSON_KINDS = (DeliveryKindName.LESSON, DeliveryKindName.EXTRA_LESSON)
"""The kinds that send a lesson with an answer and a reflection of its own. Other kinds belong to the day's lesson."""


@dataclass(frozen=True, slots=True)
class MessageTiming:
    """When a shift's messages come: the lesson in minutes after the start, the day end in minutes before the end.

    `lesson_at`, `day_end_at`: local clock times to use instead, in the shifts where they come up (`build_shifts`).
    """

    lesson_after: int = 20
    day_end_before: int = 25
    lesson_at: time | None = None
    day_end_at: time | None = None

    @property
    def has_clock_times(self) -> bool:
        """Whether a message comes at a clock time."""
        return self.lesson_at is not None or self.day_end_at is not None


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of work: its learning day (the local date it starts on), its start and end, and its message times."""

    learning_day: date
    starts_at: datetime
    ends_at: datetime
    lesson_at: datetime
    day_end_at: datetime

    @property
    def opens_at(self) -> datetime:
        """When its learning day begins: with the shift, or with a lesson before it."""
        return min(self.starts_at, self.lesson_at)

    @property
    def closes_at(self) -> datetime:
        """Until when its messages may be sent: to its end, or for a while after a day-end message that comes later."""
        is_within = self.day_end_at <= self.ends_at - MIN_TIME_BEFORE_END
        return self.ends_at if is_within else self.day_end_at + TIME_TO_ANSWER


class Span(NamedTuple):
    """A shift without its messages."""

    learning_day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message that is due at `due_at` and may be sent until `expires_at`.

    Nothing is sent outside its shift, unless the learner chose a clock time before or after work.
    """

    kind: str
    learning_day: date
    due_at: datetime
    expires_at: datetime


class Schedule(Protocol):
    """A learner's shifts: at most one starts on each date, and none is longer than `MAX_SHIFT_LENGTH`.

    The kinds of schedule are in `domain/schedule_kinds.py`.
    """

    __slots__ = ()

    def shifts_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Shift]:
        """Return the shifts that start on local dates from `first` through `last`, in the order they start."""
        ...

    def shift_on(self, day: date, zone: ZoneInfo) -> Shift | None:
        """Return the shift that starts on this local date, or None on a day off."""
        return next(iter(self.shifts_between(day, day, zone)), None)


def is_shift(starts_at: datetime, ends_at: datetime) -> bool:
    """Return whether a shift is long enough for a message to arrive. A clock change may leave nothing of it."""
    return ends_at - starts_at >= MIN_TIME_BEFORE_END


def build_shift(span: Span, timing: MessageTiming) -> Shift:
    """Return a shift with its messages, by the minutes of `timing`.

    If the shift is too short for both messages, they share one time that divides the shift in proportion to their
    minutes. Each message is due at least `MIN_TIME_BEFORE_END` before the end.
    """
    length = span.ends_at - span.starts_at
    after, before = timedelta(minutes=timing.lesson_after), timedelta(minutes=timing.day_end_before)
    if after + before > length:
        after = length * timing.lesson_after // (timing.lesson_after + timing.day_end_before)
        after -= after % timedelta(seconds=1)
        before = length - after
    last = span.ends_at - MIN_TIME_BEFORE_END
    return Shift(*span, min(span.starts_at + after, last), min(span.ends_at - before, last))


def build_shifts(spans: Iterable[Span], timing: MessageTiming, zone: ZoneInfo) -> Iterator[Shift]:
    """Yield these shifts, in the order they start, with their messages.

    A lesson comes when its clock time first comes up, from `MAX_LEAD` before the shift to its end; a day end when its
    clock time last comes up, from the shift's start to `MAX_LAG` after its end, if that is after the lesson. Neither
    comes into another shift. In a shift where a clock time doesn't come up, the minutes count.
    """
    taken_until = datetime.min.replace(tzinfo=UTC)
    for span, following in pairwise(chain(spans, (None,))):
        if span is None:
            return  # never: only the last one is
        shift = build_shift(span, timing)
        lesson = _lesson_by_clock(span, timing.lesson_at, zone, taken_until)
        if lesson is not None:
            shift = replace(shift, lesson_at=lesson)
        is_last = taken_until <= span.ends_at  # an overlapping shift may go on longer
        free_until = (following.starts_at if following else None) if is_last else span.ends_at
        day_end = _day_end_by_clock(span, timing.day_end_at, zone, free_until)
        taken_until = max(taken_until, span.ends_at)
        if day_end is not None:
            taken_until = max(taken_until, replace(shift, day_end_at=day_end).closes_at)
            if day_end > shift.lesson_at:
                shift = replace(shift, day_end_at=day_end)
        yield replace(shift, day_end_at=max(shift.day_end_at, shift.lesson_at))


def _lesson_by_clock(span: Span, at: time | None, zone: ZoneInfo, taken_until: datetime) -> datetime | None:
    first, last = max(span.starts_at - MAX_LEAD, min(taken_until, span.starts_at)), span.ends_at - MIN_TIME_BEFORE_END
    return next((each for each in _clock_times(span, at, zone) if first <= each <= last), None)


def _day_end_by_clock(span: Span, at: time | None, zone: ZoneInfo, free_until: datetime | None) -> datetime | None:
    last = span.ends_at + MAX_LAG
    if free_until is not None and free_until < last + TIME_TO_ANSWER:
        last = max(free_until - TIME_TO_ANSWER, span.ends_at - MIN_TIME_BEFORE_END)
    found = [each for each in _clock_times(span, at, zone) if span.starts_at <= each <= last]
    return found[-1] if found else None


def _clock_times(span: Span, at: time | None, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield when the clock shows this time, from the day before a shift to the second day after."""
    if at is None:
        return
    for days in range(-1, 3):
        day = span.learning_day + timedelta(days=days)
        if date_exists(day, zone):
            yield local_to_utc(day, at, zone)


@lru_cache(maxsize=8192)  # everyone in a zone needs the same few values: halves the cost of a tick
def local_to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) of a local wall-clock time.

    A time that a clock change skips moves forward to the first valid instant. If a time occurs twice, the first one
    counts.
    """
    wall = datetime.combine(day, at.replace(fold=0), zone)
    before, after = _offsets(wall)
    instant = (wall - before).replace(tzinfo=UTC)
    return _first_after_gap(instant - (after - before), instant, zone) if before < after else instant


@lru_cache(maxsize=8192)
def date_exists(day: date, zone: ZoneInfo) -> bool:
    """Return whether the zone had this date. Samoa, for example, skipped December 30, 2011 to cross the date line."""
    before, after = _offsets(datetime.combine(day, NOON, zone))
    return before >= after or local_to_utc(day, NOON, zone).astimezone(zone).date() == day


def _offsets(wall: datetime) -> tuple[timedelta, timedelta]:
    """Return the zone's offsets before and after the clock change that skips or repeats a local time.

    Both are the same for all other times. The offset grows where the time is skipped (PEP 495). Reading both offsets is
    several times faster than converting to UTC and back.
    """
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if before is None or after is None:
        raise ValueError("local times need a zone")
    return before, after


def _first_after_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant between these two at which the zone's offset changes, to the second."""
    new_offset = after.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == new_offset:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)


def _shifts(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Iterator[Shift]:
    """Yield shifts in order, from the first that can still matter now to the last within `SEARCH_HORIZON`."""
    today = now.astimezone(zone).date()
    # A shift and `MAX_LATENESS` can span two midnights, and the zone may have skipped one more date.
    return schedule.shifts_between(today - timedelta(days=3), today + SEARCH_HORIZON, zone)


def messages_of_shift(shift: Shift) -> tuple[DueMessage, DueMessage]:
    """Return the two messages of a shift, in order."""
    return (
        DueMessage(
            DeliveryKindName.LESSON,
            shift.learning_day,
            shift.lesson_at,
            min(shift.lesson_at + MAX_LATENESS, shift.ends_at),
        ),
        DueMessage(DeliveryKindName.DAY_END, shift.learning_day, shift.day_end_at, shift.closes_at),
    )


def find_next_message(schedule: Schedule, zone: ZoneInfo, after: datetime) -> DueMessage | None:
    """Return the first message due strictly after an instant, or None if there is none within `SEARCH_HORIZON`.

    Calling this again with each message's `due_at` yields every message once.
    """
    dues: list[DueMessage] = []
    for shift in _shifts(schedule, zone, after):
        if any(after < due.due_at < shift.opens_at for due in dues):
            break  # an earlier message comes before everything in this shift and later ones
        dues.extend(messages_of_shift(shift))
    return next((due for due in _one_by_one(dues) if due.due_at > after), None)


def _one_by_one(dues: list[DueMessage]) -> Iterator[DueMessage]:
    """Yield messages in order, never two at one instant, so that `find_next_message` misses none.

    Messages can fall on one instant in a shift too short for both, and in shifts that overlap.
    """
    free_from = datetime.min.replace(tzinfo=UTC)
    for due in sorted(dues, key=lambda each: (each.due_at, each.learning_day, each.kind == DeliveryKindName.DAY_END)):
        at = max(due.due_at, free_from)
        free_from = at + MIN_GAP
        yield due if at == due.due_at else replace(due, due_at=at)


def find_shift_at(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Shift | None:
    """Return the shift that an instant falls into, from `opens_at` to its end, or None outside work."""
    return _latest_begun(schedule, zone, now, timedelta())


def find_next_shift(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Shift | None:
    """Return the first shift that starts after an instant, or None if there is none within `SEARCH_HORIZON`."""
    return next((shift for shift in _shifts(schedule, zone, now) if shift.starts_at > now), None)


def learning_day_at(schedule: Schedule, zone: ZoneInfo, now: datetime) -> date:
    """Return the learning day that an action at this instant counts for.

    This is the date of a shift that is running or ended less than `MAX_LATENESS` ago, until the next shift begins or
    its lesson comes. Otherwise it is the local date.
    """
    shift = _latest_begun(schedule, zone, now, MAX_LATENESS)
    return shift.learning_day if shift else now.astimezone(zone).date()


def _latest_begun(schedule: Schedule, zone: ZoneInfo, now: datetime, grace: timedelta) -> Shift | None:
    """Return the last-started shift among those that are running or ended less than `grace` ago, or None."""
    latest = None
    for shift in _shifts(schedule, zone, now):
        if shift.opens_at > now:
            break
        if now < shift.ends_at + grace:
            latest = shift
    return latest


def is_day_off(schedule: Schedule, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether no shift starts on the learning day of this instant."""
    return not has_shift_on(schedule, zone, learning_day_at(schedule, zone, now))


def has_shift_on(schedule: Schedule, zone: ZoneInfo, day: date) -> bool:
    """Return whether a shift starts on this local date."""
    return schedule.shift_on(day, zone) is not None
