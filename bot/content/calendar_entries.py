"""Reads the entries of an iCalendar file (RFC 5545), reduced to their times.

It drops titles, descriptions, locations, and people before anything else reads the file: an entry may name a patient,
and what we never parse can't be stored, logged, or quoted. It rewrites each remaining line with a time zone that this
machine knows, so the calendar library never evaluates time zone definitions from the file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.content.recurrence_rules import find_rule_problem, last_date, max_occurrences_per_year
from bot.domain.learner import is_time_zone

TIME_PROPERTIES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"})
"""Properties that hold dates or date-times."""

_KEPT = TIME_PROPERTIES | {"DURATION", "RRULE", "STATUS", "SEQUENCE", "UID"}
_SINGLE = frozenset({"STATUS", "SEQUENCE", "UID"})
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"([A-Za-z-]+)[;:]")
_TZID = re.compile(r';TZID=("[^"]*"|[^;]*)', re.IGNORECASE)
_STAMP = re.compile(r"\d{8}(?:T\d{6}Z?)?", re.ASCII)
_DURATION = re.compile(r"\+?P(?=\w)(?:\d{1,3}W)?(?:\d{1,3}D)?(?:T(?:\d{1,5}H)?(?:\d{1,5}M)?(?:\d{1,6}S)?)?", re.ASCII)
_SEQUENCE = re.compile(r"\d{1,9}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
"""Years that a time may be in: expanding a rule that started centuries ago would take seconds."""


@dataclass(slots=True)
class CalendarEntry:
    """One VEVENT: its number in the file (from 1), its rewritten lines, and their problems."""

    number: int
    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    start: date | None = None
    """The local date of its start."""
    latest_date: date | None = None
    """The later local date of its start and its end."""
    all_day: bool = False
    occurrences_per_year: int = 0
    """An upper bound of its occurrences per year by its rules."""
    listed_dates: int = 0
    """The number of extra dates (RDATE) and excluded dates (EXDATE) that it lists."""
    repeat_ends: list[date | None] = field(default_factory=list)
    """The last possible date of each of its rules and lists of dates, or None for one without a limit."""
    overrides_occurrence: bool = False
    """Whether it moves or cancels one occurrence of a series."""

    @property
    def ends_by(self) -> date:
        """A date after which it can't start again."""
        return max([self.latest_date or date.max, *(end or date.max for end in self.repeat_ends)])


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: str
    value: str


def is_calendar(text: str) -> bool:
    """Return whether this is an iCalendar file."""
    return text.lstrip("\ufeff \t\r\n")[:15].upper() == "BEGIN:VCALENDAR"


def read_entries(text: str, default_zone: str, resolve_zone: Callable[[str], str | None]) -> Iterator[CalendarEntry]:
    """Yield the entries of a calendar in file order. Times without a time zone are in `default_zone`.

    `resolve_zone` turns a calendar's name for a zone into its IANA name, or returns None.
    """
    rewriter = _Rewriter(default_zone, resolve_zone)
    depth = number = 0  # depth within an entry, to skip the times of its alarms
    entry: CalendarEntry | None = None
    for line in _LINE_END.split(_FOLD.sub("", text)):
        match line.strip().upper():
            case "BEGIN:VEVENT" if entry is None:
                number, depth = number + 1, 0
                entry = CalendarEntry(number)
            case "END:VEVENT" if entry is not None and depth == 0:
                yield rewriter.finish(entry)
                entry = None
            case mark if entry is not None and mark.startswith("BEGIN:"):
                depth += 1
            case mark if entry is not None and mark.startswith("END:"):
                depth -= 1
            case _ if entry is not None and depth == 0 and (found := _line(line)):
                rewriter.add(entry, found)
    if entry is not None:
        entry.problems.append("the file ends in the middle of this entry. Export it again.")
        yield entry


def _line(line: str) -> _Line | None:
    """Parse a line that has a property about time, or return None for any other line."""
    name = _NAME.match(line)
    if name is None or name[1].upper() not in _KEPT:
        return None
    # A time has no colon, but the zone name before it may ("(UTC+01:00) Berlin"). A UID's value may have one.
    parameters, _, value = line.partition(":") if name[1].upper() == "UID" else line.rpartition(":")
    return _Line(name[1].upper(), parameters[len(name[1]) :], value.strip())


