"""When a learner works, and so when their next message is due. The one place that does arithmetic with local time.

Instants are aware datetimes in UTC; a learner's zone is an IANA name (`ZoneInfo`), never an offset.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

MAX_LATENESS = timedelta(hours=4)
"""How late a delivery may still be sent within its shift, and how long after its end a shift still takes answers."""

SEARCH_HORIZON = timedelta(days=400)
"""How far ahead the next delivery is looked for: a rotation may begin, and a roster go on, within a year."""

MIN_GAP = timedelta(seconds=1)
"""What lies between two messages that would be due at one instant."""

MIN_TIME_BEFORE_END = timedelta(minutes=1)
"""What is left of a shift, at the least, as a message falls due: it has to arrive inside."""

MAX_SHIFT_LENGTH = timedelta(hours=24)
"""How long a shift may last by the clock on the wall; an hour or so more where that clock is set back meanwhile."""

NOON = time(12)


class DeliveryKind(StrEnum):
    """The kinds of delivery that rules below the engine name. What each kind is stands in `bot/kinds/`."""

    LESSON = "lesson"
    DAY_END = "day_end"
    INVITATION = "invitation"
    POSTPONED_LESSON = "later"
    """The day's lesson again, at the time that its learner asked for with *Later*."""
    CHECK_IN = "check_in"
    """After seven unanswered lessons, in the lesson's place: go on, go weekly, or stop?"""


@dataclass(frozen=True, slots=True)
class MessageTiming:
    """When in a shift its messages come: the lesson minutes after the start, the day's end minutes before the end."""

    lesson_after: int = 20
    day_end_before: int = 25


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of work: its learning day (the local date it starts on), its instants, and those of its messages."""

    learning_day: date
    starts_at: datetime
    ends_at: datetime
    lesson_at: datetime
    day_end_at: datetime


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message that is owed at `due_at`, and worth sending until `expires_at`: nothing is sent outside its shift."""

    kind: str
    learning_day: date
    due_at: datetime
    expires_at: datetime


class Schedule(Protocol):
    """A learner's shifts: at most one starts on a date, and none lasts longer than a day (`MAX_SHIFT_LENGTH`).

    Every kind of schedule (`domain/schedule_kinds.py`) answers one question: which shifts start from this date to that?
    """

    __slots__ = ()

    def shifts_between(self, first: date, last: date, zone: ZoneInfo) -> Iterator[Shift]:
        """The shifts that start on local dates from `first` to `last`, both included, in the order they start."""
        ...

    def shift_on(self, day: date, zone: ZoneInfo) -> Shift | None:
        """The shift that starts on this local date, or None on a day off."""
        return next(iter(self.shifts_between(day, day, zone)), None)


def build_shift(learning_day: date, starts_at: datetime, ends_at: datetime, timing: MessageTiming) -> Shift | None:
    """A shift with the times of its messages; None for one that a clock change swallows whole.

    In a shift too short for both, the messages come together, where its length is divided as their minutes are. Either
    leaves `MIN_TIME_BEFORE_END` to arrive before the end.
    """
    length = ends_at - starts_at
    if length < MIN_TIME_BEFORE_END:
        return None
    after, before = timedelta(minutes=timing.lesson_after), timedelta(minutes=timing.day_end_before)
    if after + before > length:
        after = length * timing.lesson_after // (timing.lesson_after + timing.day_end_before)
        after -= after % timedelta(seconds=1)
        before = length - after
    last = ends_at - MIN_TIME_BEFORE_END
    return Shift(learning_day, starts_at, ends_at, min(starts_at + after, last), min(ends_at - before, last))


