"""Reads a learner's shifts from an iCalendar file: every entry with a start and an end is a shift.

It stores only starts and ends, and no problem quotes an entry (see `calendar_entries`). Before any real work starts, it
limits bytes, entries, repetitions, and the kinds of repetition it accepts (see `recurrence_rules`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.calendar_entries import CalendarEntry, find_zone, is_calendar, read_entries
from bot.domain.schedule import local_to_utc
from bot.errors import RosterError, RosterProblem

MAX_CALENDAR_BYTES = 2 * 2**20
"""Largest calendar, in bytes."""

MAX_ENTRIES = 2_000
"""Most entries in the period we store, and most dates they list: five a day. Reading that many takes half a second."""

MAX_OCCURRENCES_PER_YEAR = 3_000
"""Most occurrences per year of all repeating entries together: expanding one costs as much as reading an entry."""

MAX_REPEATING_ENTRIES = 50
"""Most repeating entries: each is expanded from its first date."""

MAX_SHIFTS = 1_000
"""Most shifts stored, earliest first: more than two a day."""

TIME_KEPT_BEFORE_NOW = timedelta(days=14)
"""How far back we store shifts: what a learner does after a shift still counts for that shift's day."""

TIME_KEPT_AFTER_NOW = timedelta(days=400)
"""How far ahead we store shifts: farther than the search for the next message looks."""

MAX_SHIFT_LENGTH = timedelta(hours=24)
"""Longest shift by local clock time; the end of daylight saving time may add an hour."""

_DAY = timedelta(days=1)

ShiftTimes = tuple[datetime, datetime]
"""Start and end (UTC), in whole minutes."""


@dataclass(frozen=True, slots=True)
class ParsedRoster:
    """Shifts in order, with no overlaps, and the number of all-day entries that were skipped."""

    shifts: tuple[ShiftTimes, ...]
    skipped_all_day_entries: int = 0

    def upcoming_shifts(self, now: datetime) -> tuple[ShiftTimes, ...]:
        """Return the shifts that start after `now`."""
        return tuple(span for span in self.shifts if span[0] > now)


def read_roster(content: bytes, zone: ZoneInfo, now: datetime) -> ParsedRoster:
    """Return the shifts from `TIME_KEPT_BEFORE_NOW` before `now` until `TIME_KEPT_AFTER_NOW` after it.

    Times without a time zone are in `zone`, the learner's. All-day and canceled entries don't count as shifts.
    Raises RosterError with every problem in the calendar.
    """
    first, last = (
        (now - TIME_KEPT_BEFORE_NOW).astimezone(zone).date(),
        (now + TIME_KEPT_AFTER_NOW).astimezone(zone).date(),
    )
    entries = list(read_entries(_text(content), zone.key, _zone_of))
    relevant = [entry for entry in entries if _matters(entry, first, last)]
    timed = [entry for entry in relevant if not entry.all_day or entry.overrides_occurrence]
    _refuse_too_many(timed)
    problems = [RosterProblem(entry.start, _with_number(entry, each)) for entry in timed for each in entry.problems]
    found = _expand([entry for entry in timed if not entry.problems], zone, now, problems)
    spans = sorted({span for span in found if span is not None})
    problems += [*_overlong(spans, zone), *_overlapping(spans, zone)]
    if problems:
        raise _error(*problems)
    return ParsedRoster(tuple(spans[:MAX_SHIFTS]), len(relevant) - len(timed) + found.count(None))


def _text(content: bytes) -> str:
    if len(content) > MAX_CALENDAR_BYTES:
        raise _error(RosterProblem(None, "This calendar is larger than 2 MB. Export fewer months, or only shifts."))
    text = content.decode("utf-8-sig", errors="replace")
    if not is_calendar(text):
        message = "This isn't a calendar. Export your shifts as an iCalendar file. Its name ends in .ics."
        raise _error(RosterProblem(None, message))
    return text


def _refuse_too_many(timed: Sequence[CalendarEntry]) -> None:
    """Raise RosterError if expanding these entries would take too long."""
    counts = (
        (len(timed), MAX_ENTRIES, "has {} entries with a start and an end"),
        (sum(1 for entry in timed if entry.repeat_ends), MAX_REPEATING_ENTRIES, "has {} entries that repeat"),
        (
            sum(entry.occurrences_per_year for entry in timed),
            MAX_OCCURRENCES_PER_YEAR,
            "has entries that repeat up to {} times a year",
        ),
        (sum(entry.listed_dates for entry in timed), MAX_ENTRIES, "lists {} dates of repeated entries"),
    )
    problems = [
        RosterProblem(
            None, f"This calendar {what.format(f'{count:,}')}. I can read up to {limit:,}. Export only your shifts."
        )
        for count, limit, what in counts
        if count > limit
    ]
    if problems:
        raise _error(*problems)


