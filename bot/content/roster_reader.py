"""Reads a learner's shifts from an iCalendar file: every entry with a start and an end is a shift.

Nothing but starts and ends is kept, and no problem quotes an entry (`calendar_entries`). The work is bounded before it
begins: bytes, entries, repetitions, and which repetitions there may be (`calendar_rules`).
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
"""Bytes of a calendar."""

MAX_ENTRIES = 2_000
"""Entries that matter now, and dates that they list: five a day. Reading them takes half a second."""

MAX_OCCURRENCES_PER_YEAR = 3_000
"""How often a year those that repeat may come, all together: working out each costs as much as reading an entry."""

MAX_REPEATING_ENTRIES = 50
"""Entries that repeat: each is worked out from its first date on."""

MAX_SHIFTS = 1_000
"""Shifts kept, the first ones: two a day and more."""

TIME_KEPT_BEFORE_NOW = timedelta(days=14)
"""How far back shifts are kept: what is done after a shift still counts for its day."""

TIME_KEPT_AFTER_NOW = timedelta(days=400)
"""How far ahead shifts are kept; further than the next message is looked for."""

MAX_SHIFT_LENGTH = timedelta(hours=24)
"""By the clock on the wall; a change to winter time may add an hour."""

_DAY = timedelta(days=1)

ShiftTimes = tuple[datetime, datetime]
"""Start and end (UTC), in whole minutes."""


@dataclass(frozen=True, slots=True)
class ParsedRoster:
    """Shifts in order, none overlapping another, and how many all-day entries were left out."""

    shifts: tuple[ShiftTimes, ...]
    skipped_all_day_entries: int = 0

    def upcoming_shifts(self, now: datetime) -> tuple[ShiftTimes, ...]:
        """The shifts that have not begun."""
        return tuple(span for span in self.shifts if span[0] > now)


def read_roster(content: bytes, zone: ZoneInfo, now: datetime) -> ParsedRoster:
    """The shifts of a calendar from `TIME_KEPT_BEFORE_NOW` before `now` to `TIME_KEPT_AFTER_NOW` after it. RosterError
    with every problem at once.

    `zone`: the learner's, for times that name none. Entries that last all day or were cancelled are no shifts.
    """
    first, last = (
        (now - TIME_KEPT_BEFORE_NOW).astimezone(zone).date(),
        (now + TIME_KEPT_AFTER_NOW).astimezone(zone).date(),
    )
    entries = list(read_entries(_text(content), zone.key, _zone_of))
    relevant = [entry for entry in entries if _matters(entry, first, last)]
    timed = [entry for entry in relevant if not entry.all_day or entry.overrides_occurrence]
    _refuse_too_many(timed)
    problems = [RosterProblem(entry.start, _told(entry, why)) for entry in timed for why in entry.problems]
    found = _worked_out([entry for entry in timed if not entry.problems], zone, now, problems)
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
        said = "This isn't a calendar. Export your shifts as iCalendar, a file that ends in .ics."
        raise _error(RosterProblem(None, said))
    return text


def _refuse_too_many(timed: Sequence[CalendarEntry]) -> None:
    """Before any of it is worked out."""
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
    told = [(what.format(f"{count:,}"), most) for count, most, what in counts if count > most]
    if told:
        raise _error(
            *(
                RosterProblem(None, f"This calendar {what}. I read up to {most:,}. Export only your shifts.")
                for what, most in told
            )
        )


def _matters(entry: CalendarEntry, first: date, last: date) -> bool:
    """Whether an entry may touch the time that is kept. The past needs no mending."""
    if entry.start is None or entry.overrides_occurrence:
        return True
    return entry.start <= last + _DAY and entry.ends_by >= first - _DAY


def _told(entry: CalendarEntry, complaint: str) -> str:
    return complaint if entry.start else f"Entry {entry.number} of the file: {complaint}"


def _worked_out(
    entries: Iterable[CalendarEntry], zone: ZoneInfo, now: datetime, problems: list[RosterProblem]
) -> list[ShiftTimes | None]:
    """Every occurrence, repetitions included, None for one that lasts all day. Adds what can't be a shift."""
    # Imported on use: who has no roster needs none of the 10 MB and the third of a second.
    import recurring_ical_events
    from icalendar import Calendar

    lines = [line for entry in entries for line in ("BEGIN:VEVENT", *entry.lines, "END:VEVENT")]
    try:
        calendar = Calendar.from_ical("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""]))
        told = [(event, _backwards(event, zone)) for event in calendar.subcomponents]
        calendar.subcomponents = [event for event, problem in told if problem is None]
        problems += [problem for _, problem in told if problem is not None]
        occurrences = recurring_ical_events.of(calendar).between(now - TIME_KEPT_BEFORE_NOW, now + TIME_KEPT_AFTER_NOW)
        return [_span(each) for each in occurrences if str(each.get("STATUS")) != "CANCELLED"]
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # What these libraries raise for dates that contradict one another; their words may be the file's.
        problems.append(RosterProblem(None, "Dates in this calendar contradict one another. Export it again."))
        return []


def _span(event: Any) -> ShiftTimes | None:  # noqa: ANN401  (icalendar's own type)
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    return (_instant(start), _instant(end)) if isinstance(start, datetime) and isinstance(end, datetime) else None


def _backwards(event: Any, zone: ZoneInfo) -> RosterProblem | None:  # noqa: ANN401  (icalendar's own type)
    """What is wrong with an entry that ends before it starts, or at once: the library would turn it round."""
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    if not isinstance(start, datetime) or str(event.get("STATUS")) == "CANCELLED":
        return None
    day = start.astimezone(zone).date()
    if end is None:
        end = start + (event["DURATION"].dt if "DURATION" in event else timedelta(0))
    if not isinstance(end, datetime):
        return RosterProblem(day, "it starts at a time, but ends on a whole day. Give it the hours of the shift.")
    if _instant(end) <= _instant(start):
        return RosterProblem(day, "it ends when it starts, or before. Give it the hours of the shift.")
    return None


def _instant(at: datetime) -> datetime:
    """In UTC and whole minutes, by the house's rule for times that a clock change skips or repeats."""
    zone = at.tzinfo
    whole = at.replace(second=0, microsecond=0)
    if isinstance(zone, ZoneInfo):
        return local_to_utc(whole.date(), whole.time(), zone)
    return whole.astimezone(UTC)


def _overlong(spans: Iterable[ShiftTimes], zone: ZoneInfo) -> Iterator[RosterProblem]:
    for start, end in spans:
        if _too_long(start, end, zone):
            said = "it lasts longer than 24 hours. Give it the hours of one shift, or make it an all-day entry."
            yield RosterProblem(_wall(start, zone).date(), said)


def _overlapping(spans: Iterable[ShiftTimes], zone: ZoneInfo) -> Iterator[RosterProblem]:
    before: ShiftTimes | None = None  # the one that ends last so far
    for start, end in spans:
        if _too_long(start, end, zone):
            continue  # told already; it would overlap everything
        if before is not None and before[1] > start:
            said = (
                f"two entries overlap, {_hours(*before, zone)} and {_hours(start, end, zone)}. "
                "Keep one, or let one end before the other starts."
            )
            yield RosterProblem(_wall(start, zone).date(), said)
        if before is None or end > before[1]:
            before = start, end


def _too_long(start: datetime, end: datetime, zone: ZoneInfo) -> bool:
    return min(_wall(end, zone) - _wall(start, zone), end.astimezone(UTC) - start.astimezone(UTC)) > MAX_SHIFT_LENGTH


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    return f"{_wall(start, zone):%H:%M} to {_wall(end, zone):%H:%M}"


def _wall(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows."""
    return at.astimezone(zone).replace(tzinfo=None)


def _error(*problems: RosterProblem) -> RosterError:
    """Every problem once, by date, those of the whole file first."""
    return RosterError(sorted(dict.fromkeys(problems), key=lambda each: (each.day or date.min, each.message)))


def _zone_of(name: str) -> str | None:
    """The zone that a calendar names: an IANA name, or one of Windows' ("GMT Standard Time")."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return find_zone(name, WINDOWS_TO_OLSON.get)