@lru_cache(maxsize=8192)  # everyone in a zone asks for the same few: halves the cost of a tick
def local_to_utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a local wall-clock time.

    A time that a clock change skips moves forward to the first valid instant; one that occurs twice means the first.
    """
    wall = datetime.combine(day, at.replace(fold=0), zone)
    before, after = _offsets(wall)
    instant = (wall - before).replace(tzinfo=UTC)
    return _first_after_gap(instant - (after - before), instant, zone) if before < after else instant


@lru_cache(maxsize=8192)
def date_exists(day: date, zone: ZoneInfo) -> bool:
    """Whether the zone had this date: Samoa crossed the date line from 29 to 31 December 2011."""
    before, after = _offsets(datetime.combine(day, NOON, zone))
    return before >= after or local_to_utc(day, NOON, zone).astimezone(zone).date() == day


def _offsets(wall: datetime) -> tuple[timedelta, timedelta]:
    """The zone's offsets before and after, where a clock change leaves a local time out or repeats it; else the same.

    They grow where it is left out (PEP 495). Asking for both is several times quicker than going to UTC and back.
    """
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if before is None or after is None:
        raise ValueError("local times need a zone")
    return before, after


def _first_after_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant between these two at which the zone's offset changes, to the second."""
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
    """Shifts in order, from the first that can still matter now to the last within `SEARCH_HORIZON`."""
    today = now.astimezone(zone).date()
    # 24 hours and `MAX_LATENESS` may pass two midnights, and a zone may have left one of the dates out.
    return schedule.shifts_between(today - timedelta(days=3), today + SEARCH_HORIZON, zone)


def messages_of_shift(shift: Shift) -> tuple[DueMessage, DueMessage]:
    """The two messages of a shift, in order."""
    return (
        DueMessage(
            DeliveryKind.LESSON, shift.learning_day, shift.lesson_at, min(shift.lesson_at + MAX_LATENESS, shift.ends_at)
        ),
        DueMessage(DeliveryKind.DAY_END, shift.learning_day, shift.day_end_at, shift.ends_at),
    )


def find_next_message(schedule: Schedule, zone: ZoneInfo, after: datetime) -> DueMessage | None:
    """The first message due strictly after an instant; None if there is none within `SEARCH_HORIZON`.

    Going on from each message's `due_at` meets every message once.
    """
    dues: list[DueMessage] = []
    for shift in _shifts(schedule, zone, after):
        if any(after < due.due_at < shift.starts_at for due in dues):
            break  # nothing of this shift, or of a later one, comes first
        dues.extend(messages_of_shift(shift))
    return next((due for due in _one_by_one(dues) if due.due_at > after), None)


def _one_by_one(dues: list[DueMessage]) -> Iterator[DueMessage]:
    """Messages in order, no two at one instant: whoever goes on from the first would never meet the second.

    A shift too short for both of its messages makes such a pair, and so do shifts that overlap.
    """
    free_from = datetime.min.replace(tzinfo=UTC)
    for due in sorted(dues, key=lambda each: (each.due_at, each.learning_day, each.kind == DeliveryKind.DAY_END)):
        at = max(due.due_at, free_from)
        free_from = at + MIN_GAP
        yield due if at == due.due_at else replace(due, due_at=at)


def find_shift_at(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Shift | None:
    """The shift that an instant falls into; None outside work."""
    return _latest_begun(schedule, zone, now, timedelta())


def find_next_shift(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Shift | None:
    """The first shift that starts after an instant; None if there is none within `SEARCH_HORIZON`."""
    return next((shift for shift in _shifts(schedule, zone, now) if shift.starts_at > now), None)


def learning_day_at(schedule: Schedule, zone: ZoneInfo, now: datetime) -> date:
    """The learning day that something done now counts for.

    A shift that still runs, or ended less than `MAX_LATENESS` ago, keeps its date until the next one begins; otherwise
    it is the local date.
    """
    shift = _latest_begun(schedule, zone, now, MAX_LATENESS)
    return shift.learning_day if shift else now.astimezone(zone).date()


def _latest_begun(schedule: Schedule, zone: ZoneInfo, now: datetime, grace: timedelta) -> Shift | None:
    """Of the shifts that run, or ended less than `grace` ago, the one that began last."""
    latest = None
    for shift in _shifts(schedule, zone, now):
        if shift.starts_at > now:
            break
        if now < shift.ends_at + grace:
            latest = shift
    return latest


def has_shift_on(schedule: Schedule, zone: ZoneInfo, day: date) -> bool:
    """Whether a shift starts on this local date."""
    return schedule.shift_on(day, zone) is not None