def _matters(entry: CalendarEntry, first: date, last: date) -> bool:
    """Return whether an entry may overlap the period we store. Problems in older entries don't matter."""
    if entry.start is None or entry.overrides_occurrence:
        return True
    return entry.start <= last + _DAY and entry.ends_by >= first - _DAY


def _with_number(entry: CalendarEntry, problem: str) -> str:
    return problem if entry.start else f"Entry {entry.number} in the file: {problem}"


def _expand(
    entries: Iterable[CalendarEntry], zone: ZoneInfo, now: datetime, problems: list[RosterProblem]
) -> list[ShiftTimes | None]:
    """Return every occurrence, with None for each all-day one. Add entries that can't be shifts to `problems`."""
    # Imported on use: they take 10 MB and a third of a second, and most learners have no roster.
    import recurring_ical_events
    from icalendar import Calendar

    lines = [line for entry in entries for line in ("BEGIN:VEVENT", *entry.lines, "END:VEVENT")]
    try:
        calendar = Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]))
        checked = [(event, _find_duration_problem(event, zone)) for event in calendar.subcomponents]
        calendar.subcomponents = [event for event, problem in checked if problem is None]
        problems += [problem for _, problem in checked if problem is not None]
        occurrences = recurring_ical_events.of(calendar).between(now - TIME_KEPT_BEFORE_NOW, now + TIME_KEPT_AFTER_NOW)
        return [_span(each) for each in occurrences if str(each.get("STATUS")) != "CANCELLED"]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # The libraries raise these for contradictory dates. Their messages may quote the file, so we drop them.
        problems.append(RosterProblem(None, "Some dates in this calendar contradict each other. Export it again."))
        return []


def _span(event: Any) -> ShiftTimes | None:  # noqa: ANN401  (icalendar's own type)
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    return (_instant(start), _instant(end)) if isinstance(start, datetime) and isinstance(end, datetime) else None


def _find_duration_problem(event: Any, zone: ZoneInfo) -> RosterProblem | None:  # noqa: ANN401  (icalendar's own type)
    """Find an entry that ends at or before its start, or on a whole day. The library would swap start and end."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    if not isinstance(start, datetime) or str(event.get("STATUS")) == "CANCELLED":
        return None
    day = start.astimezone(zone).date()
    if end is None:
        end = start + (event["DURATION"].dt if "DURATION" in event else timedelta(0))
    if not isinstance(end, datetime):
        return RosterProblem(day, "it has a start time but no end time. Enter the hours of the shift.")
    if _instant(end) <= _instant(start):
        return RosterProblem(day, "it ends at or before its start. Enter the hours of the shift.")
    return None


def _instant(at: datetime) -> datetime:
    """Convert to UTC and whole minutes. `local_to_utc` decides about times that a clock change skips or repeats."""
    zone = at.tzinfo
    whole = at.replace(second=0, microsecond=0)
    if isinstance(zone, ZoneInfo):
        return local_to_utc(whole.date(), whole.time(), zone)
    return whole.astimezone(UTC)


def _overlong(spans: Iterable[ShiftTimes], zone: ZoneInfo) -> Iterator[RosterProblem]:
    for start, end in spans:
        if _too_long(start, end, zone):
            message = "it lasts longer than 24 hours. Enter the hours of one shift, or make it an all-day entry."
            yield RosterProblem(_wall(start, zone).date(), message)


def _overlapping(spans: Iterable[ShiftTimes], zone: ZoneInfo) -> Iterator[RosterProblem]:
    before: ShiftTimes | None = None  # the shift with the latest end so far
    for start, end in spans:
        if _too_long(start, end, zone):
            continue  # already reported; it would overlap everything
        if before is not None and before[1] > start:
            message = (
                f"two entries overlap, {_hours(*before, zone)} and {_hours(start, end, zone)}. "
                "Delete one, or change the hours."
            )
            yield RosterProblem(_wall(start, zone).date(), message)
        if before is None or end > before[1]:
            before = start, end


def _too_long(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    return min(_wall(end, zone) - _wall(start, zone), end.astimezone(UTC) - start.astimezone(UTC)) > MAX_SHIFT_LENGTH


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{_wall(start, zone):%H:%M} to {_wall(end, zone):%H:%M}"


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the local clock time."""
    return at.astimezone(zone).replace(tzinfo=None)


def _error(*problems: RosterProblem) -> RosterError:
    """Build an error with each problem once, by date, starting with problems of the whole file."""
    return RosterError(sorted(dict.fromkeys(problems), key=lambda each: (each.day or date.min, each.message)))


def _zone_of(name: str) -> str | None:
    """Return the IANA name of a calendar's zone, which may be a Windows name ("GMT Standard Time")."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return find_zone(name, WINDOWS_TO_OLSON.get)
