"""The entries of an iCalendar file (RFC 5545), cut down to what tells when they are.

Titles, descriptions, places and people are dropped here, before anything else reads the file: an entry may name a
patient, and what was never parsed can't be stored, logged or quoted. What is left is spelt anew, each time with a zone
that this machine knows, so that no time zone definition of the file's own has to be run.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.content.recurrence_rules import find_rule_problem, last_date, max_occurrences_per_year
from bot.domain.learner import is_time_zone

TIME_PROPERTIES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"})
"""Properties that hold dates, or instants."""

_KEPT = TIME_PROPERTIES | {"DURATION", "RRULE", "STATUS", "SEQUENCE", "UID"}
_SAID_ONCE = frozenset({"STATUS", "SEQUENCE", "UID"})
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"([A-Za-z-]+)[;:]")
_TZID = re.compile(r';TZID=("[^"]*"|[^;]*)', re.IGNORECASE)
_STAMP = re.compile(r"\d{8}(?:T\d{6}Z?)?", re.ASCII)
_DURATION = re.compile(r"\+?P(?=\w)(?:\d{1,3}W)?(?:\d{1,3}D)?(?:T(?:\d{1,5}H)?(?:\d{1,5}M)?(?:\d{1,6}S)?)?", re.ASCII)
_SEQUENCE = re.compile(r"\d{1,9}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1970, 2200
"""Years that a time may lie in: a rule that began under Caesar would take seconds to work out."""


@dataclass(slots=True)
class CalendarEntry:
    """One VEVENT: its place in the file (from 1), its lines spelt anew, and what is wrong with them."""

    number: int
    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    start: date | None = None
    """The local date it begins on."""
    latest_date: date | None = None
    """The latest local date among its start and end."""
    all_day: bool = False
    occurrences_per_year: int = 0
    """How often it comes in a year by its rules, at the most."""
    listed_dates: int = 0
    """How many dates it lists, on which it comes too, or doesn't."""
    repeat_ends: list[date | None] = field(default_factory=list)
    """For each rule or list that it repeats by: the last date that it allows, None if that isn't set."""
    overrides_occurrence: bool = False
    """Whether it is one occurrence of a series, moved or cancelled."""

    @property
    def ends_by(self) -> date:
        """A date after which it surely doesn't start again."""
        return max([self.latest_date or date.max, *(end or date.max for end in self.repeat_ends)])


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: str
    value: str


def is_calendar(text: str) -> bool:
    """Whether this is an iCalendar file at all."""
    return text.lstrip("\ufeff \t\r\n")[:15].upper() == "BEGIN:VCALENDAR"


def read_entries(text: str, default_zone: str, resolve_zone: Callable[[str], str | None]) -> Iterator[CalendarEntry]:
    """The entries of a calendar, in its order. Times without a zone are taken to be in `default_zone`.

    `resolve_zone` gives the IANA name of a zone that a calendar names, or None.
    """
    speller = _Speller(default_zone, resolve_zone)
    depth = number = 0  # depth within an entry: its alarms have times of their own
    entry: CalendarEntry | None = None
    for line in _LINE_END.split(_FOLD.sub("", text)):
        match line.strip().upper():
            case "BEGIN:VEVENT" if entry is None:
                number, depth = number + 1, 0
                entry = CalendarEntry(number)
            case "END:VEVENT" if entry is not None and depth == 0:
                yield speller.finished(entry)
                entry = None
            case mark if entry is not None and mark.startswith("BEGIN:"):
                depth += 1
            case mark if entry is not None and mark.startswith("END:"):
                depth -= 1
            case _ if entry is not None and depth == 0 and (found := _line(line)):
                speller.add(entry, found)
    if entry is not None:
        entry.problems.append("the file breaks off in the middle of it. Export it again.")
        yield entry


def _line(line: str) -> _Line | None:
    """A line that tells something about time."""
    name = _NAME.match(line)
    if name is None or name[1].upper() not in _KEPT:
        return None
    # Times hold no colon, but names of zones before them may ("(UTC+01:00) Berlin"); of ids it's the other way round.
    parameters, _, value = line.partition(":") if name[1].upper() == "UID" else line.rpartition(":")
    return _Line(name[1].upper(), parameters[len(name[1]) :], value.strip())