class _Rewriter:
    """Rewrites lines, with every time checked and in a zone that this machine knows."""

    def __init__(self, floating: str, zone_of: Callable[[str], str | None]) -> None:
        self._floating = floating
        self._zone_of = zone_of
        self._ids: dict[str, int] = {}
        self._originals: set[tuple[str, ...]] = set()

    def add(self, entry: CalendarEntry, line: _Line) -> None:
        """Add a line, or a problem with it, to its entry."""
        if line.name in _SINGLE and any(known.startswith(line.name) for known in entry.lines):
            return
        match line.name:
            case "UID":
                number = self._ids.setdefault(line.value, len(self._ids) + 1)  # a UID may contain a name
                entry.lines.append(f"UID:{number}")
            case "STATUS":
                if line.value.upper() == "CANCELLED":
                    entry.lines.append("STATUS:CANCELLED")
            case "SEQUENCE":
                if _SEQUENCE.fullmatch(line.value):
                    entry.lines.append(f"SEQUENCE:{line.value}")
            case "DURATION":
                self._add_if(_DURATION.fullmatch(line.value) is not None, entry, line, "its duration")
            case "RRULE":
                if problem := find_rule_problem(line.value):
                    entry.problems.append(problem)
                else:
                    entry.lines.append(f"RRULE:{line.value.upper()}")
                    entry.repeat_ends.append(last_date(line.value))
                    entry.occurrences_per_year += max_occurrences_per_year(line.value)
            case _:
                self._times(entry, line)

    def finish(self, entry: CalendarEntry) -> CalendarEntry:
        """Complete the entry's problems and its UID, and return it."""
        names = [line.partition(":")[0].partition(";")[0] for line in entry.lines]
        if entry.start is None and not entry.problems:
            entry.problems.append("it has no start. Add one, or delete the entry.")
        once = (("DTSTART",), ("DTEND", "DURATION"), ("RECURRENCE-ID",))
        if any(sum(map(names.count, either)) > 1 for either in once):
            entry.problems.append("it has two starts or two ends. Enter it again.")
        self._set_uid(entry)
        return entry

    def _set_uid(self, entry: CalendarEntry) -> None:
        """Give an entry a new UID if it has none or another entry's, because some programs use one UID for everything.

        Two entries share a UID only if they are versions of one entry, or occurrences of a series.
        """
        known = tuple(sorted(line for line in entry.lines if line.startswith(("UID:", "SEQUENCE:"))))
        if "UID:" not in "".join(known) or (not entry.overrides_occurrence and known in self._originals):
            entry.lines = [f"UID:own-{entry.number}", *(line for line in entry.lines if not line.startswith("UID:"))]
        elif not entry.overrides_occurrence:
            self._originals.add(known)

    def _times(self, entry: CalendarEntry, line: _Line) -> None:
        named = _TZID.search(line.parameters)
        zone = self._zone_of(named[1].strip('"')) if named else self._floating
        if zone is None:
            entry.problems.append(
                "I don't know its time zone. In the calendar's settings, choose a place, such as Europe/London."
            )
            return
        values = line.value.split(",") if line.name in {"EXDATE", "RDATE"} else [line.value]
        if line.name in {"EXDATE", "RDATE"}:
            entry.listed_dates += len(values)
        if line.name == "RDATE":
            entry.repeat_ends.append(None)
        for value in values:
            # An extra date may have an end of its own (`start/end`). We ignore it: all occurrences last equally long.
            stamp = value.partition("/")[0].strip().upper()
            day = _day_of(stamp)
            rewritten = _Line(line.name, _parameters(line, stamp, zone), stamp)
            if self._add_if(day is not None, entry, rewritten, "one of its times"):
                _note(entry, line.name, stamp, day)

    def _add_if(self, readable: bool, entry: CalendarEntry, line: _Line, what: str) -> bool:
        if readable:
            entry.lines.append(f"{line.name}{line.parameters if line.name in TIME_PROPERTIES else ''}:{line.value}")
        else:
            entry.problems.append(f"I can't read {what}. Enter it again.")
        return readable


def _parameters(line: _Line, stamp: str, zone: str) -> str:
    whole_series = ";RANGE=THISANDFUTURE" if "RANGE=THISANDFUTURE" in line.parameters.upper() else ""
    if "T" not in stamp:
        return f"{whole_series};VALUE=DATE"
    return whole_series if stamp.endswith("Z") else f"{whole_series};TZID={zone}"


def _note(entry: CalendarEntry, name: str, stamp: str, day: date | None) -> None:
    """Record what decides whether the entry overlaps the period we store."""
    if name == "DTSTART":
        entry.start, entry.all_day = day, "T" not in stamp
    if name in {"DTSTART", "DTEND"} and day is not None:
        entry.latest_date = max(entry.latest_date or day, day)
    if name == "RECURRENCE-ID":
        entry.overrides_occurrence = True


def _day_of(stamp: str) -> date | None:
    """Return the date of an iCalendar date or date-time, or None if it isn't one."""
    if not _STAMP.fullmatch(stamp):
        return None
    try:
        at = datetime.strptime(stamp.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in stamp else "%Y%m%d")  # noqa: DTZ007
    except ValueError:
        return None
    # All-day entries may start in any year (birthdays do); we skip them later.
    return at.date() if "T" not in stamp or _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def find_zone(name: str, fallback: Callable[[str], str | None]) -> str | None:
    """Return the IANA name of a calendar's time zone, or None if nobody knows it.

    Some programs put an address before the name (`/example.org/Europe/London`). `fallback` resolves other names.
    """
    parts = name.strip().strip("/").split("/")
    for length in range(min(3, len(parts)), 0, -1):
        if is_time_zone(found := "/".join(parts[-length:])):
            return found
    found_elsewhere = fallback(name.strip())
    return found_elsewhere if found_elsewhere and is_time_zone(found_elsewhere) else None
