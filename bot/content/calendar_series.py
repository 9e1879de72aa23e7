"""Relates the entries of a calendar to each other: versions of one entry, and changes to single dates of a series."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo

from bot.content.calendar_times import Time, occurrence_on


@dataclass(slots=True, eq=False)
class CalendarEntry:
    """One VEVENT: its number in the file (from 1), what it says about times, and its problems.

    `start` and `end` are dates for an entry of whole days. `end` is None if there is none, or if it doesn't matter.
    """

    number: int
    clock: tzinfo
    """The zone that its dates are in, if it is a series: one in UTC is still planned by a local calendar."""
    uid: str = ""
    sequence: int = 0
    start: Time | None = None
    end: datetime | None = None
    rules: list[str] = field(default_factory=list)
    added: list[datetime] = field(default_factory=list)
    excluded: list[datetime] = field(default_factory=list)
    replaces: Time | None = None
    """The occurrence of a series that it moves or cancels."""
    replaces_all_later: bool = False
    is_canceled: bool = False
    is_free: bool = False
    """Whether it is marked as time that isn't work."""
    problems: list[str] = field(default_factory=list)
    day: date | None = None
    """The local date of its start, or of what stands in its place, to name it by."""
    latest_day: date | None = None
    """The later local date of its start and its end."""
    repeat_ends: list[date | None] = field(default_factory=list)
    """The last possible date of each of its rules and lists of dates, or None for one without a limit."""
    occurrences_per_year: int = 0
    """An upper bound of its occurrences per year by its rules."""
    listed_dates: int = 0
    """The number of added and excluded dates in the period that is read."""

    @property
    def is_all_day(self) -> bool:
        """Whether it is about whole days."""
        return self.start is not None and not isinstance(self.start, datetime)

    @property
    def ends_by(self) -> date:
        """A date after which it can't start again."""
        return max([self.latest_day or date.max, *(end or date.max for end in self.repeat_ends)])

    def as_cancellation(self) -> "CalendarEntry":
        """Return an entry that only takes out the occurrence that this one replaces."""
        return replace(
            self, start=self.replaces, end=None, is_canceled=True, problems=[], rules=[], added=[], excluded=[]
        )


def relate_entries(entries: Sequence[CalendarEntry]) -> None:
    """Say of each entry which occurrence it replaces, whether another cancels it, and which id it has by itself."""
    originals = {each.uid: each for each in reversed(entries) if each.replaces is None}
    originals |= {each.uid: each for each in reversed(entries) if each.replaces is None and each.repeat_ends}
    for entry in entries:
        if entry.replaces is not None:
            entry.replaces = _find_replaced(entry, originals.get(entry.uid) if entry.uid else None)
    _cancel_copies(entries)
    _give_own_ids(entries)


def place_in_series(at: Time, start: datetime, clock: tzinfo) -> datetime:
    """Return the time in a series that an exception means. It may be written as a date, or as that date's midnight.

    `start`: the series' start. `clock`: the zone that its dates are in.
    """
    if isinstance(at, datetime):
        if at.time() != time() or at.astimezone(start.tzinfo).time() == start.time():
            return at
        at = at.date()
    return occurrence_on(at, start, clock)


def _find_replaced(entry: CalendarEntry, original: CalendarEntry | None) -> Time | None:
    """Return the occurrence of its series that an entry replaces."""
    at, start = entry.replaces, original.start if original else None
    beside = start if isinstance(start, datetime) else entry.start
    if isinstance(at, datetime) and at.tzinfo is None:
        at = at.replace(tzinfo=beside.tzinfo if isinstance(beside, datetime) else entry.clock)
    if at is None or original is None or not isinstance(start, datetime):
        return at
    try:
        return place_in_series(at, start, original.clock)
    except OverflowError:
        return at


def _cancel_copies(entries: Iterable[CalendarEntry]) -> None:
    """Cancel what a cancellation beside it is about, even if both have one version number.

    Some programs give everything one id, so a cancellation is about entries with its start only.
    """
    canceled: dict[tuple[str, Time | None, Time | None], int] = {}
    for entry in entries:
        if entry.is_canceled and entry.uid:
            canceled[_identity(entry)] = max(entry.sequence, canceled.get(_identity(entry), 0))
    for entry in entries:
        entry.is_canceled = entry.is_canceled or entry.sequence <= canceled.get(_identity(entry), -1)


def _identity(entry: CalendarEntry) -> tuple[str, Time | None, Time | None]:
    return entry.uid, entry.replaces, None if entry.replaces else entry.start


def _give_own_ids(entries: Iterable[CalendarEntry]) -> None:
    """Give an entry a new id if it has none or another entry's, because some programs use one id for everything.

    Two entries share an id only if they are versions of one entry, or occurrences of a series.
    """
    originals: set[tuple[str, int]] = set()
    for entry in entries:
        known = (entry.uid, entry.sequence)
        if not entry.uid or (entry.replaces is None and known in originals):
            entry.uid = f"own-{entry.number}"
        elif entry.replaces is None:
            originals.add(known)