class _Speller:
    """Writes lines anew, with every time checked and in a zone that this machine knows."""

    def __init__(self, floating: str, zone_of: Callable[[str], str | None]) -> None:
        self._floating = floating
        self._zone_of = zone_of
        self._ids: dict[str, int] = {}
        self._originals: set[tuple[str, ...]] = set()

    def add(self, entry: CalendarEntry, line: _Line) -> None:
        """Add a line to its entry, or what is wrong with it."""
        if line.name in _SAID_ONCE and any(known.startswith(line.name) for known in entry.lines):
            return
        match line.name:
            case "UID":
                number = self._ids.setdefault(line.value, len(self._ids) + 1)  # an id may hold a name, so none is kept
                entry.lines.append(f"UID:{number}")
            case "STATUS":
                if line.value.upper() == "CANCELLED":
                    entry.lines.append("STATUS:CANCELLED")
            case "SEQUENCE":
                if _SEQUENCE.fullmatch(line.value):
                    entry.lines.append(f"SEQUENCE:{line.value}")
            case "DURATION":
                self._checked(entry, line, _DURATION.fullmatch(line.value) is not None, "how long it lasts")
            case "RRULE":
                if complaint := find_rule_problem(line.value):
                    entry.problems.append(complaint)
                else:
                    entry.lines.append(f"RRULE:{line.value.upper()}")
                    entry.repeat_ends.append(last_date(line.value))
                    entry.occurrences_per_year += max_occurrences_per_year(line.value)
            case _:
                self._times(entry, line)

    def finished(self, entry: CalendarEntry) -> CalendarEntry:
        """The entry, with what it lacks."""
        names = [line.partition(":")[0].partition(";")[0] for line in entry.lines]
        if entry.start is None and not entry.problems:
            entry.problems.append("it has no start. Give it one, or delete it.")
        once = (("DTSTART",), ("DTEND", "DURATION"), ("RECURRENCE-ID",))
        if any(sum(map(names.count, either)) > 1 for either in once):
            entry.problems.append("it has two starts or two ends. Enter it again.")
        self._name(entry)
        return entry

    def _name(self, entry: CalendarEntry) -> None:
        """Let an entry without an id, or with that of another, be one of its own: some programs use one id for all.

        Two of one id are one and the same only if they are versions of it, or occurrences of a series.
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
                "its time zone isn't one I know. In the calendar's settings choose a place, such as Europe/London."
            )
            return
        values = line.value.split(",") if line.name in {"EXDATE", "RDATE"} else [line.value]
        if line.name in {"EXDATE", "RDATE"}:
            entry.listed_dates += len(values)
        if line.name == "RDATE":
            entry.repeat_ends.append(None)
        for value in values:
            # An extra date may bring an end of its own (`start/end`); it lasts as long as the others here.
            stamp = value.partition("/")[0].strip().upper()
            day = _day_of(stamp)
            if self._checked(
                entry, _Line(line.name, _parameters(line, stamp, zone), stamp), day is not None, "a time in it"
            ):
                _note(entry, line.name, stamp, day)

    def _checked(self, entry: CalendarEntry, line: _Line, good: bool, what: str) -> bool:
        if good:
            entry.lines.append(f"{line.name}{line.parameters if line.name in TIME_PROPERTIES else ''}:{line.value}")
        else:
            entry.problems.append(f"{what} can't be read. Enter it again.")
        return good


def _parameters(line: _Line, stamp: str, zone: str) -> str:
    whole_series = ";RANGE=THISANDFUTURE" if "RANGE=THISANDFUTURE" in line.parameters.upper() else ""
    if "T" not in stamp:
        return f"{whole_series};VALUE=DATE"
    return whole_series if stamp.endswith("Z") else f"{whole_series};TZID={zone}"


def _note(entry: CalendarEntry, name: str, stamp: str, day: date | None) -> None:
    """Keep what decides whether an entry matters."""
    if name == "DTSTART":
        entry.start, entry.all_day = day, "T" not in stamp
    if name in {"DTSTART", "DTEND"} and day is not None:
        entry.latest_date = max(entry.latest_date or day, day)
    if name == "RECURRENCE-ID":
        entry.overrides_occurrence = True


def _day_of(stamp: str) -> date | None:
    """The date of a time as iCalendar writes it; None if it is none."""
    if not _STAMP.fullmatch(stamp):
        return None
    try:
        at = datetime.strptime(stamp.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in stamp else "%Y%m%d")  # noqa: DTZ007
    except ValueError:
        return None
    # Birthdays, which last all day and aren't looked at, begin in any year.
    return at.date() if "T" not in stamp or _FIRST_YEAR <= at.year <= _LAST_YEAR else None


def find_zone(name: str, fallback: Callable[[str], str | None]) -> str | None:
    """The IANA name of a zone that a calendar names; None if nobody knows it.

    Some programs put an address before it (`/example.org/Europe/London`); `fallback` knows other families of names.
    """
    parts = name.strip().strip("/").split("/")
    for length in range(min(3, len(parts)), 0, -1):
        if is_time_zone(found := "/".join(parts[-length:])):
            return found
    found_elsewhere = fallback(name.strip())
    return found_elsewhere if found_elsewhere and is_time_zone(found_elsewhere) else None
