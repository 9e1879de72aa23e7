"""Splits an iCalendar file (RFC 5545) into its parts, reduced to lines about times.

It drops titles, descriptions, locations, and people before anything else reads the file: an entry may name a patient,
and what we never parse can't be stored, logged, or quoted.
"""

import re
from dataclasses import dataclass, field

ALL_DAY_FLAGS = frozenset({"X-MICROSOFT-CDO-ALLDAYEVENT", "X-MICROSOFT-MSNCALENDAR-ALLDAYEVENT", "X-FUNAMBOL-ALLDAY"})
"""How programs say that times from midnight to midnight are whole days."""

TIME_PROPERTIES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "EXDATE", "RDATE"})
"""Properties of an entry that hold dates or date-times."""

_KEPT = {
    "VCALENDAR": frozenset({"X-WR-TIMEZONE", "METHOD"}),
    "VEVENT": TIME_PROPERTIES
    | ALL_DAY_FLAGS
    | {"DURATION", "RRULE", "STATUS", "SEQUENCE", "UID", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"},
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "STANDARD": frozenset({"DTSTART", "RDATE", "RRULE", "TZOFFSETFROM", "TZOFFSETTO"}),
}
_KEPT["DAYLIGHT"] = _KEPT["STANDARD"]
"""The properties that we read, by the component that holds them."""

MAX_LINES_PER_ENTRY = 2_500
"""Most lines about times in one entry, and most dates in one line: more than a whole calendar may list."""

MAX_ZONE_LINES = 5_000
"""Most lines in all definitions of time zones together. A long history of one zone has a few hundred."""

_MAX_DEPTH = 8
"""Deepest nesting that means anything. Deeper components are passed over."""

_FOLD = re.compile(r"(?:\r\n|\n|\r)[ \t]")
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"([A-Za-z0-9-]+)[;:]")
_DATE_FOLLOWS = re.compile(r":(?=\s*\d{4}-?\d\d-?\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line:
    """One property: its name in capitals, its parameters with their semicolons, and its value."""

    name: str
    parameters: str
    value: str


@dataclass(slots=True)
class RawEntry:
    """The lines of one VEVENT and its number in the file, from 1.

    `line_count` may be more than there are lines: only `MAX_LINES_PER_ENTRY` are kept. `has_end`: False if something
    else begins before its end.
    """

    number: int
    lines: list[Line] = field(default_factory=list)
    line_count: int = 0
    has_end: bool = True


@dataclass(slots=True)
class RawCalendar:
    """The entries of one VCALENDAR, the name of the zone for times without one, and whether it cancels its entries."""

    entries: list[RawEntry] = field(default_factory=list)
    zone_name: str | None = None
    cancels: bool = False


@dataclass(slots=True)
class ZoneDefinition:
    """One VTIMEZONE: its name, the IANA name that it may give, and the lines of its standard and daylight times."""

    name: str = ""
    location: str | None = None
    observances: list[tuple[str, list[Line]]] = field(default_factory=list)


@dataclass(slots=True)
class RawFile:
    """What a file holds. `is_cut_off`: it ends in the middle of its last entry."""

    calendars: list[RawCalendar] = field(default_factory=list)
    zones: list[ZoneDefinition] = field(default_factory=list)
    is_cut_off: bool = False


def is_calendar(text: str) -> bool:
    """Return whether this is an iCalendar file."""
    return text.lstrip("\ufeff \t\r\n")[:15].upper() == "BEGIN:VCALENDAR"


def split_file(text: str) -> RawFile:
    """Return the calendars, entries, and zone definitions of a file, in file order."""
    splitter = _Splitter()
    for line in _LINE_END.split(_FOLD.sub("", text)):
        mark = line.strip().upper()
        if mark.startswith("BEGIN:"):
            splitter.begin(mark[6:].strip())
        elif mark.startswith("END:"):
            splitter.end(mark[4:].strip())
        else:
            splitter.add(line.strip())
    return splitter.finish()


class _Splitter:
    """Collects lines by the component that they are in."""

    def __init__(self) -> None:
        self._file = RawFile()
        self._open: list[str] = []
        self._too_deep = 0
        self._entries = 0
        self._zone_lines = 0

    def begin(self, name: str) -> None:
        if len(self._open) >= _MAX_DEPTH and name != "VEVENT":
            self._too_deep += 1
            return
        if name == "VEVENT":
            self._begin_entry()
        elif name == "VCALENDAR":
            self._leave_entry()
            self._file.calendars.append(RawCalendar())
            self._open.clear()
        elif name == "VTIMEZONE":
            self._file.zones.append(ZoneDefinition())
        elif name in {"STANDARD", "DAYLIGHT"} and self._open[-1:] == ["VTIMEZONE"]:
            self._file.zones[-1].observances.append((name, []))
        self._open.append(name)

    def end(self, name: str) -> None:
        if self._too_deep and name != "VEVENT":
            self._too_deep -= 1
        elif name in self._open:
            self._too_deep = 0
            while self._open.pop() != name:
                pass

    def add(self, line: str) -> None:
        inside = self._open[-1] if self._open and not self._too_deep else ""
        found = _NAME.match(line) if inside in _KEPT else None
        if found is None or (name := found[1].upper()) not in _KEPT[inside]:
            return
        parsed = _parse(name, line[len(name) :])
        match inside:
            case "VEVENT":
                entry = self._file.calendars[-1].entries[-1]
                entry.line_count += 1
                if entry.line_count <= MAX_LINES_PER_ENTRY:
                    entry.lines.append(parsed)
            case "VCALENDAR":
                self._add_to_calendar(parsed)
            case _:
                self._add_to_zone(parsed)

    def finish(self) -> RawFile:
        self._file.is_cut_off = "VEVENT" in self._open
        return self._file

    def _begin_entry(self) -> None:
        if not self._file.calendars:
            self._file.calendars.append(RawCalendar())
        self._leave_entry()
        self._too_deep = 0
        self._entries += 1
        self._file.calendars[-1].entries.append(RawEntry(self._entries))

    def _leave_entry(self) -> None:
        """Leave an entry that has no end of its own, because another begins."""
        if "VEVENT" in self._open:
            self._file.calendars[-1].entries[-1].has_end = False
            del self._open[self._open.index("VEVENT") :]

    def _add_to_calendar(self, line: Line) -> None:
        if line.name == "METHOD":
            self._file.calendars[-1].cancels = line.value.upper() == "CANCEL"
        else:
            self._file.calendars[-1].zone_name = line.value

    def _add_to_zone(self, line: Line) -> None:
        self._zone_lines += 1
        zone = self._file.zones[-1] if self._file.zones else None
        if zone is None or self._zone_lines > MAX_ZONE_LINES:
            return
        if line.name == "TZID":
            zone.name = line.value
        elif line.name == "X-LIC-LOCATION":
            zone.location = line.value
        elif zone.observances:
            zone.observances[-1][1].append(line)


def _parse(name: str, rest: str) -> Line:
    """Split what follows a property's name. A zone's name among the parameters may have colons, as may a time."""
    if name in TIME_PROPERTIES and (dated := _DATE_FOLLOWS.search(rest)):
        parameters, value = rest[: dated.start()], rest[dated.end() :]
    elif name in TIME_PROPERTIES:
        parameters, _, value = rest.rpartition(":")
    else:
        parameters, _, value = rest.partition(":")
    return Line(name, parameters, value.strip())
